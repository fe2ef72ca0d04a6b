"""Imports that were made."""

from __future__ import annotations

from fastapi import APIRouter

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import AsOf
from gridmap.office.undoing import list_imports

ROUTER = APIRouter(tags=["imports"], responses=declared())


@ROUTER.get("/imports", dependencies=[Fresh("registers", by_minute=False)])
def imports(*, asked: Asked, paged: Paged, as_of: AsOf = None) -> Page:
    """List the imports of registers, those of sensitive layers for those who may reveal."""
    return paged.of(list_imports(asked.person, asked.office, as_of=as_of), key="id")
