"""Errand: the jobs that were asked for are done, one after the other, by any number of workers.

A worker holds a job by a lease and says again and again that it lives. A job whose worker fell silent is marked as
failed by the next one: it may have been done, so nobody does it again unasked. What an errand keeps it commits once;
so a job that is cancelled, or told to wait for another worker, has changed nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from gridmap.errors import ConflictError, GridmapError, RefusedError, StoreError
from gridmap.office.clock import real_now
from gridmap.office.job_kinds import KINDS, Outcome, Run
from gridmap.office.job_words import kept_error
from gridmap.office.jobs import OUT_KEPT
from gridmap.office.repeats import forget_old
from gridmap.office.ticking import tick
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.people.secret_texts import token_lives
from gridmap.store import accounts, jobs, tokens
from gridmap.store.engine import Transaction
from gridmap.store.jobs import End, File, Job

LOG = logging.getLogger("gridmap.work")

LEASE = dt.timedelta(seconds=90)
BEAT_SECONDS = 2.0
LOOK_SECONDS = 1.0
KEEP_SECONDS = 600.0
JOBS_KEPT = dt.timedelta(days=30)
FOLDER = "jobs"

_CANCELLED, _STOPPED = "office.job_cancelled", "office.job_stopped"
_TOKEN = "token:"  # noqa: S105  how the account of a token begins


@dataclass(slots=True)
class Held:
    """A job in the hands of a worker: how far it is, and whether its errand is to stop where it looks next."""

    uuid: str
    holder: str
    stopping: threading.Event
    done: int = 0
    total: int = 0
    cancel: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        """Hear how far the errand is. Raises ConflictError where it is to stop."""
        self.done, self.total = int(done), int(total)
        if self.cancel:
            raise ConflictError(_CANCELLED)
        if self.stopping.is_set():
            raise ConflictError(_STOPPED)


def work(office: Office, stop: threading.Event, *, look: float = LOOK_SECONDS) -> None:
    """Do jobs until `stop` is set; in a demo look after open issues, too. A store that fails is tried again."""
    keep_at = time.monotonic()
    while not stop.is_set():
        did = False
        try:
            if time.monotonic() >= keep_at:
                keep_at = time.monotonic() + KEEP_SECONDS
                keep_house(office)
            did = work_once(office, stop=stop) is not None
        except GridmapError as error:
            LOG.warning("work", extra={"facts": {"code": error.code}})
        except Exception as error:  # noqa: BLE001  a worker lives on
            LOG.error("work", extra={"facts": {"error": type(error).__name__}})  # noqa: TRY400  no values in the log
        if not did:
            stop.wait(look)


def work_once(
    office: Office, *, stop: threading.Event | None = None, lease: dt.timedelta = LEASE, beat: float = BEAT_SECONDS
) -> Job | None:
    """Do the oldest job that waits and return it as it ended; null if none waits.

    Before that the jobs of workers that fell silent are marked as failed. Where `stop` is set meanwhile, the job waits
    for another worker.
    """
    with office.reading_whole() as tx:
        if not jobs.next_job(tx):
            return None
    holder, now = str(uuid4()), real_now()
    with office.writing_whole() as tx:
        lapsed = jobs.fail_lapsed(tx, now=now, error=kept_error(ConflictError("office.job_killed")))
        job = jobs.take_job(tx, holder=holder, now=now, until=now + lease)
        given = None if job is None else jobs.file_of_job(tx, job.uuid, "in")
        others = {} if job is None else jobs.others_of_job(tx, job.uuid)
    for uuid in lapsed:
        _remove(office.home / FOLDER / uuid)
    if job is None:
        return None
    held = Held(job.uuid, holder, stop or threading.Event())
    with _alive(office, held, lease, beat):
        end = _done(office, job, given, others, held)
    with office.writing_whole() as tx:
        if end is None:
            jobs.put_back(tx, job.uuid, holder=holder)
        else:
            jobs.end_job(tx, job.uuid, holder=holder, at=real_now(), end=end)
        return jobs.find_job(tx, job.uuid)


def keep_house(office: Office) -> None:
    """Drop what is kept for a time that is over; in a demo look after open issues, as a timer does elsewhere."""
    now = real_now()
    with office.writing_whole() as tx:
        jobs.fail_lapsed(tx, now=now, error=kept_error(ConflictError("office.job_killed")))
        jobs.drop_files(tx, before=now - OUT_KEPT)
        jobs.drop_jobs(tx, before=now - JOBS_KEPT)
        running = jobs.running_jobs(tx)
    forget_old(office)
    folder = office.home / FOLDER
    for left in sorted(folder.iterdir()) if folder.is_dir() else ():
        if left.name not in running:
            _remove(left)
    if office.settings.demo_instant:
        with suppress(ConflictError):  # another worker is at it
            tick(LOCAL_ADMINISTRATOR, office)


def person_of_account(tx: Transaction, account: str) -> Person:
    """Return who acts with an account that asked for a job, with the rights of this moment.

    Raises RefusedError for one that is no more: disabled, revoked, over.
    """
    if account == LOCAL_ADMINISTRATOR.account:
        return LOCAL_ADMINISTRATOR
    if account.startswith(_TOKEN):
        token = tokens.token_of(tx, int(account.removeprefix(_TOKEN)))
        if token is not None and token.role is not None and token_lives(token.expires_at, token.revoked_at, real_now()):
            return Person(account, token.role, token.scope)
    else:
        found = accounts.find_account(tx, account)
        if found is not None and not found.disabled:
            return found.person()
    raise RefusedError("office.job_account")


def _done(office: Office, job: Job, given: File | None, others: Mapping[str, File], held: Held) -> End | None:
    """Do a job and return how it ended; null where it was told to wait for another worker."""
    folder = office.home / FOLDER / job.uuid
    try:
        folder.mkdir(parents=True, mode=0o700)
        folder.parent.chmod(0o700)
        held.progress(0, 0)
        # Each of the others in a folder of its own: they may have the same name.
        paths = {name: _put(folder / name, one) for name, one in others.items()}
        outcome = _run(office, job, None if given is None else _put(folder, given), paths, held)
        out = outcome.out
        back = None if out is None else File(out.name, out.read_bytes())
        return End("done", result=outcome.result, out=back)
    except GridmapError as error:
        if error.code == _STOPPED:
            return None
        return End("cancelled" if error.code == _CANCELLED else "failed", error=kept_error(error))
    except Exception as error:  # noqa: BLE001  whatever failed, the job says so; its values stay out of the log
        LOG.error("job", extra={"facts": {"job": job.uuid, "error": type(error).__name__}})  # noqa: TRY400
        return End("failed", error=kept_error(StoreError("office.job_unforeseen")))
    finally:
        _remove(folder)


def _run(office: Office, job: Job, path: Path | None, others: Mapping[str, Path], held: Held) -> Outcome:
    with office.reading_whole() as tx:
        person = person_of_account(tx, job.account)
    kind = KINDS[job.kind]
    kind.refuse(person)
    asked: dict[str, Any] = {name: value for name, value in job.asked.items() if name not in {"file", "others"}}
    return kind.run(Run(person, office, asked, path, held.progress, others))


def _put(folder: Path, given: File) -> Path:
    path = folder / given.name
    folder.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(given.content)
    return path


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alive(office: Office, held: Held, lease: dt.timedelta, beat: float) -> Iterator[None]:
    """Say every `beat` seconds that the worker lives, and hear whether its job is to stop."""
    heart = threading.Thread(target=_beating, args=(office, held, lease, beat), name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        held.ended.set()
        heart.join()


def _beating(office: Office, held: Held, lease: dt.timedelta, beat: float) -> None:
    while not held.ended.wait(beat):
        # While the errand itself writes, a file takes no other writer: the next beat comes through.
        with suppress(StoreError), office.writing_whole() as tx:
            now = real_now()
            wanted = jobs.beat(tx, held.uuid, holder=held.holder, until=now + lease, done=held.done, total=held.total)
            held.cancel = held.cancel or wanted is not False
