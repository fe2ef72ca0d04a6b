"""The roster: posts, cadres, absences and findings of a day; telephones with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import Cell, Day, On
from gridmap.office.roster_lists import cadre_phones, list_absences, list_cadres, list_findings, list_posts

ROUTER = APIRouter(tags=["roster"], responses=declared(404))
FRESH = Fresh("grid", "roster", by_minute=False)


class Phones(BaseModel):
    """Whose telephones are asked for, and why."""

    model_config = ConfigDict(extra="forbid")

    cadres: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(min_length=1, max_length=100)
    on: Day | None = None
    reason: str = Field(min_length=1, max_length=500)


class PhonesBody(BaseModel):
    """The telephones by cadre; of a cadre without one there is none."""

    phones: dict[str, str]


@ROUTER.get("/roster", dependencies=[FRESH])
def posts(*, asked: Asked, paged: Paged, on: On, cell: Cell = None) -> Page:
    """List the posts in force on a day."""
    rows = list_posts(asked.person, asked.office, on=on, under=cell)
    return paged.of(rows, key=("cell", "holder", "who", "part", "kind", "valid_from"))


@ROUTER.get("/roster/cadres", dependencies=[FRESH])
def cadres(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List the cadres."""
    return paged.of(list_cadres(asked.person, asked.office, on=on), key="cadre")


@ROUTER.get("/roster/absences", dependencies=[FRESH])
def absences(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List who is away on a day and who stands in."""
    rows = list_absences(asked.person, asked.office, on=on)
    return paged.of(rows, key=("cadre", "valid_from", "cell", "stand_in"))


@ROUTER.get("/roster/findings", dependencies=[FRESH])
def findings(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List what is wrong with the roster on a day."""
    rows = list_findings(asked.person, asked.office, on=on, lang=asked.lang)
    return paged.of(rows, key="number")


@ROUTER.post("/roster/phones")
def phones(*, asked: Asked, body: Phones) -> PhonesBody:
    """Reveal telephones of cadres; who, whose and why is in the audit before a number leaves."""
    on = body.on or asked.office.clock.today()
    found = cadre_phones(asked.person, asked.office, body.cadres, on=on, reason=body.reason)
    return PhonesBody(phones=found)
