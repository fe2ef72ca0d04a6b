"""The flow of issues: one issue, what happens to it, and what is refused (DESIGN 4, Issues).

The table is `FLOW`; a step is taken by `applied`, and what was recorded is told again by `replayed`. State is the
replay of events: nothing else is kept of it. `ledger.replay` does the same for many at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gridmap.errors import ArgumentError, ConflictError, Fault, FaultsError, RefusedError
from gridmap.ledger.issues import NOT_OPEN, Event
from gridmap.ledger.said import faults_in, instant, missing
from gridmap.ledger.steps import ACTS, DATED, FLOW, FOLLOWER_CHANGED_BY, RELATIONS, STEPS, Step
from gridmap.words import Spoken

__all__ = ["ACTS", "DATED", "FLOW", "RELATIONS", "STEPS", "Issue", "Step", "allowed", "applied", "replayed", "takeable"]

# What an event says of the issue itself, under the same name there.
_TEXTS = ("category", "source", "unit", "holder", "follower", "leader", "result", "of", "until")
_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as its events left it. Texts are null where nothing is known; instants are aware, UTC.

    `at`: when the last event happened. `raised_by`: the cadre who reported it; `done_by`: who did the work, while it is
    done or closed. `anonymous`: whoever raised it cannot be answered. `replied`: a reply was given since it was last
    opened. `deferred`: its clock stands, until `until`. `of`: the issue that it repeats. `satisfied`: what the last
    look-back heard (null = not asked). `spot`: fixed on the spot. The rest as in `ledger.issues.ISSUE_COLUMNS`.
    """

    id: str
    state: str
    at: dt.datetime
    category: str | None = None
    source: str | None = None
    unit: str | None = None
    holder: str | None = None
    follower: str | None = None
    leader: str | None = None
    raised_by: str | None = None
    done_by: str | None = None
    anonymous: bool = False
    replied: bool = False
    reported_at: dt.datetime | None = None
    filed_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    deferred: bool = False
    until: str | None = None
    done_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    result: str | None = None
    quantities: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    satisfied: bool | None = None
    of: str | None = None
    spot: bool = False
    deferrals: int = 0
    reworks: int = 0
    reopenings: int = 0
    escalations: int = 0

    @property
    def open(self) -> bool:
        """Return whether it is neither closed nor rejected nor a duplicate."""
        return self.state not in NOT_OPEN


# What an emptied name becomes; all others become null.
_EMPTY: Mapping[str, object] = MappingProxyType({"replied": False, "quantities": _NOTHING})


def allowed(issue: Issue | None) -> tuple[str, ...]:
    """Return the acts that the state of `issue` allows (null: before it is reported), in the order of the table."""
    return tuple(step.act for step in FLOW if _fits(issue, step))


def takeable(issue: Issue, relations: frozenset[str], *, actor: str | None = None) -> tuple[str, ...]:
    """Return the acts that `issue` allows and that `actor`, who stands in `relations` to it, may take, in order."""
    own_work = actor is not None and actor == issue.done_by
    return tuple(
        step.act
        for step in FLOW
        if _fits(issue, step) and not (step.by and relations.isdisjoint(step.by)) and not (step.fresh_eyes and own_work)
    )


def applied(issue: Issue | None, event: Event, relations: frozenset[str], *, quantity: str = "") -> Issue:
    """Return the issue after `event`, taken by somebody who stands in `relations` to it; `issue` itself never changes.

    `issue` is null for a report. `quantity`: what a result of its category counts ("" = nothing); an issue closed as
    solved must say how much of it. A close needs a reply, now or given before, unless we found the issue ourselves or
    whoever raised it is unknown. Whoever finished or fixed an issue neither closes it nor sends it back.
    Raises ConflictError for an act that the state does not allow and for an event that happened before the last one;
    RefusedError for a relation that may not take the step; FaultsError for everything said wrong or not said.
    """
    step = _step(issue, event)
    if event.at.tzinfo is None:
        raise FaultsError([Fault("ledger.not_an_instant", column="at", value=event.at.isoformat())])
    if issue is not None and event.at < issue.at:
        raise ConflictError("ledger.before_the_last", act=event.act, at=event.at.isoformat(), last=issue.at.isoformat())
    _refuse(issue, event, step, relations)
    faults = list(faults_in(event, step))
    if faults:
        raise FaultsError(faults)
    after = _moved(issue, event, step)
    faults = list(_lacking(after, event, step, quantity))
    if faults:
        raise FaultsError(faults)
    return after


