"""Programmes: sets of issues of which only totals are told."""

from __future__ import annotations

from fastapi import APIRouter

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import AsOf, On
from gridmap.office.programmes import list_programmes

ROUTER = APIRouter(tags=["programmes"], responses=declared())


@ROUTER.get("/programmes", dependencies=[Fresh("grid", "registers", "roster", "rules", *LEDGER)])
def programmes(*, asked: Asked, paged: Paged, on: On, as_of: AsOf = None) -> Page:
    """List the totals of each programme by the end of a day."""
    return paged.of(list_programmes(asked.person, asked.office, on=on, as_of=as_of), key="programme")
