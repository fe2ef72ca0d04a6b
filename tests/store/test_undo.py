"""Undoing an import restores exactly what was there before, or is refused and says why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import geopandas as gpd
import pytest
import shapely
from hypothesis import given as suppose
from hypothesis import settings

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store import batches, erasure, links, registers, undo
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from tests.store.diary import IMPORTS, Import, bring_in_rows, publish_both
from tests.store.town import HOUSES, NOON, SECRET, bring_in, day, file, publish

WEST = shapely.Point(114, 22.5)
TABLES = ("feature", "version", "private", "link")


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """A transaction in an office with a grid from day 1 on."""
    with store.writing(EVERYWHERE) as transaction:
        publish(transaction, day(1))
        yield transaction


def everything(tx: Transaction) -> dict[str, list[tuple[object, ...]]]:
    """Every row that the answers of the register are made from."""
    return {
        name: [tuple(row) for row in tx.connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2, 3")]
        for name in TABLES
    }


@pytest.fixture(scope="module")
def two_grids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An office with two editions, for all the examples of a property; each leaves it as it was."""
    folder = tmp_path_factory.mktemp("home") / "office"
    made = Store.create(folder / "office.db", name="Dapeng", zone="Asia/Shanghai", at=NOON)
    with made.writing(EVERYWHERE) as tx:
        publish_both(tx)
    yield made
    made.close()


@suppose(imports=IMPORTS)
@settings(max_examples=8)
def test_undoing_each_last_import_goes_back_step_by_step_to_what_was(two_grids: Store, imports: list[Import]) -> None:
    with two_grids.writing(EVERYWHERE) as tx:
        tx.rollback()
        states, numbers = [everything(tx)], []
        for one in imports:
            numbers.append(bring_in_rows(tx, *one))
            states.append(everything(tx))
        for number, (before, after) in reversed(list(zip(numbers, pairwise(states), strict=True))):
            assert everything(tx) == after
            undo.undo(tx, number, at=NOON)
            assert everything(tx) == before


def test_undo_counts_what_it_took_back(tx: Transaction) -> None:
    bring_in(tx, file([{"code": "A", "people": 1}, {"code": "B"}]), day(1))
    number, _ = bring_in(tx, file([{"code": "A", "people": 2}, {"code": "C"}]), day(3), complete=True)
    assert undo.undo(tx, number, at=NOON) == {"removed": 2, "reopened": 2, "features": 1}


def test_an_undone_batch_is_kept_with_the_instant_and_cannot_be_undone_again(tx: Transaction) -> None:
    number, _ = bring_in(tx, file([{"code": "A"}]), day(1))
    undo.undo(tx, number, at=NOON)
    assert batches.batches(tx)["undone_at"].tolist() == [NOON]
    with pytest.raises(ConflictError, match=r"batch 1: it was undone already, at 2015-03-01"):
        undo.undo(tx, number, at=NOON)


def test_an_instant_of_knowledge_leaves_out_later_batches_and_undoing(tx: Transaction) -> None:
    number, _ = bring_in(tx, file([{"code": "A"}]), day(1))
    undo.undo(tx, number, at=NOON + dt.timedelta(hours=1))
    assert len(batches.batches(tx, as_of=NOON - dt.timedelta(hours=1))) == 0
    assert batches.batches(tx, as_of=NOON)["undone_at"].isna().tolist() == [True]
    assert batches.batches(tx)["undone_at"].isna().tolist() == [False]


def test_the_token_changes_with_an_undo(tx: Transaction) -> None:
    number, _ = bring_in(tx, file([{"code": "A"}]), day(1))
    before = registers.token(tx, "houses")
    undo.undo(tx, number, at=NOON)
    assert registers.token(tx, "houses") != before


def test_a_batch_that_is_not_there_is_not_found(tx: Transaction) -> None:
    with pytest.raises(NotFoundError, match="batch 9"):
        undo.undo(tx, 9, at=NOON)


