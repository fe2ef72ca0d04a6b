"""Visits as kept: append-only, narrowed by what is asked, at the day of the office's zone."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pandas as pd
import pytest

from gridmap.errors import NotFoundError
from gridmap.ledger.visits import COLUMNS, Visit, current, digest
from gridmap.store import sheets, visits
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE

AT = dt.datetime(2015, 3, 12, 11, 30, tzinfo=dt.UTC)
LATER = dt.datetime(2015, 3, 13, 1, tzinfo=dt.UTC)


def visit(number: int, **said: object) -> Visit:
    return replace(Visit(str(UUID(int=number)), AT, "7", "met", cell="440307010001101"), **said)


def keep(store: Store, *said: Visit, at: dt.datetime = LATER, cell: str | None = "440307010001101") -> None:
    rows = [visits.NewVisit(one, None, cell, "7", False, digest(one)) for one in said]
    with store.writing(EVERYWHERE) as tx:
        visits.keep(tx, rows, at=at, account="clerk")


def read(store: Store, **asked: object) -> pd.DataFrame:
    with store.reading(EVERYWHERE) as tx:
        return visits.visits(tx, **asked)


def test_a_frame_has_the_columns_of_the_contract_in_their_types(store: Store) -> None:
    for count in (0, 1):
        rows = read(store)
        assert len(rows) == count
        assert tuple(rows.columns) == COLUMNS
        assert str(rows["at"].dtype) == str(rows["recorded_at"].dtype) == "datetime64[us, UTC]"
        assert (rows["elsewhere"].dtype, rows["late"].dtype) == (bool, bool)
        if not count:
            keep(store, visit(1, answers={"a/b": "c"}, note="n", companions=("8",)))
    (row,) = rows.to_dict("records")
    assert (row["answers"], row["companions"], row["corrects"]) == ({"a/b": "c"}, ("8",), None)


def test_in_the_order_in_which_they_happened(store: Store) -> None:
    keep(store, visit(2, at=LATER), visit(1))
    keep(store, visit(3, at=AT - dt.timedelta(microseconds=1)))
    assert [UUID(one).int for one in read(store)["visit"]] == [3, 1, 2]


def test_a_correction_counts_from_the_instant_it_was_recorded(store: Store) -> None:
    keep(store, visit(1))
    evening = LATER + dt.timedelta(hours=10)
    keep(store, visit(2, corrects=visit(1).id, outcome="absent", at=AT - dt.timedelta(days=3)), at=evening)
    before = evening - dt.timedelta(microseconds=1)
    assert read(store, as_of=before)["outcome"].tolist() == ["met"]
    assert read(store, as_of=evening)["outcome"].tolist() == ["absent"]
    # Narrowed to days that hold the corrected entry alone, it is corrected all the same.
    assert read(store, since=AT).empty
    every = read(store, current=False)
    assert len(every) == 2
    assert current(every)["visit"].tolist() == read(store)["visit"].tolist()


@pytest.mark.parametrize(
    ("zone", "at", "recorded", "late"),
    [
        ("Asia/Shanghai", "2015-03-12T15:59:59Z", "2015-03-12T15:59:59.999999Z", False),
        ("Asia/Shanghai", "2015-03-12T15:59:59Z", "2015-03-12T16:00:00Z", True),
        # The night in which New York's clocks go back has 25 hours, that in which they go forward 23.
        ("America/New_York", "2015-11-01T04:00:00Z", "2015-11-02T04:59:59Z", False),
        ("America/New_York", "2015-11-01T04:00:00Z", "2015-11-02T05:00:00Z", True),
        ("America/New_York", "2015-03-08T05:00:00Z", "2015-03-09T03:59:59Z", False),
        ("America/New_York", "2015-03-08T05:00:00Z", "2015-03-09T04:00:00Z", True),
    ],
)
def test_late_is_a_later_local_day(tmp_path: Path, zone: str, at: str, recorded: str, late: bool) -> None:
    store = Store.create(tmp_path / "home" / "office.db", name="x", zone=zone, at=AT)
    keep(store, visit(1, at=dt.datetime.fromisoformat(at)), at=dt.datetime.fromisoformat(recorded))
    assert read(store)["late"].tolist() == [late]
    store.close()


def test_answers_are_read_only_where_they_are_asked_for(store: Store) -> None:
    keep(store, visit(1, answers={"a/b": "c"}, note="a note"), visit(2, note="b"), visit(3))
    assert read(store)["answers"].tolist() == [{"a/b": "c"}, {}, {}]
    assert read(store, ids=[visit(1).id])["answers"].tolist() == [{"a/b": "c"}]
    assert read(store, answers=False)["answers"].tolist() == [{}, {}, {}]
    with store.reading(EVERYWHERE) as tx:
        assert visits.notes(tx, [visit(1).id, visit(3).id]) == {visit(1).id: "a note"}


def test_a_chain_leads_back_to_its_first_visit(store: Store) -> None:
    keep(store, visit(1), visit(2, corrects=visit(1).id), visit(3, corrects=visit(2).id))
    with store.reading(EVERYWHERE) as tx:
        assert {visits.first_of(tx, visit(number).id) for number in (1, 2, 3)} == {visit(1).id}
        held = visits.known(tx, [visit(number).id for number in (1, 3, 4)])
    assert {UUID(name).int: kept.corrected for name, kept in held.items()} == {1: True, 3: False}
    assert held[visit(3).id].cadres == ("7",)


def test_two_writers_at_once_lose_nothing(store: Store) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            keep(store, visit(number))

    writers = [threading.Thread(target=write, args=(first,)) for first in (1, 101)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert len(read(store)) == 40
    assert read(store)["visit"].is_unique


def test_a_sheet_of_features_that_are_not_kept_is_none(store: Store) -> None:
    with pytest.raises(NotFoundError, match="H1"), store.writing(EVERYWHERE) as tx:
        sheets.keep_sheet(tx, [("households", "H1")], cell=None, on=AT.date(), at=AT, account="c")
    with store.writing(EVERYWHERE) as tx:
        numbers = [sheets.keep_sheet(tx, [], cell=None, on=day, at=AT, account="c") for day in _days()]
    assert numbers == ["2015-0001", "2015-0002", "2016-0001", "2015-0003"]
    with store.reading(EVERYWHERE) as tx:
        assert sheets.stops(tx, "2015-0001") == {}
        assert sheets.sheets(tx)["number"].tolist() == numbers[::-1]
        with pytest.raises(NotFoundError, match="2017-0001"):
            sheets.stops(tx, "2017-0001")


def _days() -> list[dt.date]:
    return [dt.date(2015, 3, 1), dt.date(2015, 12, 31), dt.date(2016, 1, 1), dt.date(2015, 5, 1)]
