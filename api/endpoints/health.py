"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.errors import declared
from api.reading import office_of
from gridmap.office.freshness import data_marks

ROUTER = APIRouter(tags=["health"], responses=declared())


class Health(BaseModel):
    """That the service lives."""

    status: str


@ROUTER.get("/health")
def health() -> Health:
    """Say that the process lives; nothing is looked at."""
    return Health(status="ok")


@ROUTER.get("/ready")
def ready(request: Request) -> Health:
    """Say that the store answers; 503 while it does not."""
    data_marks(office_of(request))
    return Health(status="ok")
