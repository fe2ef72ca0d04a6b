"""Errand: one account of each role in the demo office, with a password that is told once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from gridmap.errors import ConflictError
from gridmap.office.accounts import change_account, list_accounts, new_account, set_password
from gridmap.office.answering import answers_on
from gridmap.office.wiring import Office, open_office
from gridmap.people.access import ACTS
from gridmap.people.person import AccountRole, Person
from gridmap.store import grids

_BYTES = 12


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account's name, which is that of its role, its password, and whose it is by the roster (null: nobody's)."""

    name: str
    password: str = field(repr=False)
    cadre: str | None


def demo_accounts(person: Person, home: Path) -> list[SignIn]:
    """Give every account role of a demo office one account and a new random password.

    The leader's is that of the head of a big cell, the cadre's that of the head of a small one. Raises ConflictError
    for an office whose clock is a real one.
    """
    with open_office(home) as office:
        if not office.settings.demo_instant:
            raise ConflictError("office.not_a_demo", home=home)
        heads = {"leader": _head(office, "big"), "cadre": _head(office, "small")}
        there = set(list_accounts(person, office)["name"])
        roles: tuple[AccountRole, ...] = tuple(role for role in get_args(AccountRole) if ACTS[role])
        return [_sign_in(person, office, role, heads.get(role), known=role in there) for role in roles]


def _sign_in(person: Person, office: Office, role: AccountRole, cadre: str | None, *, known: bool) -> SignIn:
    password = secrets.token_urlsafe(_BYTES)
    if known:
        change_account(person, office, role, role, cadre=cadre)
        set_password(person, office, role, password)
    else:
        new_account(person, office, role, role, password=password, cadre=cadre)
    return SignIn(role, password, cadre)


def _head(office: Office, level: str) -> str | None:
    """Return who answers today for the cell of a level with the lowest code that is attended by its own head."""
    today = office.clock.today()
    with office.reading_whole() as tx:
        edition = grids.edition_on(tx, today)
        if edition is None:
            return None
        answers = answers_on(office, tx, edition.id, today)
        codes = office.grid(tx, edition.id).level(level)["code"]
    own = answers[answers.index.isin(codes) & answers["how"].eq("head")].sort_index()
    return None if own.empty else str(own["cadre"].iloc[0])
