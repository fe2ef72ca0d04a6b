"""Duties are ended and subjects exempted by those who keep the rules; notices of holidays come in as a job."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.auditing import read_audit
from gridmap.office.duties import keep_default_duties
from gridmap.office.wiring import Office
from gridmap.office.work import work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.conftest import Sheet
from tests.office.visited import FOUNDED, settle

DUTY, CARE, WHY = "businesses_2015", "care_monthly", "the family is abroad"
MAY = {"on": "2015-05-20"}
EXEMPT = {"subject": "S1", "begin": "2015-05-01", "end": "2015-06-01", "reason": WHY}


@pytest.fixture
def ruled(office: Office, tmp_path: Path) -> Office:
    """The village with its registers and the duties that the product ships."""
    settle(office, tmp_path)
    keep_default_duties(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    return office


def states(client: TestClient, **asked: str) -> dict[str, str]:
    told = client.get("/duties/states", params=MAY | {"duty": DUTY, "limit": 1000} | asked).json()["items"]
    return {row["subject"]: row["state"] for row in told}


def test_an_exemption_wins_and_its_reason_is_told_nowhere(ruled: Office, as_role: As) -> None:
    planner = as_role("planner")
    before = states(planner)
    made = planner.post(f"/duties/{DUTY}/exemptions", json=EXEMPT, headers={"Idempotency-Key": "one"})
    again = planner.post(f"/duties/{DUTY}/exemptions", json=EXEMPT, headers={"Idempotency-Key": "one"})
    assert (made.status_code, again.json()) == (201, made.json())
    after = states(planner)
    assert (before["S1"], after["S1"]) == ("due", "exempt")
    assert after | {"S1": "due"} == before
    assert states(planner, on="2015-06-02")["S1"] != "exempt"
    assert WHY not in planner.get("/duties/states", params=MAY).text
    assert WHY not in str(read_audit(LOCAL_ADMINISTRATOR, ruled)["detail"].tolist())


def test_a_duty_is_ended_once(ruled: Office, as_role: As) -> None:
    planner = as_role("planner")
    assert planner.post(f"/duties/{DUTY}/end", json={"on": "2015-06-01"}).status_code == 204
    assert DUTY in {row["duty"] for row in planner.get("/duties", params=MAY).json()["items"]}
    assert DUTY not in {row["duty"] for row in planner.get("/duties", params={"on": "2015-06-01"}).json()["items"]}
    assert planner.post(f"/duties/{DUTY}/end", json={"on": "2015-06-01"}).status_code == 404


def test_a_sensitive_duty_does_not_exist_for_a_planner(
    ruled: Office, as_role: As, administers_here: TestClient
) -> None:
    planner = as_role("planner")
    for subject in ("C1", "C9"):
        told = planner.post(f"/duties/{CARE}/exemptions", json=EXEMPT | {"subject": subject})
        assert told.status_code == 404
        assert "C1" not in told.text
    ended = planner.post(f"/duties/{CARE}/end", json={"on": "2015-06-01"})
    assert ended.status_code == 404
    unknown = planner.post("/duties/dragons/end", json={"on": "2015-06-01"})
    assert ended.json()["sentence"].replace(CARE, "dragons") == unknown.json()["sentence"]
    assert CARE not in unknown.text
    made = administers_here.post(f"/duties/{CARE}/exemptions", json=EXEMPT | {"subject": "C1"})
    assert made.status_code == 201, made.text


def test_what_cannot_be_and_who_may_not(ruled: Office, as_role: As) -> None:
    planner, path = as_role("planner"), f"/duties/{DUTY}/exemptions"
    for wrong, status in (
        ({"subject": "H9"}, 404),
        ({"begin": "1899-01-01"}, 422),
        ({"end": "2015-05-01"}, 422),
        ({"reason": ""}, 422),
        ({"reason": " "}, 422),
        ({"dragon": 1}, 422),
    ):
        assert planner.post(path, json=EXEMPT | wrong).status_code == status, wrong
    assert planner.post("/duties/dragons/exemptions", json=EXEMPT).status_code == 404
    for role in ("reader", "clerk", "leader", "auditor"):
        assert as_role(role).post(path, json=EXEMPT).status_code == 403
        assert as_role(role).post(f"/duties/{DUTY}/end", json={}).status_code == 403
    assert as_role("planner", "440307010001").post(f"/duties/{DUTY}/end", json={}).status_code == 403
    assert set(states(planner).values()) == {"due"}


def test_a_notice_of_holidays_comes_in_as_a_job(app: FastAPI, as_role: As, sheet: Sheet) -> None:
    planner = as_role("planner")
    path = sheet("notice.xlsx", ("日期", "是否上班"), ("2027-01-01", "否"), ("2027-01-02", "是"))
    assert as_role("clerk").post("/imports/calendar", files={"file": (path.name, b"x")}).status_code == 403
    for dry_run, days in ((True, 0), (False, 2)):
        files = {"file": (path.name, path.read_bytes())}
        begun = planner.post("/imports/calendar", data={"dry_run": dry_run}, files=files)
        work_once(app.state.office)
        job = planner.get(begun.headers["Location"]).json()
        assert (job["error"], job["result"]["counts"]["added"], job["result"]["kept"]) == (None, 2, not dry_run)
        told = planner.get("/calendar/2027")
        assert sum(row["stated"] for row in told.json().get("items", ())) == days
