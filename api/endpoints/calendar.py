"""The working calendar of the office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from gridmap.office.calendars import list_calendar

ROUTER = APIRouter(tags=["calendar"], responses=declared())


@ROUTER.get("/calendar/{year}", dependencies=[Fresh("rules", by_minute=False)])
def calendar(*, asked: Asked, paged: Paged, year: Annotated[int, Path(ge=1990, le=2100)]) -> Page:
    """List the days of a year that are not as Monday to Friday have it, and those that a notice states."""
    return paged.of(list_calendar(asked.person, asked.office, year), key="day")
