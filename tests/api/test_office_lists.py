"""The roster, imports, rules, sheets and the audit over HTTP."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.office.visited import FAR, SMALL

ON = {"on": "2015-05-20"}


def test_the_roster_of_a_part_names_who_is_for_it(reads: As) -> None:
    whole = {row["cadre"] for row in reads("reader").get("/roster/cadres", params=ON).json()["items"]}
    assert whole == {"1", "4", "5", "6", "7", "8", "9"}
    mine = {row["cadre"] for row in reads("reader", SMALL).get("/roster/cadres", params=ON).json()["items"]}
    assert "7" in mine
    assert "9" not in mine
    posts = reads("reader").get("/roster", params=ON | {"cell": FAR}).json()["items"]
    assert [row["name"] for row in posts] == ["钱三"]


def test_findings_come_with_advice(reads: As) -> None:
    rows = reads("reader").get("/roster/findings", params=ON | {"limit": 1000}).json()["items"]
    no_head = next(row for row in rows if row["kind"] == "no_head")
    assert no_head["cell"] in no_head["advice"]


def test_telephones_are_revealed_with_a_reason_to_who_may(reads: As, administers: TestClient) -> None:
    asked = {"cadres": ["7"], "reason": "a call", **ON}
    assert reads("leader").post("/roster/phones", json=asked).status_code == 403
    assert administers.post("/roster/phones", json=asked).json() == {"phones": {}}, "the roster has none"
    row = administers.get("/audit", params={"sort": "-seq", "limit": 1}).json()["items"][0]
    assert (row["action"], row["detail"]["cadres"]) == ("reveal", ["7"])
    assert administers.post("/roster/phones", json=asked | {"cadres": ["77"]}).status_code == 404
    assert administers.post("/roster/phones", json=asked | {"reason": " "}).status_code == 422


def test_the_audit_is_for_auditors_and_says_whether_it_is_whole(reads: As) -> None:
    assert reads("leader").get("/audit").status_code == 403
    assert reads("leader").post("/audit/verify").status_code == 403
    auditor = reads("auditor")
    rows = auditor.get("/audit", params={"newest": 5}).json()
    assert rows["count"] == 5
    found = auditor.post("/audit/verify").json()
    assert (found["ok"], found["first_bad"], found["reason"]) == (True, None, None)
    assert found["rows"] >= 5


def test_sheets_are_for_those_who_visit(reads: As) -> None:
    assert reads("reader").get("/sheets").status_code == 403
    assert reads("clerk").get("/sheets").json()["items"] == []


def test_the_calendar_of_a_year_and_of_none(reads: As) -> None:
    days = reads("reader").get("/calendar/2015", params={"limit": 1000}).json()["items"]
    assert {"day": "2015-10-01", "weekday": 4, "working": False, "stated": False} in days
    assert reads("reader").get("/calendar/1000").status_code == 422


def test_categories_and_programmes_are_told(reads: As) -> None:
    names = {row["name"] for row in reads("reader").get("/categories", params=ON).json()["items"]}
    assert "streetlight" in names
    (one,) = reads("reader").get("/programmes", params={"on": "2015-10-31"}).json()["items"]
    assert (one["programme"], one["filed"]) == ("下沙专项", 2)
