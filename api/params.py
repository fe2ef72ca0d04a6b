"""The parameters that endpoints share, alike everywhere: day, instant of knowledge, cell, level, box, page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError

from api.access.asking import Asked

T = TypeVar("T", bound=dt.date)
Level = Literal["big", "middle", "small"]
Box = tuple[float, float, float, float]

FIRST_YEAR, LAST_YEAR = 1900, 2200


def _possible(moment: T) -> T:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PydanticCustomError("year", "years", {"from": FIRST_YEAR, "to": LAST_YEAR})
    return moment


# Beyond these years no calendar reaches, and a day more or less would be none.
Day = Annotated[dt.date, AfterValidator(_possible)]
Instant = Annotated[AwareDatetime, AfterValidator(_possible)]
AsOf = Annotated[Instant | None, Query(description="what was known at this instant (default: now)")]
Cell = Annotated[str | None, Query(max_length=64, description="only this cell and those below it")]
OnLevel = Annotated[Level | None, Query(alias="level", description="only cells of this level")]


async def _day(
    asked: Asked, on: Annotated[Day | None, Query(description="the day (default: today)")] = None
) -> dt.date:
    return asked.office.clock.today() if on is None else on


def _is_box(text: str | None) -> str | None:
    """Return the text of a box; looked at as the other parameters are, so that all faults are told in one pass."""
    try:
        parts = [float(part) for part in (text or "0,0,0,0").split(",")]
        west, south, east, north = parts
    except ValueError:
        west, south, east, north = 1.0, 0.0, 0.0, 0.0
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise PydanticCustomError("west_south_east_north_in_degrees", "no box")
    return text


def _box(
    bbox: Annotated[
        str | None,
        AfterValidator(_is_box),
        Query(max_length=200, description="west,south,east,north in degrees"),
    ] = None,
) -> Box | None:
    if not bbox:
        return None
    west, south, east, north = (float(part) for part in bbox.split(","))
    return west, south, east, north


On = Annotated[dt.date, Depends(_day)]
Bbox = Annotated[Box | None, Depends(_box)]
