"""Coverage: how much lies in each cell and how much of it is covered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import Cell, On
from gridmap.office.cell_lists import coverage_below

ROUTER = APIRouter(tags=["coverage"], responses=declared(404))
Row = Literal["office", "big", "middle", "small", "none"]


@ROUTER.get("/coverage", dependencies=[Fresh("grid", "registers", "roster", by_minute=False)])
def coverage(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    cell: Cell = None,
    level: Annotated[Row | None, Query(description="only cells of this level, the office, or what is in none")] = None,
) -> Page:
    """List the coverage of a day by cell; the office has the code "", what is in no cell the code "none"."""
    rows = coverage_below(asked.person, asked.office, on=on, under=cell, level=level)
    return paged.of(rows, key="code")
