"""Issues are reported, and each step of their flow is an address of its own: what it takes is read off the flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.access.asking import Asked, Asking
from api.access.matching import Seen
from api.access.once import Once
from api.endpoints.issues import IssueBody, Named, told
from api.errors import declared
from api.params import Day, Instant
from api.texts import Key, Line, Much, Name, Words, sent
from gridmap.errors import NotFoundError
from gridmap.ledger.flow import FLOW, Step
from gridmap.ledger.issues import QUANTITIES, RESULTS, SOURCES, Event
from gridmap.ledger.said import PRIVATE
from gridmap.office.acting_upon import act_upon
from gridmap.office.issue_cards import show
from gridmap.office.reporting import Report, report

ROUTER = APIRouter(tags=["issues"], route_class=Once, responses=declared(404, 409))
_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "done; the issue is no longer for whoever asks"}}
MOST = 200
_Source = Literal[SOURCES]  # type: ignore[valid-type]  # data of the ledger
# What an event says, by name; what is not here is a name.
_TYPES: dict[str, Any] = {
    "source": _Source,
    "result": Literal[RESULTS],
    "due_at": Instant,
    "until": Day,
    "quantities": dict[Literal[QUANTITIES], Much],  # type: ignore[valid-type]
    "satisfied": bool,
    "text": Words,
    "reporter": Line,
    "phone": Name,
    "reply": Words,
    "note": Words,
    "unit": Key,
}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ReportIn(_Given):
    """An issue as it is raised; `id` is made by the client: sent twice, it is kept once.

    Its place is the first of: lon and lat (degrees), features, cell, address. `by`: the cadre who raised or took it.
    """

    id: UUID
    at: Instant | None = None
    source: _Source
    by: Name | None = None
    category: Name = ""
    text: Words = ""
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    features: list[tuple[Name, Key]] = Field(default=[], max_length=100)
    cell: Name | None = None
    address: Line = ""
    reporter: Line = ""
    phone: Name = ""
    note: Words = ""
    anonymous: bool = False
    follower: Name | None = None
    consent: bool | None = None


class ActIn(_Given):
    """A step; `id` is made by the client: sent twice, it is taken once. `at` (now if none): when it was taken.

    `actor`: the cadre who took it, for those who enter what others did.
    """

    id: UUID
    at: Instant | None = None
    actor: Name | None = None


class Reported(BaseModel):
    """The issue that was kept: its UUID and the number it was given."""

    issue: str
    number: str


class ReportsIn(_Given):
    """Issues that are raised together."""

    reports: Annotated[list[ReportIn], Field(min_length=1, max_length=MOST)]


class AllReported(BaseModel):
    """The issues that were kept, in the order of the reports."""

    items: list[Reported]
    count: int


@ROUTER.post("/issues", status_code=201)
def report_issue(response: Response, asked: Asked, given: ReportIn) -> Reported:
    """Report an issue: it gets its number, its place, and whoever should deal with it."""
    (kept,) = _report(asked, [given])
    response.headers["Location"] = f"/issues/{kept.number}"
    return kept


@ROUTER.post("/issues/batch", status_code=201)
def report_issues(asked: Asked, given: ReportsIn) -> AllReported:
    """Report several issues, all of them or none; those that are kept already give their numbers."""
    kept = _report(asked, given.reports)
    return AllReported(items=kept, count=len(kept))


def _report(asked: Asking, given: Sequence[ReportIn]) -> list[Reported]:
    now = asked.office.clock.now()
    numbers = report(asked.person, asked.office, [_told_of(one, now) for one in given])
    return [Reported(issue=str(one.id), number=number) for one, number in zip(given, numbers, strict=True)]


def _told_of(given: ReportIn, now: dt.datetime) -> Report:
    said = given.model_dump(exclude={"id", "at", "features"})
    features = tuple((layer, key) for layer, key in given.features)
    return Report(id=str(given.id), at=given.at or now, features=features, **said)


def _act(step: Step, body: type[BaseModel]) -> Callable[..., IssueBody | Response]:
    def act(request: Request, asked: Asked, issue: Named, given: ActIn, seen: Seen) -> IssueBody | Response:
        act_upon(asked.person, asked.office, _event(issue, step.act, given, asked.office.clock.now()), seen=seen)
        try:
            return told(request, show(asked.person, asked.office, issue))
        except NotFoundError:
            # With this step it became one of those that do not exist for whoever took it.
            return Response(status_code=204)

    act.__annotations__["given"] = body
    act.__name__ = step.act
    act.__doc__ = f"Take the step `{step.act}` with an issue, upon the state that was seen of it."
    return act


def _body(step: Step) -> type[BaseModel]:
    """Return the body of a step: what it needs, and what it may say besides."""
    fields: dict[str, Any] = {name: (_TYPES.get(name, Name), ...) for name in step.needs if name not in step.may}
    if step.act == "resume":
        # Left out, it is what was left when the clock was stopped.
        fields = {}
    fields |= {name: (_TYPES.get(name, Name) | None, None) for name in (*step.may, *step.needs) if name not in fields}
    return create_model(f"{step.act.title().replace('_', '')}In", __base__=ActIn, __doc__=ActIn.__doc__, **fields)


def _event(issue: str, act: str, given: ActIn, now: dt.datetime) -> Event:
    said = {name: value for name, value in sent(given).items() if name not in ActIn.model_fields and value is not None}
    public = {name: _plain(value) for name, value in said.items() if name not in PRIVATE}
    private = {name: value for name, value in said.items() if name in PRIVATE}
    return Event(str(given.id), issue, act, given.at or now, given.actor, public, private)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


for _step in FLOW:
    if _step.before:
        ROUTER.add_api_route(
            f"/issues/{{issue}}/{_step.act}",
            _act(_step, _body(_step)),
            methods=["POST"],
            responses=declared(404, 409, 412, 428) | _GONE,
            response_model=IssueBody,
            operation_id=f"{_step.act}_issue",
        )