def replayed(events: Iterable[Event]) -> Issue:
    """Return the issue that its events, in the order in which they were recorded, leave behind.

    They were accepted then: who took them, and what was said in private and may be erased since, is not asked again.
    Raises ConflictError for an order that the table does not allow, ArgumentError if there are no events.
    """
    issue: Issue | None = None
    for event in events:
        issue = _moved(issue, event, _step(issue, event))
    if issue is None:
        raise ArgumentError("ledger.no_events", argument="events")
    return issue


def _step(issue: Issue | None, event: Event) -> Step:
    """Return the step that `event` takes. Raises ConflictError unless the state allows it."""
    step = STEPS.get(event.act)
    if step is None or not _fits(issue, step):
        state = "none" if issue is None else "deferred" if issue.deferred else issue.state
        known = Spoken(f"ledger.state.{state}")
        raise ConflictError("ledger.not_now", act=event.act, state=known, allowed=", ".join(allowed(issue)))
    return step


def _fits(issue: Issue | None, step: Step) -> bool:
    if issue is None:
        return not step.before
    return issue.state in step.before and step.deferred != ("no" if issue.deferred else "only")


def _refuse(issue: Issue | None, event: Event, step: Step, relations: frozenset[str]) -> None:
    """Raise RefusedError unless one of `relations` may take the step, and take it at this issue."""
    by = FOLLOWER_CHANGED_BY if step.act == "hand_over" and event.said.get("follower") else step.by
    if by and relations.isdisjoint(by):
        raise RefusedError("ledger.not_by", act=step.act, by=Spoken(*(f"ledger.relation.{name}" for name in by)))
    if step.fresh_eyes and issue is not None and event.actor is not None and event.actor == issue.done_by:
        raise RefusedError("ledger.own_work", act=step.act)


def _lacking(issue: Issue, event: Event, step: Step, quantity: str) -> Iterator[Fault]:
    """Yield what `issue`, as the step would leave it, lacks."""
    for names in step.knows:
        if not any(getattr(issue, name) for name in names):
            yield missing(names[0], step)
    if step.act == "hand_over" and not event.said.keys() & {"unit", "holder", "follower"}:
        yield missing("holder", step)
    if step.act != "close":
        return
    if issue.source != "own_check" and not (issue.anonymous or issue.replied or event.private.get("reply")):
        yield missing("reply", step)
    if quantity and issue.result == "solved" and quantity not in issue.quantities:
        yield Fault("ledger.no_quantity", column="quantities", inputs={"act": step.act, "quantity": quantity})


def _moved(issue: Issue | None, event: Event, step: Step) -> Issue:
    """Return the issue after an event, asking nothing."""
    said = event.said
    change: dict[str, object] = {name: _EMPTY.get(name) for name in step.empties}
    change |= {name: said[name] or None for name in _TEXTS if said.get(name) is not None}
    if step.actor_is and event.actor and not said.get(step.actor_is):
        change[step.actor_is] = event.actor
    if said.get("due_at") is not None:
        change["due_at"] = instant(said["due_at"])
    if isinstance(quantities := said.get("quantities"), Mapping):
        change["quantities"] = MappingProxyType(dict(quantities))
    if step.stamps:
        change[step.stamps] = event.at
    if step.counts and issue is not None:
        change[step.counts] = getattr(issue, step.counts) + 1
    change |= {"state": step.after} if step.after else {}
    change |= _marks(issue, event)
    if issue is None:
        return Issue(event.issue, at=event.at, **change)  # type: ignore[arg-type]
    return replace(issue, at=event.at, **change)  # type: ignore[arg-type]


def _marks(issue: Issue | None, event: Event) -> dict[str, object]:
    """Return what an act leaves behind that no table says: who raised it, who did it, whether its clock stands."""
    if event.act == "report":
        return {"raised_by": event.actor, "anonymous": bool(event.said.get("anonymous"))}
    if event.act in {"finish", "fix"}:
        return {"done_by": event.actor or (issue and issue.holder), "spot": event.act == "fix"}
    if event.act in {"defer", "resume"}:
        return {"deferred": event.act == "defer"}
    if event.act == "look_back":
        return {"satisfied": event.said.get("satisfied")}
    return {"replied": True} if event.act == "reply" else {}
