"""Visiting sheets that were printed."""

from __future__ import annotations

from fastapi import APIRouter

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from gridmap.office.sheets import list_sheets

ROUTER = APIRouter(tags=["sheets"], responses=declared())


@ROUTER.get("/sheets", dependencies=[Fresh("plans", "grid", by_minute=False)])
def sheets(*, asked: Asked, paged: Paged) -> Page:
    """List the sheets that were printed, for those who enter visits."""
    return paged.of(list_sheets(asked.person, asked.office), key="number")
