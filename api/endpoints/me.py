"""Who one is, what one may do, and one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.client import address_of
from api.access.cookies import put_session, refuse_plain, session_of
from api.endpoints.session import SessionBody
from api.errors import declared
from gridmap.errors import RefusedError
from gridmap.office.sessions import change_password
from gridmap.people.access import ACTS
from gridmap.people.passwords import LONGEST

ROUTER = APIRouter(tags=["session"], responses=declared())


class Me(BaseModel):
    """Who asks: `scope` is null for everywhere; `acts` are what the role may do at all."""

    account: str
    role: str
    scope: list[str] | None
    cadre: str | None
    acts: list[str]


class NewPassword(BaseModel):
    """The present password and the new one."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    password: Annotated[str, Field(max_length=4 * LONGEST)]
    new: Annotated[str, Field(max_length=4 * LONGEST)]


@ROUTER.get("/me")
def me(asked: Asked) -> Me:
    """Say who asks and what he may do."""
    person = asked.person
    scope = None if person.scope is None else sorted(person.scope)
    acts = sorted(map(str, ACTS[person.role]))
    return Me(account=person.account, role=person.role, scope=scope, cadre=person.cadre, acts=acts)


@ROUTER.post("/me/password")
def new_password(request: Request, response: Response, asked: Asked, given: NewPassword) -> SessionBody:
    """Change one's own password: every session ends, and the answer sets the cookie of a new one."""
    refuse_plain(request)
    if "authorization" in request.headers or session_of(request) is None:
        raise RefusedError("api.session_wanted")
    address = address_of(request, asked.office.settings)
    signed = change_password(asked.office, asked.person.account, given.password, given.new, address)
    put_session(request, response, signed.token)
    return SessionBody(account=signed.person.account, role=signed.person.role, expires_at=signed.expires_at)
