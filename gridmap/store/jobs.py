"""Jobs as kept: what takes longer than a request, who does it until when, and how it ended.

A job is queued, running, and then done, failed or cancelled for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from gridmap.errors import NotFoundError
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_one, instants, text, turned
from gridmap.store.tables import job, job_file

LISTED = ("uuid", "kind", "account", "state", "done", "total", "created_at", "started_at", "ended_at")
UNFINISHED = ("queued", "running")
Part = Literal["in", "out"]
_IN: Part = "in"
_OUT: Part = "out"
Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a job: its name, and what stands in it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as kept; `out` is the name of the file that it gave back, null if there is none (any more)."""

    uuid: str
    kind: str
    account: str
    state: str
    done: int
    total: int
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    asked: Plain = field(repr=False)
    result: Plain | None
    error: Plain | None
    cancel: bool
    out: str | None


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended; an error is a code with its inputs, none of them personal."""

    state: str
    result: Plain | None = None
    error: Plain | None = None
    out: File | None = field(default=None, repr=False)


def add_job(
    tx: Transaction,
    uuid: str,
    *,
    kind: str,
    asked: Plain,
    account: str,
    at: dt.datetime,
    given: File | None = None,
    others: Mapping[str, File] = MappingProxyType({}),
) -> None:
    """Keep a new job, queued at the instant `at`, with the file that it is to read, and `others` by name."""
    row = {"uuid": uuid, "kind": kind, "asked": dict(asked), "account": account, "state": "queued"}
    number = insert_one(tx.connection, job, row | {"done": 0, "total": 0, "cancel": False, "created_at": at})
    if given is not None:
        _keep_file(tx, number, _IN, given)
    for name, other in others.items():
        _keep_file(tx, number, f"{_IN}.{name}", other)


def find_job(tx: Transaction, uuid: str) -> Job | None:
    """Return the job of a UUID, null if there is none."""
    out = select(job_file.c.name).where(job_file.c.job_id == job.c.id, job_file.c.part == _OUT).scalar_subquery()
    others = (job.c.asked, job.c.result, job.c.error, job.c.cancel)
    columns = (*(job.c[name] for name in LISTED), *others, out)
    row = tx.connection.execute(select(*columns).where(job.c.uuid == uuid)).first()
    return None if row is None else Job(*row)


def existing_job(tx: Transaction, uuid: str, *, account: str | None) -> Job:
    """Return the job of a UUID that an account asked for (null: whoever did). Raises NotFoundError if there is none."""
    found = find_job(tx, uuid)
    if found is None or account not in {None, found.account}:
        raise NotFoundError("store.unknown_job", job=uuid)
    return found


def jobs(tx: Transaction, *, account: str | None) -> pd.DataFrame:
    """Return the jobs that an account asked for (null: all), the newest first: LISTED, instants in UTC."""
    statement = select(*(job.c[name] for name in LISTED)).order_by(job.c.id.desc())
    if account is not None:
        statement = statement.where(job.c.account == account)
    columns = turned(tx.connection.execute(statement).all(), len(LISTED))
    frame = pd.DataFrame({name: text(values) for name, values in zip(LISTED, columns, strict=True)})
    times = {name: instants(frame[name].tolist()) for name in LISTED if name.endswith("_at")}
    return frame.assign(done=frame["done"].astype("int64"), total=frame["total"].astype("int64"), **times)


def unfinished_of(tx: Transaction, account: str) -> int:
    """Return how many jobs of an account are queued or running."""
    mine = (job.c.account == account, job.c.state.in_(UNFINISHED))
    return int(tx.connection.execute(select(func.count()).select_from(job).where(*mine)).scalar_one())


def next_job(tx: Transaction) -> bool:
    """Return whether a job waits to be done, or runs: whether a worker should look closer."""
    return tx.connection.execute(select(job.c.id).where(job.c.state.in_(UNFINISHED)).limit(1)).first() is not None


def fail_lapsed(tx: Transaction, *, now: dt.datetime, error: Plain) -> list[str]:
    """Let the jobs fail whose worker has not said for too long that it lives; return their UUIDs."""
    lapsed = (job.c.state == "running", job.c.lease_until <= now)
    rows = tx.connection.execute(select(job.c.id, job.c.uuid).where(*lapsed)).all()
    for row in rows:
        values = {"state": "failed", "error": dict(error), "ended_at": now, "lease_until": None}
        tx.connection.execute(update(job).where(job.c.id == row.id, *lapsed).values(values))
        _drop_read(tx, row.id)
    return [row.uuid for row in rows]


def take_job(tx: Transaction, *, holder: str, now: dt.datetime, until: dt.datetime) -> Job | None:
    """Take the oldest job that is queued, for a holder until an instant; null if none is, or another was quicker."""
    first = select(job.c.id, job.c.uuid).where(job.c.state == "queued").order_by(job.c.id).limit(1)
    row = tx.connection.execute(first).first()
    if row is None:
        return None
    values = {"state": "running", "holder": holder, "started_at": now, "lease_until": until}
    took = tx.connection.execute(update(job).where(job.c.id == row.id, job.c.state == "queued").values(values))
    return find_job(tx, row.uuid) if took.rowcount else None


def beat(tx: Transaction, uuid: str, *, holder: str, until: dt.datetime, done: int = 0, total: int = 0) -> bool | None:
    """Say that the holder of a running job lives, and how far it is; return whether it is to stop.

    Null: the job is no longer the holder's.
    """
    mine = (job.c.uuid == uuid, job.c.holder == holder, job.c.state == "running")
    values = {"lease_until": until, "done": done, "total": total}
    if not tx.connection.execute(update(job).where(*mine).values(values)).rowcount:
        return None
    return bool(tx.connection.execute(select(job.c.cancel).where(job.c.uuid == uuid)).scalar_one())


def put_back(tx: Transaction, uuid: str, *, holder: str) -> None:
    """Let a job wait again that its holder has begun and of which nothing is done."""
    mine = (job.c.uuid == uuid, job.c.holder == holder, job.c.state == "running")
    values = {"state": "queued", "holder": None, "lease_until": None, "started_at": None, "done": 0, "total": 0}
    tx.connection.execute(update(job).where(*mine).values(values))


def end_job(tx: Transaction, uuid: str, *, holder: str, at: dt.datetime, end: End) -> bool:
    """Keep how a job ended, say so alone who held it last; return whether that is so. What it read goes.

    A holder that was taken for dead meanwhile (`fail_lapsed`) and lives is believed: it knows.
    """
    mine = (job.c.uuid == uuid, job.c.holder == holder, job.c.state.in_(("running", "failed")))
    row = tx.connection.execute(select(job.c.id).where(*mine)).first()
    if row is None:
        return False
    values = {"state": end.state, "result": _dict(end.result), "error": _dict(end.error)}
    ended = values | {"ended_at": at, "lease_until": None}
    tx.connection.execute(update(job).where(job.c.id == row.id).values(ended))
    _drop_read(tx, row.id)
    if end.out is not None:
        _keep_file(tx, row.id, _OUT, end.out)
    return True


def cancel_job(tx: Transaction, uuid: str, *, at: dt.datetime) -> None:
    """Let a queued job be cancelled at once, and a running one when its worker hears of it; one that ended stays."""
    row = tx.connection.execute(select(job.c.id, job.c.state).where(job.c.uuid == uuid)).one()
    waits = (job.c.id == row.id, job.c.state == "queued")
    if tx.connection.execute(update(job).where(*waits).values(state="cancelled", ended_at=at)).rowcount:
        _drop_read(tx, row.id)
        return
    tx.connection.execute(update(job).where(job.c.id == row.id, job.c.state == "running").values(cancel=True))


def file_of_job(tx: Transaction, uuid: str, part: Part) -> File | None:
    """Return the file that a job reads, or the one that it gave back; null if there is none."""
    return _files(tx, uuid, job_file.c.part == part).get(part)


def others_of_job(tx: Transaction, uuid: str) -> dict[str, File]:
    """Return the other files that a job reads, by name."""
    begin = f"{_IN}."
    found = _files(tx, uuid, job_file.c.part.startswith(begin, autoescape=True))
    return {part.removeprefix(begin): file for part, file in found.items()}


def running_jobs(tx: Transaction) -> frozenset[str]:
    """Return the UUIDs of the jobs that run."""
    return frozenset(tx.connection.execute(select(job.c.uuid).where(job.c.state == "running")).scalars())


def drop_files(tx: Transaction, *, before: dt.datetime) -> int:
    """Drop the files of the jobs that ended before an instant; return how many."""
    old = select(job.c.id).where(job.c.ended_at < before)
    return int(tx.connection.execute(delete(job_file).where(job_file.c.job_id.in_(old))).rowcount)


def drop_jobs(tx: Transaction, *, before: dt.datetime) -> int:
    """Forget the jobs that ended before an instant, with their files; return how many."""
    drop_files(tx, before=before)
    return int(tx.connection.execute(delete(job).where(job.c.ended_at < before)).rowcount)


def _files(tx: Transaction, uuid: str, which: ColumnElement[bool]) -> dict[str, File]:
    columns = (job_file.c.part, job_file.c.name, job_file.c.content)
    statement = select(*columns).join(job, job.c.id == job_file.c.job_id).where(job.c.uuid == uuid, which)
    return {row.part: File(row.name, bytes(row.content)) for row in tx.connection.execute(statement)}


def _keep_file(tx: Transaction, number: int, part: str, kept: File) -> None:
    row = {"job_id": number, "part": part, "name": kept.name, "content": kept.content}
    tx.connection.execute(insert(job_file), row)


def _drop_read(tx: Transaction, number: int) -> None:
    tx.connection.execute(delete(job_file).where(job_file.c.job_id == number, job_file.c.part != _OUT))


def _dict(given: Plain | None) -> dict[str, Any] | None:
    return None if given is None else dict(given)
