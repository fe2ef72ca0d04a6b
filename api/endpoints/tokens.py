"""Tokens for scripts, notebooks and map programs, for administrators of the whole office."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.errors import declared
from api.paging import Page, Paged
from gridmap.office import tokens
from gridmap.people.secret_texts import LONGEST_DAYS

# Not done once by a key: the answer is a secret, and none is kept.
ROUTER = APIRouter(tags=["tokens"], responses=declared(404))

_Text = Annotated[str, Field(max_length=64)]


class NewToken(BaseModel):
    """A new token: with a role, perhaps cells, of its own; or for an account, with the rights that this has."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(max_length=tokens.LONGEST_LABEL)]
    role: _Text | None = None
    scope: Annotated[list[_Text], Field(max_length=1000)] | None = None
    account: _Text | None = None
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class TokenBody(BaseModel):
    """A new token, told this once."""

    id: int
    token: str
    expires_at: dt.datetime


@ROUTER.get("/tokens")
def list_tokens(asked: Asked, page: Paged) -> Page:
    """List the tokens, none of what they are known by."""
    return page.of(tokens.list_tokens(asked.person, asked.office), key="id")


@ROUTER.post("/tokens", status_code=201)
def new_token(asked: Asked, given: NewToken) -> TokenBody:
    """Make a token and tell it, this once."""
    made = tokens.new_token(asked.person, asked.office, **given.model_dump())
    return TokenBody(id=made.id, token=made.token, expires_at=made.expires_at)


@ROUTER.delete("/tokens/{number}", status_code=204)
def revoke_token(asked: Asked, number: Annotated[int, Path(ge=1, le=2**53)]) -> None:
    """Revoke a token for good."""
    tokens.revoke_token(asked.person, asked.office, number)
