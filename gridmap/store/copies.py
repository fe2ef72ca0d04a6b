"""The store copied away while it is in use, and a copy brought back.

A copy may be older than an erasure. What was erased stays erased: each erasure that the present store records and the
copy does not is done again on the copy before it takes the present store's place. And who may come in stays as it is
now: see `store.access`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sqlalchemy import delete, insert, select

from gridmap.errors import StoreError
from gridmap.store import audit, revisions
from gridmap.store.access import Access, access, bring_access
from gridmap.store.address import Address, called
from gridmap.store.audit_keys import AuditKey
from gridmap.store.backends import postgres
from gridmap.store.connect import WAIT_SECONDS, told, uri
from gridmap.store.engine import Store, Transaction
from gridmap.store.ledger_erasure import LedgerErasure
from gridmap.store.ledger_erasure import erase_again as erase_in_ledger
from gridmap.store.ledger_erasure import erasures as ledger_erasures
from gridmap.store.migrating import migrate
from gridmap.store.pouring import to_database, to_file
from gridmap.store.scope import EVERYWHERE
from gridmap.store.snapshot import aside, dated, own_folder, snapshot, sync, writable
from gridmap.store.tables import erasure, feature, private, version
from gridmap.store.upgrade import at_head

_LOG_FILES = ("-wal", "-shm")
_UNREADABLE = ("store.damaged", "store.not_a_store")


def backup(store: Store, target: Path) -> Path:
    """Copy the store to the new file `target` (mode 0600) as of one instant, and return its path.

    Others may read and write meanwhile. The copy is whole and checked before it has its name. Raises ConflictError if
    `target` is there, StoreError if it cannot be written or the store is damaged.
    """
    if isinstance(store.address, str):
        to_file(store.address, target)
    else:
        snapshot(store.address, target)
    return target


def restore(
    address: Address,
    source: Path,
    *,
    at: datetime,
    account: str,
    folder: Path | None = None,
    key: AuditKey | None = None,
    noted: tuple[int, str] | None = None,
) -> Path | None:
    """Put the copy `source` in the place of the store at `address`, as of the aware instant `at`, and audit that.

    The copy is looked at first: it is whole, a gridmap store, not newer than this program (an older one is upgraded),
    and its audit chain holds; else StoreError, and nothing is changed. The present file is kept as a dated backup,
    whose path is returned (None if there was none). Others who have the store open see the restored one from their
    next transaction on; what they commit between the backup and that moment is lost, so restore at a quiet hour.
    Of a store in a database the backup is a file below `folder`, and the restored rows take the place of all present
    ones in one transaction. `key` signs the audit from here on; `noted` is the head that was noted when the copy was
    made, see `audit.verify`.
    """
    proof = _Proof(key, noted)
    if isinstance(address, Path):
        return _restore_file(address, source, proof, at=at, account=account)
    return _restore_database(address, source, proof, folder or Path(), at=at, account=account)


class _Proof(NamedTuple):
    """What the audit of a copy is looked at with: the key, and the head that was noted elsewhere."""

    key: AuditKey | None = None
    noted: tuple[int, str] | None = None


def _restore_database(url: str, source: Path, proof: _Proof, home: Path, *, at: datetime, account: str) -> Path | None:
    own_folder(home)
    with writable(home), aside(home) as folder:
        candidate, present = folder / "restored.db", folder / "present.db"
        _take(source, candidate, proof)
        kept = None
        if postgres.holds_store(url):
            kept = dated(home / f"{called(url)}.db", at, "before-restore")
            to_file(url, kept)
            _take(kept, present, _Proof(proof.key))
        known = _known(present) if kept else _Known()
        detail = {"copy": source.name, "kept": kept and kept.name}
        _prepare(candidate, known, proof.key, at=at, account=account, detail=detail)
        to_database(candidate, url)
    return kept


def _take(source: Path, candidate: Path, proof: _Proof) -> None:
    """Make `candidate` a copy of a store file, with the newest tables, whole and with a chain that holds."""
    snapshot(source, candidate)
    _bring_to_head(candidate)
    _verify(candidate, source.name, proof)


def _restore_file(path: Path, source: Path, proof: _Proof, *, at: datetime, account: str) -> Path | None:
    own_folder(path.parent)
    with writable(path), aside(path.parent) as folder:
        candidate, present = folder / "restored.db", folder / "present.db"
        _take(source, candidate, proof)
        kept = dated(path, at, "before-restore") if path.exists() else None
        readable = kept is not None and _readable(path, present)
        known = _known(present) if readable else _Known()
        detail = {"copy": source.name, "kept": kept and kept.name}
        _prepare(candidate, known, proof.key, at=at, account=account, detail=detail)
        if kept is not None and readable:
            snapshot(path, kept)
            _pour(candidate, path)
        else:
            if kept is not None:
                _move_aside(path, kept)
            candidate.rename(path)
            sync(path.parent)
    return kept


class _Erasure(NamedTuple):
    """One erasure, by what names its feature in every copy."""

    layer: str
    key: str
    field: str
    before: date | None
    reason: str
    account: str
    at: datetime


_Erased: TypeAlias = _Erasure | LedgerErasure


class _Known(NamedTuple):
    """What the present store knows and an older copy does not: what was erased, who may come in (null: unknown)."""

    erased: Sequence[_Erased] = ()
    access: Access | None = None


def _bring_to_head(path: Path) -> None:
    if not at_head(path):
        migrate(path)


def _readable(path: Path, copy: Path) -> bool:
    """Return whether the present file is a sound gridmap store; if so, `copy` is made of it, with today's tables."""
    try:
        snapshot(path, copy)
        _bring_to_head(copy)
    except StoreError as error:
        if error.code in _UNREADABLE:
            return False
        raise
    return True


