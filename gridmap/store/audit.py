"""The audit: who did what, when. Rows are only ever added, each bound to the one before by a hash.

A row's hash is the SHA-256 of the JSON array [seq, at, account, action, subject, detail, previous] without spaces, keys
of `detail` sorted, `at` in UTC microseconds; `previous` is the hash of the row before, 64 zeros for the first. Anyone
can compute it again by hand. Whoever can write the file can forge the whole chain: note the head (row count and hash)
somewhere else, and give it to `verify` later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
import pandas as pd
from sqlalchemy import BigInteger, bindparam, insert, select, type_coerce

from gridmap.errors import ArgumentError
from gridmap.store import triggers
from gridmap.store.dialects import as_bytes
from gridmap.store.engine import Transaction
from gridmap.store.tables import audit, audit_head
from gridmap.store.types import microseconds

FIRST = "0" * 64

_TEXTS = ("account", "action", "subject", "detail", "previous", "hash")
# As bytes, for a text that was tampered with may not even be text.
_ROWS = select(
    audit.c.seq, type_coerce(audit.c.at, BigInteger), *(as_bytes(audit.c[name]) for name in _TEXTS)
).order_by(audit.c.seq)
# Made once: an errand of a single small entry spends most of its time on making statements.
_HEAD = select(audit_head.c.count, audit_head.c.hash)
_ROW = insert(audit)
_SINCE = (
    select(audit.c.seq, audit.c.hash, audit.c.action).where(audit.c.seq >= bindparam("number")).order_by(audit.c.seq)
)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What `verify` found: `reason` is a code of the words (null if `ok`), `head` the hash of the last row."""

    ok: bool
    rows: int
    first_bad_seq: int | None
    reason: str | None
    head: str


def append(
    tx: Transaction, *, at: datetime, account: str, action: str, subject: str, detail: Mapping[str, object]
) -> int:
    """Add one row to the audit and return its number (1, 2, ...).

    `at` is an aware instant of the real clock; `account` an opaque name; `detail` plain data that holds no personal
    value. Raises ArgumentError for a naive instant or data that is not plain.
    """
    count, previous = head(tx)
    facts = [count + 1, microseconds(at), account, action, subject, dict(detail), previous]
    try:
        hashed = _hash(facts)
    except TypeError as error:
        raise ArgumentError("store.not_plain", argument="detail") from error
    row = {
        "seq": count + 1,
        "at": at,
        "account": account,
        "action": action,
        "subject": subject,
        "detail": dict(detail),
        "previous": previous,
        "hash": hashed,
    }
    tx.connection.execute(_ROW, row)
    return count + 1


def head(tx: Transaction) -> tuple[int, str]:
    """Return the number and hash of the last row; 0 and 64 zeros where there is none."""
    count, hashed = tx.connection.execute(_HEAD).one()
    return int(count), str(hashed)


def since(tx: Transaction, seq: int) -> list[tuple[int, str, str]]:
    """Return the number, hash and action of the audit rows from the number `seq` on, in order."""
    return [(number, hashed, action) for number, hashed, action in tx.connection.execute(_SINCE, {"number": seq})]


def verify(tx: Transaction, *, noted: tuple[int, str] | None = None) -> AuditReport:
    """Compute the whole chain again and say where it first fails.

    `noted` is the count of rows and the hash of the last that were noted elsewhere earlier. Found are: a row changed,
    a row gone (in the middle, or the last ones), rows in another order, protection taken off, a forged chain (by
    `noted`). A row that is gone is named by its own number.
    """
    count, head = 0, FIRST
    as_noted = noted in (None, (0, FIRST))
    for seq, *rest in tx.connection.execute(_ROWS):
        reason, hashed = _look_at(seq, rest, count, head)
        if reason is not None:
            return AuditReport(ok=False, rows=count, first_bad_seq=count + 1, reason=reason, head=head)
        count, head = count + 1, hashed
        if noted is not None and count == noted[0]:
            as_noted = head == noted[1]
    return _ending(tx, count, head, None if as_noted or noted is None else noted[0])


def read(tx: Transaction, limit: int | None = None, *, as_of: datetime | None = None) -> pd.DataFrame:
    """Return the newest `limit` rows (all if null), newest first: seq, at (UTC), account, action, subject, detail.

    `as_of` leaves out the rows written after that instant.
    """
    columns = (audit.c.seq, audit.c.at, audit.c.account, audit.c.action, audit.c.subject, audit.c.detail)
    statement = select(*columns).order_by(audit.c.seq.desc()).limit(limit)
    if as_of is not None:
        statement = statement.where(audit.c.at <= as_of)
    rows = tx.connection.execute(statement).all()
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=[column.name for column in columns])
    texts = dict.fromkeys(("account", "action", "subject"), "str")
    return frame.astype({"seq": "int64", "at": "datetime64[us, UTC]", **texts})


def _look_at(seq: object, rest: list[object], count: int, head: str) -> tuple[str | None, str]:
    """Return why the row after `count` rows ending in `head` is bad (null if it is good), and its hash."""
    if seq != count + 1:
        return "store.audit_missing", ""
    at, *texts, hashed = rest
    try:
        account, action, subject, detail, previous = (_text(value) for value in texts)
        computed = _hash([seq, at, account, action, subject, orjson.Fragment(detail), previous])
        if computed != _text(hashed):
            return "store.audit_changed", ""
    except (TypeError, UnicodeError):
        return "store.audit_changed", ""
    return (None, computed) if previous == head else ("store.audit_order", "")


def _ending(tx: Transaction, count: int, head: str, forged: int | None) -> AuditReport:
    """Return the report on a chain that is whole in itself: is its end gone, or its protection, or was it `forged`?"""
    kept = tx.connection.execute(select(audit_head.c.count, audit_head.c.hash)).all()
    reason, bad = None, None
    if [tuple(row) for row in kept] != [(count, head)]:
        reason, bad = "store.audit_cut", count + 1
    elif forged is not None:
        reason, bad = "store.audit_forged", min(forged, count + 1)
    elif triggers.wrong(tx.connection):
        reason = "store.audit_unprotected"
    return AuditReport(ok=reason is None, rows=count, first_bad_seq=bad, reason=reason, head=head)


def _text(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return value.decode()


def _hash(facts: list[object]) -> str:
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()
