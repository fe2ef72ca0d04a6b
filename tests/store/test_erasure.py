"""Erasing personal values: they go from every version, and everything else stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.layer import Layer
from gridmap.store import erasure, registers
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from tests.store.town import HOUSES, NOON, SECRET, bring_in, day, file

FEW = Layer("houses", "户", "houses", "point", "code", HOUSES.fields[:8], HOUSES.style)  # knows but one private field


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """A house whose people changed on day 5 and which ended on day 9, and one that has not changed."""
    with store.writing(EVERYWHERE) as transaction:
        rows = [{"code": "A", "people": 1, "name": SECRET, "age": 41}, {"code": "B", "people": 1, "name": "李四"}]
        bring_in(transaction, file(rows), day(1))
        bring_in(transaction, file([{"code": "A", "people": 2}]), day(5))
        bring_in(transaction, file([{"code": "B"}]), day(9), complete=True)
        yield transaction


def erase(tx: Transaction, key: str, fields: list[str] | None, layer: Layer = HOUSES) -> int:
    return erasure.erase(tx, layer, key, fields, reason="asked for", at=NOON, account="admin")


def records(tx: Transaction) -> list[tuple[object, ...]]:
    rows = tx.connection.exec_driver_sql("SELECT feature_id, field, before, reason, account FROM erasure ORDER BY id")
    return [tuple(row) for row in rows]


def shown(tx: Transaction, number: int) -> list[list[object]]:
    frame = registers.features(tx, HOUSES, on=day(number), reveal=["name"])
    return frame[["key", "people", "name"]].to_numpy().tolist()


def test_a_value_goes_from_every_version_and_the_rows_stay(tx: Transaction) -> None:
    assert erase(tx, "A", ["name"]) == 2
    assert shown(tx, 4) == [["A", 1, None], ["B", 1, "李四"]]
    assert shown(tx, 6) == [["A", 2, None], ["B", 1, "李四"]]
    assert records(tx) == [(1, "name", None, "asked for", "admin")]
    assert registers.features(tx, HOUSES, on=day(6), reveal=["age"])["age"].tolist()[0] == 41


def test_without_names_every_private_field_goes_and_is_recorded_once(tx: Transaction) -> None:
    assert erase(tx, "A", None) == 4
    assert sorted(row[1] for row in records(tx)) == ["age", "born", "debt", "name", "poor"]


def test_a_field_that_the_layer_no_longer_declares_goes_too(tx: Transaction) -> None:
    assert erase(tx, "A", None, FEW) == 4
    assert sorted(row[1] for row in records(tx)) == ["age", "name"]


def test_erasing_twice_finds_nothing_more(tx: Transaction) -> None:
    erase(tx, "A", ["name"])
    assert erase(tx, "A", ["name"]) == 0


def test_a_plan_made_before_an_erasure_is_out_of_date(tx: Transaction) -> None:
    before = registers.token(tx, "houses")
    erase(tx, "A", ["name"])
    assert registers.token(tx, "houses") != before


@pytest.mark.parametrize("name", ["people", "floor"])
def test_a_public_or_unknown_field_is_refused_and_nothing_goes(tx: Transaction, name: str) -> None:
    with pytest.raises(ArgumentError, match=name):
        erase(tx, "A", ["name", name])
    assert records(tx) == []
    assert shown(tx, 4)[0] == ["A", 1, SECRET]
    with pytest.raises(ArgumentError, match=name):
        erasure.expire(tx, HOUSES, name, before=day(1), at=NOON, account="admin")


def test_an_unknown_key_is_not_found(tx: Transaction) -> None:
    with pytest.raises(NotFoundError, match="key Z"):
        erase(tx, "Z", None)


@pytest.mark.parametrize(("before", "gone"), [(4, 0), (5, 1), (8, 1), (9, 2)])
def test_days_are_over_for_versions_that_ended_on_or_before_the_day(tx: Transaction, before: int, gone: int) -> None:
    assert erasure.expire(tx, HOUSES, "name", before=day(before), at=NOON, account="admin") == gone
    kept = [row[2] for row in shown(tx, 4) + shown(tx, 6) if row[0] == "A"]
    assert kept == [None] * gone + [SECRET] * (2 - gone)
    assert shown(tx, 6)[1] == ["B", 1, "李四"]
    assert records(tx) == [(1, "name", day(before).isoformat(), erasure.RETENTION, "admin")][: min(gone, 1)]
