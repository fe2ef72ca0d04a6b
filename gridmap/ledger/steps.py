"""The flow of issues as data: which act leads from which state to which, who may take it, and what it needs.

`docs/issues.md` shows this table; `ledger.drawing` writes it there. Source: DESIGN 4, Issues.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gridmap.ledger.issues import NOT_OPEN, STATES

# Who somebody is to an issue: he raised it; first told of it (首访责任人); it is in his hands; a member of the unit
# that has it; he answers in the chain of its cell; he keeps the files; he leads; the office itself, by its clock.
RELATIONS = ("reporter", "follower", "holder", "unit", "head", "clerk", "leader", "office")

_OPEN = tuple(state for state in STATES if state not in NOT_OPEN)
_BEFORE_DONE = ("reported", "filed", "assigned", "in_progress")
_WORK = ("assigned", "in_progress")
_ABOVE = ("head", "clerk", "leader")
_HANDS = ("holder", "unit")
_PLACE = ("cell", "features", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Step:
    """One act: from a state in `before` to `after` ("" = it stays), by those in a relation of `by` (none = anyone).

    `needs`: what the event itself must say. `may`: what it may say besides. `knows`: what the issue must have once the
    step is taken, said now or earlier; of the names of one entry, one is enough. `actor_is`: what the acting cadre
    becomes, unless the event names another. `empties`: what the issue loses. `stamps`: the instant it sets. `counts`:
    the number it raises by one. `deferred`: whether it may be taken while the issue is deferred. `fresh_eyes`: not by
    whoever did the work.
    """

    act: str
    before: tuple[str, ...]
    after: str
    by: tuple[str, ...]
    needs: tuple[str, ...]
    may: tuple[str, ...]
    knows: tuple[tuple[str, ...], ...] = ()
    actor_is: str = ""
    empties: tuple[str, ...] = ()
    stamps: str = ""
    counts: str = ""
    deferred: Literal["no", "too", "only"] = "no"
    fresh_eyes: bool = False


_RECHECKING = ("follower", *_ABOVE)
_ANYBODY: tuple[str, ...] = ()

_REPORTING = ("category", "unit", "holder", "follower", "leader", "due_at", *_PLACE, "anonymous", "consent")
_WRITTEN = ("text", "reporter", "phone", "note")
_FILING = ("category", "source", "unit", "holder", "due_at", "note")
_ASSIGNING = ("unit", "holder", "due_at", "note")
_FIXING = ("category", "unit", "quantities", "note")

_IN_HANDS = (("unit", "holder"), ("due_at",))
_UNDONE = ("done_at", "done_by", "quantities")
_UNCLOSED = (*_UNDONE, "closed_at", "result", "satisfied", "replied")

FLOW = (
    Step(
        "report",
        (),
        "reported",
        _ANYBODY,
        ("source",),
        (*_REPORTING, *_WRITTEN),
        (("follower",),),
        actor_is="follower",
        stamps="reported_at",
    ),
    Step("file", ("reported",), "filed", _RECHECKING, (), _FILING, (("category",), ("due_at",)), stamps="filed_at"),
    Step("assign", ("filed",), "assigned", _ABOVE, (), _ASSIGNING, _IN_HANDS),
    Step("start", ("assigned",), "in_progress", _HANDS, (), ("note",), (("holder",),), actor_is="holder"),
    Step("finish", ("in_progress",), "done", _HANDS, (), ("quantities", "note"), stamps="done_at"),
    Step(
        "fix",
        ("reported",),
        "done",
        ("reporter", "follower", "holder", "head"),
        (),
        _FIXING,
        (("category",), ("holder",)),
        actor_is="holder",
        stamps="done_at",
    ),
    Step(
        "close",
        ("done",),
        "closed",
        _RECHECKING,
        ("result",),
        ("quantities", "reply", "note"),
        stamps="closed_at",
        fresh_eyes=True,
    ),
    Step(
        "rework",
        ("done",),
        "in_progress",
        _RECHECKING,
        ("note",),
        _ASSIGNING[:-1],
        _IN_HANDS,
        empties=_UNDONE,
        counts="reworks",
        fresh_eyes=True,
    ),
    Step(
        "reopen",
        ("closed",),
        "in_progress",
        ("reporter", *_RECHECKING),
        ("note",),
        _ASSIGNING[:-1],
        _IN_HANDS,
        empties=_UNCLOSED,
        counts="reopenings",
    ),
    Step("reject", ("reported", "filed"), "rejected", _ABOVE, ("note",), ("reply",)),
    Step("duplicate", _BEFORE_DONE, "duplicate", _RECHECKING, ("of",), ("note",)),
    Step("return", _WORK, "filed", (*_HANDS, *_ABOVE), ("note",), (), empties=("unit", "holder")),
    Step("defer", ("filed", *_WORK), "", _ABOVE, ("until", "note"), (), counts="deferrals"),
    Step(
        "resume",
        ("filed", *_WORK),
        "",
        (*_HANDS, *_ABOVE, "office"),
        ("due_at",),
        ("note",),
        empties=("until",),
        deferred="only",
    ),
    Step("hand_over", _WORK, "", (*_HANDS, *_ABOVE), (), ("unit", "holder", "follower", "note"), deferred="too"),
    Step(
        "escalate",
        _OPEN,
        "",
        ("follower", *_HANDS, *_ABOVE, "office"),
        (),
        ("leader", "note"),
        counts="escalations",
        deferred="too",
    ),
    Step("take_on", _OPEN, "", ("leader",), (), ("leader", "note"), (("leader",),), actor_is="leader", deferred="too"),
    Step(
        "set_deadline",
        _BEFORE_DONE,
        "",
        ("leader",),
        ("due_at",),
        ("leader", "note"),
        (("leader",),),
        actor_is="leader",
    ),
    Step("remind", _OPEN, "", (*_RECHECKING, "office"), (), ("note",), deferred="too"),
    Step("look_back", ("closed",), "", _ANYBODY, ("satisfied",), ("note",)),
    Step("reply", STATES, "", ("reporter", *_HANDS, *_RECHECKING), ("reply",), (), deferred="too"),
    Step("note", STATES, "", _ANYBODY, ("note",), (), deferred="too"),
)

STEPS = MappingProxyType({step.act: step for step in FLOW})
ACTS = tuple(STEPS)
# Acts after which an issue has a deadline: whoever takes one of them gives it, if the issue has none.
DATED = tuple(step.act for step in FLOW if ("due_at",) in step.knows)
# A new follower is a decision of those who keep the order of work, with a reason: see `ledger.flow`.
FOLLOWER_CHANGED_BY = ("clerk", "leader")
