"""Errands: tokens for scripts, notebooks and map programs, told once; each holds for its days, or until revoked."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from gridmap.errors import ArgumentError, RefusedError
from gridmap.office.accounts import refuse_unknown, role_of
from gridmap.office.auditing import note
from gridmap.office.clock import real_now
from gridmap.office.moment import ahead
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless_everywhere
from gridmap.people.passwords import account_name
from gridmap.people.person import Person
from gridmap.people.secret_texts import BYTES, LONGEST_DAYS, digest_of, looks_like, same, secret_of, token_lives
from gridmap.store import accounts, tokens
from gridmap.store.engine import Transaction
from gridmap.store.revisions import marks
from gridmap.store.tokens import Token

LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class NewToken:
    """A new token: its number, and the `token` itself, told once. It holds until `expires_at` (UTC)."""

    id: int
    token: str = field(repr=False)
    expires_at: dt.datetime


def new_token(
    person: Person,
    office: Office,
    *,
    label: str,
    role: str | None = None,
    scope: Collection[str] | None = None,
    account: str | None = None,
    days: int = 90,
) -> NewToken:
    """Make a token for `days` (at most LONGEST_DAYS): with a `role` and `scope` of its own, or for an `account`.

    One for an account follows it: its rights as they are at each use, none while it is disabled. `label` says what it
    is for. Raises ArgumentError for both or neither, a label or number of days that cannot be; RefusedError where it
    would give the rights of an administrator; NotFoundError for an unknown cell or account.
    """
    refuse_unless_everywhere(person, "account")
    named = label.strip()
    if not named or len(named) > LONGEST_LABEL or not named.isprintable():
        raise ArgumentError("office.token_label", argument="label", longest=LONGEST_LABEL)
    if not 1 <= days <= LONGEST_DAYS:
        raise ArgumentError("office.token_days", argument="days", value=days, longest=LONGEST_DAYS)
    if (role is None) == (account is None) or (account is not None and scope is not None):
        raise ArgumentError("office.token_whose", argument="role")
    token, now = secret_of("token", secrets.token_bytes(BYTES)), real_now()
    expires_at = now + dt.timedelta(days=days)
    with office.writing(person) as tx:
        holder, account_id = _holder(tx, role, scope, account)
        number = tokens.add_token(
            tx,
            digest_of(token),
            label=named,
            account_id=account_id,
            role=holder.role if account_id is None else None,
            scope=holder.scope if account_id is None else None,
            at=now,
            expires_at=expires_at,
        )
        rights = {"role": holder.role, "scope": accounts.scope_kept(holder.scope), "days": days, "account": account}
        note(tx, person, action="new_token", subject=f"token {number}", detail=rights)
    return NewToken(number, token, expires_at)


def person_of_token(office: Office, token: str) -> Person:
    """Return who acts with a token; its own account name is `token:<number>`.

    Raises RefusedError if it is none, is over or revoked, or its account is disabled.
    """
    kept = digest_of(token)
    if not looks_like("token", token):
        raise RefusedError("office.no_token")
    with office.reading_whole() as tx:
        found = tokens.find_token(tx, kept)
        person = None if found is None else _person(tx, found)
        ahead(lambda: marks(tx))  # most who come in ask for what depends on them
    if found is None or not same(found.hash, kept) or not token_lives(found.expires_at, found.revoked_at, real_now()):
        raise RefusedError("office.no_token")
    # An account may have become an administrator's since.
    if person is None or may(person, "account"):
        raise RefusedError("office.no_token")
    return person


def revoke_token(person: Person, office: Office, number: int) -> bool:
    """Revoke a token for good; return whether it was not revoked before. Raises NotFoundError for an unknown one."""
    refuse_unless_everywhere(person, "account")
    with office.writing(person) as tx:
        revoked = tokens.revoke(tx, number, at=real_now())
        if revoked:
            note(tx, person, action="revoke_token", subject=f"token {number}", detail={})
    return revoked


def list_tokens(person: Person, office: Office) -> pd.DataFrame:
    """Return every token, by number: `store.tokens.LISTED`, and `holds`: whether it opens anything today."""
    refuse_unless_everywhere(person, "account")
    with office.reading(person) as tx:
        listed = tokens.tokens(tx)
        shut = accounts.accounts(tx).loc[lambda rows: rows["disabled"], "name"]
    holds = listed["revoked_at"].isna() & (listed["expires_at"] > real_now()) & ~listed["account"].isin(shut)
    return listed.assign(holds=holds)


def _holder(
    tx: Transaction, role: str | None, scope: Collection[str] | None, account: str | None
) -> tuple[Person, int | None]:
    """Return whose rights a new token has, and the number of the account if it is for one."""
    if account is not None:
        found = accounts.existing(tx, account_name(account))
        holder, number = found.person(), found.id
    else:
        holder, number = Person("token", role_of(role or ""), None if scope is None else frozenset(scope)), None
        refuse_unknown(tx, holder)
    if may(holder, "account"):
        raise RefusedError("office.token_role", role=holder.role)
    return holder, number


def _person(tx: Transaction, found: Token) -> Person | None:
    if found.role is not None:
        return Person(f"token:{found.id}", found.role, found.scope)
    whose = None if found.account_id is None else accounts.account_of(tx, found.account_id)
    return None if whose is None or whose.disabled else whose.person()
