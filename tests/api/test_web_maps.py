"""Map pages over HTTP: what runs in them, for whom they are cut, what they never tell."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.errors import RefusedError
from gridmap.office.map_pages import map_page
from gridmap.office.map_scene import Wanted
from gridmap.office.rostering import import_roster
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.api.conftest import As
from tests.office.conftest import CLOCK
from tests.office.visited import FOUNDED, HEADER, PEOPLE, book

DAY = {"on": "2015-12-31"}
FIRST, OTHER = "440307010001", "440307010002"
DRAWN = ("gaps", "coverage", "issues")


@pytest.mark.parametrize("view", DRAWN)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_the_scripts_of_that_very_page_run(reads: As, view: str, lang: str) -> None:
    page = reads("reader").get(f"/maps/{view}", params={**DAY, "lang": lang})
    assert page.status_code == 200, page.text
    rules = dict(rule.strip().partition(" ")[::2] for rule in page.headers["Content-Security-Policy"].split(";"))
    assert rules["sandbox"].startswith("allow-scripts")
    assert "allow-same-origin" not in rules["sandbox"]
    assert rules["default-src"] == "'none'"
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    assert rules["script-src"].split() == [f"'sha256-{one}'" for one in digests]
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in page.text


def test_each_page_shows_its_own_view_first(reads: As) -> None:
    reader = reads("reader")
    firsts = [re.search(r'"views":\["(\w+)"', reader.get(f"/maps/{view}", params=DAY).text) for view in DRAWN]
    assert [one and one[1] for one in firsts] == list(DRAWN)


@pytest.mark.parametrize("role", ["reader", "clerk", "leader", "administrator"])
@pytest.mark.parametrize("view", DRAWN)
def test_no_home_and_nobody_in_it_is_on_a_map_for_others(
    reads: As, administers: TestClient, role: str, view: str
) -> None:
    client = administers if role == "administrator" else reads(role)
    text = client.get(f"/maps/{view}", params=DAY).text
    for secret in ("张三", "李四", "王母路1号", "陈婆", "households H1", '"H1"', "C1"):
        assert secret not in text


def test_a_map_is_cut_to_the_scope(reads: As) -> None:
    whole, part = (reads("reader", *cells).get("/maps/coverage", params=DAY).text for cells in ((), (FIRST,)))
    assert OTHER in whole
    assert FIRST in part
    assert OTHER not in part
    refused = reads("reader", FIRST).get("/maps/gaps", params={**DAY, "cell": OTHER})
    assert refused.status_code == 403


@pytest.mark.parametrize("view", DRAWN)
def test_for_whom_there_is_no_cell_a_map_names_none(lived: FastAPI, view: str) -> None:
    with pytest.raises(RefusedError) as refused:
        map_page(Person("x", "reader", frozenset()), lived.state.office, view, Wanted(CLOCK.today()))
    assert "None" not in str(refused.value)


def test_what_is_not_there_is_said(reads: As, nobody: TestClient) -> None:
    leader = reads("leader")
    assert nobody.get("/maps/gaps").status_code == 401
    assert leader.get("/maps/gaps", params={"on": "1999-01-01"}).status_code == 404
    assert leader.get("/maps/gaps", params={**DAY, "cell": "nowhere"}).status_code == 404
    assert leader.get("/maps/nothing").status_code == 422
    assert leader.get("/maps/routes", params=DAY).json()["code"] == "office.no_plan"
    assert reads("reader").get("/maps/routes", params=DAY).status_code == 403


def test_what_has_not_changed_is_not_sent_again(as_role: As, office: Office, tmp_path) -> None:  # type: ignore[no-untyped-def]
    reader = as_role("reader")
    first = reader.get("/maps/gaps", params=DAY)
    held = {"If-None-Match": first.headers["ETag"]}
    assert reader.get("/maps/gaps", params=DAY, headers=held).status_code == 304
    import_roster(LOCAL_ADMINISTRATOR, office, book(tmp_path / "roster.xlsx", HEADER, *PEOPLE), on=FOUNDED)
    assert reader.get("/maps/gaps", params=DAY, headers=held).status_code == 200
