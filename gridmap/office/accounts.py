"""Errands: accounts are made, disabled, given another password, listed; by administrators of the whole office."""

from __future__ import annotations

from collections.abc import Collection
from typing import get_args

import pandas as pd

from gridmap.errors import ArgumentError, FaultsError, NotFoundError
from gridmap.office.auditing import note
from gridmap.office.clock import real_now
from gridmap.office.hashing import hashed
from gridmap.office.matching import refuse_changed
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.passwords import account_name, is_account_name, password_faults
from gridmap.people.person import AccountRole, Person
from gridmap.store import accounts, grids, people
from gridmap.store.accounts import Account
from gridmap.store.engine import Transaction

# OpenID Connect Core 1.0, 2: `sub` has at most 255 ASCII characters.
LONGEST_SUBJECT = 255
ROLES: tuple[AccountRole, ...] = get_args(AccountRole)


def new_account(
    person: Person,
    office: Office,
    name: str,
    role: str,
    *,
    password: str | None = None,
    identity: str | None = None,
    scope: Collection[str] | None = None,
    cadre: str | None = None,
) -> Person:
    """Make an account and return who acts with it.

    It signs in by `password`, by `identity` (what the office's identity provider calls its holder: its subject), or by
    either. `scope`: its root cells (null = everywhere); `cadre`: whose account it is, by the roster. The name is
    opaque, never a person's own. Raises ArgumentError for a name, role or identity that cannot be, FaultsError for a
    password that is too weak, NotFoundError for an unknown cell or cadre, ConflictError for a name or identity that is
    taken.
    """
    refuse_unless_everywhere(person, "account")
    wanted = account_name(name)
    if not is_account_name(wanted):
        raise ArgumentError("office.account_name", argument="name")
    if password is None and identity is None:
        raise ArgumentError("office.account_way", argument="password")
    bound = None if identity is None else identity_of(office, identity)
    kept = None if password is None else hashed(strong(password, wanted))
    new = Person(wanted, role_of(role), None if scope is None else frozenset(scope), cadre)
    with office.writing(person) as tx:
        refuse_unknown(tx, new)
        accounts.add_account(tx, new, password_hash=kept, at=real_now(), identity=bound)
        ways = {"by_password": password is not None, "by_identity": identity is not None}
        note(tx, person, action="new_account", subject=f"account {wanted}", detail={**_rights(new), **ways})
    return new


def change_account(
    person: Person,
    office: Office,
    name: str,
    role: str,
    *,
    scope: Collection[str] | None = None,
    cadre: str | None = None,
    seen: Collection[str] | None = None,
) -> Person:
    """Give an account other rights in the place of all that it had, from the next request on; return who acts with it.

    `seen`: the states upon which it is changed, as `office.matching` tells them. Raises ArgumentError for a
    role that cannot be, NotFoundError for an unknown name, cell or cadre, ConflictError if it has changed since.
    """
    refuse_unless_everywhere(person, "account")
    new = Person(account_name(name), role_of(role), None if scope is None else frozenset(scope), cadre)
    with office.writing(person) as tx:
        found = accounts.existing(tx, new.account)
        refuse_changed(seen, *_facts(found))
        refuse_unknown(tx, new)
        accounts.keep_rights(tx, found.id, new)
        detail = {"old": _rights(found.person()), "new": _rights(new)}
        note(tx, person, action="change_account", subject=f"account {found.name}", detail=detail)
    return new


def set_password(person: Person, office: Office, name: str, password: str) -> int:
    """Give an account another password; return how many sessions of it that ended. Its tokens stay.

    Raises NotFoundError for an unknown name, FaultsError for a password that is too weak.
    """
    refuse_unless_everywhere(person, "account")
    wanted = account_name(name)
    kept = hashed(strong(password, wanted))
    with office.writing(person) as tx:
        found = accounts.existing(tx, wanted)
        accounts.keep_password(tx, found.id, kept)
        ended = accounts.end_sessions_of(tx, found.id)
        note(tx, person, action="set_password", subject=f"account {wanted}", detail={"sessions": ended})
    return ended


