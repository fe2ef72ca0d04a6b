"""The office's own page: no script, nothing of anybody that he may not see, and text that stays text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.rostering import import_roster
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.signing import PASSWORD
from tests.office.visited import FOUNDED, HEADER, book

DAY = {"on": "2015-12-31"}
FIRST, OTHER = "440307010001", "440307010002"
SMALL = f"{FIRST}101"
VIEWS = ("gaps", "coverage", "issues")
HOSTILE = """"><script>alert(1)</script><img src=x onerror=alert(2)>"""


class TestSigningIn:
    def test_nobody_gets_the_form_and_nothing_else(self, nobody: TestClient) -> None:
        page = nobody.get("/", params={"lang": "zh"})
        assert page.status_code == 200
        assert re.findall(r'<label for="(\w+)"', page.text) == ["name", "password"]
        assert FIRST not in page.text

    def test_the_form_signs_in_and_out(self, signed_in: As, app: FastAPI) -> None:
        signed_in("leader")
        client = TestClient(app, base_url="https://office.test", headers={"Origin": "https://office.test"})
        wrong = client.post("/sign-in?lang=en", data={"name": "leader-1", "password": "not this one"})
        assert (wrong.status_code, 'role="alert"' in wrong.text) == (401, True)
        right = client.post("/sign-in", data={"name": "leader-1", "password": PASSWORD}, follow_redirects=False)
        assert (right.status_code, right.headers["Location"][:2]) == (303, "/?")
        assert FIRST in client.get("/", params=DAY).text
        client.post("/sign-out")
        assert FIRST not in client.get("/", params=DAY).text

    def test_another_sites_form_does_neither(self, signed_in: As) -> None:
        client = signed_in("leader")
        client.headers["Origin"] = "https://elsewhere.test"
        assert client.post("/sign-in", data={"name": "leader-1", "password": PASSWORD}).status_code == 403
        assert client.post("/sign-out").status_code == 403
        assert FIRST in client.get("/", params=DAY).text


