"""Errands: what takes longer than a request is asked for as a job, looked at, and cancelled.

Whoever asked for a job sees it and what it gave back; administrators of the whole office see that it is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import pandas as pd

from gridmap.errors import ArgumentError, ConflictError, NotFoundError
from gridmap.office.clock import real_now
from gridmap.office.job_kinds import KINDS
from gridmap.office.job_words import plain
from gridmap.office.wiring import Office
from gridmap.people.access import may
from gridmap.people.person import Person
from gridmap.store import jobs
from gridmap.store.jobs import File, Job

__all__ = ["File", "Job", "ask", "cancel_job", "file_of_job", "list_jobs", "show_job"]

MOST_UNFINISHED = 20
LONGEST_NAME = 120
OUT_KEPT = dt.timedelta(days=1)


def ask(
    person: Person,
    office: Office,
    kind: str,
    asked: Mapping[str, object],
    *,
    given: File | None = None,
    others: Mapping[str, File] = MappingProxyType({}),
    key: str | None = None,
    lang: str = "en",
) -> Job:
    """Ask for a job of a kind of `job_kinds.KINDS` and return it as it is kept; a worker does it.

    It is done with the rights that the account has then. It reads the file `given`, or where its kind says so `others`,
    each under its name. `key`: the same key of the same account stands for one job,
    however often it comes. Raises RefusedError for who may not do it now, NotFoundError for an unknown layer,
    ArgumentError for a file that cannot be and for a key that stands for something else, ConflictError for one with
    too many jobs unfinished.
    """
    kind_asked = KINDS[kind]
    kind_asked.refuse(person)
    if asked.get("layer") is not None:
        office.layers[str(asked["layer"])]
    wanted: dict[str, Any] = plain({**asked, "lang": lang})
    if given is not None:
        given = File(_file_name(given.name), given.content)
        wanted["file"] = _known_by(given)
    elif kind_asked.with_file and kind_asked.others.isdisjoint(others):
        raise ArgumentError("office.job_file", argument="file")
    others = {name: File(_file_name(one.name), one.content) for name, one in others.items()}
    if others:
        wanted["others"] = {name: _known_by(one) for name, one in others.items()}
    uuid = _uuid_of(person, key)
    with office.writing(person) as tx:
        known = jobs.find_job(tx, uuid)
        if known is not None:
            if (known.kind, dict(known.asked)) != (kind, wanted):
                raise ArgumentError("office.key_of_other", argument="Idempotency-Key")
            return known
        if jobs.unfinished_of(tx, person.account) >= MOST_UNFINISHED:
            raise ConflictError("office.jobs_many", most=MOST_UNFINISHED)
        jobs.add_job(
            tx, uuid, kind=kind, asked=wanted, account=person.account, at=real_now(), given=given, others=others
        )
        return jobs.existing_job(tx, uuid, account=person.account)


def show_job(person: Person, office: Office, uuid: str) -> Job:
    """Return a job. Raises NotFoundError for one that there is not, or that somebody else asked for."""
    with office.reading(person) as tx:
        return jobs.existing_job(tx, uuid, account=_whose(person))


def list_jobs(person: Person, office: Office) -> pd.DataFrame:
    """Return the jobs that the person asked for, or for an administrator all, the newest first: `store.jobs.LISTED`."""
    with office.reading(person) as tx:
        return jobs.jobs(tx, account=_whose(person))


def cancel_job(person: Person, office: Office, uuid: str) -> Job:
    """Cancel a job and return it: a queued one at once, a running one where its errand looks next; what ended stays.

    What is cancelled has changed nothing. Raises NotFoundError as `show_job`.
    """
    with office.writing(person) as tx:
        jobs.existing_job(tx, uuid, account=_whose(person))
        jobs.cancel_job(tx, uuid, at=real_now())
        return jobs.existing_job(tx, uuid, account=None)


def file_of_job(person: Person, office: Office, uuid: str) -> File:
    """Return the file that a job gave back, to whoever asked for it and nobody else: it may hold personal values.

    Raises NotFoundError where there is none, or none any more.
    """
    with office.reading(person) as tx:
        jobs.existing_job(tx, uuid, account=person.account)
        found = jobs.file_of_job(tx, uuid, "out")
    if found is None:
        raise NotFoundError("office.job_no_file", job=uuid, hours=OUT_KEPT // dt.timedelta(hours=1))
    return found


def _whose(person: Person) -> str | None:
    """Return whose jobs a person sees: his own, or all (null)."""
    return None if may(person, "account") and person.scope is None else person.account


def _uuid_of(person: Person, key: str | None) -> str:
    return str(uuid4() if key is None else uuid5(NAMESPACE_URL, f"job/{person.account}/{key}"))


def _known_by(given: File) -> dict[str, str]:
    return {"name": given.name, "digest": hashlib.sha256(given.content).hexdigest()}


def _file_name(given: str) -> str:
    """Return the name of a file without its folders. Raises ArgumentError for none that a file can have."""
    name = PurePosixPath(given.replace("\\", "/")).name
    strange = any(unicodedata.category(sign) in {"Cc", "Cs", "Cn"} for sign in name)
    if strange or name.startswith(".") or not name or len(name) > LONGEST_NAME or "." not in name:
        raise ArgumentError("office.job_file_name", argument="file", longest=LONGEST_NAME)
    return name
