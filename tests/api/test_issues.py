"""Issues over HTTP: reported once, each step upon the state that was seen, words and photos with a reason."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from gridmap.ledger.categories import Category
from gridmap.ledger.flow import FLOW
from gridmap.office.accounts import new_account
from gridmap.office.auditing import read_audit
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store.categories import keep_categories
from tests.api.conftest import As
from tests.office.signing import PASSWORD, Door
from tests.office.visited import BIG, FAR, FOUNDED, SMALL, middle_of, settle, uid

HERE = dict(zip(("lon", "lat"), middle_of(0, 0), strict=True))
MAY, TEXT, PHONE = {"on": "2015-05-20"}, "the lamp before my door is out", "13800000001"
Of = Callable[[str, str], TestClient]


@pytest.fixture
def counter(office: Office, tmp_path: Path, door: Door) -> Office:
    """The village with its roster, registers and categories, before anybody complains."""
    settle(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    return office


@pytest.fixture
def clerk(counter: Office, as_role: As) -> TestClient:
    return as_role("clerk")


@pytest.fixture
def of(counter: Office, app: FastAPI) -> Of:
    """Makes a client of a cadre of the village, by role and number."""

    def made(role: str, cadre: str) -> TestClient:
        new_account(LOCAL_ADMINISTRATOR, counter, f"{role}-{cadre}", role, password=PASSWORD, cadre=cadre)
        token = new_token(LOCAL_ADMINISTRATOR, counter, label="test", account=f"{role}-{cadre}").token
        return TestClient(app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})

    return made


def report(client: TestClient, name: str = "lamp", **said: object) -> Any:
    given = {
        "id": uid(name),
        "at": "2015-05-04T19:00:00+08:00",
        "source": "visit",
        "by": "7",
        "category": "streetlight",
    }
    place = {} if {"cell", "features", "lon"} & said.keys() else HERE
    return client.post("/issues", json=given | {"text": TEXT, "phone": PHONE} | place | said)


def take(client: TestClient, act: str, tag: str | None, number: str = "2015-00001", **said: object) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    return client.post(f"/issues/{number}/{act}", json={"id": str(uuid4())} | said, headers=headers)


def tag_of(client: TestClient, number: str = "2015-00001") -> str:
    return client.get(f"/issues/{number}").headers["ETag"]


class TestReporting:
    def test_sent_twice_it_is_kept_once(self, clerk: TestClient) -> None:
        first, again = report(clerk), report(clerk)
        assert (first.status_code, first.json()) == (201, {"issue": uid("lamp"), "number": "2015-00001"})
        assert again.json() == first.json()
        rows = clerk.get("/issues").json()
        assert (rows["count"], rows["items"][0]["cell"], rows["items"][0]["follower"]) == (1, SMALL, "7")
        assert clerk.get(first.headers["Location"]).json()["issue"]["issue"] == uid("lamp")

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"source": "dragon"}, 422),
            ({"at": "2016-05-04T19:00:00+08:00"}, 422),
            ({"at": "0001-01-01T00:00:00+10:00"}, 422),
            ({"text": "x" * 8001}, 422),
            ({"text": "\x00"}, 422),
            ({"lon": 114.5}, 422),
            ({"lon": 1e400, "lat": 0}, 422),
            ({"category": "dragon"}, 404),
            ({"follower": "nobody"}, 404),
            ({"cell": "999"}, 404),
            ({"features": [["households", "H9"]]}, 404),
            ({"features": [["dragons", "D1"]]}, 404),
            ({"features": [["care_places", "C1"]]}, 404),
        ],
    )
    def test_what_cannot_be_is_told(self, clerk: TestClient, wrong: dict[str, object], status: int) -> None:
        if wrong.get("lon") == 1e400:
            body = f'{{"id": "{uid("lamp")}", "source": "visit", "by": "7", "lon": 1e400, "lat": NaN}}'
            told = clerk.post("/issues", content=body, headers={"Content-Type": "application/json"})
        else:
            told = report(clerk, **wrong)
        assert told.status_code == status, told.text
        assert TEXT not in told.text
        assert clerk.get("/issues").json()["count"] == 0

    def test_not_by_everybody_nor_everywhere(self, counter: Office, as_role: As, nobody: TestClient) -> None:
        assert report(nobody).status_code == 401
        for role in ("reader", "planner", "auditor", "public"):
            assert report(as_role(role)).status_code == 403
        assert report(as_role("clerk", FAR)).status_code == 403
        assert report(as_role("clerk", SMALL)).status_code == 201


class TestTheFlow:
    def test_from_report_to_close(self, clerk: TestClient, of: Of) -> None:
        report(clerk)
        tag, zhao = tag_of(clerk), of("cadre", "8")
        for who, act, said in (
            (clerk, "file", {}),
            (clerk, "assign", {"holder": "8"}),
            (zhao, "start", {}),
            (zhao, "finish", {"quantities": {"lamps": 1}, "note": "new bulb"}),
            (clerk, "close", {"result": "solved", "reply": "it shines", "quantities": {"lamps": 1}}),
        ):
            taken = take(who, act, tag, **said)
            assert taken.status_code == 200, (act, taken.text)
            tag = taken.headers["ETag"]
        card = clerk.get("/issues/2015-00001").json()
        assert (card["issue"]["state"], card["issue"]["result"]) == ("closed", "solved")
        assert [one["act"] for one in card["events"]] == ["report", "file", "assign", "start", "finish", "close"]
        assert clerk.get("/issues").json()["count"] == 0
        assert clerk.get("/issues", params={"state": "closed"}).json()["count"] == 1
        assert clerk.get("/issues", params={"state": "all"}).json()["count"] == 1

    def test_an_act_names_the_state_it_is_taken_upon(self, clerk: TestClient) -> None:
        report(clerk)
        tag = tag_of(clerk)
        assert (take(clerk, "file", None).status_code, take(clerk, "file", '"0"').status_code) == (428, 412)
        assert clerk.get("/issues/2015-00001", headers={"If-None-Match": tag}).status_code == 304
        given = {"id": str(uuid4())}
        first, again = (take(clerk, "file", tag, **given) for _ in range(2))
        assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json())
        assert take(clerk, "note", first.headers["ETag"], note="x", **given).json()["code"] == "office.event_differs"
        late = take(clerk, "reject", tag, note="no")
        assert (late.status_code, late.json()["code"]) == (412, "office.changed_since")
        assert clerk.get("/issues/2015-00001", headers={"If-None-Match": tag}).status_code == 200

    def test_of_fifty_upon_one_state_one_is_taken(self, clerk: TestClient) -> None:
        report(clerk)
        tag = tag_of(clerk)
        with ThreadPoolExecutor(50) as many:
            statuses = Counter(many.map(lambda _: take(clerk, "note", tag, note="seen").status_code, range(50)))
        assert statuses == {200: 1, 412: 49}
        assert len(clerk.get("/issues/2015-00001").json()["events"]) == 2

    def test_what_may_be_done_is_what_is_told(self, clerk: TestClient, of: Of, as_role: As) -> None:
        report(clerk)
        card = clerk.get("/issues/2015-00001").json()
        assert {"file", "reject", "note"} <= set(card["acts"]) <= set(card["allowed"])
        assert "take_on" in set(card["allowed"]) - set(card["acts"])
        other, leader = of("cadre", "9"), of("leader", "1")
        assert other.get("/issues/2015-00001").json()["acts"] == ["note"]
        assert "take_on" in leader.get("/issues/2015-00001").json()["acts"]
        assert as_role("reader").get("/issues/2015-00001").json()["acts"] == []
        assert clerk.get("/issues/2015-00001", params=MAY).json()["acts"] == []
        refused = take(other, "file", "*")
        assert (refused.status_code, refused.json()["code"]) == (403, "ledger.not_by")
        assert take(as_role("reader"), "note", "*", note="x").status_code == 403
        not_now = take(clerk, "close", "*", result="solved")
        assert (not_now.status_code, not_now.json()["code"]) == (409, "ledger.not_now")
        assert take(clerk, "dragon", "*").status_code in (404, 405)
        assert take(clerk, "report", "*").status_code in (404, 405)

    def test_what_cannot_be_said_is_told(self, clerk: TestClient) -> None:
        report(clerk)
        for act, said in (
            ("file", {"due_at": "9999-12-31T23:59:59-10:00"}),
            ("file", {"more": 1}),
            ("file", {"id": "x"}),
            ("file", {"holder": ["7"]}),
            ("reject", {}),
            ("reject", {"note": "\x00"}),
            ("file", {"at": "2015-05-04T18:00:00+08:00"}),
        ):
            told = take(clerk, act, "*", **said)
            assert told.status_code == (409 if "at" in said else 422), (act, told.text)
        assert take(clerk, "file", "*", category="dragon").status_code == 404
        assert take(clerk, "duplicate", "*", of="2015-00009").status_code == 404
        assert take(clerk, "file", "*", number="2015-00009").status_code == 404

    def test_a_deadline_that_no_calendar_reaches_spoils_no_list(self, counter: Office, clerk: TestClient) -> None:
        far = "2150-06-01T18:00:00+08:00"
        report(clerk)
        refused = take(clerk, "file", "*", due_at=far)
        assert (refused.status_code, refused.json()["code"]) == (422, "people.calendar_missing")
        for clock, day in (("urgent_hours", FOUNDED), ("work_days", dt.date(2015, 12, 1))):
            with counter.writing_whole() as tx:
                keep_categories(tx, {"road": Category("road", "道路", "road", clock, 5)}, on=day)
        report(clerk, "other", category="road")
        early = {"at": "2015-05-05T09:00:00+08:00", "due_at": far}
        assert take(clerk, "file", "*", "2015-00002", **early).status_code == 200
        rows = clerk.get("/issues").json()["items"]
        assert [(row["number"], row["left"], row["overdue"]) for row in rows] == [
            ("2015-00001", None, False),
            ("2015-00002", None, False),
        ]

    def test_every_step_has_an_address(self, app: FastAPI) -> None:
        paths = app.openapi()["paths"]
        assert {f"/issues/{{issue}}/{step.act}" for step in FLOW if step.before} <= paths.keys()

    def test_out_of_scope_it_is_not_there(self, clerk: TestClient, as_role: As) -> None:
        report(clerk)
        far = as_role("clerk", FAR)
        absent = clerk.get("/issues/2015-00009")
        for name in ("2015-00001", uid("lamp")):
            unseen = far.get(f"/issues/{name}")
            assert (unseen.status_code, unseen.json()["code"]) == (404, absent.json()["code"])
            assert take(far, "note", "*", name, note="x").json()["code"] == absent.json()["code"]
        assert far.get("/issues").json()["count"] == 0
        reveal = {"fields": ["text"], "reason": "x"}
        assert far.post("/issues/2015-00001/reveal", json=reveal).status_code == 403

    def test_what_is_sensitive_is_not_there_for_others(self, counter: Office, clerk: TestClient, of: Of) -> None:
        """He who makes it so is told that it is done, and sees it no more; nor can he tell whether it is there."""
        secret = Category("violence", "家暴", "violence", "natural_days", 5, sensitive=True)
        with counter.writing_whole() as tx:
            keep_categories(tx, {"violence": secret}, on=FOUNDED)
        assert report(clerk, category="violence").json()["number"] == "2015-00001"
        report(clerk, "other")
        assert take(clerk, "file", tag_of(clerk, "2015-00002"), "2015-00002", category="violence").status_code == 204
        report(clerk, "third")
        absent = clerk.get("/issues/2015-00009").json()["code"]
        for name in ("2015-00001", "2015-00002", uid("lamp")):
            assert clerk.get(f"/issues/{name}").json()["code"] == absent
            unseen = take(clerk, "note", '"0"', name, note="x").json()
            assert (unseen["code"], name in unseen["sentence"]) == (absent, True)
            assert take(clerk, "duplicate", "*", "2015-00003", of=name).json()["code"] == absent
            assert clerk.get(f"/issues/{name}/photos").json()["code"] == absent
        assert clerk.get("/issues").json()["count"] == 1
        assert of("cadre", "7").get("/issues").json()["count"] == 3


class TestWords:
    def test_are_for_those_who_deal_with_it(self, clerk: TestClient, of: Of) -> None:
        report(clerk)
        assert TEXT not in clerk.get("/issues/2015-00001").text
        assert clerk.get("/issues/2015-00001").json()["masked"] == ["phone", "text"]
        his = of("cadre", "7").get("/issues/2015-00001").json()
        assert {one["field"]: one["value"] for one in his["texts"]} == {"text": TEXT, "phone": PHONE}
        assert TEXT not in clerk.get("/issues").text

    def test_others_give_a_reason(self, counter: Office, clerk: TestClient, administers_here: TestClient) -> None:
        report(clerk)
        asked = {"fields": ["phone"], "reason": "call back"}
        path = "/issues/2015-00001/reveal"
        assert clerk.post(path, json=asked).status_code == 403
        assert administers_here.post(path, json=asked | {"reason": ""}).status_code == 422
        assert administers_here.post(path, json=asked | {"fields": ["dragon"]}).status_code == 422
        told = administers_here.post(path, json=asked)
        assert [(one["field"], one["value"]) for one in told.json()["items"]] == [("phone", PHONE)]
        assert told.headers["Cache-Control"] == "no-store"
        assert read_audit(LOCAL_ADMINISTRATOR, counter, limit=1)["detail"].iloc[0]["reason"] == "call back"


class TestPlaces:
    def test_the_place_of_a_home_is_for_those_who_answer_there(self, clerk: TestClient, of: Of) -> None:
        report(clerk, "home", features=[["households", "H1"]])
        box = ",".join(str(middle_of(0, 0)[side] + far) for far in (-0.001, 0.001) for side in (0, 1))
        assert clerk.get("/issues").json()["items"][0]["geometry"] is None
        assert clerk.get("/issues", params={"bbox": box}).json()["count"] == 0
        li = of("cadre", "7")
        assert li.get("/issues", params={"bbox": box}).json()["items"][0]["geometry"]["type"] == "Point"


class TestPhotos:
    @pytest.fixture
    def picture(self) -> bytes:
        made = io.BytesIO()
        Image.linear_gradient("L").save(made, "PNG")
        return made.getvalue()

    def add(self, client: TestClient, data: bytes, kind: str = "image/png", number: str = "2015-00001") -> Any:
        return client.post(f"/issues/{number}/photos", files={"file": ("../x.png", data, kind)})

    def test_is_drawn_anew_and_shown_with_a_reason(
        self, clerk: TestClient, of: Of, as_role: As, administers_here: TestClient, picture: bytes
    ) -> None:
        report(clerk)
        added = self.add(clerk, picture)
        assert (added.status_code, added.json()) == (201, {"photo": 1, "new": True})
        assert self.add(clerk, picture).json() == {"photo": 1, "new": False}
        assert clerk.get("/issues/2015-00001").json()["photos"][0]["width"] == 256
        path = "/issues/2015-00001/photos/1"
        his = of("cadre", "7").get(path)
        assert (his.status_code, his.headers["Content-Type"], his.content[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
        assert his.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert (his.headers["X-Content-Type-Options"], his.headers["Cache-Control"]) == ("nosniff", "no-store")
        assert (as_role("reader").get(path).status_code, administers_here.get(path).status_code) == (403, 422)
        seen = administers_here.post(f"{path}/reveal", json={"reason": "repair plan"})
        assert seen.content == his.content
        # A photo is found at its own issue alone, and nowhere by those for whom the issue is not there.
        report(clerk, "other")
        absent = {"code": "store.unknown_photo"}
        for told in (
            administers_here.post("/issues/2015-00002/photos/1/reveal", json={"reason": "x"}),
            administers_here.post("/issues/2015-00001/photos/9/reveal", json={"reason": "x"}),
            as_role("reader", FAR).get(path),
        ):
            assert (told.status_code, told.json()["code"]) == (404, absent["code"])

    def test_what_is_no_picture_is_refused(self, clerk: TestClient, as_role: As, picture: bytes) -> None:
        report(clerk)
        script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        for data, kind in (
            (script, "image/svg+xml"),
            (script, "image/png"),
            (picture[:60], "image/png"),
            (b"", "image/png"),
        ):
            told = self.add(clerk, data, kind)
            assert (told.status_code, told.json()["error"]) == (422, "FileError"), told.text
        assert clerk.post("/issues/2015-00001/photos", data={"file": "x"}).status_code == 422
        assert self.add(as_role("reader"), picture).status_code == 403
        assert self.add(clerk, picture, number="2015-00009").status_code == 404
        assert clerk.get("/issues/2015-00001/photos").json() == {"items": [], "count": 0}


def test_programmes_are_begun_and_filled(clerk: TestClient, as_role: As, administers_here: TestClient) -> None:
    report(clerk)
    begun = administers_here.post("/programmes", json={"name": "灯", "text": "all lamps"})
    assert (begun.status_code, begun.json()) == (201, {"programme": "灯"})
    assert administers_here.post("/programmes", json={"name": "灯"}).status_code == 409
    assert administers_here.post("/programmes", json={"name": " "}).status_code == 422
    assert clerk.post("/programmes", json={"name": "others"}).status_code == 403
    put = {"issues": ["2015-00001"]}
    assert [clerk.post("/programmes/灯/issues", json=put).json() for _ in range(2)] == [{"added": 1}, {"added": 0}]
    assert clerk.get("/issues/2015-00001").json()["programmes"] == ["灯"]
    assert clerk.post("/programmes/none/issues", json=put).status_code == 404
    assert clerk.post("/programmes/灯/issues", json={"issues": ["2015-00009"]}).status_code == 404
    assert as_role("clerk", FAR).post("/programmes/灯/issues", json=put).status_code == 404


class TestTheListOfAYear:
    """On the village after its year, where nothing is changed."""

    def test_open_ones_by_default_narrowed_by_what_is_asked(self, reads: As) -> None:
        reader = reads("reader")

        def found(**asked: object) -> list[str]:
            return [row["number"] for row in reader.get("/issues", params=asked).json()["items"]]

        assert found() == found(state="open")
        assert set(found()) < set(found(state="all"))
        assert set(found(state=["open", "closed"])) | set(found(state="duplicate")) == set(found(state="all"))
        assert set(found(cell=FAR)) | set(found(cell=BIG)) == set(found())
        assert found(category="streetlight") == found(category=["streetlight", "dragon"]) != []
        assert found(cadre="7", state="all")
        assert found(unit="dragon") == []
        assert set(found(overdue=True)) <= set(found())
        assert found(bbox="0,0,1,1") == []
        assert found(on="2015-05-04") != found()
        for wrong in ({"state": "dragon"}, {"bbox": "1"}, {"on": "0001-01-01"}, {"sort": "text"}, {"overdue": "maybe"}):
            assert reader.get("/issues", params=wrong).status_code == 422, wrong
        assert reader.get("/issues", params={"cell": "999"}).status_code == 404
        rows = reader.get("/issues", params={"geometry": False}).json()["items"]
        assert all("geometry" not in row for row in rows)

    def test_of_a_part_its_own(self, reads: As) -> None:
        rows = reads("reader", FAR).get("/issues", params={"state": "all"}).json()["items"]
        assert {row["cell"] for row in rows} == {FAR}
        assert reads("public").get("/issues").status_code == 403
