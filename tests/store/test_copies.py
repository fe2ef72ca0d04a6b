"""A backup is whole or not there; a restored store is sound, knows what was erased, and says that it was restored."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridmap.errors import ArgumentError, ConflictError, StoreError
from gridmap.ledger.events import frame_of
from gridmap.ledger.issues import Event
from gridmap.store import audit, copies, issues, triggers
from gridmap.store.engine import Store
from gridmap.store.erasure import erase, expire
from gridmap.store.ledger_erasure import erase_issue, erasures
from gridmap.store.registers import features
from gridmap.store.scope import EVERYWHERE
from tests.store.town import HOUSES, NOON, SECRET, bring_in, day, file, publish

pytestmark = pytest.mark.of_the_file

LATER = "李小红"


def bring(store: Store, code: str, name: str, number: int) -> None:
    """Import one house with its head, from the `number`-th day on."""
    with store.writing(EVERYWHERE) as tx:
        bring_in(tx, file([{"code": code, "name": name, "age": 41}]), day(number))


def heads(store: Store, number: int) -> dict[str, str | None]:
    """Return who heads each house on the `number`-th day."""
    with store.reading(EVERYWHERE) as tx:
        frame = features(tx, HOUSES, on=day(number), reveal=("name",))
    return dict(zip(frame["key"], frame["name"].where(frame["name"].notna(), None), strict=True))


def erase_head(store: Store, code: str, at: datetime) -> int:
    with store.writing(EVERYWHERE) as tx:
        return erase(tx, HOUSES, code, ("name",), reason="asked", at=at, account="clerk")


def actions(store: Store) -> list[str]:
    with store.reading(EVERYWHERE) as tx:
        assert audit.verify(tx).ok
        return audit.read(tx)["action"].tolist()


def integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        return str(raw.execute("PRAGMA integrity_check").fetchone()[0])


def holds(folder: Path, text: str) -> list[str]:
    """Return the names of the files directly in the folder in which the text stands."""
    return [path.name for path in folder.iterdir() if path.is_file() and text.encode() in path.read_bytes()]


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store file with two houses and one audit row."""
    path = tmp_path_factory.mktemp("town") / "home" / "office.db"
    store = Store.create(path, name="Dapeng", zone="Asia/Shanghai", at=NOON)
    with store.writing(EVERYWHERE) as tx:
        publish(tx, day(1))
        audit.append(tx, at=NOON, account="local", action="found", subject="office", detail={})
    bring(store, "A", SECRET, 10)
    bring(store, "B", SECRET, 10)
    store.close()
    return path


@pytest.fixture
def town(first_day: Path, home: Path) -> Iterator[Store]:
    """Return a store of its own for each test, with two houses and one audit row."""
    home.mkdir(mode=0o700)
    opened = Store.open(shutil.copy(first_day, home / "office.db"))
    yield opened
    opened.close()


@pytest.fixture
def copy(town: Store, tmp_path: Path) -> Path:
    """Return a backup of the town, after which house C came."""
    made = copies.backup(town, tmp_path / "copy.db")
    bring(town, "C", LATER, 11)
    return made


@pytest.fixture
def again(town: Store, copy: Path) -> Iterator[Store]:
    """Return the town's store, opened by another program before the copy is restored."""
    opened = Store.open(town.path)
    assert heads(opened, 11) == {"A": SECRET, "B": SECRET, "C": LATER}
    yield opened
    opened.close()


