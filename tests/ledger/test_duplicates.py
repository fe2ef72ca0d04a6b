"""Likely duplicates, and jobs in reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import hypothesis.strategies as st
import pandas as pd
import pytest
import shapely
from hypothesis import given

from gridmap.errors import ArgumentError
from gridmap.ledger.duplicates import likely
from gridmap.ledger.issues import STATES
from gridmap.ledger.reach import consenting, offers_in_reach
from tests.ledger.walks import BEGIN, event, logged

DAY = dt.timedelta(days=1)
CGCS = "EPSG:4547"
Row = tuple[str, str, dt.datetime, dt.datetime | None, float | None]


def along_the_street(rows: Sequence[Row]) -> gpd.GeoDataFrame:
    """Issues by category, state, reported, closed, metres along a street (null: no place)."""
    frame = pd.DataFrame(rows, columns=["category", "state", "reported_at", "closed_at", "x"])
    frame["issue"] = [f"issue-{number}" for number in range(len(frame))]
    for name in ("reported_at", "closed_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    points = [None if x is None or pd.isna(x) else shapely.Point(500_000 + x, 2_500_000) for x in frame["x"]]
    return gpd.GeoDataFrame(frame.drop(columns="x"), geometry=points, crs=CGCS)


def lamp(day: float, x: float | None = 0.0, *, state: str = "filed", closed: float | None = None) -> Row:
    return ("streetlight", state, BEGIN + day * DAY, None if closed is None else BEGIN + closed * DAY, x)


def pairs(*rows: Row) -> list[tuple[str, str]]:
    found = likely(along_the_street(rows))
    return list(zip(found["issue"], found["other"], strict=True))


def test_the_later_of_two_is_likely_the_first_one_again() -> None:
    found = likely(along_the_street([lamp(3, 30.0), lamp(0)]))
    assert found.to_dict("records") == [{"issue": "issue-0", "other": "issue-1", "distance_m": 30.0, "days": 0.0}]


@pytest.mark.parametrize(("metres", "near"), [(50.0, True), (50.01, False)])
def test_within_fifty_metres(metres: float, *, near: bool) -> None:
    assert bool(pairs(lamp(0), lamp(1, metres))) is near


@pytest.mark.parametrize(("day", "recent"), [(40, True), (40.01, False), (5, True)])
def test_while_the_first_is_open_or_thirty_days_after(day: float, *, recent: bool) -> None:
    assert bool(pairs(lamp(0, state="closed", closed=10), lamp(day))) is recent
    assert pairs(lamp(0), lamp(day))


@pytest.mark.parametrize("state", ["rejected", "duplicate"])
def test_what_is_rejected_or_known_as_a_duplicate_is_in_no_pair(state: str) -> None:
    assert not pairs(lamp(0, state=state), lamp(1))
    assert not pairs(lamp(0), lamp(1, state=state))


def test_nothing_is_proposed_for_an_issue_that_is_closed() -> None:
    assert not pairs(lamp(0), lamp(1, state="closed", closed=2))


def test_another_category_none_or_no_place_is_no_duplicate() -> None:
    road, none = ("road", *lamp(1)[1:]), (None, *lamp(1)[1:])
    assert not pairs(lamp(0), road, none, none, lamp(1, None))


def test_degrees_are_no_metres() -> None:
    issues = along_the_street([lamp(0)])
    with pytest.raises(ArgumentError, match="metric"):
        likely(issues.to_crs(4326))
    with pytest.raises(ArgumentError):
        offers_in_reach(issues.set_crs(None, allow_override=True), consent=frozenset(), metres=1.0)


rows = st.lists(
    st.tuples(
        st.sampled_from(["road", "water", None]),
        st.sampled_from(STATES),
        st.integers(0, 60).map(lambda day: BEGIN + day * DAY),
        st.none() | st.integers(60, 70).map(lambda day: BEGIN + (day - 40) * DAY),
        st.none() | st.integers(0, 150).map(float),
    ),
    max_size=12,
)


@given(rows=rows, metres=st.integers(1, 80), days=st.integers(0, 40))
def test_the_pairs_are_those_that_looking_at_each_with_each_finds(rows: list[Row], metres: int, days: int) -> None:
    rows = [(*row[:3], row[3] if row[1] == "closed" else None, row[4]) for row in rows]
    expected = set()
    for a, (category, state, told, _, x) in enumerate(rows):
        for b, (of_other, state_of_other, earlier, ended, y) in enumerate(rows):
            later = (told, f"issue-{a}") > (earlier, f"issue-{b}")
            same = category == of_other and category is not None and x is not None and y is not None
            if not (later and same) or {state, state_of_other} & {"rejected", "duplicate"} or state == "closed":
                continue
            if abs(x - y) <= metres and (ended is None or told - ended <= days * DAY):
                expected.add((f"issue-{a}", f"issue-{b}"))
    found = likely(along_the_street(rows), metres=metres, days=days)
    assert set(zip(found["issue"], found["other"], strict=True)) == expected
    assert len(found) == len(expected)


def test_jobs_are_shown_to_nobody_who_did_not_agree() -> None:
    issues = along_the_street(
        [
            ("job_offered", "filed", BEGIN, None, 0.0),
            ("job_wanted", "filed", BEGIN, None, 300.0),
            ("job_wanted", "filed", BEGIN, None, 10.0),
            ("job_wanted", "closed", BEGIN, BEGIN, 10.0),
            ("job_offered", "filed", BEGIN, None, 900.0),
        ]
    )
    agreed = frozenset({"issue-1", "issue-3"})
    found = offers_in_reach(issues, consent=agreed, metres=500)
    assert found.to_dict("records") == [{"offer": "issue-0", "seeker": "issue-1", "distance_m": 300.0}]
    assert offers_in_reach(issues, consent=frozenset(), metres=5000).empty


def test_consent_is_said_with_the_report() -> None:
    log = [
        event("report", issue="00000000-0000-0000-0000-00000000000a", said={"source": "phone", "consent": agreed})
        for agreed in (True, False)
    ]
    assert consenting(logged(log[:1])) == {log[0].issue}
    assert consenting(logged(log[1:])) == frozenset()
