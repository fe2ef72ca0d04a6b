"""The parameters that endpoints share, alike everywhere: day, instant of knowledge, cell, level, box, page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError

from api.access.asking import Asked
from gridmap.errors import ArgumentError

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


def _day(asked: Asked, on: Annotated[Day | None, Query(description="the day (default: today)")] = None) -> dt.date:
    return asked.office.clock.today() if on is None else on


def _box(
    bbox: Annotated[
        str | None,
        Query(max_length=200, description="west,south,east,north in degrees"),
    ] = None,
) -> Box | None:
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise ArgumentError("api.bbox", argument="bbox") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ArgumentError("api.bbox", argument="bbox")
    return west, south, east, north


On = Annotated[dt.date, Depends(_day)]
Bbox = Annotated[Box | None, Depends(_box)]
