"""Plans as kept: what was planned comes back as it was, stands in the way of an undo, and tells no wish once erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store import ledger_erasure, plans, undo
from gridmap.store.copies import backup, restore
from gridmap.store.engine import Store, Transaction
from gridmap.store.plans import PlannedRoute, PlannedStop
from gridmap.store.scope import EVERYWHERE
from tests.store.town import HOUSES, NOON, bring_in, day, file

SEVEN = dt.datetime(2015, 3, 1, 11, tzinfo=dt.UTC)
HOME, CORNER = shapely.Point(114.001, 22.501), shapely.Point(114, 22.5)
WHY = {"code": "routes.why_duty_due", "points": 15, "inputs": {"duty": "households_2015", "day": "2015-10-31"}}
WISHED = (9 * 3600, 18 * 3600)


def minutes(count: int) -> dt.datetime:
    return SEVEN + dt.timedelta(minutes=count)


def stop(key: str | None = "A", **said: object) -> PlannedStop:
    made = PlannedStop("houses", key, None, "C1", HOME, 15, [WHY], 600, [WISHED], ["7"])
    return replace(made, **said)


def called(key: str, begin: int) -> PlannedStop:
    return stop(key, times=(minutes(begin), minutes(begin + 1), minutes(begin + 11)))


def route(stops: Sequence[PlannedStop], cadre: str = "7") -> PlannedRoute:
    way = shapely.LineString([CORNER, HOME, CORNER])
    return PlannedRoute(cadre, CORNER, SEVEN, minutes(120), minutes(40), 512, way, stops, companion="8")


def keep(tx: Transaction, routes: Sequence[PlannedRoute] = (), left: Sequence[PlannedStop] = (), **said: object) -> str:
    asked: dict[str, object] = {"mode": "walk", "cadres": ["7"]}
    return plans.keep_plan(tx, routes, left, **{"on": day(60), "asked": asked, "at": NOON, "account": "clerk", **said})


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """Houses A, B and C of one import."""
    with store.writing(EVERYWHERE) as transaction:
        bring_in(transaction, file([{"code": key} for key in "ABC"]), day(1))
        yield transaction


def test_a_plan_comes_back_as_it_was_kept(tx: Transaction) -> None:
    left = stop("C", left_out={"code": "routes.too_far", "inputs": {"seconds": 60}}, place=None, locked=True)
    number = keep(tx, [route([called("B", 5), called("A", 20)])], [left])
    kept = plans.plan_kept(tx, number)
    assert (kept.number, kept.on, kept.recorded_at, kept.account) == ("P2015-0001", day(60), NOON, "clerk")
    assert (kept.asked, kept.replaces) == ({"mode": "walk", "cadres": ["7"]}, None)
    (one,) = kept.routes.to_dict("records")
    assert (one["cadre"], one["companion"], one["metres"], one["sheet"]) == ("7", "8", 512, None)
    assert (one["begin"], one["finish"], one["back"]) == (SEVEN, minutes(120), minutes(40))
    assert (one["start"], len(one["geometry"].coords)) == (CORNER, 3)
    rows = kept.stops
    assert rows["key"].tolist() == ["B", "A", "C"]
    assert rows["position"].tolist() == [1, 2, pd.NA]
    assert rows["arrive"].tolist()[:2] == [minutes(5), minutes(20)]
    assert rows["leave"].isna().tolist() == [False, False, True]
    assert rows["left_out"].tolist()[2] == {"code": "routes.too_far", "inputs": {"seconds": 60}}
    assert (rows["reasons"].tolist()[0], rows["windows"].tolist()[0]) == ([WHY], [list(WISHED)])
    assert (rows.geometry.tolist()[0], rows.geometry.tolist()[2], rows["locked"].tolist()[2]) == (HOME, None, True)


def test_a_plan_of_nothing_has_frames_of_the_same_columns(tx: Transaction) -> None:
    full = plans.plan_kept(tx, keep(tx, [route([called("A", 5)])], [stop("B")]))
    none = plans.plan_kept(tx, keep(tx))
    for name in ("routes", "stops"):
        one, other = (getattr(kept, name) for kept in (none, full))
        assert (len(one), one.dtypes.to_dict()) == (0, other.dtypes.to_dict())
        assert one.crs == other.crs


def test_numbers_count_within_the_year_and_the_newest_is_the_last(tx: Transaction) -> None:
    assert [keep(tx), keep(tx), keep(tx, on=dt.date(2016, 1, 4)), keep(tx)] == [
        "P2015-0001",
        "P2015-0002",
        "P2016-0001",
        "P2015-0003",
    ]
    assert plans.newest(tx, day(60)) == "P2015-0003"
    assert plans.newest(tx, day(61)) is None
    assert plans.plans(tx, on=dt.date(2016, 1, 4))["number"].tolist() == ["P2016-0001"]


def test_a_plan_names_the_one_that_it_replaces(tx: Transaction) -> None:
    first = keep(tx, [route([called("A", 5)])])
    second = keep(tx, replaces=first)
    assert plans.plan_kept(tx, second).replaces == first
    assert plans.plan_kept(tx, first).stops["key"].tolist() == ["A"]


def test_unknown_things_are_named(tx: Transaction) -> None:
    for wrong in ({"left": [stop("Z")]}, {"left": [stop(None, layer=None, issue="2015-00009")]}, {"replaces": "P9"}):
        with pytest.raises(NotFoundError, match=r"Z|2015-00009|P9"):
            keep(tx, **wrong)
    with pytest.raises(NotFoundError, match="P2015-0007"):
        plans.plan_kept(tx, "P2015-0007")


def test_an_import_whose_features_stand_in_plans_is_not_undone(tx: Transaction) -> None:
    later, _ = bring_in(tx, file([{"code": "D"}]), day(2))
    keep(tx, [route([called("A", 5)])], [stop("D")])
    keep(tx, [route([called("D", 5), called("B", 20)])])
    with pytest.raises(ConflictError, match=r"P2015-0001 \(1\), P2015-0002 \(1\)"):
        undo.undo(tx, later, at=NOON)


def test_an_import_that_only_changed_what_stands_in_plans_is_undone(tx: Transaction) -> None:
    keep(tx, [route([called("A", 5)])])
    later, _ = bring_in(tx, file([{"code": "A", "people": 3}]), day(2))
    assert undo.undo(tx, later, at=NOON)["reopened"] == 1


def erase(tx: Transaction, key: str) -> int:
    return ledger_erasure.erase_stops(tx, HOUSES.name, key, reason="asked for", at=NOON, account="admin")


def test_an_erased_stop_stays_and_tells_neither_hours_nor_reasons(tx: Transaction) -> None:
    first = keep(tx, [route([called("A", 5), called("B", 20)])])
    second = keep(tx, [], [stop("A")])
    assert erase(tx, "A") == 2
    for number in (first, second):
        rows = plans.plan_kept(tx, number).stops.set_index("key")
        assert (rows["windows"]["A"], rows["reasons"]["A"], rows["priority"]["A"]) == ([], [], 15)
    assert plans.plan_kept(tx, first).stops.set_index("key")["windows"]["B"] == [list(WISHED)]
    assert erase(tx, "A") == erase(tx, "C") == 0
    assert [(one.kind, one.uuid, one.field) for one in ledger_erasure.erasures(tx)] == [("plan", "A", "houses")]


def test_hours_expire_with_their_plans_and_reasons_stay(tx: Transaction) -> None:
    old, new = (keep(tx, [], [stop("A")], on=dt.date(2015, 12, at)) for at in (1, 31))
    before = {"before": dt.date(2015, 12, 31), "at": NOON, "account": "admin"}
    assert ledger_erasure.expire_hours(tx, "lamps", **before) == 0
    assert ledger_erasure.expire_hours(tx, HOUSES.name, **before) == 1
    ((windows, reasons),) = plans.plan_kept(tx, old).stops[["windows", "reasons"]].to_numpy()
    assert (windows, reasons) == ([], [WHY])
    assert plans.plan_kept(tx, new).stops["windows"].tolist() == [[list(WISHED)]]
    assert ledger_erasure.expire_hours(tx, HOUSES.name, **before) == 0
    assert [(one.kind, one.uuid, one.field) for one in ledger_erasure.erasures(tx)] == [
        ("hours", "2015-12-31", "houses")
    ]


@pytest.mark.of_the_file
def test_a_copy_brought_back_tells_no_erased_hours_either(store: Store, home: Path, tmp_path: Path) -> None:
    with store.writing(EVERYWHERE) as tx:
        bring_in(tx, file([{"code": key} for key in "AB"]), day(1))
        number = keep(tx, [route([called("A", 5), called("B", 20)])])
    copy = backup(store, tmp_path / "copy.db")
    with store.writing(EVERYWHERE) as tx:
        erase(tx, "A")
    store.close()
    restore(home / "office.db", copy, at=NOON, account="admin")
    again = Store.open(home / "office.db")
    with again.reading(EVERYWHERE) as tx:
        windows = plans.plan_kept(tx, number).stops.set_index("key")["windows"]
    again.close()
    assert windows.to_dict() == {"A": [], "B": [list(WISHED)]}
