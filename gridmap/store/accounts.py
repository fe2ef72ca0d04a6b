"""Accounts as kept: name, role, scope, cadre, and the hash of the password, which leaves in one way only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import Select, delete, select, update

from gridmap.errors import ConflictError, NotFoundError
from gridmap.people.passwords import is_account_name
from gridmap.people.person import AccountRole, Person
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_one, instants, text
from gridmap.store.tables import account, session

LISTED = ("name", "role", "scope", "cadre", "disabled", "created_at", "by_password", "by_identity")


@dataclass(frozen=True, slots=True)
class Account:
    """An account as kept; `scope` and `cadre` as of `people.person.Person`."""

    id: int
    name: str
    role: AccountRole
    scope: frozenset[str] | None
    cadre: str | None
    disabled: bool
    password_hash: str | None = field(repr=False)
    identity: str | None = field(repr=False)

    def person(self) -> Person:
        """Return who acts with this account, with the rights that it has now."""
        return Person(self.name, self.role, self.scope, self.cadre)


def find_account(tx: Transaction, name: str) -> Account | None:
    """Return the account of a name, null if there is none or it cannot be one."""
    if not is_account_name(name):
        return None
    return _one(tx, select(account).where(account.c.name == name))


def account_of_identity(tx: Transaction, identity: str) -> Account | None:
    """Return the account that is bound to who the identity provider says it is, null if there is none."""
    return _one(tx, select(account).where(account.c.identity == identity))


def account_of(tx: Transaction, number: int) -> Account | None:
    """Return the account of a number, null if there is none."""
    return _one(tx, select(account).where(account.c.id == number))


def existing(tx: Transaction, name: str) -> Account:
    """Return the account of a name. Raises NotFoundError if there is none."""
    found = find_account(tx, name)
    if found is None:
        raise NotFoundError("store.unknown_account", name=name)
    return found


def add_account(
    tx: Transaction, person: Person, *, password_hash: str | None, at: dt.datetime, identity: str | None = None
) -> int:
    """Keep a new account for `person` from the instant `at` on and return its number.

    Raises ConflictError if the name is taken, by a disabled account, too: in the audit a name stands for one; and if
    the identity is bound to another account.
    """
    if find_account(tx, person.account) is not None:
        raise ConflictError("store.account_exists", name=person.account)
    _refuse_bound(tx, identity)
    row = {
        "name": person.account,
        "role": person.role,
        "scope": scope_kept(person.scope),
        "cadre": person.cadre,
        "password_hash": password_hash,
        "disabled": False,
        "created_at": at,
        "identity": identity,
    }
    return insert_one(tx.connection, account, row)


def keep_rights(tx: Transaction, number: int, person: Person) -> None:
    """Keep the role, scope and cadre of `person` as those of an account."""
    rights = {"role": person.role, "scope": scope_kept(person.scope), "cadre": person.cadre}
    tx.connection.execute(update(account).where(account.c.id == number).values(rights))


def keep_password(tx: Transaction, number: int, password_hash: str) -> None:
    """Keep another hash of the password of an account."""
    tx.connection.execute(update(account).where(account.c.id == number).values(password_hash=password_hash))


def keep_identity(tx: Transaction, number: int, identity: str | None) -> None:
    """Bind an account to another identity, or to none (null). Raises ConflictError if it is another account's."""
    _refuse_bound(tx, identity, but=number)
    tx.connection.execute(update(account).where(account.c.id == number).values(identity=identity))


def keep_disabled(tx: Transaction, number: int, *, disabled: bool) -> None:
    """Keep whether an account is disabled."""
    tx.connection.execute(update(account).where(account.c.id == number).values(disabled=disabled))


def end_sessions_of(tx: Transaction, number: int) -> int:
    """End every session of an account and return how many there were."""
    return int(tx.connection.execute(delete(session).where(session.c.account_id == number)).rowcount)


def accounts(tx: Transaction) -> pd.DataFrame:
    """Return every account, by name: LISTED. `scope` is a sorted list of root cells, null = everywhere.

    `by_password` and `by_identity`: whether it can sign in so.
    """
    ways = (account.c.password_hash.is_not(None), account.c.identity.is_not(None))
    columns = (*(account.c[name] for name in LISTED[: -len(ways)]), *ways)
    rows = tx.connection.execute(select(*columns).order_by(account.c.name)).all()
    frame = pd.DataFrame({name: text([row[place] for row in rows]) for place, name in enumerate(LISTED)})
    flags = {name: frame[name].astype(bool) for name in ("disabled", *LISTED[-len(ways) :])}
    return frame.assign(**flags, created_at=instants(frame["created_at"].tolist()))


def scope_kept(scope: frozenset[str] | None) -> list[str] | None:
    """Return a scope as it is kept."""
    return None if scope is None else sorted(scope)


def scope_of(kept: Sequence[str] | None) -> frozenset[str] | None:
    """Return a scope that was kept."""
    return None if kept is None else frozenset(kept)


def _one(tx: Transaction, statement: Select[tuple[object, ...]]) -> Account | None:
    kept = tx.connection.execute(statement).mappings().first()
    if kept is None:
        return None
    scope = scope_of(kept["scope"])
    ways = kept["password_hash"], kept["identity"]
    return Account(kept["id"], kept["name"], kept["role"], scope, kept["cadre"], kept["disabled"], *ways)


def _refuse_bound(tx: Transaction, identity: str | None, *, but: int | None = None) -> None:
    if identity is None:
        return
    found = account_of_identity(tx, identity)
    if found is not None and found.id != but:
        raise ConflictError("store.identity_bound", name=found.name)