class TestBackup:
    def test_is_one_file_0600_that_opens_as_a_store(self, town: Store, tmp_path: Path) -> None:
        copy = copies.backup(town, tmp_path / "copy.db")
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "home"]
        opened = Store.open(copy)
        assert heads(opened, 10) == heads(town, 10)
        opened.close()

    def test_holds_what_was_committed_while_another_writes(self, town: Store, tmp_path: Path) -> None:
        with town.writing(EVERYWHERE) as tx:
            bring_in(tx, file([{"code": "C", "name": LATER}]), day(10))
            copies.backup(town, tmp_path / "copy.db")
        opened = Store.open(tmp_path / "copy.db")
        assert sorted(heads(opened, 10)) == ["A", "B"]
        opened.close()

    def test_never_overwrites(self, town: Store, tmp_path: Path) -> None:
        (tmp_path / "copy.db").write_text("letter")
        with pytest.raises(ConflictError, match="never overwritten"):
            copies.backup(town, tmp_path / "copy.db")
        assert (tmp_path / "copy.db").read_text() == "letter"

    def test_of_a_damaged_store_gets_no_name(self, town: Store, tmp_path: Path) -> None:
        town.close()
        whole = town.path.read_bytes()
        town.path.write_bytes(whole[: 4096 * 3] + bytes(4096 * 8) + whole[4096 * 11 :])
        with pytest.raises(StoreError, match="damaged"):
            copies.backup(town, tmp_path / "copy.db")
        assert [path.name for path in tmp_path.iterdir()] == ["home"]

    def test_into_a_folder_that_is_not_there(self, town: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="no file can be made"):
            copies.backup(town, tmp_path / "nowhere" / "copy.db")


class TestRestore:
    def test_brings_the_copy_back_and_keeps_the_present(self, town: Store, copy: Path, noon: datetime) -> None:
        kept = copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 11) == {"A": SECRET, "B": SECRET}
        assert kept == town.path.parent / "backups" / "office-20150401T120000Z-before-restore.db"
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
        before = Store.open(kept)
        assert heads(before, 11) == {"A": SECRET, "B": SECRET, "C": LATER}
        before.close()

    def test_is_audited_on_the_copy_s_chain(self, town: Store, copy: Path, noon: datetime) -> None:
        copies.restore(town.path, copy, at=noon, account="clerk")
        with town.reading(EVERYWHERE) as tx:
            row = audit.read(tx, 1).iloc[0]
        assert actions(town) == ["restore", "found"]
        assert row["account"] == "clerk"
        assert row["detail"] == {
            "copy": "copy.db",
            "kept": "office-20150401T120000Z-before-restore.db",
            "erased_again": 0,
            "tokens_ended": 0,
        }

    def test_a_program_that_has_it_open_goes_on_with_the_restored_one(
        self, town: Store, again: Store, copy: Path, noon: datetime
    ) -> None:
        with again.reading(EVERYWHERE) as early:
            copies.restore(town.path, copy, at=noon, account="local")
            assert len(features(early, HOUSES, on=day(11))) == 3
        assert heads(again, 11) == {"A": SECRET, "B": SECRET}
        bring(again, "D", LATER, 12)
        assert heads(town, 12) == {"A": SECRET, "B": SECRET, "D": LATER}
        assert integrity(town.path) == "ok"

    def test_leaves_the_copy_as_it_was(self, town: Store, copy: Path, noon: datetime) -> None:
        before = copy.read_bytes()
        copies.restore(town.path, copy, at=noon, account="local")
        assert copy.read_bytes() == before

    def test_into_an_empty_home(self, copy: Path, tmp_path: Path, noon: datetime) -> None:
        path = tmp_path / "new" / "office.db"
        assert copies.restore(path, copy, at=noon, account="local") is None
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [found.name for found in path.parent.iterdir()] == ["office.db"]
        opened = Store.open(path)
        assert heads(opened, 11) == {"A": SECRET, "B": SECRET}
        opened.close()

    @pytest.mark.parametrize("junk", [b"", b"junk" * 3000])
    def test_over_a_file_that_cannot_be_read(self, town: Store, copy: Path, noon: datetime, junk: bytes) -> None:
        town.close()
        town.path.write_bytes(junk)
        kept = copies.restore(town.path, copy, at=noon, account="local")
        assert kept is not None
        assert kept.read_bytes() == junk
        assert heads(town, 11) == {"A": SECRET, "B": SECRET}

    def test_twice_keeps_both_presents(self, town: Store, copy: Path, noon: datetime) -> None:
        first = copies.restore(town.path, copy, at=noon, account="local")
        second = copies.restore(town.path, copy, at=noon, account="local")
        assert first != second
        assert {path.name for path in (town.path.parent / "backups").iterdir()} == {
            "office-20150401T120000Z-before-restore.db",
            "office-20150401T120000Z-before-restore-2.db",
        }

    def test_what_was_deleted_in_the_copy_s_file_does_not_come_back(
        self, town: Store, copy: Path, noon: datetime
    ) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("PRAGMA secure_delete = OFF")
            raw.execute("CREATE TABLE stale (value TEXT)")
            raw.executemany("INSERT INTO stale VALUES (?)", [(f"{LATER} {number}",) for number in range(2000)])
            raw.execute("DROP TABLE stale")
            raw.commit()
        assert LATER.encode() in copy.read_bytes()
        copies.restore(town.path, copy, at=noon, account="local")
        assert holds(town.path.parent, LATER) == []

    def test_into_a_folder_that_cannot_be_made(self, copy: Path, tmp_path: Path, noon: datetime) -> None:
        (tmp_path / "letter").touch()
        with pytest.raises(StoreError, match="no file can be made"):
            copies.restore(tmp_path / "letter" / "office.db", copy, at=noon, account="local")


