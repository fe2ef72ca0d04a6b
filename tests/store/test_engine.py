"""A store is made whole or not at all, opened only where it fits, read in one snapshot, written in one transaction."""

from __future__ import annotations

import sqlite3
import stat
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from gridmap.errors import ArgumentError, ConflictError, StoreError
from gridmap.store.engine import Office, Store, Transaction
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import batch, feature, office, private
from gridmap.store.upgrade import migrate
from gridmap.words import say

pytestmark = pytest.mark.of_the_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def keep(tx: Transaction, key: str) -> None:
    tx.connection.execute(insert(feature), {"layer": "streetlights", "key": key})


def count(tx: Transaction) -> int:
    return tx.connection.execute(select(func.count()).select_from(feature)).scalar_one()


def counted(store: Store) -> int:
    with store.reading(EVERYWHERE) as tx:
        return count(tx)


class TestCreate:
    def test_knows_whose_it_is(self, store: Store, noon: datetime) -> None:
        assert store.office() == Office("Dapeng", "Asia/Shanghai", noon)

    def test_folder_is_0700_and_files_are_0600_the_log_too(self, store: Store, home: Path) -> None:
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            names = sorted(path.name for path in home.iterdir())
            assert names == ["office.db", "office.db-shm", "office.db-wal"]
            assert {mode(path) for path in home.iterdir()} == {0o600}
        assert mode(home) == 0o700

    def test_a_store_that_is_there_is_not_touched(self, store: Store, noon: datetime) -> None:
        with pytest.raises(ConflictError, match="already"):
            Store.create(store.path, name="Other", zone="Asia/Shanghai", at=noon)
        assert store.office().name == "Dapeng"

    def test_a_store_made_meanwhile_is_not_touched(
        self, home: Path, noon: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = home / "office.db"

        def slow(part: Path) -> None:
            path.write_bytes(b"the first")
            migrate(part)

        monkeypatch.setattr("gridmap.store.engine.migrate", slow)
        with pytest.raises(ConflictError, match="already"):
            Store.create(path, name="Second", zone="Asia/Shanghai", at=noon)
        assert path.read_bytes() == b"the first"
        assert list(home.iterdir()) == [path]

    def test_an_unknown_zone_leaves_nothing_behind(self, home: Path, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="IANA"):
            Store.create(home / "office.db", name="Dapeng", zone="Dapeng/Street", at=noon)
        assert not home.exists()

    def test_a_naive_instant_leaves_no_store_behind(self, home: Path, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="time zone"):
            Store.create(home / "office.db", name="Dapeng", zone="Asia/Shanghai", at=noon.replace(tzinfo=None))
        assert list(home.iterdir()) == []

    def test_an_empty_folder_open_to_others_is_closed(self, home: Path, noon: datetime) -> None:
        home.mkdir(mode=0o755)
        Store.create(home / "office.db", name="Dapeng", zone="Asia/Shanghai", at=noon).close()
        assert mode(home) == 0o700

    def test_a_folder_in_use_and_open_to_others_is_refused_as_it_is(self, home: Path, noon: datetime) -> None:
        home.mkdir(mode=0o755)
        (home / "letter.txt").touch()
        with pytest.raises(StoreError, match="chmod 700"):
            Store.create(home / "office.db", name="Dapeng", zone="Asia/Shanghai", at=noon)
        assert mode(home) == 0o755
        assert [path.name for path in home.iterdir()] == ["letter.txt"]

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path, noon: datetime) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="no file can be made"):
            Store.create(tmp_path / "file" / "office.db", name="Dapeng", zone="Asia/Shanghai", at=noon)


