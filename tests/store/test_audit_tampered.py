"""Whoever has every right in the store and not the key: what he changes, adds or cuts off is found, in either store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from gridmap.errors import StoreError
from gridmap.store import audit, copies, triggers
from gridmap.store.audit_keys import AuditKey, make_key, read_head, write_head
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from tests.cluster import Cluster

ROWS = 5
# What a tail is cut off by: the rows, and the head that tells how many there are.
CUT = (
    "DELETE FROM audit WHERE seq > 3",
    "UPDATE audit_head SET count = 3, hash = (SELECT hash FROM audit WHERE seq = 3)",
)

Tamper = Callable[[Sequence[str]], None]


@pytest.fixture
def signed(store: Store, noon: datetime, tmp_path: Path) -> Store:
    """A store with some rows, each signed."""
    store.key = make_key(tmp_path)
    for number in range(ROWS):
        add(store, noon, number)
    return store


def add(store: Store, at: datetime, number: int) -> None:
    with store.writing(EVERYWHERE) as tx:
        audit.append(tx, at=at, account="local", action="look", subject=f"{number}", detail={"路灯": number})


@pytest.fixture
def tamper(signed: Store, request: pytest.FixtureRequest) -> Tamper:
    """Run statements on the store past every protection, as whoever administers the machine."""

    def in_the_file(statements: Sequence[str]) -> None:
        with closing(sqlite3.connect(signed.path)) as raw:
            for name in triggers.TRIGGERS:
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                raw.execute(statement)
            for made in triggers.TRIGGERS.values():
                raw.execute(made)
            raw.commit()

    def in_the_database(statements: Sequence[str]) -> None:
        cluster: Cluster = request.getfixturevalue("postgres")
        name = str(signed.address).rpartition("/")[2]
        with psycopg.connect(cluster.url(name).replace("+psycopg", "")) as raw:
            raw.execute("SET session_replication_role = replica")  # no trigger
            for statement in statements:
                raw.execute(statement)  # type: ignore[arg-type]

    return in_the_database if isinstance(signed.address, str) else in_the_file


def look_at(store: Store, noted: tuple[int, str] | None = None) -> tuple[str | None, int | None]:
    """Return why the chain does not hold, and from which row on; nulls if it does."""
    with store.reading(EVERYWHERE) as tx:
        report = audit.verify(tx, noted=noted)
    return report.reason, report.first_bad_seq


def head_of(store: Store) -> tuple[int, str]:
    with store.reading(EVERYWHERE) as tx:
        return audit.head(tx)


def test_every_row_is_proven_by_the_key(signed: Store) -> None:
    with signed.reading(EVERYWHERE) as tx:
        report = audit.verify(tx)
    assert (report.ok, report.rows, report.signed) == (True, ROWS, ROWS)


@pytest.mark.parametrize(
    ("statements", "reason", "seq"),
    [
        (("UPDATE audit SET account = 'other' WHERE seq = 2",), "store.audit_changed", 2),
        (("DELETE FROM audit WHERE seq = 2",), "store.audit_missing", 2),
        (CUT[:1], "store.audit_cut", 4),
        (("UPDATE audit SET hash = substr(hash, 10) WHERE seq = 5",), "store.audit_changed", 5),
    ],
)
def test_what_was_tampered_with_is_named(
    signed: Store, tamper: Tamper, statements: Sequence[str], reason: str, seq: int
) -> None:
    tamper(statements)
    assert look_at(signed) == (reason, seq)


def test_a_tail_cut_off_with_its_head_is_found_by_a_head_noted_before(signed: Store, tamper: Tamper) -> None:
    noted = head_of(signed)
    tamper(CUT)
    assert look_at(signed) == (None, None), "it holds in itself"
    assert look_at(signed, noted) == ("store.audit_forged", 4)


def test_a_head_noted_beside_a_copy_finds_that_the_store_was_cut_since(
    signed: Store, tamper: Tamper, tmp_path: Path
) -> None:
    copy = copies.backup(signed, tmp_path / "copy.db")
    key = signed.key
    assert isinstance(key, AuditKey)
    write_head(copy, key, head_of(signed))
    tamper(CUT)
    assert look_at(signed, read_head(copy, key)) == ("store.audit_forged", 4)


def test_a_copy_that_was_cut_is_not_brought_back(signed: Store, tamper: Tamper, noon: datetime, tmp_path: Path) -> None:
    noted = head_of(signed)
    tamper(CUT)
    copy = copies.backup(signed, tmp_path / "cut.db")
    address = signed.address
    with pytest.raises(StoreError) as refused:
        copies.restore(address, copy, at=noon, account="local", folder=tmp_path / "home", key=signed.key, noted=noted)
    assert refused.value.code == "store.copy_audit"
    assert head_of(signed)[0] == 3, "nothing was changed"


def test_nothing_is_added_to_what_the_key_has_not_signed(signed: Store, tamper: Tamper, noon: datetime) -> None:
    tamper(("UPDATE audit_head SET hash = 'ffffffff:' || substr(hash, 10)",))
    with pytest.raises(StoreError) as refused:
        add(signed, noon, ROWS)
    assert refused.value.code == "store.audit_other_key"
