"""Who answers for a place or a cell."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import records
from api.params import On
from gridmap.errors import ArgumentError
from gridmap.office.answering import Answer, who, who_at

ROUTER = APIRouter(tags=["who"], responses=declared(404))


class AnswerBody(BaseModel):
    """Who answers for a cell on a day, and by which chain."""

    cell: str
    cell_name: str | None
    on: str
    cadre: str | None
    name: str | None
    tier: str | None
    unit: str | None
    how: str
    since: str | None
    at: str | None
    chain: list[dict[str, Any]]


def told(answer: Answer) -> AnswerBody:
    """Return an answer as it is sent; a telephone never stands in it."""
    return AnswerBody(
        cell=answer.cell,
        cell_name=answer.cell_name,
        on=answer.on.isoformat(),
        cadre=answer.cadre,
        name=answer.name,
        tier=answer.tier,
        unit=answer.unit,
        how=answer.how,
        since=answer.since,
        at=answer.at,
        chain=records(answer.chain),
    )


@ROUTER.get("/who", dependencies=[Fresh("grid", "roster", by_minute=False)])
def who_answers(
    asked: Asked,
    on: On,
    lon: Annotated[float | None, Query(ge=-180, le=180, description="degrees east")] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90, description="degrees north")] = None,
    cell: Annotated[str | None, Query(max_length=64, description="a cell, in place of lon and lat")] = None,
) -> AnswerBody:
    """Say who answers for a place, or for a cell, on a day."""
    if cell is not None and lon is None and lat is None:
        return told(who(asked.person, asked.office, cell, on=on))
    if lon is None or lat is None or cell is not None:
        raise ArgumentError("api.place", argument="lon, lat")
    return told(who_at(asked.person, asked.office, lon, lat, on=on))