class TestOpen:
    def test_absent_says_how_to_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="gridmap init"):
            Store.open(tmp_path / "office.db")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("junk", [b"", b"junk" * 1000, b"SQLite format 3\x00"])
    def test_another_file_is_no_store(self, tmp_path: Path, junk: bytes) -> None:
        (tmp_path / "office.db").write_bytes(junk)
        with pytest.raises(StoreError) as refused:
            Store.open(tmp_path / "office.db")
        assert refused.value.code == "store.not_a_store"

    def test_a_database_of_another_program_is_no_store(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "office.db") as other:
            other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.close()
        with pytest.raises(StoreError) as refused:
            Store.open(tmp_path / "office.db")
        assert refused.value.code == "store.not_a_store"

    def test_newer_tables_than_the_program_knows_are_refused(self, store: Store) -> None:
        with sqlite3.connect(store.path) as newer:
            newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.close()
        with pytest.raises(StoreError, match="newer program"):
            Store.open(store.path)
        with pytest.raises(StoreError, match="newer program"), store.writing(EVERYWHERE):
            pytest.fail("an open store wrote into tables that it does not know")

    def test_tables_behind_the_program_say_how_to_upgrade(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gridmap.store.migrations.HEAD", "9999")
        monkeypatch.setattr("gridmap.store.engine.HEAD", "9999")
        with pytest.raises(StoreError, match="gridmap upgrade"):
            Store.open(store.path)

    def test_a_file_open_to_others_is_closed(self, store: Store) -> None:
        store.path.chmod(0o644)
        Store.open(store.path).close()
        assert mode(store.path) == 0o600

    def test_a_damaged_page_is_said_to_be_damage(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            for number in range(2000):
                keep(tx, f"L{number}")
        store.close()
        whole = store.path.read_bytes()
        store.path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        damaged = Store(store.path)
        with pytest.raises(StoreError, match="gridmap restore"), damaged.reading(EVERYWHERE) as tx:
            count(tx)
        damaged.close()


class TestWriting:
    def test_commits_once_at_a_clean_end(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            assert counted(store) == 0
        assert counted(store) == 1

    def test_any_exception_rolls_back(self, store: Store) -> None:
        with pytest.raises(KeyboardInterrupt), store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            raise KeyboardInterrupt
        assert counted(store) == 0

    def test_a_dry_run_keeps_nothing(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            tx.rollback()
            assert count(tx) == 1
        assert counted(store) == 0

    def test_a_table_made_in_a_transaction_goes_with_it(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            tx.connection.exec_driver_sql("CREATE TABLE extra (id INTEGER)")
            keep(tx, "L2")
            tx.rollback()
        assert counted(store) == 0
        with store.reading(EVERYWHERE) as tx:
            assert tx.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'extra'").all() == []

    def test_a_second_writer_waits_then_is_told(self, store: Store) -> None:
        hasty = Store.open(store.path, wait=0.05)
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            with pytest.raises(StoreError) as refused, hasty.writing(EVERYWHERE):
                pytest.fail("two writers at once")
            assert refused.value.code == "store.busy"
        with hasty.writing(EVERYWHERE) as tx:
            keep(tx, "L2")
        hasty.close()
        assert counted(store) == 2

    def test_a_row_that_points_at_nothing_is_refused(self, store: Store) -> None:
        with pytest.raises(IntegrityError), store.writing(EVERYWHERE) as tx:
            tx.connection.execute(
                insert(private), {"version_id": 7, "field": "phone", "mark": "personal", "value": "13800000000"}
            )

    def test_an_error_of_the_database_shows_no_value(self, store: Store) -> None:
        row = {"version_id": 7, "field": "phone", "mark": "personal", "value": "13800000000"}
        with pytest.raises(IntegrityError) as refused, store.writing(EVERYWHERE) as tx:
            tx.connection.execute(insert(private), [row, row])
        assert "13800000000" not in f"{refused.value} {refused.value!r}"

    def test_an_error_of_a_column_type_comes_out_as_our_own(self, store: Store, noon: datetime) -> None:
        row = {"layer": "x", "file": "x", "digest": "x", "on_day": noon, "recorded_at": noon, "account": "x"}
        with pytest.raises(ArgumentError, match="plain date"), store.writing(EVERYWHERE) as tx:
            tx.connection.execute(insert(batch), {**row, "counts": {}})

    def test_a_full_disk_keeps_nothing_and_says_so(self, store: Store) -> None:
        with pytest.raises(StoreError, match="Free some space"), store.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql("PRAGMA max_page_count = 1")
            for number in range(5000):
                keep(tx, f"L{number}")
        assert counted(store) == 0


class TestReading:
    def test_is_one_snapshot_taken_on_entry(self, store: Store) -> None:
        with store.reading(EVERYWHERE) as early:
            with store.writing(EVERYWHERE) as tx:
                keep(tx, "L1")
            assert count(early) == 0
            assert counted(store) == 1
            assert count(early) == 0

    def test_never_writes(self, store: Store) -> None:
        with pytest.raises(StoreError), store.reading(EVERYWHERE) as tx:
            keep(tx, "L1")
        assert counted(store) == 0

    def test_is_not_kept_waiting_by_a_writer(self, store: Store) -> None:
        hasty = Store.open(store.path, wait=0.0)
        with store.writing(EVERYWHERE) as tx:
            keep(tx, "L1")
            assert counted(hasty) == 0
        hasty.close()


class TestPragmas:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("secure_delete", 1),
            ("foreign_keys", 1),
            ("busy_timeout", 30_000),
            ("temp_store", 2),
            ("trusted_schema", 0),
        ],
    )
    def test_hold_in_every_transaction(self, store: Store, pragma: str, value: object) -> None:
        with store.writing(EVERYWHERE) as writing, store.reading(EVERYWHERE) as reading:
            for tx in (writing, reading):
                assert tx.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


class TestScrub:
    def test_erased_values_are_in_no_file_any_more(self, store: Store, noon: datetime) -> None:
        """With secure_delete alone, stale copies of a few rows stay in pages that were split: see Store.scrub."""
        numbers = range(0, 4000, 3)
        with store.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql("CREATE TABLE kept (id INTEGER PRIMARY KEY, value TEXT)")
            for number in [(7 * step) % 4001 for step in range(4001)]:
                secret = f"SECRET{number:05d}" + "x" * (number % 190)
                tx.connection.exec_driver_sql("INSERT INTO kept VALUES (?, ?)", (number, secret))
        with store.writing(EVERYWHERE) as tx:
            for number in numbers:
                tx.connection.exec_driver_sql("DELETE FROM kept WHERE id = ?", (number,))
        store.scrub()
        files = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
        assert [number for number in numbers if f"SECRET{number:05d}".encode() in files] == []
        assert b"SECRET00001" in files

    def test_waits_for_readers_then_says_who_must_end(self, store: Store) -> None:
        hasty = Store.open(store.path, wait=0.05)
        with store.reading(EVERYWHERE), pytest.raises(StoreError) as refused:
            hasty.scrub()
        hasty.close()
        assert refused.value.code == "store.busy"


def test_close_leaves_one_file(store: Store, home: Path) -> None:
    with store.writing(EVERYWHERE) as tx:
        keep(tx, "L1")
    store.close()
    assert [path.name for path in home.iterdir()] == ["office.db"]


def test_there_is_one_office_in_a_store(store: Store, noon: datetime) -> None:
    with pytest.raises(IntegrityError), store.writing(EVERYWHERE) as tx:
        tx.connection.execute(insert(office), {"id": 2, "name": "Other", "zone": "UTC", "created_at": noon})


def test_errors_are_said_in_chinese_too(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        Store.open(tmp_path / "office.db")
    assert refused.value.say("zh") == say("store.absent", "zh", file="office.db")