class TestTheViews:
    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_script_stands_in_it_and_none_would_run(self, reads: As, view: str, lang: str) -> None:
        page = reads("reader").get("/", params={**DAY, "view": view, "lang": lang, "cell": FIRST})
        assert page.status_code == 200, page.text
        assert "<script" not in page.text
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
        assert page.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("view", VIEWS)
    def test_the_map_and_its_table_have_the_same_cells(self, reads: As, view: str) -> None:
        text = reads("reader").get("/", params={**DAY, "view": view, "level": "small"}).text
        drawing, _, rest = text.partition("</svg>")
        drawn = re.findall(r'<a href="[^"]*cell=(\w+)', drawing)
        listed = re.findall(r'<th scope="row"><a href="[^"]*cell=(\w+)', rest)
        assert sorted(drawn) == sorted(listed)
        assert len(drawn) > 1

    def test_a_card_says_first_who_answers_then_what_needs_doing(self, reads: As) -> None:
        text = reads("leader").get("/", params={**DAY, "cell": FIRST, "lang": "en"}).text
        card = text[text.index('class="card"') :]
        assert card.index('class="first"') < card.index('class="todo"') < card.index("<dl>")

    def test_it_is_cut_to_the_scope(self, reads: As) -> None:
        reader = reads("reader", FIRST)
        text = reader.get("/", params=DAY).text
        assert FIRST in text
        assert OTHER not in text
        assert reader.get("/", params={**DAY, "cell": OTHER}).status_code == 404

    @pytest.mark.parametrize("view", VIEWS)
    def test_each_map_is_titled_by_what_its_own_view_finds(self, reads: As, view: str) -> None:
        text = reads("reader").get(f"/maps/{view}", params={**DAY, "lang": "en"}).text
        said = {"gaps": "gaps: ", "coverage": "with a head of their own: ", "issues": "open issues: "}
        title = re.findall(r"<title>(.*?)</title>", text)[0]
        assert [name for name, words in said.items() if words in title] == [view]

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_single_cell_is_compared_with_no_other(self, reads: As, view: str) -> None:
        text = (
            reads("reader").get("/", params={**DAY, "view": view, "level": "small", "cell": SMALL, "lang": "en"}).text
        )
        assert text.count('<th scope="row">') == 1
        assert "most in" not in text
        assert view == "coverage" or 'fill="#FFFFFF" fill-opacity' in text

    def test_the_source_and_the_edition_stand_under_the_map(self, reads: As) -> None:
        for view in (*VIEWS, "routes"):
            text = reads("leader").get("/", params={**DAY, "view": view, "lang": "en"}).text
            assert view == "routes" or "grid edition 2015" in text[text.index("<figcaption>") :]

    def test_a_gap_is_told_in_the_language_of_the_page(self, reads: As) -> None:
        text = reads("leader").get("/", params={**DAY, "view": "gaps", "lang": "zh"}).text
        things = text[text.index('id="things"') :]
        subjects = re.findall(r'<td data-name="对象"[^>]*>(.*?)</td>', things)
        assert subjects
        assert not [one for one in subjects if re.match("[a-z]", one)]
        assert not re.search(r">[\d,]+ (m2|m|visits|days|features)<", things)

    @pytest.mark.parametrize("view", VIEWS)
    def test_no_home_is_named(self, reads: As, view: str) -> None:
        text = reads("reader").get("/", params={**DAY, "view": view, "level": "small"}).text
        for secret in ("张三", "李四", "王母路1号", "陈婆"):
            assert secret not in text

    def test_issues_are_filtered(self, reads: As) -> None:
        reader = reads("reader")
        every, late, none = (
            reader.get("/", params={**DAY, "view": "issues", **more}).text.count("2015-000")
            for more in ({}, {"overdue": "1"}, {"category": "nothing"})
        )
        assert every >= late
        assert every > none == 0

    def test_routes_are_for_those_who_plan(self, reads: As) -> None:
        assert reads("leader").get("/", params={**DAY, "view": "routes"}).status_code == 200
        assert 'value="routes"' not in reads("reader").get("/", params=DAY).text
        assert reads("reader").get("/", params={**DAY, "view": "routes"}).status_code == 403

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"on": HOSTILE}, 422),
            ({"on": "0001-01-01"}, 422),
            ({"cell": HOSTILE[:60]}, 404),
            ({"on": "1999-01-01"}, 404),
        ],
    )
    def test_what_is_wrong_is_told_on_a_page(self, reads: As, more: dict[str, str], status: int) -> None:
        told = reads("reader").get("/", params={**DAY, **more})
        assert told.status_code == status
        assert "<script" not in told.text
        assert "onerror=alert(2)>" not in told.text

    def test_hostile_names_stay_text(self, as_role: As, office: Office, tmp_path) -> None:  # type: ignore[no-untyped-def]
        people = ("1", HOSTILE, "主要领导", "党政办", FIRST, "2015-01-01")
        assert not import_roster(
            LOCAL_ADMINISTRATOR, office, book(tmp_path / "r.xlsx", HEADER, people), on=FOUNDED
        ).faults
        text = as_role("reader").get("/", params={**DAY, "cell": FIRST, "kind": HOSTILE[:0], "view": HOSTILE}).text
        assert "<script" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text

    def test_a_demo_shows_its_clock_on_each_page(self, app: FastAPI, nobody: TestClient) -> None:
        office = app.state.office
        assert 'class="demo"' not in nobody.get("/").text
        office.settings = replace(office.settings, demo_instant="2015-12-31T18:30:00+08:00")
        assert 'class="demo"' in nobody.get("/").text


def test_the_style_names_fonts_for_chinese(nobody: TestClient) -> None:
    style = nobody.get("/static/page.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "Noto Sans CJK SC" in style.text
