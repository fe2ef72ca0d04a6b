"""Visits: a batch comes in, they are listed, one is shown, corrected, or revealed with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.access.matching import Seen, mark_state
from api.access.once import Once
from api.errors import FaultBody, declared, fault_body
from api.paging import Page, Paged, records
from api.params import AsOf, Cell, Day, Instant, On
from api.texts import Key, Line, Name, Reason, Words, sent
from gridmap.ledger.visits import Visit
from gridmap.office.correcting import correct_upon
from gridmap.office.visit_cards import VisitCard, reveal_visits, show_visit
from gridmap.office.visit_lists import Wanted, page_of_visits
from gridmap.office.visiting import VisitReport, record

ROUTER = APIRouter(tags=["visits"], responses=declared(404))
_FRESH = Fresh("grid", "registers", "roster", *LEDGER)
MOST = 1000
# A default that is never looked at: what is not sent stays as it was.
FIRST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class VisitChanges(_Given):
    """What is different from the entry that is corrected; what is not named stays as it was."""

    at: Instant = FIRST
    lead: Name = ""
    outcome: Name = ""
    layer: Name | None = None
    key: Key | None = None
    cell: Name | None = None
    mode: Name = "home"
    companions: list[Name] = Field(default=[], max_length=50)
    answers: dict[Line, Line] = Field(default={}, max_length=100)
    note: Words = ""
    looks_back: Name | None = None


class VisitIn(VisitChanges):
    """One visit; `id` is made by the client: sent twice, it is recorded once."""

    id: UUID
    at: Instant
    lead: Name
    outcome: Name
    corrects: UUID | None = None
    sheet: Name | None = None


class Batch(_Given):
    """Visits that come in together. `strict`: one fault refuses all; else the faulty ones alone are left out."""

    visits: list[VisitIn] = Field(min_length=1, max_length=MOST)
    strict: bool = True


class VisitsTaken(BaseModel):
    """What became of the visits: how many are new, how many were kept already, and what is wrong with the others.

    `flagged`: by somebody who does not answer there. `issues`: numbers of those that answers opened.
    """

    recorded: int
    repeated: int
    flagged: int
    issues: list[str]
    faults: list[FaultBody]


class VisitBody(BaseModel):
    """A visit, masked as in lists; `corrected`: another entry has replaced it."""

    visit: dict[str, Any]
    corrected: bool


class Reveal(_Given):
    """Which masked fields of which visits are asked for, and why."""

    visits: list[UUID] = Field(min_length=1, max_length=100)
    fields: list[Name] = Field(min_length=1, max_length=10)
    reason: Reason


class Revealed(BaseModel):
    """The fields asked for, a row a visit."""

    items: list[dict[str, Any]]
    count: int


def post_visits(asked: Asked, given: Batch, response: Response) -> VisitsTaken:
    """Record visits; 201 where one is new, 200 where all were kept already or left out."""
    visits = [_visit(one) for one in given.visits]
    report = record(asked.person, asked.office, visits, strict=given.strict)
    response.status_code = 201 if report.recorded else 200
    return _taken(report, asked.lang)


ROUTER.add_api_route(
    "/visits",
    post_visits,
    methods=["POST"],
    status_code=201,
    responses=declared(409) | {200: {"model": VisitsTaken}},
    route_class_override=Once,
)


@ROUTER.get("/visits", dependencies=[_FRESH])
def visits(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    as_of: AsOf = None,
    since: Annotated[Day | None, Query(description="only from this day on")] = None,
    cell: Cell = None,
    layer: Annotated[Name | None, Query(description="only at features of this layer")] = None,
    lead: Annotated[Name | None, Query(description="only those that this cadre led")] = None,
    current: Annotated[bool, Query(description="without the entries that a correction replaces")] = True,
) -> Page:
    """List the visits up to the end of a day; outcomes and times at homes for those who answer there alone."""
    wanted = Wanted(on, as_of, since, layer, cell, lead, current=current)
    part = paged.part(key="visit", instants=("at", "recorded_at"))
    found = page_of_visits(asked.person, asked.office, wanted, part)
    return paged.told(found.rows, part, key="visit", count=found.count, more=found.more)


@ROUTER.post("/visits/reveal")
def reveal(asked: Asked, given: Reveal) -> Revealed:
    """Reveal masked fields of visits; who, which and why is in the audit before a value leaves."""
    uuids = [str(one) for one in given.visits]
    rows = reveal_visits(asked.person, asked.office, uuids, given.fields, reason=given.reason)
    return Revealed(items=records(rows), count=len(rows))


@ROUTER.get("/visits/{visit}", dependencies=[_FRESH])
def visit(request: Request, asked: Asked, visit: UUID) -> VisitBody:
    """Show a visit; the tag of the answer is what a correction is made upon."""
    return _told(request, show_visit(asked.person, asked.office, str(visit)))


@ROUTER.patch("/visits/{visit}", responses=declared(404, 409, 412, 428))
def correct(request: Request, asked: Asked, visit: UUID, given: VisitChanges, seen: Seen) -> VisitBody:
    """Correct a visit by a further entry that takes its place, and show that one; the corrected entry stays."""
    made, _ = correct_upon(asked.person, asked.office, str(visit), _said(given), seen=seen)
    return _told(request, show_visit(asked.person, asked.office, made))


def _visit(given: VisitIn) -> Visit:
    return Visit(**_said(given))


def _said(given: VisitChanges) -> dict[str, Any]:
    said = sent(given)
    if "companions" in said:
        said["companions"] = tuple(said["companions"])
    return {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}


def _taken(report: VisitReport, lang: str) -> VisitsTaken:
    return VisitsTaken(
        recorded=report.recorded,
        repeated=report.repeated,
        flagged=report.flagged,
        issues=list(report.issues),
        faults=[fault_body(fault, lang) for fault in report.faults],
    )


def _told(request: Request, card: VisitCard) -> VisitBody:
    mark_state(request, *card.state)
    (row,) = records(card.visit)
    return VisitBody(visit=row, corrected=card.corrected)
