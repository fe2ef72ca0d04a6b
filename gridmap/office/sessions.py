"""Errands: somebody signs in, is known by the session, signs out.

An unknown name, a disabled account and a wrong password take the same work, write the same rows and get the same
answer. An attempt is counted before the password is looked at, so that many at once are no way round the delay.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field

from gridmap.errors import RefusedError, StoreError
from gridmap.office.accounts import identity_of, strong
from gridmap.office.auditing import note
from gridmap.office.clock import real_now
from gridmap.office.hashing import a_place, fits, hashed
from gridmap.office.moment import ahead
from gridmap.office.wiring import Office
from gridmap.people.delay import FORGOTTEN, failures_now, place_of, seconds_left
from gridmap.people.passwords import account_name, is_account_name
from gridmap.people.person import Person
from gridmap.people.secret_texts import (
    BYTES,
    SESSION_LASTS,
    SESSION_RESTS,
    digest_of,
    looks_like,
    same,
    secret_of,
    session_lives,
)
from gridmap.store import accounts, sessions
from gridmap.store.accounts import Account
from gridmap.store.engine import Transaction
from gridmap.store.revisions import marks

# Seen is written down no more often, so that reading stays reading.
SEEN_EVERY = dt.timedelta(minutes=10)
_NOBODY = Person("nobody", "public")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the `token` is told once, to who signed in; it ends at `expires_at` (UTC) at the latest."""

    token: str = field(repr=False)
    person: Person
    expires_at: dt.datetime


def sign_in(office: Office, name: str, password: str, address: str) -> SignedIn:
    """Return a new session of the account `name`. `address`: where the request comes from.

    Raises RefusedError: office.sign_in_refused for whatever is wrong with name, password or account;
    office.sign_in_wait with `seconds` after too many failures of this name from this address; office.sign_in_busy with
    `seconds` while too many sign in at once.
    """
    wanted = account_name(name)
    # Of what was typed only a digest is kept: somebody types his password there.
    pair = digest_of(wanted), digest_of(place_of(address))
    with a_place():
        found = _count(office, wanted, pair)
        known = found is not None and not found.disabled
        right, newer = fits(password, found.password_hash if found is not None and known else None)
        signed = _begin(office, found, newer, pair) if found is not None and right else None
        if signed is None:
            _refuse(office, found)
            raise RefusedError("office.sign_in_refused")
    return signed


def sign_in_by_identity(office: Office, subject: str) -> SignedIn:
    """Return a new session of the account that is bound to a `subject` of the office's identity provider.

    Whoever calls this has had the provider say who it is. Raises RefusedError office.identity_refused where no account
    is bound to it, or that is disabled: none is ever made here.
    """
    identity = identity_of(office, subject)
    with office.reading_whole() as tx:
        found = accounts.account_of_identity(tx, identity)
    signed = None if found is None or found.disabled else _begin(office, found, None, None)
    if signed is None:
        _refuse(office, found)
        raise RefusedError("office.identity_refused")
    return signed


def person_of_session(office: Office, token: str) -> Person:
    """Return who acts with a session, with the rights that the account has now.

    Raises RefusedError if it is none, is over, or its account is disabled.
    """
    kept = digest_of(token)
    if not looks_like("session", token):
        raise RefusedError("office.no_session")
    now = real_now()
    with office.reading_whole() as tx:
        found = sessions.find_session(tx, kept)
        whose = None if found is None else accounts.account_of(tx, found.account_id)
        ahead(lambda: marks(tx))  # most who come in ask for what depends on them
    if found is None or not same(found.token_hash, kept) or not session_lives(found.seen_at, found.expires_at, now):
        raise RefusedError("office.no_session")
    if whose is None or whose.disabled:
        raise RefusedError("office.no_session")
    if now - found.seen_at >= SEEN_EVERY:
        _keep_seen(office, kept, now)
    return whose.person()


