"""Several reports at once; issues that are likely one, and job offers in reach: no pair gives away where a home is."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.api.test_issues import HERE, Of, clerk, counter, of, report
from tests.office.visited import FAR, SMALL, uid

__all__ = ["clerk", "counter", "of"]


def given(name: str, **said: object) -> dict[str, object]:
    return {"id": uid(name), "source": "phone", "by": "7", "category": "streetlight", **HERE} | said


def batch(client: TestClient, *reports: dict[str, object], **headers: str) -> Any:
    return client.post("/issues/batch", json={"reports": list(reports)}, headers=headers)


class TestSeveralAtOnce:
    def test_each_gets_its_number_and_sent_again_the_same(self, clerk: TestClient) -> None:
        first = batch(clerk, given("a"), given("b", category="road"))
        assert first.status_code == 201, first.text
        assert first.json() == {
            "items": [{"issue": uid("a"), "number": "2015-00001"}, {"issue": uid("b"), "number": "2015-00002"}],
            "count": 2,
        }
        again = batch(clerk, given("b", category="road"), given("c"))
        assert [one["number"] for one in again.json()["items"]] == ["2015-00002", "2015-00003"]
        assert clerk.get("/issues").json()["count"] == 3

    def test_a_key_stands_for_one_batch(self, clerk: TestClient) -> None:
        key = {"Idempotency-Key": "a-batch"}
        first, again = (batch(clerk, given("a"), **key) for _ in range(2))
        assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
        assert batch(clerk, given("b"), **key).status_code == 422

    def test_one_that_cannot_be_keeps_all_out(self, clerk: TestClient, as_role: As) -> None:
        assert batch(clerk, given("a"), given("b", category="dragon")).status_code == 404
        assert batch(clerk, given("a"), given("b", source="dragon")).status_code == 422
        assert batch(clerk).status_code == 422
        assert batch(clerk, *(given(f"n{number}") for number in range(201))).status_code == 422
        assert batch(as_role("clerk", SMALL), given("a"), given("b", cell=FAR, lon=None, lat=None)).status_code == 403
        assert batch(as_role("reader"), given("a")).status_code == 403
        assert clerk.get("/issues").json()["count"] == 0


def pairs(client: TestClient, path: str = "/issues/duplicates", **asked: object) -> list[dict[str, Any]]:
    told = client.get(path, params=asked)
    assert told.status_code == 200, told.text
    rows: list[dict[str, Any]] = told.json()["items"]
    return rows


class TestDuplicates:
    def test_those_that_are_near_and_alike_are_proposed(self, clerk: TestClient, as_role: As) -> None:
        for name, more in (("a", {}), ("b", {}), ("c", {"category": "road"})):
            assert report(clerk, name, **more).status_code == 201
        (pair,) = pairs(clerk)
        assert {pair["number"], pair["other"]} == {"2015-00001", "2015-00002"}
        assert (pair["distance_m"], pair["category"]) == (0, "streetlight")
        assert pairs(clerk, issue="2015-00001") == [pair]
        assert pairs(clerk, issue="2015-00003") == pairs(clerk, issue="9999") == []
        assert pairs(as_role("reader", FAR)) == []
        assert as_role("public").get("/issues/duplicates").status_code == 403
        assert clerk.get("/issues/duplicates", params={"issue": "x" * 65}).status_code == 422

    def test_a_pair_tells_nobody_where_a_home_is(self, clerk: TestClient, of: Of, as_role: As) -> None:
        report(clerk, "lamp")
        for name in ("home", "again"):
            assert report(clerk, name, features=[["households", "H1"]]).status_code == 201
        for client in (clerk, as_role("reader")):
            (pair,) = pairs(client)
            assert {pair["number"], pair["other"]} == {"2015-00002", "2015-00003"}
            assert pair["distance_m"] is None
        his = pairs(of("cadre", "7"))
        assert len(his) == 3
        assert {row["distance_m"] for row in his} == {0}


class TestOffers:
    def test_offers_are_shown_beside_those_who_agreed(self, clerk: TestClient, as_role: As) -> None:
        assert report(clerk, "offer", category="job_offered").status_code == 201
        assert report(clerk, "seeker", category="job_wanted", consent=True).status_code == 201
        assert report(clerk, "silent", category="job_wanted").status_code == 201
        (pair,) = pairs(clerk, "/issues/offers", metres=500)
        assert (pair["offer"], pair["seeker"], pair["offer_cell"]) == ("2015-00001", "2015-00002", SMALL)
        assert pairs(as_role("reader", FAR), "/issues/offers") == []
        for wrong in ("-1", "nan", "inf", "x", "1e9"):
            assert clerk.get("/issues/offers", params={"metres": wrong}).status_code == 422, wrong
