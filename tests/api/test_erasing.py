"""Erasing over HTTP: by administrators of the whole office, with a reason; a second time there is nothing left."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from gridmap.office.auditing import read_audit
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.listing import list_features
from gridmap.office.rostering import list_roster
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.api.test_issues import PHONE, TEXT, report
from tests.office.conftest import CLOCK
from tests.office.visited import FOUNDED, SMALL, settle, uid

HEAD, WHY = "张三", {"reason": "asked by the family"}
NOTE = "门口有狗"
EVERY = {
    "/features/households/erase": {"key": "H1"},
    "/issues/2015-00001/erase": {},
    "/issues/2015-00001/photos/1/erase": {},
    "/roster/phones/erase": {"cadre": "7"},
}


@pytest.fixture
def told_of(office: Office, tmp_path: Path, as_role: As) -> Office:
    """The village, an issue with words and a photo in it, and a visit with a note."""
    settle(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    clerk = as_role("clerk")
    assert report(clerk).status_code == 201
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(drawn, "PNG")
    assert clerk.post("/issues/2015-00001/photos", files={"file": ("p.png", drawn.getvalue(), "image/png")}).is_success
    visit = {"id": uid("a"), "at": "2015-03-12T19:30:00+08:00", "lead": "7", "outcome": "met", "note": NOTE}
    assert clerk.post("/visits", json={"visits": [visit | {"layer": "households", "key": "H1"}]}).status_code == 201
    return office


def head_of(office: Office, key: str) -> str | None:
    rows = list_features(
        LOCAL_ADMINISTRATOR, office, "households", on=CLOCK.today(), keys=[key], reveal=["head"], reason="test"
    )
    value: str | None = rows["head"].iloc[0]
    return value


def test_the_values_of_a_feature_are_gone_and_the_feature_is_there(
    told_of: Office, administers_here: TestClient
) -> None:
    erased = administers_here.post("/features/households/erase", json={"key": "H1", **WHY})
    assert erased.status_code == 200, erased.text
    assert erased.json()["erased"] >= 3, "the head, the address, and what was noted of the visit"
    assert head_of(told_of, "H1") is None
    assert head_of(told_of, "H2") == "Anna Smith"
    shown = administers_here.post("/visits/reveal", json={"visits": [uid("a")], "fields": ["note"], **WHY})
    assert shown.json()["items"][0]["note"] is None
    assert administers_here.get("/features/households/H1").json()["feature"]["cell"] == SMALL
    assert administers_here.post("/features/households/erase", json={"key": "H1", **WHY}).json() == {"erased": 0}
    row = read_audit(LOCAL_ADMINISTRATOR, told_of).query("action == 'erase'").iloc[0]
    assert (row["subject"], row["detail"]["fields"]) == ("households H1", "all")
    for path in told_of.home.rglob("*"):
        assert not path.is_file() or HEAD.encode() not in path.read_bytes(), path.name


def test_some_fields_alone_are_erased(told_of: Office, administers_here: TestClient) -> None:
    body = {"key": "H1", "fields": ["address"], **WHY}
    assert administers_here.post("/features/households/erase", json=body).json() == {"erased": 1}
    assert head_of(told_of, "H1") == HEAD


def test_words_and_photos_of_an_issue_are_gone(told_of: Office, administers_here: TestClient) -> None:
    path = "/issues/2015-00001"
    assert administers_here.post(f"{path}/photos/1/erase", json=WHY).json() == {"erased": 1}
    assert administers_here.get(f"{path}/photos").json()["count"] == 0
    assert administers_here.post(f"{path}/photos/1/erase", json=WHY).status_code == 404
    assert administers_here.post(f"{path}/erase", json={"fields": ["phone"], **WHY}).json() == {"erased": 1}
    assert administers_here.post(f"{path}/erase", json=WHY).json() == {"erased": 1}
    assert administers_here.post(f"{path}/erase", json=WHY).json() == {"erased": 0}
    card = administers_here.get(path).json()
    assert (card["masked"], card["issue"]["number"]) == ([], "2015-00001")
    kept = b"".join(one.read_bytes() for one in told_of.home.rglob("*") if one.is_file())
    assert TEXT.encode() not in kept
    assert PHONE.encode() not in kept


def test_a_photo_of_another_issue_stays(told_of: Office, as_role: As, administers_here: TestClient) -> None:
    assert report(as_role("clerk"), "other").json()["number"] == "2015-00002"
    assert administers_here.post("/issues/2015-00002/photos/1/erase", json=WHY).status_code == 404
    assert administers_here.get("/issues/2015-00001/photos").json()["count"] == 1


def test_a_telephone_is_gone_and_the_posts_stay(told_of: Office, administers_here: TestClient) -> None:
    posts = len(list_roster(LOCAL_ADMINISTRATOR, told_of, on=CLOCK.today()))
    erased = [administers_here.post("/roster/phones/erase", json={"cadre": "7", **WHY}).json() for _ in range(2)]
    assert erased[1] == {"erased": 0}
    assert administers_here.post("/roster/phones", json={"cadres": ["7"], **WHY}).json() == {"phones": {}}
    assert len(list_roster(LOCAL_ADMINISTRATOR, told_of, on=CLOCK.today())) == posts


def test_what_may_be_kept_no_longer_goes(told_of: Office, administers_here: TestClient, as_role: As) -> None:
    assert as_role("clerk").post("/expire").status_code == 403
    assert administers_here.post("/expire").json() == {"expired": {}}
    told_of.settings = replace(told_of.settings, retention_days={"visits.note": 30})
    assert administers_here.post("/expire").json() == {"expired": {"visits.note": 1}}


@pytest.mark.parametrize("role", ["reader", "planner", "clerk", "leader", "auditor"])
def test_others_erase_nothing(told_of: Office, as_role: As, role: str) -> None:
    client = as_role(role)
    for path, body in EVERY.items():
        assert client.post(path, json={**body, **WHY}).status_code == 403, path
    assert head_of(told_of, "H1") == HEAD


def test_what_cannot_be_is_told(told_of: Office, administers_here: TestClient) -> None:
    for path, body in EVERY.items():
        for wrong in (body, body | {"reason": ""}, body | {"reason": " "}, body | WHY | {"dragon": 1}):
            assert administers_here.post(path, json=wrong).status_code == 422, (path, wrong)
    for path, body, status in (
        ("/features/households/erase", {"key": "H9"}, 404),
        ("/features/dragons/erase", {"key": "H1"}, 404),
        ("/features/households/erase", {"key": "H1", "fields": ["people"]}, 422),
        ("/features/households/erase", {"key": "H1", "fields": []}, 422),
        ("/issues/2015-00009/erase", {}, 404),
        ("/issues/2015-00001/erase", {"fields": ["dragon"]}, 422),
        ("/roster/phones/erase", {"cadre": "nobody"}, 404),
    ):
        assert administers_here.post(path, json=body | WHY).status_code == status, (path, body)
    assert head_of(told_of, "H1") == HEAD
