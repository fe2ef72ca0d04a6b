"""What was answered to posts that came with a key, so that the same key gets the same answer: by digests, for a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update

from gridmap.store.engine import Transaction
from gridmap.store.tables import answered


@dataclass(frozen=True, slots=True)
class Answered:
    """What is kept under a key: the digest of what was asked; `status` and `body` are null while that is at work."""

    request_hash: str
    status: int | None
    body: str | None = field(repr=False)
    at: dt.datetime


def find_answer(tx: Transaction, key_hash: str) -> Answered | None:
    """Return what is kept under a key's digest, null if nothing is."""
    columns = (answered.c.request_hash, answered.c.status, answered.c.body, answered.c.at)
    row = tx.connection.execute(select(*columns).where(answered.c.key_hash == key_hash)).first()
    return None if row is None else Answered(*row)


def begin_answer(tx: Transaction, key_hash: str, *, account: str, request_hash: str, at: dt.datetime) -> None:
    """Keep that what was asked under a key is at work since the instant `at`; what was kept under it goes."""
    tx.connection.execute(delete(answered).where(answered.c.key_hash == key_hash))
    row = {"key_hash": key_hash, "account": account, "request_hash": request_hash, "at": at}
    tx.connection.execute(insert(answered), row)


def keep_answer(tx: Transaction, key_hash: str, *, begun_at: dt.datetime, status: int, body: str) -> None:
    """Keep the answer to what was begun under a key at `begun_at`; not if somebody else has begun it again since."""
    same = (answered.c.key_hash == key_hash) & (answered.c.at == begun_at)
    tx.connection.execute(update(answered).where(same).values(status=status, body=body))


def drop_answer(tx: Transaction, key_hash: str, *, begun_at: dt.datetime) -> None:
    """Forget what was begun under a key at `begun_at`: it came to nothing, and may be asked again."""
    same = (answered.c.key_hash == key_hash) & (answered.c.at == begun_at)
    tx.connection.execute(delete(answered).where(same))


def drop_answers(tx: Transaction, *, before: dt.datetime | None = None) -> int:
    """Forget every answer begun before an instant, or all (null); return how many. They may hold personal values."""
    statement = delete(answered) if before is None else delete(answered).where(answered.c.at < before)
    return int(tx.connection.execute(statement).rowcount)
