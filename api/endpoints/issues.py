"""Issues: listed, one with all that happened to it and what may be done now, its words revealed with a reason."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.access.matching import mark_state
from api.errors import declared
from api.paging import Page, Paged, records
from api.params import AsOf, Bbox, Cell, Day, On
from api.texts import Name, Reason
from gridmap.ledger.issues import STATES
from gridmap.office.issue_cards import Card, show
from gridmap.office.issue_lists import OPEN, Wanted
from gridmap.office.issue_seen import list_seen_issues

ROUTER = APIRouter(tags=["issues"], responses=declared(404))
FRESH = Fresh("grid", "registers", "roster", "rules", *LEDGER)
Named = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[^\x00]*$", description="its number or UUID")]
Names = Annotated[list[Name] | None, Query(max_length=32)]
State = Literal[(OPEN, "all", *STATES)]  # type: ignore[valid-type]


class Proposed(BaseModel):
    """Who should deal with an issue; null where nobody is found."""

    unit: str | None
    holder: str | None


class IssueBody(BaseModel):
    """An issue on a day, and what happened to it in order.

    `allowed`: the acts that its state allows; `acts`: those of them that whoever asks may take now. `texts`: what
    people wrote or said, where it is shown; `masked`: the names of what is kept and not shown. `proposal`: who should
    deal with it, as long as nobody does.
    """

    issue: dict[str, Any]
    events: list[dict[str, Any]]
    allowed: list[str]
    acts: list[str]
    masked: list[str]
    texts: list[dict[str, Any]]
    programmes: list[str]
    proposal: Proposed | None
    photos: list[dict[str, Any]]


class Reveal(BaseModel):
    """Which words are asked for (text, reporter, phone, reply, note), and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    fields: list[Name] = Field(min_length=1, max_length=10)
    on: Day | None = None
    reason: Reason


class Revealed(BaseModel):
    """What people wrote or said: event, at, field, value."""

    items: list[dict[str, Any]]
    count: int


@ROUTER.get("/issues", dependencies=[FRESH])
def issues(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    bbox: Bbox,
    as_of: AsOf = None,
    cell: Cell = None,
    state: Annotated[
        list[State] | None, Query(max_length=10, description="of these states; open if none is named")
    ] = None,
    category: Names = None,
    unit: Annotated[Name | None, Query(description="only what this unit has")] = None,
    cadre: Annotated[Name | None, Query(description="only what this cadre holds, follows or leads")] = None,
    overdue: Annotated[bool, Query(description="only what is overdue")] = False,
    geometry: Annotated[bool, Query(description="with each issue's place")] = True,
) -> Page:
    """List the issues by the end of a day, the open ones unless states are named; nothing that people said."""
    states = state or [OPEN]
    wanted = Wanted(
        states=None if "all" in states else states,
        categories=category,
        unit=unit,
        cadre=cadre,
        under=cell,
        overdue=overdue,
    )
    rows = list_seen_issues(asked.person, asked.office, on=on, as_of=as_of, wanted=wanted, bbox=bbox)
    return paged.of(rows, key="number", geometry=geometry)


@ROUTER.get("/issues/{issue}", dependencies=[FRESH])
def issue(*, request: Request, asked: Asked, issue: Named, on: On, as_of: AsOf = None) -> IssueBody:
    """Show an issue; the tag of the answer is what an act is taken upon."""
    return told(request, show(asked.person, asked.office, issue, on=on, as_of=as_of))


@ROUTER.post("/issues/{issue}/reveal")
def reveal(asked: Asked, issue: Named, given: Reveal) -> Revealed:
    """Reveal what people wrote or said; who, which and why is in the audit before a word leaves."""
    card = show(asked.person, asked.office, issue, on=given.on, reveal=given.fields, reason=given.reason)
    texts = card.texts[card.texts["field"].isin(given.fields)]
    return Revealed(items=records(texts), count=len(texts))


def told(request: Request, card: Card) -> IssueBody:
    """Return a card as it is sent, its state in the tag of the answer."""
    mark_state(request, *card.state)
    (row,) = records(card.issue.to_frame().T)
    who = card.proposal
    return IssueBody(
        issue={name: value for name, value in row.items() if name != "geometry"},
        events=records(card.events),
        allowed=list(card.allowed),
        acts=list(card.acts),
        masked=list(card.masked),
        texts=records(card.texts),
        programmes=list(card.programmes),
        proposal=None if who is None else Proposed(unit=who.unit, holder=who.holder),
        photos=records(card.photos),
    )