class TestRefused:
    """Whatever is wrong with the copy, the present store stays as it is."""

    def refused(self, town: Store, source: Path, noon: datetime) -> StoreError:
        before, listing = heads(town, 11), sorted(town.path.parent.iterdir())
        with pytest.raises(StoreError) as caught:
            copies.restore(town.path, source, at=noon, account="local")
        assert heads(town, 11) == before
        assert sorted(town.path.parent.iterdir()) == listing
        return caught.value

    def test_absent(self, town: Store, tmp_path: Path, noon: datetime) -> None:
        assert self.refused(town, tmp_path / "nothing.db", noon).code == "store.absent"

    def test_no_database(self, town: Store, tmp_path: Path, noon: datetime) -> None:
        (tmp_path / "letter.db").write_text("letter" * 1000)
        assert self.refused(town, tmp_path / "letter.db", noon).code == "store.not_a_store"

    def test_a_database_of_another_program(self, town: Store, tmp_path: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(tmp_path / "other.db")) as other:
            other.execute("CREATE TABLE x (id INTEGER)")
        assert self.refused(town, tmp_path / "other.db", noon).code == "store.not_a_store"

    def test_damaged(self, town: Store, copy: Path, noon: datetime) -> None:
        whole = copy.read_bytes()
        copy.write_bytes(whole[: 4096 * 3] + bytes(4096 * 8) + whole[4096 * 11 :])
        assert self.refused(town, copy, noon).code == "store.damaged"

    def test_a_row_that_points_at_nothing(self, town: Store, copy: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("DELETE FROM batch")
            raw.commit()
        assert self.refused(town, copy, noon).code == "store.damaged"

    def test_newer_than_the_program(self, town: Store, copy: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
            raw.commit()
        assert self.refused(town, copy, noon).code == "store.newer"

    def test_an_audit_that_was_tampered_with(self, town: Store, copy: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("DROP TRIGGER audit_no_update")
            raw.execute("UPDATE audit SET account = 'other'")
            raw.execute(triggers.TRIGGERS["audit_no_update"])
            raw.commit()
        error = self.refused(town, copy, noon)
        assert error.code == "store.copy_audit"
        assert "copy.db" in error.say()
        assert "row 1" in error.say()

    def test_an_audit_without_protection(self, town: Store, copy: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("DROP TRIGGER audit_no_delete")
            raw.commit()
        assert self.refused(town, copy, noon).code == "store.copy_audit"

    def test_a_naive_instant(self, town: Store, copy: Path, noon: datetime) -> None:
        with pytest.raises(ArgumentError, match="time zone"):
            copies.restore(town.path, copy, at=noon.replace(tzinfo=None), account="local")
        assert sorted(heads(town, 11)) == ["A", "B", "C"]


class TestErased:
    def test_what_was_erased_since_the_copy_stays_erased(self, town: Store, copy: Path, noon: datetime) -> None:
        assert erase_head(town, "A", noon) == 1
        copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 11) == {"A": None, "B": SECRET}

    def test_it_is_in_no_file_of_the_restored_store(self, town: Store, copy: Path, noon: datetime) -> None:
        erase_head(town, "A", noon)
        erase_head(town, "B", noon)
        copies.restore(town.path, copy, at=noon, account="local")
        assert SECRET.encode() in copy.read_bytes()
        assert holds(town.path.parent, SECRET) == []

    def test_it_is_recorded_in_the_restored_store_with_its_reason(
        self, town: Store, copy: Path, noon: datetime
    ) -> None:
        erase_head(town, "A", noon)
        copies.restore(town.path, copy, at=noon + timedelta(days=1), account="local")
        with town.reading(EVERYWHERE) as tx:
            rows = tx.connection.exec_driver_sql("SELECT field, before, reason, account FROM erasure").all()
            detail = audit.read(tx, 1)["detail"][0]
        assert [tuple(row) for row in rows] == [("name", None, "asked", "clerk")]
        assert detail["erased_again"] == 1

    def test_what_the_copy_knows_to_be_erased_is_not_erased_again(
        self, town: Store, tmp_path: Path, noon: datetime
    ) -> None:
        """A name given anew after its erasure is kept: the erasure was of what was there before."""
        erase_head(town, "A", noon)
        bring(town, "A", LATER, 12)
        copy = copies.backup(town, tmp_path / "copy.db")
        copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 12)["A"] == LATER

    def test_retention_takes_only_rows_that_had_ended(self, town: Store, tmp_path: Path, noon: datetime) -> None:
        bring(town, "A", LATER, 20)
        copy = copies.backup(town, tmp_path / "copy.db")
        with town.writing(EVERYWHERE) as tx:
            assert expire(tx, HOUSES, "name", before=day(25), at=noon, account="clerk") == 1
        copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 10) == {"A": None, "B": SECRET}
        assert heads(town, 20) == {"A": LATER, "B": SECRET}

    def test_a_feature_that_the_copy_does_not_have_is_passed_over(
        self, town: Store, copy: Path, noon: datetime
    ) -> None:
        assert erase_head(town, "C", noon) == 1
        copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 11) == {"A": SECRET, "B": SECRET}

    def test_a_feature_is_met_by_its_key_not_its_number(self, town: Store, copy: Path, noon: datetime) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("UPDATE version SET feature_id = feature_id + 70")
            raw.execute("UPDATE feature SET id = id + 70")
            raw.commit()
        erase_head(town, "A", noon)
        copies.restore(town.path, copy, at=noon, account="local")
        assert heads(town, 11) == {"A": None, "B": SECRET}


