"""Gaps, coverage, figures and duties over HTTP: filters, words, what is masked, counts that match."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.office.visited import BIG, FAR, SMALL

MAY, LATE = {"on": "2015-05-20"}, {"on": "2015-11-20"}
ALL = {"limit": 1000}


def test_gaps_say_why_in_the_language_asked_for(reads: As) -> None:
    reader = reads("reader")
    asked = MAY | ALL | {"kind": "unvisited"}
    english, chinese = (reader.get("/gaps", params=asked | {"lang": lang}).json()["items"] for lang in ("en", "zh"))
    assert {row["kind"] for row in english} == {"unvisited"}
    assert "no visit that counts yet" in english[0]["why"]
    assert english[0]["why"] != chinese[0]["why"]
    assert english[0]["reason"] == chinese[0]["reason"]


def test_gaps_are_narrowed_by_kind_cell_level_and_box(reads: As) -> None:
    reader = reads("reader")
    whole = reader.get("/gaps", params=MAY | ALL).json()["items"]
    narrowed = {
        "cell": (FAR, lambda row: row["small"] == FAR),
        "level": ("middle", lambda row: row["middle"] and not row["small"]),
        "kind": ("unattended_cell", lambda row: row["kind"] == "unattended_cell"),
        "bbox": ("114.48,22.59,114.49,22.60", lambda row: row["geometry"] is not None),
    }
    for name, (value, holds) in narrowed.items():
        rows = reader.get("/gaps", params=MAY | ALL | {name: value}).json()["items"]
        assert rows, name
        assert len(rows) < len(whole), name
        assert all(holds(row) for row in rows), name
    assert reader.get("/gaps", params={"kind": "dragon"}).status_code == 404
    assert reader.get("/gaps", params={"bbox": "1,2,3"}).status_code == 422


def test_the_kinds_count_what_the_list_holds(reads: As) -> None:
    reader = reads("reader", BIG)
    listed = reader.get("/gaps", params=LATE | ALL).json()["items"]
    for row in reader.get("/gaps/kinds", params=LATE).json()["items"]:
        assert row["gaps"] == sum(one["kind"] == row["kind"] for one in listed)


def test_what_is_sensitive_has_no_gap_count_or_state_for_others(reads: As, works: As, administers: TestClient) -> None:
    paths = ("/gaps", "/coverage", "/figures", "/figures/table", "/duties", "/duties/states", "/imports")
    for path in paths:
        assert "care_" not in reads("planner").get(path, params=LATE | ALL).text, path
    for path in paths:
        assert "care_" in administers.get(path, params=LATE | ALL).text, path
    mine = works("cadre", "7").get("/duties/states", params=LATE | ALL | {"duty": "care_monthly"}).json()["items"]
    assert {row["cell"] for row in mine} == {SMALL}
    refused = reads("planner").get("/duties/states", params=LATE | {"duty": "dragon"})
    assert refused.status_code == 404
    assert "care" not in refused.text


def test_the_place_of_a_home_is_no_part_of_a_gap(reads: As, works: As) -> None:
    asked = MAY | ALL | {"kind": "unvisited"}
    for row in reads("clerk").get("/gaps", params=asked).json()["items"]:
        assert row["geometry"] is None or not row["subject"].startswith("households")
    far = works("cadre", "9").get("/gaps", params=asked | {"kind": "unattended_cell"}).json()["items"]
    assert any(row["geometry"] for row in far)


def test_coverage_sums_to_the_office_and_a_part_has_no_office(reads: As) -> None:
    rows = {row["code"]: row for row in reads("reader").get("/coverage", params=MAY).json()["items"]}
    smalls = [row for row in rows.values() if row["level"] in ("small", "none")]
    assert rows[""]["features"] == sum(row["features"] for row in smalls)
    assert {row["code"] for row in reads("reader", SMALL).get("/coverage", params=MAY).json()["items"]} == {SMALL}
    assert reads("reader").get("/coverage", params=MAY | {"level": "office"}).json()["count"] == 1


def test_figures_are_flat_and_of_a_part_those_of_the_part(reads: As) -> None:
    whole = reads("reader").get("/figures", params=LATE).json()["figures"]
    part = reads("reader", SMALL).get("/figures", params=LATE).json()["figures"]
    assert (whole["households.features"], part["households.features"]) == (4, 2)
    assert whole["households.covered_share"] == 2 / 3
    assert reads("reader").get("/figures", params=LATE | {"since": "2016-01-01"}).status_code == 422


def test_figures_by_cell_sum_to_the_figures(reads: As) -> None:
    reader = reads("reader")
    whole = reader.get("/figures", params=LATE).json()["figures"]
    for level in ("big", "small"):
        rows = reader.get("/figures/by/cell", params=LATE | {"level": level}).json()["items"]
        assert sum(row["filed"] for row in rows) == whole["issues.filed"]
        assert ("attempted" in rows[0]) is (level == "big"), "how often one tried at a home is personal"
    assert reader.get("/figures/by/dragon", params=LATE).status_code == 422


def test_the_table_is_in_words(reads: As) -> None:
    rows = reads("reader").get("/figures/table", params=LATE | ALL | {"lang": "zh"}).json()["items"]
    (row,) = [row for row in rows if (row["section"], row["figure"]) == ("issues", "closed_share")]
    assert "办结率" in row["figure_name"]


def test_states_are_masked_and_narrowed(reads: As, works: As) -> None:
    asked = MAY | ALL | {"duty": "households_2015"}
    rows = reads("reader").get("/duties/states", params=asked | {"state": "met"}).json()["items"]
    assert {row["state"] for row in rows} == {"met"}
    assert {(row["met_at"], row["attempts"]) for row in rows} == {(None, None)}
    his = works("cadre", "7").get("/duties/states", params=asked | {"cell": SMALL}).json()["items"]
    assert [row["met_at"][:10] for row in his] == ["2015-03-12"]
    assert reads("reader").get("/duties/states", params=MAY | {"state": "dragon"}).status_code == 422


@pytest.mark.parametrize("sort", [None, "-visit", "at", "-at", "outcome", "key", "-lead"])
def test_pages_of_visits_are_the_list_once_whoever_asks(reads: As, works: As, sort: str | None) -> None:
    for client in (reads("reader"), works("cadre", "7"), reads("planner", BIG)):
        asked = {} if sort is None else {"sort": sort}
        whole = client.get("/visits", params=ALL | asked).json()
        rows, after = [], "/visits?" + urlencode({"limit": 2} | asked)
        while after:
            page = client.get(after).json()
            assert page["count"] == whole["count"]
            rows += page["items"]
            after = page["next"]
        assert rows == whole["items"]
        assert len(rows) == whole["count"] > 2


def test_a_page_of_visits_after_what_is_of_no_list_is_refused(reads: As) -> None:
    never = ("nonsense", "W10", "e30", "WyJcdTAwMDAiXQ", "WyIxOTk5LTAxLTAxIiwiYSJd", "WyJhIiwiYiIsImMiXQ")
    of_others = {"visit": "WyJhIiwiYiJd", "at": "WyJhIiwiYiJd", "lead": "WyJhIl0"}
    for sort, other in of_others.items():
        # A day alone is no instant, but may be a number of the roster.
        for after in [one for one in (*never, other) if (sort, one) != ("lead", never[4])]:
            told = reads("reader").get("/visits", params={"after": after, "sort": sort})
            assert (told.status_code, told.json()["code"]) == (422, "api.after"), (sort, after)


def test_visits_are_sorted_by_nothing_that_is_said(reads: As) -> None:
    for name in ("note", "answers", "dragon"):
        told = reads("reader").get("/visits", params={"sort": name})
        assert told.status_code == 422
        assert "recorded_at" in told.json()["sentence"]
