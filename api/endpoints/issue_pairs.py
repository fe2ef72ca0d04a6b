"""Issues in pairs: those that are likely one and the same, and job offers in reach of those who look for work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.asking import Asked
from api.endpoints.issues import FRESH
from api.errors import declared
from api.paging import Page, Paged
from gridmap.office.pairs_seen import list_seen_duplicates, list_seen_jobs

# Their addresses look like that of one issue, which is looked for after them: modules come in the order of their names.
ROUTER = APIRouter(tags=["issues"], responses=declared(404))
FARTHEST = 100_000


@ROUTER.get("/issues/duplicates", dependencies=[FRESH])
def duplicates(
    *,
    asked: Asked,
    paged: Paged,
    issue: Annotated[
        str | None, Query(max_length=64, pattern=r"^[^\x00]*$", description="only those of this one: number or UUID")
    ] = None,
) -> Page:
    """List the pairs of issues that are likely one: by kind, place and time; whoever knows says so."""
    rows = list_seen_duplicates(asked.person, asked.office, name=issue)
    return paged.of(rows, key=("number", "other"))


@ROUTER.get("/issues/offers", dependencies=[FRESH])
def offers(
    *,
    asked: Asked,
    paged: Paged,
    metres: Annotated[float, Query(ge=0, le=FARTHEST, allow_inf_nan=False, description="how far they may be")] = 2000,
) -> Page:
    """List the job offers in reach of those who look for work and agreed to be shown."""
    rows = list_seen_jobs(asked.person, asked.office, metres=metres)
    return paged.of(rows, key=("offer", "seeker"))
