"""What all addresses that one reads have in common: who gets them, what of them, and when they are sent again."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.visited import BIG, FAR, FOUNDED, OTHER, SMALL, book, middle_of

ON = {"on": "2015-05-20"}
# Every list, and the columns in which a cell stands.
LISTS = {
    "/cells": ("code",),
    "/features/households": ("cell",),
    "/features/streetlights": ("cell",),
    "/gaps": ("cell",),
    "/gaps/kinds": (),
    "/coverage": ("code",),
    "/figures/table": (),
    "/figures/by/cell": ("group",),
    "/figures/by/unit": (),
    "/figures/by/week": (),
    "/figures/by/source": (),
    "/figures/by/category": (),
    "/duties": (),
    "/duties/states": ("cell",),
    "/roster": ("cell",),
    "/roster/cadres": (),
    "/roster/absences": (),
    "/roster/findings": ("cell",),
    "/editions": (),
    "/grid/check": ("code",),
    "/imports": (),
    "/calendar/2015": (),
    "/categories": (),
    "/service-items": (),
    "/programmes": (),
}
THINGS = (f"/cells/{SMALL}", "/figures", "/layers", "/grid/1/cells", "/features/households/H1")
EVERYTHING = (*LISTS, *THINGS)


def nowhere(rows: list[dict[str, object]], column: str) -> set[object]:
    """The row of what is in no cell, where it counts nothing."""
    return {
        row[column]
        for row in rows
        if row[column] == "none" and not any(row.get(name) for name in ("filed", "eligible"))
    }


@pytest.mark.parametrize("path", EVERYTHING)
def test_a_reader_reads_and_nobody_else_does(lived: FastAPI, reads: As, path: str) -> None:
    nobody = TestClient(lived, base_url="https://office.test").get(path)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "office.no_session")
    refused = reads("public").get(path, params=ON)
    assert (refused.status_code, refused.json()["error"]) == (403, "RefusedError")
    read = reads("reader").get(path, params=ON)
    assert read.status_code == 200, read.text


@pytest.mark.parametrize("path", EVERYTHING)
def test_what_has_not_changed_is_not_sent_again(reads: As, path: str) -> None:
    reader = reads("reader")
    first = reader.get(path, params=ON)
    again = reader.get(path, params=ON, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "private, must-revalidate"


@pytest.mark.parametrize("path", [path for path, columns in LISTS.items() if columns])
def test_a_reader_of_one_cell_gets_its_rows_alone_and_they_match_those_of_the_whole(reads: As, path: str) -> None:
    asked = ON | {"limit": 1000} | ({"level": "small"} if "by/cell" in path else {})
    whole = reads("reader").get(path, params=asked).json()["items"]
    mine = reads("reader", SMALL).get(path, params=asked).json()
    (column,) = LISTS[path]
    assert {row[column] for row in mine["items"]} <= {SMALL, *nowhere(mine["items"], column)}
    assert mine["count"] == len(mine["items"])
    plain = [{name: one for name, one in row.items() if name != "number"} for row in whole if row[column] == SMALL]
    assert [
        {name: one for name, one in row.items() if name != "number"} for row in mine["items"] if row[column] == SMALL
    ] == plain


@pytest.mark.parametrize("path", LISTS)
def test_pages_follow_each_other_to_the_end(reads: As, path: str) -> None:
    reader = reads("reader")
    whole = reader.get(path, params=ON | {"limit": 1000}).json()
    first = reader.get(path, params=ON | {"limit": 2}).json()
    assert first["count"] == whole["count"]
    assert first["items"] == whole["items"][:2]
    if whole["count"] > 2:
        assert reader.get(first["next"]).json()["items"] == whole["items"][2:4]
    else:
        assert first["next"] is None


@pytest.mark.parametrize("path", LISTS)
def test_what_cannot_be_is_told_by_its_name(reads: As, path: str) -> None:
    reader = reads("reader")
    for wrong in ({"limit": "0"}, {"sort": "nothing"}, {"after": "?"}):
        told = reader.get(path, params=ON | wrong)
        assert told.status_code == 422, (wrong, told.text)
        assert next(iter(wrong)) in told.text


@pytest.mark.parametrize(
    "path", [path for path in EVERYTHING if re.match("/(cells|gaps|duties/|features/h|cov|roster)", path)]
)
def test_a_day_before_the_first_grid_has_none(reads: As, path: str) -> None:
    told = reads("reader").get(path, params={"on": "2014-05-20"})
    if told.status_code == 200:
        assert told.json()["items"] == [] or "households" in path or "roster" in path or "states" in path
    else:
        assert (told.status_code, told.json()["error"]) == (404, "NotFoundError")


@pytest.mark.parametrize(
    "path", ["/cells", "/features/households", "/gaps", "/gaps/kinds", "/coverage", "/duties/states"]
)
def test_a_cell_that_is_not_there_is_told(reads: As, path: str) -> None:
    told = reads("reader").get(path, params=ON | {"cell": "999"})
    assert (told.status_code, told.json()["code"]) == (404, "store.unknown_cell")
    assert reads("reader").get(path, params=ON | {"cell": BIG}).status_code == 200


@pytest.mark.parametrize("other", [OTHER, FAR])
def test_a_cell_out_of_scope_is_refused(reads: As, other: str) -> None:
    assert reads("reader", SMALL).get(f"/cells/{other}", params=ON).status_code == 403
    assert reads("reader", SMALL).get("/cells", params=ON | {"cell": other}).status_code == 404


def test_an_edit_shows_at_the_next_request(as_role: As, office: Office) -> None:
    """Each answer has the tag of what it depends on, and no other change sends it again."""
    reader = as_role("reader")
    paths = ("/features/businesses", "/gaps", "/coverage", "/figures", "/roster/cadres", "/categories")
    before = {path: reader.get(path) for path in paths}
    assert before["/features/businesses"].json()["count"] == 0
    path = book(office.home / "shops.xlsx", ("商户编号", "名称", "经度", "纬度"), ("S1", "百货", *middle_of(0, 0)))
    source, terms = Source(path, crs="EPSG:4326"), Terms(on=FOUNDED)
    assert import_register(LOCAL_ADMINISTRATOR, office, "businesses", source, terms).faults == ()
    after = {path: reader.get(path, headers={"If-None-Match": one.headers["ETag"]}) for path, one in before.items()}
    assert {path for path, one in after.items() if one.status_code == 304} == {"/roster/cadres", "/categories"}
    assert after["/features/businesses"].json()["count"] == 1
    assert after["/coverage"].json()["items"][0]["features"] == 1
    assert after["/figures"].json()["figures"]["businesses.features"] == 1


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize(
    "asked",
    [{"on": "1900-01-01"}, {"on": "2200-12-31"}, {"as_of": "1900-01-01T00:00:00Z"}, {"as_of": "2200-12-31T23:00:00Z"}],
    ids=str,
)
def test_the_first_and_the_last_day_are_days_too(reads: As, path: str, asked: dict[str, str]) -> None:
    assert reads("reader").get(path, params=asked).status_code in {200, 404}


@pytest.mark.parametrize("asked", [{"on": "0001-01-01"}, {"on": "9999-12-31"}, {"as_of": "9999-12-31T23:59:59-12:00"}])
def test_a_day_that_no_calendar_reaches_is_told(reads: As, asked: dict[str, str]) -> None:
    told = reads("reader").get("/gaps", params=asked)
    assert told.status_code == 422
    assert "1900" in told.json()["faults"][0]["sentence"]
