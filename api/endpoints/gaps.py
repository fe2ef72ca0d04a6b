"""Gaps: what should be covered and is not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import AsOf, Bbox, Cell, On, OnLevel
from gridmap.office.gap_lists import WantedGaps, list_gap_kinds, list_gaps

ROUTER = APIRouter(tags=["gaps"], responses=declared(404))
Kinds = Annotated[list[str] | None, Query(alias="kind", max_length=32, description="only this kind; may be repeated")]
FRESH = Fresh("grid", "registers", "roster", "rules", *LEDGER)


@ROUTER.get("/gaps", dependencies=[FRESH])
def gaps(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    bbox: Bbox,
    as_of: AsOf = None,
    kind: Kinds = None,
    cell: Cell = None,
    level: OnLevel = None,
    geometry: Annotated[bool, Query(description="with each gap's place")] = True,
) -> Page:
    """List the gaps of a day, each with its reason in words; the place of a home for those who answer there alone."""
    wanted = WantedGaps(kind, cell, level, bbox)
    rows = list_gaps(asked.person, asked.office, wanted, on=on, as_of=as_of, lang=asked.lang)
    return paged.of(rows, key=("kind", "subject"), geometry=geometry)


@ROUTER.get("/gaps/kinds", dependencies=[FRESH])
def kinds(*, asked: Asked, paged: Paged, on: On, as_of: AsOf = None, cell: Cell = None) -> Page:
    """List the kinds of gap with how many of each there are."""
    rows = list_gap_kinds(asked.person, asked.office, on=on, as_of=as_of, under=cell, lang=asked.lang)
    return paged.of(rows, key="kind")
