"""The audit only grows; whatever is done to it behind the store's back is found, and the first bad row named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import ArgumentError, StoreError
from gridmap.store import audit, triggers
from gridmap.store.audit import FIRST, AuditReport
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.words import known

pytestmark = pytest.mark.of_the_file

ROWS = 7


@pytest.fixture(scope="module")
def seven_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store file whose audit has seven rows."""
    noon = datetime(2015, 4, 1, 12, tzinfo=UTC)
    path = tmp_path_factory.mktemp("ledger") / "home" / "office.db"
    store = Store.create(path, name="Dapeng", zone="Asia/Shanghai", at=noon)
    for number in range(1, ROWS + 1):
        with store.writing(EVERYWHERE) as tx:
            audit.append(
                tx,
                at=noon + timedelta(minutes=number),
                account="local",
                action="import",
                subject=f"batch {number}",
                detail={"路灯": number, "rejected": [1.5, None, True]},
            )
    store.close()
    return path


@pytest.fixture
def ledger(seven_rows: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a store of its own for each test, whose audit has seven rows."""
    opened = Store.open(shutil.copy(seven_rows, tmp_path / "office.db"))
    yield opened
    opened.close()


def verified(store: Store, noted: tuple[int, str] | None = None) -> AuditReport:
    with store.reading(EVERYWHERE) as tx:
        return audit.verify(tx, noted=noted)


@contextmanager
def behind_the_back(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the bare file, its protection taken off for a moment."""
    with closing(sqlite3.connect(path)) as raw:
        for name in triggers.TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        yield raw
        for sql in triggers.TRIGGERS.values():
            raw.execute(sql)
        raw.commit()


def forge(raw: sqlite3.Connection, seq: int) -> None:
    """Change a row, bind it to the row before and give it the hash that fits."""
    (previous,) = raw.execute("SELECT hash FROM audit WHERE seq = ?", (seq - 1,)).fetchone()
    *facts, detail = raw.execute(
        "SELECT seq, at, 'forger', action, subject, detail FROM audit WHERE seq = ?", (seq,)
    ).fetchone()
    text = json.dumps([*facts, json.loads(detail), previous], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    hashed = hashlib.sha256(text.encode()).hexdigest()
    raw.execute("UPDATE audit SET account = 'forger', previous = ?, hash = ? WHERE seq = ?", (previous, hashed, seq))


class TestAppend:
    def test_numbers_the_rows_from_one(self, store: Store, noon: datetime) -> None:
        with store.writing(EVERYWHERE) as tx:
            numbers = [
                audit.append(tx, at=noon, account="local", action="found", subject="office", detail={})
                for _ in range(3)
            ]
        assert numbers == [1, 2, 3]

    def test_the_hash_can_be_computed_by_hand(self, ledger: Store) -> None:
        with closing(sqlite3.connect(ledger.path)) as raw:
            rows = raw.execute("SELECT * FROM audit ORDER BY seq").fetchall()
        previous = FIRST
        for *facts, detail, before, hashed in rows:
            said = [*facts, json.loads(detail), before]
            text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            assert before == previous
            assert hashed == hashlib.sha256(text.encode()).hexdigest()
            previous = hashed

    def test_what_is_rolled_back_leaves_no_number_out(self, ledger: Store, noon: datetime) -> None:
        with ledger.writing(EVERYWHERE) as tx:
            audit.append(tx, at=noon, account="local", action="import", subject="dry", detail={})
            tx.rollback()
        with ledger.writing(EVERYWHERE) as tx:
            assert audit.append(tx, at=noon, account="local", action="undo", subject="x", detail={}) == ROWS + 1
        assert verified(ledger).ok

    def test_a_naive_instant_is_refused(self, store: Store, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="time zone"), store.writing(EVERYWHERE) as tx:
            audit.append(tx, at=noon.replace(tzinfo=None), account="x", action="x", subject="x", detail={})

    def test_data_that_is_not_plain_is_refused(self, store: Store, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="detail"), store.writing(EVERYWHERE) as tx:
            audit.append(tx, at=noon, account="x", action="x", subject="x", detail={"value": object()})

    @given(
        st.dictionaries(st.text(), st.none() | st.booleans() | st.floats() | st.integers(-(2**53), 2**53) | st.text()),
        st.text(),
    )
    def test_whatever_is_kept_verifies(self, store_of_words: Store, detail: dict[str, object], subject: str) -> None:
        with store_of_words.writing(EVERYWHERE) as tx:
            audit.append(
                tx, at=datetime(2015, 4, 1, tzinfo=UTC), account="x", action="x", subject=subject, detail=detail
            )
        assert verified(store_of_words).ok


@pytest.fixture(scope="module")
def store_of_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store that all examples of one property write into."""
    path = tmp_path_factory.mktemp("words") / "home" / "office.db"
    made = Store.create(path, name="Words", zone="UTC", at=datetime(2015, 4, 1, tzinfo=UTC))
    yield made
    made.close()


class TestAppendOnly:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit SET account = 'other' WHERE seq = 2",
            "DELETE FROM audit WHERE seq = 7",
            "DELETE FROM audit",
            "INSERT INTO audit VALUES (9, 0, 'x', 'x', 'x', '{}', (SELECT hash FROM audit_head), 'y')",
            "INSERT INTO audit VALUES (8, 0, 'x', 'x', 'x', '{}', 'not the head', 'y')",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3",
            "INSERT OR REPLACE INTO audit SELECT 8, 0, '', '', '', '{}', h.hash, audit.hash FROM audit, audit_head h",
            "UPDATE audit_head SET count = 6, hash = (SELECT hash FROM audit WHERE seq = 6)",
            "UPDATE audit_head SET count = 8",
            "UPDATE audit_head SET id = 2",
            "DELETE FROM audit_head",
            "INSERT OR REPLACE INTO audit_head VALUES (1, 0, '')",
        ],
    )
    def test_the_database_itself_refuses_all_but_the_next_row(self, ledger: Store, sql: str) -> None:
        with pytest.raises(StoreError, match="only ever added"), ledger.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql(sql)
        assert verified(ledger).ok

    def test_another_program_is_refused_too(self, ledger: Store) -> None:
        with closing(sqlite3.connect(ledger.path)) as raw, pytest.raises(sqlite3.IntegrityError):
            raw.execute("DELETE FROM audit WHERE seq = 7")


class TestVerify:
    def test_an_untouched_chain_is_whole(self, ledger: Store) -> None:
        report = verified(ledger)
        assert (report.ok, report.rows, report.first_bad_seq, report.reason) == (True, ROWS, None, None)
        assert len(report.head) == 64

    def test_an_empty_chain_is_whole(self, store: Store) -> None:
        assert verified(store) == AuditReport(ok=True, rows=0, first_bad_seq=None, reason=None, head=FIRST)

    @pytest.mark.parametrize("seq", [1, 4, ROWS])
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("at", "at + 1"),
            ("at", "CAST(at AS TEXT) || 'x'"),
            ("at", "x'00'"),
            ("account", "'other'"),
            ("account", "CAST(x'ff' AS TEXT)"),
            ("account", "x'ff'"),
            ("action", "'undo'"),
            ("subject", "subject || ' '"),
            ("detail", "'{}'"),
            ("detail", "'not json'"),
            ("detail", "detail || ' '"),
            ("hash", "'" + "0" * 64 + "'"),
        ],
    )
    def test_a_changed_row_is_named(self, ledger: Store, seq: int, column: str, value: str) -> None:
        with behind_the_back(ledger.path) as raw:
            raw.execute(f"UPDATE audit SET {column} = {value} WHERE seq = ?", (seq,))
        report = verified(ledger)
        assert (report.ok, report.first_bad_seq, report.reason) == (False, seq, "store.audit_changed")

    @pytest.mark.parametrize("seq", range(1, ROWS))
    def test_a_row_gone_from_the_middle_is_named(self, ledger: Store, seq: int) -> None:
        with behind_the_back(ledger.path) as raw:
            raw.execute("DELETE FROM audit WHERE seq = ?", (seq,))
        report = verified(ledger)
        assert (report.first_bad_seq, report.reason) == (seq, "store.audit_missing")

    @pytest.mark.parametrize("kept", range(ROWS))
    def test_last_rows_gone_are_named_from_the_first_of_them(self, ledger: Store, kept: int) -> None:
        with behind_the_back(ledger.path) as raw:
            raw.execute("DELETE FROM audit WHERE seq > ?", (kept,))
        report = verified(ledger)
        assert (report.rows, report.first_bad_seq, report.reason) == (kept, kept + 1, "store.audit_cut")

    def test_the_last_row_gone_and_the_head_with_it(self, ledger: Store) -> None:
        with behind_the_back(ledger.path) as raw:
            raw.execute("DELETE FROM audit WHERE seq = 7")
            raw.execute("DELETE FROM audit_head")
        report = verified(ledger)
        assert (report.first_bad_seq, report.reason) == (7, "store.audit_cut")

    def test_two_rows_that_changed_places_are_named(self, ledger: Store) -> None:
        with behind_the_back(ledger.path) as raw:
            for old, new in ((3, 99), (5, 3), (99, 5)):
                raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))
        report = verified(ledger)
        assert (report.first_bad_seq, report.reason) == (3, "store.audit_changed")

    def test_a_row_forged_with_its_own_hash_breaks_the_next(self, ledger: Store) -> None:
        with behind_the_back(ledger.path) as raw:
            forge(raw, 4)
        report = verified(ledger)
        assert (report.first_bad_seq, report.reason) == (5, "store.audit_order")

    def test_a_chain_forged_to_its_end_is_found_by_a_head_noted_before(self, ledger: Store) -> None:
        noted = (ROWS, verified(ledger).head)
        assert verified(ledger, noted).ok
        with behind_the_back(ledger.path) as raw:
            for seq in range(4, ROWS + 1):
                forge(raw, seq)
            raw.execute("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE seq = ?)", (ROWS,))
        assert verified(ledger).ok
        report = verified(ledger, noted)
        assert (report.first_bad_seq, report.reason) == (ROWS, "store.audit_forged")

    def test_a_head_noted_earlier_still_holds_when_the_chain_has_grown(self, ledger: Store, noon: datetime) -> None:
        noted = (ROWS, verified(ledger).head)
        with ledger.writing(EVERYWHERE) as tx:
            audit.append(tx, at=noon, account="local", action="undo", subject="batch 1", detail={})
        assert verified(ledger, noted).ok
        assert verified(ledger, (0, FIRST)).ok
        assert verified(ledger, (ROWS + 5, "0")).first_bad_seq == ROWS + 2

    @pytest.mark.parametrize("name", sorted(triggers.TRIGGERS))
    def test_protection_taken_off_is_found(self, ledger: Store, name: str) -> None:
        with closing(sqlite3.connect(ledger.path)) as raw:
            raw.execute(f"DROP TRIGGER {name}")
        report = verified(ledger)
        assert (report.ok, report.first_bad_seq, report.reason) == (False, None, "store.audit_unprotected")

    def test_protection_replaced_by_a_sham_is_found(self, ledger: Store) -> None:
        with closing(sqlite3.connect(ledger.path)) as raw:
            raw.execute("DROP TRIGGER audit_no_delete")
            raw.execute("CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END")
        assert verified(ledger).reason == "store.audit_unprotected"

    def test_every_reason_can_be_said(self) -> None:
        reasons = ("changed", "missing", "order", "cut", "forged", "unprotected")
        assert all(known(f"store.audit_{reason}") for reason in reasons)


class TestRead:
    def test_newest_first(self, ledger: Store, noon: datetime) -> None:
        with ledger.reading(EVERYWHERE) as tx:
            frame = audit.read(tx, 2)
        assert list(frame.columns) == ["seq", "at", "account", "action", "subject", "detail"]
        assert list(frame["seq"]) == [7, 6]
        assert frame["at"][0] == pd.Timestamp(noon + timedelta(minutes=7))
        assert frame["detail"][0] == {"路灯": 7, "rejected": [1.5, None, True]}

    def test_rows_written_later_are_not_known_yet(self, ledger: Store, noon: datetime) -> None:
        with ledger.reading(EVERYWHERE) as tx:
            frame = audit.read(tx, 2, as_of=noon + timedelta(minutes=3))
        assert list(frame["seq"]) == [3, 2]

    def test_all_where_no_limit_is_given(self, ledger: Store) -> None:
        with ledger.reading(EVERYWHERE) as tx:
            assert len(audit.read(tx)) == ROWS

    def test_an_empty_audit_has_the_same_columns_and_types(self, ledger: Store) -> None:
        with ledger.reading(EVERYWHERE) as tx:
            full, empty = audit.read(tx), audit.read(tx, 0)
        assert list(empty.dtypes) == list(full.dtypes)
