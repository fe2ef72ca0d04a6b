"""Programmes are begun, and issues put into them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.once import Once
from api.errors import declared
from api.texts import Key, Name, Words
from gridmap.office.programmes import begin_programme, put_in_programme

ROUTER = APIRouter(tags=["programmes"], route_class=Once, responses=declared(404, 409))


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ProgrammeIn(_Given):
    """A new programme, and what it is about."""

    name: Annotated[Key, Field(min_length=1)]
    text: Words = ""


class ProgrammeBegun(BaseModel):
    """The name under which it is kept."""

    programme: str


class IssuesIn(_Given):
    """Issues, each by its number or UUID."""

    issues: list[Name] = Field(min_length=1, max_length=1000)


class IssuesPut(BaseModel):
    """How many issues were not in the programme yet."""

    added: int


@ROUTER.post("/programmes", status_code=201)
def begin(asked: Asked, given: ProgrammeIn) -> ProgrammeBegun:
    """Begin a programme."""
    begin_programme(asked.person, asked.office, given.name, text=given.text)
    return ProgrammeBegun(programme=given.name.strip())


@ROUTER.post("/programmes/{programme}/issues")
def put(
    asked: Asked, programme: Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$")], given: IssuesIn
) -> IssuesPut:
    """Put issues into a programme; those that are in it already stay."""
    return IssuesPut(added=put_in_programme(asked.person, asked.office, programme, given.issues))
