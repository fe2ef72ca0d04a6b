"""The village's office behind its service, and clients that are somebody."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from api.access.asking import Asking, asking
from api.main import service
from gridmap.office.accounts import new_account
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import CLOCK, door, empty_office, office, sheet, village
from tests.office.kept import BOTH
from tests.office.lived import found
from tests.office.signing import PASSWORD, Door

__all__ = ["door", "empty_office", "office", "sheet", "village"]

As = Callable[..., TestClient]


@pytest.fixture
def app(office: Office, tmp_path: Path) -> FastAPI:
    """The service of the village."""
    return service(office.home, clock=CLOCK)


@pytest.fixture
def nobody(app: FastAPI) -> Iterator[TestClient]:
    """A client that has not signed in."""
    with TestClient(app, base_url="https://office.test") as client:
        yield client


@pytest.fixture
def as_role(app: FastAPI, office: Office, nobody: TestClient) -> As:
    """Makes a client with a token of a role, for the whole office or for cells."""

    def made(role: str, *cells: str) -> TestClient:
        token = new_token(LOCAL_ADMINISTRATOR, office, label="test", role=role, scope=cells or None).token
        return TestClient(app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})

    return made


@pytest.fixture
def signed_in(app: FastAPI, office: Office, nobody: TestClient, door: Door) -> As:
    """Makes a client that has signed in with a password as the page does, its account named after its role."""

    def made(role: str, *cells: str) -> TestClient:
        new_account(LOCAL_ADMINISTRATOR, office, f"{role}-1", role, password=PASSWORD, scope=cells or None)
        client = TestClient(app, base_url="https://office.test", headers={"Origin": "https://office.test"})
        begun = client.post("/session", json={"name": f"{role}-1", "password": PASSWORD})
        assert begun.status_code == 200, begun.text
        return client

    return made


@pytest.fixture(scope="module", params=BOTH)
def kept_in(request: pytest.FixtureRequest) -> str:
    """What the office is kept in: a file, then a database."""
    return str(request.param)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The service of a village after its year, for those who read: nobody changes anything in it."""
    folder = tmp_path_factory.mktemp("lived")
    found(folder / "home", folder)
    served = service(folder / "home", clock=CLOCK)
    with TestClient(served, base_url="https://office.test"):
        yield served


@pytest.fixture
def reads(lived: FastAPI) -> As:
    """Makes a client with a token of a role in that village, for the whole of it or for cells."""

    def made(role: str, *cells: str) -> TestClient:
        return _with_token(lived, role=role, scope=cells or None)

    return made


@pytest.fixture
def works(lived: FastAPI) -> As:
    """Makes a client of a cadre of that village, by his number on the roster, with the role of his account."""

    def made(role: str, cadre: str) -> TestClient:
        name = f"{role}-{secrets.token_hex(4)}"
        new_account(LOCAL_ADMINISTRATOR, lived.state.office, name, role, password=PASSWORD, cadre=cadre)
        return _with_token(lived, account=name)

    return made


@pytest.fixture
def administers(lived: FastAPI) -> Iterator[TestClient]:
    """The administrator in that village, who has no token."""

    def somebody(request: Request) -> Asking:
        if "as-administrator" in request.headers:
            return Asking(LOCAL_ADMINISTRATOR, lived.state.office, "en")
        return asking(request)

    lived.dependency_overrides[asking] = somebody
    yield TestClient(lived, base_url="https://office.test", headers={"as-administrator": "yes"})
    lived.dependency_overrides.clear()


def _with_token(app: FastAPI, **whose: Any) -> TestClient:
    token = new_token(LOCAL_ADMINISTRATOR, app.state.office, label="test", **whose).token
    return TestClient(app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def administers_here(app: FastAPI, office: Office, nobody: TestClient) -> Iterator[TestClient]:
    """The administrator of the village in which a test changes something."""

    def somebody(request: Request) -> Asking:
        return Asking(LOCAL_ADMINISTRATOR, office, "en") if "as-administrator" in request.headers else asking(request)

    app.dependency_overrides[asking] = somebody
    yield TestClient(app, base_url="https://office.test", headers={"as-administrator": "yes"})
    app.dependency_overrides.clear()