def bind_identity(person: Person, office: Office, name: str, identity: str | None) -> int:
    """Let an account sign in as another subject of the identity provider, or by it no more (null).

    Returns how many sessions of it that ended. Raises NotFoundError for an unknown name, ArgumentError for an identity
    that cannot be, ConflictError for one that is another account's.
    """
    refuse_unless_everywhere(person, "account")
    bound = None if identity is None else identity_of(office, identity)
    with office.writing(person) as tx:
        found = accounts.existing(tx, account_name(name))
        accounts.keep_identity(tx, found.id, bound)
        ended = accounts.end_sessions_of(tx, found.id)
        detail = {"bound": bound is not None, "sessions": ended}
        note(tx, person, action="bind_identity", subject=f"account {found.name}", detail=detail)
    return ended


def disable(person: Person, office: Office, name: str) -> int:
    """Let nobody act with an account any more; return how many sessions of it ended. Its tokens hold no more.

    Raises NotFoundError for an unknown name.
    """
    return _keep_disabled(person, office, name, disabled=True)


def enable(person: Person, office: Office, name: str) -> None:
    """Let one act with a disabled account again. Raises NotFoundError for an unknown name."""
    _keep_disabled(person, office, name, disabled=False)


def read_account(person: Person, office: Office, name: str) -> tuple[pd.DataFrame, tuple[object, ...]]:
    """Return the row of one account as `list_accounts` gives it, and the facts of its state (`office.matching`)."""
    refuse_unless_everywhere(person, "account")
    with office.reading(person) as tx:
        found = accounts.existing(tx, account_name(name))
        return accounts.accounts(tx).loc[lambda rows: rows["name"] == found.name], _facts(found)


def list_accounts(person: Person, office: Office) -> pd.DataFrame:
    """Return every account, by name: `store.accounts.LISTED`."""
    refuse_unless_everywhere(person, "account")
    with office.reading(person) as tx:
        return accounts.accounts(tx)


def identity_of(office: Office, subject: str) -> str:
    """Return an identity as it is kept: the issuer of the settings and its `subject`. Raises ArgumentError."""
    issuer = office.settings.oidc_issuer
    if not issuer:
        raise ArgumentError("office.no_issuer", argument="identity")
    if not 1 <= len(subject) <= LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise ArgumentError("office.account_identity", argument="identity", longest=LONGEST_SUBJECT)
    return f"{issuer} {subject}"


def role_of(role: str) -> AccountRole:
    """Return an account role. Raises ArgumentError for a word that is none."""
    found = next((one for one in ROLES if one == role), None)
    if found is None:
        raise ArgumentError("office.account_role", argument="role", value=role, allowed=", ".join(ROLES))
    return found


def refuse_unknown(tx: Transaction, person: Person) -> None:
    """Raise NotFoundError unless every root cell of `person` is in some edition, and the cadre in the roster."""
    if person.scope is not None and (unknown := sorted(person.scope - grids.codes(tx))):
        raise NotFoundError("office.account_cells", cells=", ".join(unknown))
    if person.cadre is not None and person.cadre not in set(people.roster(tx).cadres["cadre"]):
        raise NotFoundError("store.unknown_cadre", cadre=person.cadre)


def _keep_disabled(person: Person, office: Office, name: str, *, disabled: bool) -> int:
    refuse_unless_everywhere(person, "account")
    with office.writing(person) as tx:
        found = accounts.existing(tx, account_name(name))
        accounts.keep_disabled(tx, found.id, disabled=disabled)
        ended = accounts.end_sessions_of(tx, found.id)
        action = "disable_account" if disabled else "enable_account"
        note(tx, person, action=action, subject=f"account {found.name}", detail={"sessions": ended})
    return ended


def _facts(found: Account) -> tuple[object, ...]:
    """Return what tells the states of an account apart: what `change_account` and `disable` change."""
    return found.name, _rights(found.person()), found.disabled


def _rights(person: Person) -> dict[str, object]:
    return {"role": person.role, "scope": accounts.scope_kept(person.scope), "cadre": person.cadre}


def strong(password: str, name: str) -> str:
    """Return a password that the account `name` may have. Raises FaultsError with every rule that it breaks."""
    faults = password_faults(password, name)
    if faults:
        raise FaultsError(faults)
    return password