def _move_aside(path: Path, kept: Path) -> None:
    """Give a file that cannot be read, and its log, the name of the backup."""
    for ending in ("", *_LOG_FILES):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(kept.with_name(kept.name + ending))


def _known(path: Path) -> _Known:
    """Return every erasure that the store file records, oldest first, those of the ledger last, and who may come in."""
    with contextlib.closing(Store.open(path)) as store, store.reading(EVERYWHERE) as tx:
        return _Known(_erasures_of(tx), access(tx))


def _erasures_of(tx: Transaction) -> Sequence[_Erased]:
    own = (erasure.c.field, erasure.c.before, erasure.c.reason, erasure.c.account, erasure.c.at)
    query = select(feature.c.layer, feature.c.key, *own).join_from(erasure, feature).order_by(erasure.c.id)
    return [*(_Erasure(*row) for row in tx.connection.execute(query)), *ledger_erasures(tx)]


def _verify(candidate: Path, name: str, proof: _Proof) -> None:
    with contextlib.closing(Store.open(candidate, key=proof.key)) as store, store.reading(EVERYWHERE) as tx:
        report = audit.verify(tx, noted=proof.noted, foreign=True)
    if not report.ok:
        raise StoreError("store.copy_audit", file=name, seq=report.first_bad_seq or report.rows)


def _prepare(
    candidate: Path,
    known: _Known,
    key: AuditKey | None,
    *,
    at: datetime,
    account: str,
    detail: Mapping[str, object],
) -> None:
    """Erase again what has been erased since, let in whom the present store lets in, audit that, scrub the file."""
    with contextlib.closing(Store.open(candidate, key=key)) as store:
        with store.writing(EVERYWHERE) as tx:
            done = set(_erasures_of(tx))
            again = sum(_erase_again(tx, one) for one in known.erased if one not in done)
            facts = {**detail, "erased_again": again, "tokens_ended": bring_access(tx, known.access, at=at)}
            audit.adopt(tx, at=at, account=account)
            audit.append(tx, at=at, account=account, action="restore", subject="office", detail=facts)
            revisions.renew(tx.connection)
        store.scrub()


def _erase_again(tx: Transaction, one: _Erased) -> int:
    """Do one erasure on the copy and record it there; return how many values there were."""
    if isinstance(one, LedgerErasure):
        return erase_in_ledger(tx, one)
    query = select(feature.c.id).where(feature.c.layer == one.layer, feature.c.key == one.key)
    found = tx.connection.execute(query).scalar()
    if found is None:
        return 0
    versions = select(version.c.id).where(version.c.feature_id == found)
    if one.before is not None:
        versions = versions.where(version.c.valid_to <= one.before)
    rows = delete(private).where(private.c.field == one.field, private.c.version_id.in_(versions))
    removed = tx.connection.execute(rows).rowcount
    record = {name: getattr(one, name) for name in ("field", "before", "reason", "account", "at")}
    tx.connection.execute(insert(erasure), {"feature_id": found, **record})
    return removed


def _pour(candidate: Path, path: Path) -> None:
    """Write every page of `candidate` into the file at `path`, in one transaction that others wait for."""
    with (
        told(path),
        contextlib.closing(sqlite3.connect(uri(candidate, "ro"), uri=True)) as reading,
        contextlib.closing(sqlite3.connect(uri(path, "rw"), uri=True, timeout=WAIT_SECONDS)) as writing,
    ):
        reading.backup(writing)
        # So that the former pages leave the disk now, unless somebody still reads them: that is not waited for.
        writing.execute("PRAGMA busy_timeout = 0")
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
