"""The audit: its rows, and whether its chain is whole; for auditors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.access.asking import Asked
from api.errors import declared
from api.paging import LONGEST_PAGE, Page, Paged
from api.params import AsOf
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.words import say

ROUTER = APIRouter(tags=["audit"], responses=declared())


class VerifiedBody(BaseModel):
    """Whether the chain is whole; else the first row that is not as it was, and why."""

    ok: bool
    rows: int
    head: str
    first_bad: int | None
    reason: str | None


@ROUTER.get("/audit")
def audit(
    *,
    asked: Asked,
    paged: Paged,
    as_of: AsOf = None,
    newest: Annotated[int, Query(ge=1, le=100 * LONGEST_PAGE, description="so many rows, the newest")] = LONGEST_PAGE,
) -> Page:
    """List the newest rows of the audit."""
    return paged.of(read_audit(asked.person, asked.office, limit=newest, as_of=as_of), key="seq")


@ROUTER.post("/audit/verify")
def verify(asked: Asked) -> VerifiedBody:
    """Compute the whole chain again."""
    found = verify_audit(asked.person, asked.office)
    reason = None if found.reason is None else say(found.reason, asked.lang)
    return VerifiedBody(ok=found.ok, rows=found.rows, head=found.head, first_bad=found.first_bad_seq, reason=reason)
