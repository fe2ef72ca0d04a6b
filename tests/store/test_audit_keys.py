"""The audit is signed with a key beside the store: who can write the store alone makes no row that holds."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from gridmap.errors import StoreError
from gridmap.store import audit
from gridmap.store.audit import AuditReport
from gridmap.store.audit_keys import AuditKey, drop_key, make_key, read_head, read_key, write_head
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from tests.store.test_audit import behind_the_back, forge

pytestmark = pytest.mark.of_the_file


@pytest.fixture
def key(tmp_path: Path) -> AuditKey:
    return make_key(tmp_path)


@pytest.fixture
def plain(store: Store, noon: datetime) -> Store:
    """A store whose audit has two rows made without a key."""
    add(store, noon, 2)
    return store


@pytest.fixture
def signed(store: Store, noon: datetime, key: AuditKey) -> Store:
    """A store whose audit has three signed rows."""
    store.key = key
    add(store, noon, 3)
    return store


def add(store: Store, at: datetime, times: int) -> None:
    for _ in range(times):
        with store.writing(EVERYWHERE) as tx:
            audit.append(tx, at=at, account="local", action="import", subject="batch", detail={"路灯": 1})


def verified(store: Store, *, foreign: bool = False) -> AuditReport:
    with store.reading(EVERYWHERE) as tx:
        return audit.verify(tx, foreign=foreign)


def reason(store: Store) -> tuple[str | None, int | None]:
    report = verified(store)
    return report.reason, report.first_bad_seq


class TestSigned:
    def test_each_row_is_proven_and_computed_by_hand(self, signed: Store, key: AuditKey) -> None:
        report = verified(signed)
        assert (report.ok, report.rows, report.signed) == (True, 3, 3)
        with closing(sqlite3.connect(signed.path)) as raw:
            *facts, detail, before, hashed = raw.execute("SELECT * FROM audit WHERE seq = 3").fetchone()
        said = [*facts, json.loads(detail), before]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert hashed == f"{key.id}:{hmac.new(key.secret, text.encode(), hashlib.sha256).hexdigest()}"

    def test_a_row_made_without_the_key_is_found(self, signed: Store) -> None:
        with behind_the_back(signed.path) as raw:
            forge(raw, 3)
            raw.execute("UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE seq = 3)")
        assert reason(signed) == ("store.audit_unsigned", 3)

    def test_a_whole_chain_made_without_the_key_is_found(self, signed: Store, noon: datetime) -> None:
        with behind_the_back(signed.path) as raw:
            raw.execute("DELETE FROM audit")
            raw.execute("UPDATE audit_head SET count = 0, hash = ?", (audit.FIRST,))
        mine, signed.key = signed.key, None
        add(signed, noon, 3)
        assert verified(signed).ok
        signed.key = mine
        assert reason(signed) == ("store.audit_unsigned", 3)
        # Nor does the service go on from there, as if it held.
        with pytest.raises(StoreError, match="upgrade"):
            add(signed, noon, 1)

    def test_a_row_changed_under_its_own_hash_is_found(self, signed: Store) -> None:
        with behind_the_back(signed.path) as raw:
            raw.execute("UPDATE audit SET account = 'forger' WHERE seq = 2")
        assert reason(signed) == ("store.audit_changed", 2)

    def test_without_the_key_nothing_is_proven_nor_added(self, signed: Store, noon: datetime) -> None:
        signed.key = None
        assert reason(signed) == ("store.audit_no_key", 1)
        with pytest.raises(StoreError, match=r"audit\.key"):
            add(signed, noon, 1)


class TestAdopted:
    def adopt(self, store: Store, key: AuditKey, at: datetime) -> bool:
        store.key = key
        with store.writing(EVERYWHERE) as tx:
            return audit.adopt(tx, at=at, account="local")

    def test_what_was_there_before_is_bound_and_said_to_be_so(
        self, plain: Store, key: AuditKey, noon: datetime
    ) -> None:
        assert self.adopt(plain, key, noon)
        assert not self.adopt(plain, key, noon)
        add(plain, noon, 1)
        report = verified(plain)
        assert (report.ok, report.rows, report.signed) == (True, 4, 2)
        with behind_the_back(plain.path) as raw:
            forge(raw, 2)
        assert reason(plain) == ("store.audit_order", 3)

    def test_by_a_row_that_says_how_many_alone(self, plain: Store, key: AuditKey, noon: datetime) -> None:
        plain.key = key
        with plain.writing(EVERYWHERE) as tx:
            audit.append(tx, at=noon, account="local", action=audit.ADOPTED, subject="office", detail={"before": 1})
        assert reason(plain) == ("store.audit_unsigned", 3)

    def test_a_copy_of_before_holds_in_itself(self, plain: Store, key: AuditKey) -> None:
        plain.key = key
        assert verified(plain, foreign=True).signed == 0
        assert verified(plain, foreign=True).ok
        assert not verified(plain).ok

    def test_what_another_key_has_signed_is_not_proven(self, signed: Store, noon: datetime, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        assert self.adopt(signed, make_key(tmp_path / "other"), noon)
        report = verified(signed)
        assert (report.ok, report.rows, report.signed) == (True, 4, 1)

    def test_a_store_without_rows_needs_none(self, store: Store, key: AuditKey, noon: datetime) -> None:
        assert not self.adopt(store, key, noon)
        assert verified(store).ok


class TestTheKey:
    def test_is_drawn_once_and_for_its_owner_alone(self, tmp_path: Path, key: AuditKey) -> None:
        path = tmp_path / "audit.key"
        assert make_key(tmp_path) == read_key(tmp_path) == key
        assert path.stat().st_mode & 0o777 == 0o600
        assert [one.name for one in tmp_path.iterdir()] == ["audit.key"]
        assert key.secret.hex() not in repr(key)
        drop_key(tmp_path)
        assert read_key(tmp_path) is None
        assert make_key(tmp_path) != key

    @pytest.mark.parametrize("text", ["", "00" * 31, "zz" * 32, "字"])
    def test_what_is_none_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "audit.key").write_text(text, encoding="utf-8")
        with pytest.raises(StoreError, match=r"audit\.key"):
            make_key(tmp_path)


class TestTheHeadOfACopy:
    def test_is_read_as_it_was_written(self, tmp_path: Path, key: AuditKey) -> None:
        copy = tmp_path / "copy.db"
        assert read_head(copy, key) is None
        write_head(copy, key, (3, "a" * 64))
        assert read_head(copy, key) == (3, "a" * 64)

    @pytest.mark.parametrize("change", [{"rows": 2}, {"hash": "b" * 64}, {"signed": None}, {"rows": "x"}])
    def test_is_refused_where_it_was_changed(self, tmp_path: Path, key: AuditKey, change: dict[str, object]) -> None:
        copy = tmp_path / "copy.db"
        write_head(copy, key, (3, "a" * 64))
        beside = tmp_path / "copy.db.head"
        told = json.loads(beside.read_text()) | change
        if told["signed"] is None:
            del told["signed"]
        beside.write_text(json.dumps(told))
        with pytest.raises(StoreError, match=r"copy\.db\.head"):
            read_head(copy, key)
