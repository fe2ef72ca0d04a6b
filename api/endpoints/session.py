"""Signing in and out with a password."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.client import address_of
from api.access.cookies import drop_session, put_session, refuse_plain, session_of
from api.access.origin import refuse_foreign
from api.errors import declared
from api.reading import office_of
from gridmap.office.sessions import sign_in, sign_out
from gridmap.people.passwords import LONGEST

ROUTER = APIRouter(tags=["session"], responses=declared())


class Credentials(BaseModel):
    """What one signs in with."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(max_length=64)]
    # Longer than any password may be: that one is too long is told like any wrong one.
    password: Annotated[str, Field(max_length=4 * LONGEST)]


class SessionBody(BaseModel):
    """A session that has begun; the cookie holds it, this tells whose it is and when it ends at the latest."""

    account: str
    role: str
    expires_at: dt.datetime


@ROUTER.post("/session")
def begin_session(request: Request, response: Response, given: Credentials) -> SessionBody:
    """Sign in: the answer sets the cookie of the session."""
    refuse_foreign(request, wanted=False)
    refuse_plain(request)
    office = office_of(request)
    signed = sign_in(office, given.name, given.password, address_of(request, office.settings))
    put_session(request, response, signed.token)
    return SessionBody(account=signed.person.account, role=signed.person.role, expires_at=signed.expires_at)


@ROUTER.delete("/session", status_code=204)
def end_session(request: Request, response: Response) -> None:
    """Sign out; who has not signed in is signed out as well."""
    session = session_of(request)
    if session is not None:
        refuse_foreign(request, wanted=True)
        sign_out(office_of(request), session)
    drop_session(request, response)
