"""How often one may ask, how much one may send: told plainly, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import APIRouter, FastAPI, Request, UploadFile
from fastapi.testclient import TestClient

from api.access.once import Once
from api.access.rates import ACCOUNTS, ADDRESSES, Rate
from gridmap.errors import RefusedError
from gridmap.words import say
from tests.api.conftest import As

HALF = b"x" * (1 << 19)


@pytest.fixture
def inbox(app: FastAPI) -> list[int]:
    """Takes notes and files, and tells how many bytes came in."""
    came: list[int] = []
    router = APIRouter(route_class=Once)

    @router.post("/notes")
    def note(given: dict[str, str]) -> None:
        came.append(len(given["note"]))

    @router.post("/files")
    def file(given: UploadFile) -> None:
        came.append(len(given.file.read()))

    @router.post("/raw")
    async def raw(request: Request) -> None:
        came.append(len(await request.body()))

    app.include_router(router)
    app.state.office.settings = replace(app.state.office.settings, upload_megabytes=2)
    return came


def settle(app: FastAPI, **changed: int) -> None:
    app.state.office.settings = replace(app.state.office.settings, **changed)


class TestBodies:
    def test_what_is_written_has_a_megabyte(self, inbox: list[int], as_role: As) -> None:
        clerk = as_role("clerk")
        assert clerk.post("/notes", json={"note": "x" * 1000}).status_code == 200
        told = clerk.post("/notes", json={"note": "x" * (1 << 20)})
        assert (told.status_code, told.json()["code"]) == (413, "api.too_large")
        assert told.json()["sentence"] == say("api.too_large", "zh", megabytes=1)
        assert inbox == [1000]

    @pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}])
    def test_without_a_length_it_is_counted(self, inbox: list[int], as_role: As, key: dict[str, str]) -> None:
        def parts(count: int) -> Iterator[bytes]:
            for _ in range(count):
                yield HALF

        clerk = as_role("clerk")
        kind = {"Content-Type": "image/png", **key}
        for path in ("/raw", "/notes"):
            told = clerk.post(path, content=parts(5), headers={**kind, "Content-Type": "application/json"})
            assert (told.status_code, told.json()["code"]) == (413, "api.too_large")
        told = clerk.post("/raw", content=parts(5), headers=kind)
        assert told.json()["sentence"] == say("api.too_large", "zh", megabytes=2)
        assert clerk.post("/raw", content=parts(4), headers=kind).status_code == 200
        assert inbox == [4 * len(HALF)]

    def test_files_are_larger_but_not_nobodys(self, inbox: list[int], as_role: As, nobody: TestClient) -> None:
        file = {"given": HALF * 3}
        assert as_role("clerk").post("/files", files=file).status_code == 200
        assert as_role("clerk").post("/files", files={"given": HALF * 4}).status_code == 413
        assert nobody.post("/files", files=file).status_code == 413
        assert inbox == [3 * len(HALF)]


class TestRates:
    @pytest.fixture
    def seconds(self, app: FastAPI) -> list[float]:
        """The time, in the hands of the test."""
        seconds = [0.0]
        app.state.rate_of_accounts = Rate(lambda: seconds[0])
        app.state.rate_of_addresses = Rate(lambda: seconds[0])
        return seconds

    def test_of_an_account(self, app: FastAPI, seconds: list[float], as_role: As) -> None:
        settle(app, requests_a_minute=6)
        clerk = as_role("clerk")
        assert [clerk.get("/me").status_code for _ in range(7)] == [200] * 6 + [429]
        told = clerk.get("/me")
        assert (told.json()["code"], told.headers["Retry-After"]) == ("api.too_many", "10")
        assert as_role("clerk").get("/me").status_code == 200
        seconds[0] = 10
        assert [clerk.get("/me").status_code for _ in range(2)] == [200, 429]

    def test_of_an_address_before_anything_is_looked_up(
        self, app: FastAPI, seconds: list[float], nobody: TestClient
    ) -> None:
        settle(app, requests_a_minute_address=3)
        assert [nobody.get("/me").status_code for _ in range(4)] == [401] * 3 + [429]
        told = nobody.get("/nowhere")
        assert (told.status_code, told.headers["Retry-After"]) == (429, "20")
        assert told.headers["X-Request-Id"] == told.json()["request"]
        assert nobody.get("/health").status_code == 200
        there = TestClient(app, base_url="https://office.test", client=("192.0.2.9", 1))
        assert there.get("/me").status_code == 401

    def test_zero_is_any_number(self, app: FastAPI, seconds: list[float], as_role: As) -> None:
        settle(app, requests_a_minute=0, requests_a_minute_address=0)
        clerk = as_role("clerk")
        assert {clerk.get("/me").status_code for _ in range(10)} == {200}
        assert (ACCOUNTS.of(app).known, ADDRESSES.of(app).known) == (0, 0)

    def test_names_without_end_are_not_remembered_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("api.access.rates._MOST", 10)
        seconds = [0.0]
        rate = Rate(lambda: seconds[0])
        for number in range(100):
            rate.take(f"name {number}", 6)
            assert rate.known <= 10
        # Those that are full again go first: who has asked too often is remembered.
        seconds[0] = 60
        for _ in range(6):
            rate.take("one", 6)
        for number in range(9):
            rate.take(f"other {number}", 6)
        with pytest.raises(RefusedError):
            rate.take("one", 6)
