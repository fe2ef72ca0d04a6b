"""Accounts, for administrators of the whole office."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.matching import Seen, mark_state
from api.errors import declared
from api.paging import Page, Paged, records
from gridmap.office import accounts
from gridmap.people.passwords import LONGEST

# Posts are done once by themselves: a name is given once, the rest may be said again. What holds a password is never
# kept, not even as a digest of the request.
ROUTER = APIRouter(tags=["accounts"], responses=declared(404, 409))

Name = Annotated[str, Path(max_length=64)]
_Text = Annotated[str, Field(max_length=64)]
_Password = Annotated[str, Field(max_length=4 * LONGEST)]
_Identity = Annotated[str, Field(max_length=255)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Rights(_Given):
    """What an account may do: a role, root cells (null: everywhere), and whose account it is."""

    role: _Text
    scope: Annotated[list[_Text], Field(max_length=1000)] | None = None
    cadre: _Text | None = None


class NewAccount(Rights):
    """A new account; it signs in by password, by the subject that the identity provider knows, or by either."""

    name: _Text
    password: _Password | None = None
    identity: _Identity | None = None


class AccountBody(BaseModel):
    """An account; of its password and identity only whether it has them."""

    name: str
    role: str
    scope: list[str] | None
    cadre: str | None
    disabled: bool
    created_at: dt.datetime
    by_password: bool
    by_identity: bool


class Password(_Given):
    """A new password."""

    password: _Password


class Identity(_Given):
    """The subject that the identity provider knows, null to let the account sign in by it no more."""

    identity: _Identity | None


class Ended(BaseModel):
    """How many sessions have ended."""

    sessions: int


@ROUTER.get("/accounts")
def list_accounts(asked: Asked, page: Paged) -> Page:
    """List the accounts."""
    return page.of(accounts.list_accounts(asked.person, asked.office), key="name")


@ROUTER.post("/accounts", status_code=201)
def new_account(request: Request, asked: Asked, given: NewAccount) -> AccountBody:
    """Make an account."""
    accounts.new_account(asked.person, asked.office, **given.model_dump())
    return _told(request, asked, given.name)


@ROUTER.get("/accounts/{name}")
def account(request: Request, asked: Asked, name: Name) -> AccountBody:
    """Show an account; the tag of the answer is what a change is made upon."""
    return _told(request, asked, name)


@ROUTER.put("/accounts/{name}", responses=declared(404, 412, 428))
def change_account(request: Request, asked: Asked, name: Name, given: Rights, seen: Seen) -> AccountBody:
    """Give an account other rights in the place of all that it had, from the next request on."""
    accounts.change_account(asked.person, asked.office, name, seen=seen, **given.model_dump())
    return _told(request, asked, name)


@ROUTER.put("/accounts/{name}/password")
def set_password(asked: Asked, name: Name, given: Password) -> Ended:
    """Give an account another password; its sessions end."""
    return Ended(sessions=accounts.set_password(asked.person, asked.office, name, given.password))


@ROUTER.put("/accounts/{name}/identity")
def bind_identity(asked: Asked, name: Name, given: Identity) -> Ended:
    """Bind an account to a subject of the identity provider; its sessions end."""
    return Ended(sessions=accounts.bind_identity(asked.person, asked.office, name, given.identity))


@ROUTER.post("/accounts/{name}/disable")
def disable(asked: Asked, name: Name) -> Ended:
    """Let nobody act with an account; its sessions end, its tokens hold no more."""
    return Ended(sessions=accounts.disable(asked.person, asked.office, name))


@ROUTER.post("/accounts/{name}/enable", status_code=204)
def enable(asked: Asked, name: Name) -> None:
    """Let one act with a disabled account again."""
    accounts.enable(asked.person, asked.office, name)


def _told(request: Request, asked: Asked, name: str) -> AccountBody:
    frame, facts = accounts.read_account(asked.person, asked.office, name)
    mark_state(request, *facts)
    return AccountBody.model_validate(records(frame)[0])
