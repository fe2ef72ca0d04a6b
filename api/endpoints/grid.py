"""The grid: its editions, and the defects that one was published with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import On
from gridmap.office.cell_lists import list_defects
from gridmap.office.grids import list_editions

ROUTER = APIRouter(tags=["grid"], responses=declared(404))
FRESH = Fresh("grid", by_minute=False)


@ROUTER.get("/editions", dependencies=[FRESH])
def editions(*, asked: Asked, paged: Paged) -> Page:
    """List the editions of the grid."""
    return paged.of(list_editions(asked.person, asked.office), key="id")


@ROUTER.get("/grid/check", dependencies=[FRESH])
def check(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    geometry: Annotated[bool, Query(description="with each defect's place")] = True,
) -> Page:
    """List the defects of the edition in force on a day."""
    return paged.of(list_defects(asked.person, asked.office, on=on), key="number", geometry=geometry)