def change_password(office: Office, name: str, password: str, new: str, address: str) -> SignedIn:
    """Give one's own account the `new` password, knowing the present one; every session ends but the one returned.

    Raises FaultsError for a password that is too weak, RefusedError as `sign_in`: guessing here is no way round it.
    """
    strong(new, account_name(name))
    whose = sign_in(office, name, password, address).person
    with a_place():
        kept = hashed(new)
    with office.writing_whole() as tx:
        found = accounts.existing(tx, whose.account)
        accounts.keep_password(tx, found.id, kept)
        ended = accounts.end_sessions_of(tx, found.id)
        note(tx, whose, action="set_password", subject=f"account {found.name}", detail={"sessions": ended})
    return sign_in(office, name, new, address)


def _keep_seen(office: Office, kept: str, now: dt.datetime) -> None:
    """Write down that a session was seen; while somebody else writes for long, the next request does."""
    try:
        with office.writing_whole() as tx:
            sessions.keep_seen(tx, kept, at=now)
    except StoreError as error:
        if error.code != "store.busy":
            raise


def sign_out(office: Office, token: str) -> None:
    """End a session; one that is none or over is left alone."""
    if not looks_like("session", token):
        return
    kept = digest_of(token)
    with office.writing_whole() as tx:
        found = sessions.find_session(tx, kept)
        whose = None if found is None else accounts.account_of(tx, found.account_id)
        if whose is not None:
            sessions.end_session(tx, kept)
            note(tx, whose.person(), action="sign_out", subject=f"account {whose.name}", detail={})


def _count(office: Office, name: str, pair: tuple[str, str]) -> Account | None:
    """Count an attempt before it is looked at and return the account, if there is one. RefusedError: wait first."""
    now = real_now()
    with office.writing_whole() as tx:
        failed, last_at = sessions.attempts(tx, *pair) or (0, now)
        left = seconds_left(failed, last_at, now)
        if left:
            raise RefusedError("office.sign_in_wait", seconds=left)
        sessions.keep_attempts(tx, *pair, count=failures_now(failed, last_at, now) + 1, at=now)
        return accounts.find_account(tx, name) if is_account_name(name) else None


def _begin(office: Office, found: Account, newer: str | None, pair: tuple[str, str] | None) -> SignedIn | None:
    """Keep a new session; null if the account was disabled or got another password or identity meanwhile.

    `pair`: whose failed attempts are forgotten; null for who has signed in elsewhere.
    """
    now = real_now()
    token = secret_of("session", secrets.token_bytes(BYTES))
    expires_at = now + SESSION_LASTS
    with office.writing_whole() as tx:
        whose = accounts.account_of(tx, found.id)
        if whose is None or whose.disabled:
            return None
        if (whose.password_hash, whose.identity) != (found.password_hash, found.identity):
            return None
        if newer is not None:
            accounts.keep_password(tx, whose.id, newer)
        if pair is not None:
            sessions.keep_attempts(tx, *pair, count=0, at=now)
        _drop_over(tx, now)
        sessions.add_session(tx, digest_of(token), account_id=whose.id, at=now, expires_at=expires_at)
        by = "password" if pair is not None else "identity"
        note(tx, whose.person(), action="sign_in", subject=f"account {whose.name}", detail={"by": by})
    return SignedIn(token, whose.person(), expires_at)


def _refuse(office: Office, found: Account | None) -> None:
    """Audit a sign-in that failed; of an unknown name that alone, for it may be a secret typed in the wrong place."""
    with office.writing_whole() as tx:
        _drop_over(tx, real_now())
        subject = "account unknown" if found is None else f"account {found.name}"
        note(tx, _NOBODY, action="sign_in_refused", subject=subject, detail={})


def _drop_over(tx: Transaction, now: dt.datetime) -> None:
    sessions.drop_over(tx, expired_at=now, seen_before=now - SESSION_RESTS, tried_before=now - FORGOTTEN)
