"""Visits over HTTP: recorded once, listed as masked as ever, corrected upon the state that was seen."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from gridmap.office.accounts import new_account
from gridmap.office.auditing import read_audit
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.signing import PASSWORD, Door
from tests.office.visited import BIG, FAR, SMALL, settle, uid

MARCH = "2015-03-12T19:30:00+08:00"


@pytest.fixture
def visited(office: Office, tmp_path: Any, door: Door) -> Office:
    """The village with its roster and households, before anybody calls."""
    settle(office, tmp_path)
    return office


@pytest.fixture
def clerk(visited: Office, as_role: As) -> TestClient:
    return as_role("clerk")


@pytest.fixture
def li(visited: Office, app: Any, as_role: As) -> TestClient:
    """The cadre who answers for the small cell."""
    new_account(LOCAL_ADMINISTRATOR, visited, "li", "cadre", password=PASSWORD, cadre="7")
    token = new_token(LOCAL_ADMINISTRATOR, visited, label="test", account="li").token
    return TestClient(app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})


def told(name: str, key: str | None = "H1", **said: object) -> dict[str, object]:
    given: dict[str, object] = {"id": uid(name), "at": MARCH, "lead": "7", "outcome": "met"}
    place: dict[str, object] = {"layer": "households", "key": key} if key else {}
    return given | place | said


def post(client: TestClient, *visits: dict[str, object], **more: Any) -> Any:
    headers = more.pop("headers", {})
    return client.post("/visits", json={"visits": list(visits), **more}, headers=headers)


class TestComingIn:
    def test_sent_twice_it_is_recorded_once(self, clerk: TestClient) -> None:
        first, again = post(clerk, told("a")), post(clerk, told("a"))
        assert (first.status_code, first.json()["recorded"], first.json()["repeated"]) == (201, 1, 0)
        assert (again.status_code, again.json()["recorded"], again.json()["repeated"]) == (200, 0, 1)
        assert clerk.get("/visits").json()["count"] == 1
        other = post(clerk, told("a", outcome="absent"))
        assert (other.status_code, other.json()["code"]) == (409, "office.visits_differ")

    def test_with_a_key_it_is_answered_as_before(self, clerk: TestClient) -> None:
        first, again = (post(clerk, told("a"), headers={"Idempotency-Key": "k"}) for _ in range(2))
        assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
        assert "Idempotency-Replayed" in again.headers

    def test_a_fault_refuses_all_or_is_left_out(self, clerk: TestClient) -> None:
        batch = (told("a"), told("b", "H9"), told("c", outcome="dragon"), told("d", "H2"))
        strict = post(clerk, *batch)
        assert (strict.status_code, [one["row"] for one in strict.json()["faults"]]) == (422, [2, 3])
        assert clerk.get("/visits").json()["count"] == 0
        lenient = post(clerk, *batch, strict=False)
        assert (lenient.status_code, lenient.json()["recorded"]) == (201, 2)
        assert [(one["row"], one["column"]) for one in lenient.json()["faults"]] == [(2, "key"), (3, "outcome")]

    def test_a_thousand_at_most(self, clerk: TestClient) -> None:
        assert post(clerk).status_code == 422
        many = [
            told(str(number), at=f"2015-03-12T{number // 60 % 24:02}:{number % 60:02}:00Z") for number in range(1000)
        ]
        assert post(clerk, *many, told("one more")).status_code == 422
        assert post(clerk, *many).json()["recorded"] == 1000

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": "a"},
            {"at": "2015-03-12T19:30:00"},
            {"at": "0001-01-01T00:00:00+10:00"},
            {"at": "9999-12-31T23:59:59-10:00"},
            {"note": "x\x00"},
            {"note": "x" * 8001},
            {"companions": ["7"] * 51},
            {"answers": {"a/b": 1}},
            {"more": 1},
            {"lead": None},
            {"at": "2016-03-12T19:30:00+08:00"},
            {"lead": "nobody"},
            {"cell": SMALL},
            {"layer": "dragons"},
        ],
    )
    def test_what_cannot_be_is_told(self, clerk: TestClient, wrong: dict[str, object]) -> None:
        refused = post(clerk, told("a") | wrong)
        assert refused.status_code == 422, refused.text
        assert refused.json()["faults"]
        assert clerk.get("/visits").json()["count"] == 0

    def test_not_by_everybody(self, visited: Office, as_role: As, li: TestClient, nobody: TestClient) -> None:
        assert post(nobody, told("a")).status_code == 401
        for role in ("reader", "planner", "auditor", "public"):
            assert post(as_role(role), told("a")).status_code == 403
        assert post(li, told("a", lead="8")).json()["code"] == "office.visit_not_own"
        assert post(li, told("a")).status_code == 201

    def test_nowhere_else(self, visited: Office, as_role: As) -> None:
        """What is known in another scope is no more known than what is not there at all."""
        here = as_role("clerk", FAR)
        unseen, absent = post(here, told("a")), post(here, told("a", "H9"))
        assert unseen.status_code == absent.status_code == 422
        assert unseen.json()["faults"][0]["code"] == absent.json()["faults"][0]["code"]
        assert post(here, told("a", None, cell=SMALL)).status_code == 403
        assert post(here, told("a", "H3", lead="9")).status_code == 201

    def test_an_id_of_another_scope_is_no_failure(self, clerk: TestClient, as_role: As) -> None:
        assert post(clerk, told("a")).status_code == 201
        taken = post(as_role("clerk", FAR), told("a", "H3", lead="9"))
        assert (taken.status_code, taken.json()["code"]) == (403, "store.out_of_scope")
        assert "H1" not in taken.text


class TestReading:
    def test_homes_are_masked_but_for_those_who_answer_there(self, clerk: TestClient, li: TestClient) -> None:
        post(clerk, told("a", note="dog"), told("b", "H3", lead="9"), told("c", None, cell=SMALL))
        rows = {row["visit"]: row for row in clerk.get("/visits").json()["items"]}
        assert (rows[uid("a")]["outcome"], rows[uid("a")]["at"], rows[uid("a")]["note"]) == (None, None, None)
        assert rows[uid("c")]["outcome"] == "met"
        his = {row["visit"]: row for row in li.get("/visits").json()["items"]}
        assert (his[uid("a")]["outcome"], his[uid("a")]["note"]) == ("met", "dog")
        assert his[uid("b")]["outcome"] is None

    def test_the_list_is_narrowed(self, clerk: TestClient, as_role: As) -> None:
        post(clerk, told("a"), told("b", "H3", lead="9"), told("c", None, cell=SMALL, at="2015-05-01T09:00:00+08:00"))

        def found(client: TestClient = clerk, **asked: object) -> set[str]:
            return {row["visit"] for row in client.get("/visits", params=asked).json()["items"]}

        assert found(cell=BIG) == {uid("a"), uid("c")}
        assert found(layer="households") == {uid("a"), uid("b")}
        assert found(lead="9") == {uid("b")}
        assert found(on="2015-04-01") == {uid("a"), uid("b")}
        assert found(since="2015-04-01") == {uid("c")}
        assert found(as_role("reader", FAR)) == {uid("b")}
        assert found(as_role("reader", FAR), cell=BIG) == set()

    def test_it_is_sent_again_after_a_visit_alone(self, clerk: TestClient) -> None:
        tag = clerk.get("/visits").headers["ETag"]
        assert clerk.get("/visits", headers={"If-None-Match": tag}).status_code == 304
        post(clerk, told("a"))
        assert clerk.get("/visits", headers={"If-None-Match": tag}).status_code == 200

    def test_one_is_shown_where_it_exists(self, clerk: TestClient, as_role: As) -> None:
        post(clerk, told("a"))
        shown = clerk.get(f"/visits/{uid('a')}")
        assert (shown.json()["visit"]["key"], shown.json()["corrected"]) == ("H1", False)
        unseen, absent = as_role("clerk", FAR).get(f"/visits/{uid('a')}"), clerk.get(f"/visits/{uid('z')}")
        assert (unseen.status_code, absent.status_code) == (404, 404)
        assert unseen.json()["code"] == absent.json()["code"]
        assert clerk.get("/visits/a").status_code == 422

    def test_revealing_gives_a_reason_that_stands_in_the_audit_first(
        self, visited: Office, clerk: TestClient, app: Any, administers_here: TestClient
    ) -> None:
        post(clerk, told("a", note="dog"))
        asked = {"visits": [uid("a")], "fields": ["note", "outcome"], "reason": "complaint"}
        assert clerk.post("/visits/reveal", json=asked).status_code == 403
        rows = administers_here.post("/visits/reveal", json=asked)
        assert rows.json()["items"] == [{"visit": uid("a"), "note": "dog", "outcome": "met"}]
        audit = read_audit(LOCAL_ADMINISTRATOR, visited, limit=1)
        assert (audit["action"].tolist(), audit["detail"].iloc[0]["reason"]) == (["reveal"], "complaint")
        assert administers_here.post("/visits/reveal", json=asked | {"reason": " "}).status_code == 422
        assert administers_here.post("/visits/reveal", json=asked | {"fields": ["dragon"]}).status_code == 422
        assert administers_here.post("/visits/reveal", json=asked | {"visits": [uid("z")]}).status_code == 404


class TestCorrecting:
    def test_upon_the_state_that_was_seen(self, clerk: TestClient) -> None:
        post(clerk, told("a"))
        path = f"/visits/{uid('a')}"
        tag = clerk.get(path).headers["ETag"]
        change = {"outcome": "absent"}
        assert clerk.patch(path, json=change).status_code == 428
        done = clerk.patch(path, json=change, headers={"If-Match": tag})
        assert done.status_code == 200, done.text
        assert (done.json()["visit"]["corrects"], done.json()["visit"]["key"]) == (uid("a"), "H1")
        assert clerk.patch(path, json={"outcome": "locked"}, headers={"If-Match": tag}).status_code == 412
        assert clerk.get(path).json()["corrected"]
        assert {row["visit"] for row in clerk.get("/visits").json()["items"]} == {done.json()["visit"]["visit"]}
        assert clerk.get("/visits", params={"current": False}).json()["count"] == 2
        again = clerk.patch(
            f"/visits/{done.json()['visit']['visit']}", json={"key": "H2"}, headers={"If-Match": done.headers["ETag"]}
        )
        assert again.json()["visit"]["key"] == "H2"

    def test_what_cannot_be_is_told(self, clerk: TestClient, as_role: As, li: TestClient) -> None:
        post(clerk, told("a"), told("b", "H3", lead="9"))
        path, matching = f"/visits/{uid('a')}", {"If-Match": "*"}
        for wrong in ({"outcome": "dragon"}, {"outcome": None}, {"id": uid("c")}, {"key": "H9"}, {"at": None}):
            assert clerk.patch(path, json=wrong, headers=matching).status_code == 422, wrong
        assert as_role("reader").patch(path, json={}, headers=matching).status_code == 403
        assert as_role("clerk", FAR).patch(path, json={}, headers=matching).status_code == 404
        assert li.patch(f"/visits/{uid('b')}", json={"outcome": "met"}, headers=matching).status_code == 403
        assert clerk.patch(f"/visits/{uid('z')}", json={}, headers=matching).status_code == 404
