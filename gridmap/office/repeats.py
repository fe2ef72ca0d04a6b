"""Errands: a post that comes again with the same key is answered as the first time, and done once.

What is kept tells the account, with the rights that it had: whoever has others now asks anew.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import orjson

from gridmap.errors import ArgumentError, ConflictError
from gridmap.office.clock import real_now
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.people.secret_texts import digest_of, same
from gridmap.store import answers

KEPT = dt.timedelta(hours=24)
# A worker that was killed at work answers no more: after so long, who asks again is not told to wait for it.
AT_WORK = dt.timedelta(minutes=5)
LONGEST_KEY = 255
_WAIT_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Begun:
    """A place taken under a key: give it to `keep` with the answer, or to `let_go`."""

    key_hash: str = field(repr=False)
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Repeat:
    """The answer of the first time."""

    status: int
    body: str = field(repr=False)


def begin(person: Person, office: Office, key: str, asked: bytes) -> Begun | Repeat:
    """Take the place of a key for what is `asked` (everything that tells one post from another), or return its answer.

    Raises ArgumentError for a key that cannot be, or that stood for something else; ConflictError with `seconds`
    while the first is still at work.
    """
    if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ArgumentError("office.key_form", argument="Idempotency-Key", longest=LONGEST_KEY)
    scope = None if person.scope is None else sorted(person.scope)
    whose = orjson.dumps([person.account, person.role, scope, person.cadre, key]).decode()
    # With the key, which is not kept: so the digest of what was asked tells nobody what it was.
    key_hash, wanted, now = digest_of(whose), digest_of(f"{key} {asked.decode('latin-1')}"), real_now()
    with office.writing_whole() as tx:
        found = answers.find_answer(tx, key_hash)
        old = found is None or now - found.at >= (AT_WORK if found.status is None else KEPT)
        if found is not None and not old:
            if not same(found.request_hash, wanted):
                raise ArgumentError("office.key_of_other", argument="Idempotency-Key")
            if found.status is None:
                raise ConflictError("office.key_at_work", seconds=_WAIT_SECONDS)
            return Repeat(found.status, found.body or "")
        answers.begin_answer(tx, key_hash, account=person.account, request_hash=wanted, at=now)
    return Begun(key_hash, now)


def keep(office: Office, begun: Begun, answer: Repeat) -> None:
    """Keep the answer to what was begun, for KEPT."""
    with office.writing_whole() as tx:
        answers.keep_answer(tx, begun.key_hash, begun_at=begun.at, status=answer.status, body=answer.body)


def let_go(office: Office, begun: Begun) -> None:
    """Give the place back: what was asked came to nothing, and may be asked again with the same key."""
    with office.writing_whole() as tx:
        answers.drop_answer(tx, begun.key_hash, begun_at=begun.at)


def forget_old(office: Office) -> int:
    """Drop the answers that are kept long enough; return how many."""
    with office.writing_whole() as tx:
        return answers.drop_answers(tx, before=real_now() - KEPT)