def test_a_copy_behind_the_program_is_upgraded(
    town: Store, copy: Path, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgraded: list[str] = []
    monkeypatch.setattr(copies, "at_head", lambda path: path.name != "restored.db")
    monkeypatch.setattr(copies, "migrate", lambda path: upgraded.append(path.name))
    copies.restore(town.path, copy, at=noon, account="local")
    assert upgraded == ["restored.db"]


def test_a_backup_of_a_backup_is_the_same_office(copy: Path, tmp_path: Path, noon: datetime) -> None:
    moved = Path(shutil.copy(copy, tmp_path / "moved.db"))
    copies.restore(tmp_path / "second" / "office.db", moved, at=noon, account="local")
    opened = Store.open(tmp_path / "second" / "office.db")
    assert opened.office().name == "Dapeng"
    opened.close()


def test_what_was_erased_of_an_issue_stays_erased(store: Store, noon: datetime, tmp_path: Path) -> None:
    made = gpd.GeoDataFrame(
        {"issue": ["one"], "year": [2015], "cell": [None], "features": [[]]}, geometry=[None], crs=4326
    )
    event = Event("first", "one", "report", noon, "7", {"source": "visit"})
    words = pd.DataFrame([("first", "text", "it is dark")], columns=["event", "field", "value"])
    with store.writing(EVERYWHERE) as tx:
        issues.add(tx, made)
        issues.append(tx, frame_of([event], ["reported"], recorded_at=[noon]), words)
    copy = copies.backup(store, tmp_path / "copy.db")
    with store.writing(EVERYWHERE) as tx:
        erase_issue(tx, "one", reason="asked", at=noon, account="local")
    store.close()
    copies.restore(store.path, copy, at=noon, account="local")
    with closing(Store.open(store.path)) as restored, restored.reading(EVERYWHERE) as tx:
        assert issues.private(tx, ["one"]).empty
        assert [one.field for one in erasures(tx)] == ["text"]
        assert len(issues.events(tx)) == 1
    assert b"it is dark" not in store.path.read_bytes()
