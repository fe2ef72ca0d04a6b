"""The audit: who did what, when. Rows are only ever added, each bound to the one before by a hash.

A row's hash is `<key id>:<HMAC-SHA256>` of the JSON array [seq, at, account, action, subject, detail, previous] without
spaces, keys of `detail` sorted, `at` in UTC microseconds; `previous` is the hash of the row before, 64 zeros for the
first. Whoever can write the store but has not the key (`audit_keys`) cannot make a row that holds. Whoever has both can
forge the whole chain, and one who puts an old copy back shows a shorter one that holds: note the head (row count and
hash) somewhere else, and give it to `verify` later.

A store that is opened without a key has rows hashed by SHA-256 alone, which anyone can compute. Its first row with the
key says how many there were before it, and binds the last of them: it is made by `adopt` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
import pandas as pd
from sqlalchemy import BigInteger, bindparam, insert, select, type_coerce

from gridmap.errors import ArgumentError, StoreError
from gridmap.store import triggers
from gridmap.store.audit_keys import AuditKey, signer_of
from gridmap.store.dialects import as_bytes
from gridmap.store.engine import Transaction
from gridmap.store.tables import audit, audit_head
from gridmap.store.types import microseconds

FIRST = "0" * 64
ADOPTED = "audit_key"

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
    """What `verify` found: `reason` is a code of the words (null if `ok`), `head` the hash of the last row.

    `signed` is how many of the rows are proven by the key; the others, which are the first, hold only in themselves.
    """

    ok: bool
    rows: int
    first_bad_seq: int | None
    reason: str | None
    head: str
    signed: int = 0


def append(
    tx: Transaction, *, at: datetime, account: str, action: str, subject: str, detail: Mapping[str, object]
) -> int:
    """Add one row to the audit and return its number (1, 2, ...).

    `at` is an aware instant of the real clock; `account` an opaque name; `detail` plain data that holds no personal
    value. Raises ArgumentError for a naive instant or data that is not plain, StoreError where the last row was made
    with another key: what comes after it would say that it holds.
    """
    count, previous = head(tx)
    signer = "" if tx.key is None else tx.key.id
    if count and action != ADOPTED and signer_of(previous) != signer:
        raise StoreError("store.audit_other_key" if signer else "store.audit_no_key")
    facts = [count + 1, microseconds(at), account, action, subject, dict(detail), previous]
    try:
        hashed = _hash(facts, tx.key)
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


def adopt(tx: Transaction, *, at: datetime, account: str) -> bool:
    """Sign with the key of the transaction all that is there, if its last row is not signed so; return whether.

    What was there before is believed as it is: look at it first.
    """
    count, previous = head(tx)
    if tx.key is None or not count or signer_of(previous) == tx.key.id:
        return False
    append(tx, at=at, account=account, action=ADOPTED, subject="office", detail={"before": count})
    return True


def head(tx: Transaction) -> tuple[int, str]:
    """Return the number and hash of the last row; 0 and 64 zeros where there is none."""
    count, hashed = tx.connection.execute(_HEAD).one()
    return int(count), str(hashed)


def since(tx: Transaction, seq: int) -> list[tuple[int, str, str]]:
    """Return the number, hash and action of the audit rows from the number `seq` on, in order."""
    return [(number, hashed, action) for number, hashed, action in tx.connection.execute(_SINCE, {"number": seq})]


def verify(tx: Transaction, *, noted: tuple[int, str] | None = None, foreign: bool = False) -> AuditReport:
    """Compute the whole chain again, with the key of the transaction, and say where it first fails.

    `noted` is the count of rows and the hash of the last that were noted elsewhere earlier. Found are: a row changed,
    a row gone (in the middle, or the last ones), rows in another order, protection taken off, rows that were not made
    with the key, a forged chain (by `noted`). A row that is gone is named by its own number. `foreign`: the chain may
    end without the key, as in a copy of before it was made; then only what holds in itself is looked at.
    """
    chain = _Chain(tx.key)
    as_noted = noted in (None, (0, FIRST))
    for seq, *rest in tx.connection.execute(_ROWS):
        reason = chain.look_at(seq, rest)
        if reason is not None:
            return chain.report(reason, chain.rows + 1)
        if noted is not None and chain.rows == noted[0]:
            as_noted = chain.head == noted[1]
    if chain.rows and tx.key is not None and not (chain.signed or foreign):
        return chain.report("store.audit_unsigned", chain.rows)
    return _ending(tx, chain, None if as_noted or noted is None else noted[0])


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


class _Chain:
    """The rows looked at so far: how many, how many of them signed with our key, and the hash of the last."""

    def __init__(self, key: AuditKey | None) -> None:
        self.key = key
        self.rows, self.signed, self.head = 0, 0, FIRST

    def look_at(self, seq: object, rest: list[object]) -> str | None:
        """Return why the next row is bad; null if it is good."""
        if seq != self.rows + 1:
            return "store.audit_missing"
        at, *values = rest
        try:
            *texts, previous, hashed = (_text(value) for value in values)
            signer = signer_of(hashed)
            ours = self.key is not None and signer == self.key.id
            computed = _hash([seq, at, *texts[:-1], orjson.Fragment(texts[-1]), previous], self.key if ours else None)
        except (TypeError, UnicodeError):
            return "store.audit_changed"
        # Of one made with a key that is not here, only what it is bound to can be looked at.
        if computed != hashed and (ours or not signer):
            return "store.audit_changed"
        reason = "store.audit_order" if previous != self.head else self._signed_amiss(signer, ours, texts)
        if reason is None:
            self.rows, self.signed, self.head = self.rows + 1, self.signed + ours, hashed
        return reason

    def _signed_amiss(self, signer: str, ours: bool, texts: list[str]) -> str | None:  # noqa: FBT001  what was found
        """Return why the key of a row is not the one it should be: ours from the row on that adopts those before."""
        if self.key is None:
            return "store.audit_no_key" if signer else None
        if not ours:
            return "store.audit_unsigned" if self.signed else None
        _, action, _, detail = texts
        adopts = action == ADOPTED and detail == orjson.dumps({"before": self.rows}).decode()
        return None if self.signed or not self.rows or adopts else "store.audit_unsigned"

    def report(self, reason: str | None, bad: int | None) -> AuditReport:
        """Return what was found."""
        return AuditReport(
            ok=reason is None, rows=self.rows, first_bad_seq=bad, reason=reason, head=self.head, signed=self.signed
        )


def _ending(tx: Transaction, chain: _Chain, forged: int | None) -> AuditReport:
    """Return the report on a chain that is whole in itself: is its end gone, or its protection, or was it `forged`?"""
    kept = tx.connection.execute(select(audit_head.c.count, audit_head.c.hash)).all()
    if [tuple(row) for row in kept] != [(chain.rows, chain.head)]:
        return chain.report("store.audit_cut", chain.rows + 1)
    if forged is not None:
        return chain.report("store.audit_forged", min(forged, chain.rows + 1))
    return chain.report("store.audit_unprotected" if triggers.wrong(tx.connection) else None, None)


def _text(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return value.decode()


def _hash(facts: list[object], key: AuditKey | None) -> str:
    said = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest() if key is None else key.sign(said)
