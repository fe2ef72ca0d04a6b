"""Editions of the grid: one after the other, each with its cells, closure and defects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import ArgumentError, ConflictError, NotFoundError
from gridmap.store import grids
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from tests.store.town import NOON, cells, day, no_defects, publish


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing(EVERYWHERE) as transaction:
        yield transaction


def test_an_edition_holds_from_its_day_until_the_next_one_begins(tx: Transaction) -> None:
    first, second = publish(tx, day(5)), publish(tx, day(9), "second")
    assert grids.edition_on(tx, day(4)) is None
    assert grids.edition_on(tx, day(8)) == grids.Edition(first, "first", day(5), day(9))
    assert grids.edition_on(tx, day(9)) == grids.Edition(second, "second", day(9), None)
    assert grids.edition_on(tx, dt.date.max).name == "second"


@pytest.mark.parametrize("begins", [5, 4])
def test_a_new_edition_begins_later_than_every_other(tx: Transaction, begins: int) -> None:
    publish(tx, day(5))
    with pytest.raises(ConflictError, match=f"edition first begins on 2015-01-05.*not on 2015-01-0{begins}"):
        publish(tx, day(begins), "second")
    assert grids.edition_on(tx, day(5)).valid_to is None


def test_overlapping_editions_come_oldest_first(tx: Transaction) -> None:
    for number in (2, 5, 9):
        publish(tx, day(number), f"of {number}")

    def names(begin: int, end: int | None) -> list[str]:
        return [one.name for one in grids.overlapping(tx, day(begin), day(end) if end else None)]

    assert names(1, 2) == []
    assert names(1, 3) == ["of 2"]
    assert names(5, 9) == ["of 5"]
    assert names(4, None) == ["of 2", "of 5", "of 9"]


def test_cells_come_back_as_they_were_by_code(tx: Transaction) -> None:
    frame, _ = cells()
    number = publish(tx, day(1))
    kept = grids.cells(tx, number)
    assert list(kept.columns) == ["code", "level", "parent", "name", "geometry"]
    assert kept["parent"].tolist() == [None, "C", "C"]
    assert kept["name"].tolist() == ["大鹏", None, None]
    assert kept[["code", "level"]].to_numpy().tolist() == [["C", "big"], ["C1", "small"], ["C2", "small"]]
    assert kept.geometry.to_numpy().tolist() == frame.geometry.tolist()
    assert kept.crs.equals("EPSG:4326")


def test_each_edition_has_its_own_cells(tx: Transaction) -> None:
    first, second = publish(tx, day(1)), publish(tx, day(2), "second", codes=("D1", "D2", "D3"))
    assert grids.cells(tx, first)["code"].tolist() == ["C", "C1", "C2"]
    assert grids.cells(tx, second)["code"].tolist() == ["C", "D1", "D2", "D3"]
    assert grids.editions(tx)["cells"].tolist() == [3, 4]


def test_defects_come_back_with_their_measure_and_place(tx: Transaction) -> None:
    frame, closure = cells()
    place = shapely.LineString([(114, 22), (114, 23)])
    found = gpd.GeoDataFrame(
        {
            "kind": ["slit", "childless_parent"],
            "level": ["small", "middle"],
            "code": ["C1", "C"],
            "other": ["C2", None],
            "measure": [0.3, None],
            "unit": ["m", None],
            "hint": ["grid.hint", "grid.hint"],
        },
        geometry=[place, None],
        crs="EPSG:4326",
    )
    number = grids.publish(
        tx, frame, closure, found, name="first", valid_from=day(1), territory=None, at=NOON, account="planner"
    )
    kept = grids.defects(tx, number)
    assert list(kept.columns) == ["kind", "level", "code", "other", "measure", "unit", "geometry"]
    assert kept["kind"].tolist() == ["slit", "childless_parent"]
    assert kept["measure"].iloc[0] == 0.3
    assert kept.isna().iloc[1].tolist() == [False, False, False, True, True, True, True]
    assert kept.geometry.iloc[0] == place
    assert len(grids.defects(tx, publish(tx, day(2), "second"))) == 0


def test_the_territory_is_kept_where_one_is_given(tx: Transaction) -> None:
    frame, closure = cells()
    land = shapely.box(113, 22, 116, 23)
    number = grids.publish(
        tx, frame, closure, no_defects(), name="first", valid_from=day(1), territory=land, at=NOON, account="planner"
    )
    assert grids.territory(tx, number) == land
    assert grids.territory(tx, publish(tx, day(2), "second")) is None


def test_the_list_tells_days_instants_and_numbers(tx: Transaction) -> None:
    assert len(grids.editions(tx)) == 0
    publish(tx, day(1))
    publish(tx, day(3), "second")
    frame = grids.editions(tx)
    assert frame["valid_from"].tolist() == ["2015-01-01", "2015-01-03"]
    assert frame["valid_to"].tolist() == ["2015-01-03", None]
    assert frame["recorded_at"].tolist() == [NOON, NOON]
    assert frame[["cells", "defects"]].to_numpy().tolist() == [[3, 0], [3, 0]]


@pytest.mark.parametrize("read", [grids.cells, grids.defects, grids.territory])
def test_an_edition_that_is_not_there_is_not_found(tx: Transaction, read: object) -> None:
    with pytest.raises(NotFoundError, match="edition 7"):
        read(tx, 7)


def test_cells_in_another_system_are_refused(tx: Transaction) -> None:
    frame, closure = cells()
    with pytest.raises(ArgumentError, match="EPSG:4326"):
        grids.publish(
            tx,
            frame.to_crs(4547),
            closure,
            no_defects(),
            name="first",
            valid_from=day(1),
            territory=None,
            at=NOON,
            account="planner",
        )