def test_undo_is_refused_and_lists_the_later_batches_that_stand_on_the_rows(tx: Transaction) -> None:
    first, _ = bring_in(tx, file([{"code": "A", "people": 1}, {"code": "B"}, {"code": "C"}]), day(1))
    bring_in(tx, file([{"code": "A", "people": 2}, {"code": "D"}]), day(3))
    bring_in(tx, file([{"code": "B"}, {"code": "D"}]), day(4), complete=True)
    state = everything(tx)
    with pytest.raises(ConflictError, match=r"on 2 of its rows.*: 2 \(1\), 3 \(2\)"):
        undo.undo(tx, first, at=NOON)
    assert everything(tx) == state


def test_a_key_that_came_back_stands_on_the_batch_that_had_closed_it(tx: Transaction) -> None:
    bring_in(tx, file([{"code": "A"}]), day(1))
    closing, _ = bring_in(tx, file([{"code": "B"}]), day(3), complete=True)
    back, _ = bring_in(tx, file([{"code": "A"}]), day(5))
    with pytest.raises(ConflictError):
        undo.undo(tx, closing, at=NOON)
    undo.undo(tx, back, at=NOON)
    undo.undo(tx, closing, at=NOON)
    assert registers.features(tx, HOUSES, on=day(9))["key"].tolist() == ["A"]


def test_an_earlier_batch_can_be_undone_where_later_ones_touch_other_features(tx: Transaction) -> None:
    first, _ = bring_in(tx, file([{"code": "A", "people": 1}]), day(1))
    bring_in(tx, file([{"code": "B"}]), day(2))
    undo.undo(tx, first, at=NOON)
    assert registers.features(tx, HOUSES, on=day(9))["key"].tolist() == ["B"]


def test_what_another_room_keeps_on_the_rows_refuses_an_undo_too(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = bring_in(tx, file([{"code": "A"}]), day(1))

    def visited(_: Transaction, batch: int) -> ConflictError:
        return ConflictError("store.undo_depends", batch=batch, rows=1, batches="-")

    monkeypatch.setattr(undo, "DEPENDENTS", [*undo.DEPENDENTS, visited])
    with pytest.raises(ConflictError, match="1 of its rows"):
        undo.undo(tx, number, at=NOON)


def test_an_erased_value_does_not_come_back_with_an_undo(tx: Transaction) -> None:
    bring_in(tx, file([{"code": "A", "people": 1, "name": SECRET}]), day(1))
    number, _ = bring_in(tx, file([{"code": "A", "people": 2}]), day(3))
    erasure.erase(tx, HOUSES, "A", ["name"], reason="asked for", at=NOON, account="admin")
    undo.undo(tx, number, at=NOON)
    frame = registers.features(tx, HOUSES, on=day(9), reveal=["name"])
    assert frame[["people", "name"]].to_numpy().tolist() == [[1, None]]


def test_the_record_of_an_erasure_outlives_the_undo_of_its_rows(tx: Transaction) -> None:
    number, _ = bring_in(tx, file([{"code": "A", "name": SECRET}]), day(1))
    erasure.erase(tx, HOUSES, "A", None, reason="asked for", at=NOON, account="admin")
    assert undo.undo(tx, number, at=NOON)["features"] == 0
    assert len(registers.current(tx, HOUSES)) == 0
    bring_in(tx, file([{"code": "A"}]), day(2))
    assert registers.features(tx, HOUSES, on=day(2))["key"].tolist() == ["A"]


def test_a_row_that_holds_again_lacks_links_in_the_editions_published_since(tx: Transaction) -> None:
    bring_in(tx, file([{"code": "A", "people": 1}], places=[WEST]), day(1))
    number, _ = bring_in(tx, file([{"code": "B"}]), day(3), complete=True)
    edition = publish(tx, day(5), "second", codes=("C2", "C1"))
    assert len(links.versions_without_link(tx).query("version_id == 1")) == 0
    undo.undo(tx, number, at=NOON)
    missing = links.versions_without_link(tx)
    assert missing[["version_id", "edition_id", "layer"]].to_numpy().tolist() == [[1, edition, "houses"]]
    assert missing.geometry.tolist() == [WEST]
    assert isinstance(missing, gpd.GeoDataFrame)
