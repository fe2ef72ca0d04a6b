"""Parts of a list of visits: together they are the list, masked as it is, and no other part is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import ArgumentError
from gridmap.office.visit_lists import SORTS, Part, Wanted, list_visits, page_of_visits
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import visits
from tests.office.conftest import CLOCK
from tests.office.kept import BOTH, IN_A_DATABASE, moved
from tests.office.lived import found
from tests.office.visited import BIG, FAR, SMALL

PERSONS = (
    LOCAL_ADMINISTRATOR,
    Person("r", "reader"),
    Person("c", "clerk"),
    Person("li", "cadre", None, "7"),
    Person("zhao", "cadre", frozenset({BIG}), "8"),
    Person("zhou", "leader", None, "1"),
    Person("s", "planner", frozenset({SMALL})),
    Person("far", "planner", frozenset({FAR})),
    Person("n", "reader", frozenset()),
)
ASKED = (
    Wanted(),
    Wanted(current=False),
    Wanted(since=dt.date(2015, 4, 1)),
    Wanted(on=dt.date(2015, 5, 20)),
    Wanted(as_of=CLOCK.now()),
    Wanted(layer="households", lead="7"),
    Wanted(under=BIG),
)


@pytest.fixture(scope="module", params=BOTH)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The village after its year, in a file or in a database, on which nobody changes anything."""
    folder = tmp_path_factory.mktemp("lived")
    found(folder / "home", folder)
    with ExitStack() as end:
        if request.param == IN_A_DATABASE:
            end.enter_context(moved(request.getfixturevalue("postgres"), folder / "home"))
        yield end.enter_context(open_office(folder / "home", clock=CLOCK))


def whole(person: Person, office: Office, wanted: Wanted) -> pd.DataFrame:
    asked = {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}
    return list_visits(person, office, **asked).set_index("visit", drop=False)


def walked(person: Person, office: Office, wanted: Wanted, by: str, *, down: bool, most: int) -> pd.DataFrame:
    """All parts, one behind the other."""
    parts, after = [], None
    while True:
        page = page_of_visits(person, office, wanted, Part(by, down=down, after=after, most=most))
        parts.append(page.rows)
        assert len(page.rows) == most or not page.more
        if not page.more:
            rows = pd.concat(parts)
            assert page.count == len(rows)
            return rows.set_index("visit", drop=False)
        last = page.rows.iloc[-1]
        value = None if pd.isna(last[by]) else last[by]
        after = (value.to_pydatetime() if isinstance(value, pd.Timestamp) else value, last["visit"])


@pytest.mark.parametrize("person", PERSONS, ids=lambda one: f"{one.role} {one.account}")
@pytest.mark.parametrize("wanted", ASKED, ids=str)
def test_the_parts_together_are_the_list(lived: Office, person: Person, wanted: Wanted) -> None:
    expected = whole(person, lived, wanted)
    rows = walked(person, lived, wanted, "visit", down=False, most=2)
    assert rows.index.tolist() == sorted(expected.index)
    pd.testing.assert_frame_equal(rows.sort_index(), expected.sort_index(), check_dtype=False)


@pytest.mark.parametrize("by", SORTS)
@pytest.mark.parametrize("down", [False, True])
def test_they_follow_a_column_and_what_is_masked_is_null_last(lived: Office, by: str, down: bool) -> None:
    for person in PERSONS[1:5]:
        rows = walked(person, lived, Wanted(), by, down=down, most=3)
        assert sorted(rows.index) == sorted(whole(person, lived, Wanted()).index)
        values = rows[by].tolist()
        there = [value for value in values if not pd.isna(value)]
        assert there == sorted(there, reverse=down)
        assert all(pd.isna(value) for value in values[len(there) :])
        assert len(there) < len(values) or by not in {"at", "outcome"} or person.role == "cadre" or not values


def test_a_part_reads_no_more_rows_than_it_shows(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def noted(*words: Any, **named: Any) -> pd.DataFrame:
        rows = unwatched(*words, **named)
        read.append(len(rows))
        return rows

    unwatched = visits.visits
    monkeypatch.setattr(visits, "visits", noted)
    assert page_of_visits(LOCAL_ADMINISTRATOR, lived, Wanted(), Part("at", most=2)).count > 2
    assert read == [2]


def test_another_column_sorts_nothing(lived: Office) -> None:
    with pytest.raises(ArgumentError):
        page_of_visits(LOCAL_ADMINISTRATOR, lived, Wanted(), Part("note"))
