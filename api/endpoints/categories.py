"""The categories of issues and the items of the service counter."""

from __future__ import annotations

from fastapi import APIRouter

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import On
from gridmap.office.categories import list_categories, list_service_items

ROUTER = APIRouter(tags=["rules"], responses=declared())
FRESH = Fresh("rules", by_minute=False)


@ROUTER.get("/categories", dependencies=[FRESH])
def categories(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List the categories of issues in force on a day."""
    return paged.of(list_categories(asked.person, asked.office, on=on), key="name")


@ROUTER.get("/service-items", dependencies=[FRESH])
def items(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List the items of the service counter in force on a day; they are no issues."""
    return paged.of(list_service_items(asked.person, asked.office, on=on), key="number")
