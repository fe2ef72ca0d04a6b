"""The life of each issue, from its report to its closing, as the steps of the flow ask for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmap.ledger.categories import Category
from gridmap.ledger.issues import Event
from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.year.cases import CLOSED_BY, Case
from gridmap.office.dapeng.year.evenings import CAMPAIGN_ENDS, LAST, Evenings, in_office_hours
from gridmap.office.dapeng.year.scene import Scene, one_of
from gridmap.office.reporting import Report
from gridmap.people.calendar import Calendar
from gridmap.people.clocks import due_at
from gridmap.words import say

_IN_TIME = 0.92
_RETURNED, _DEFERRED, _REWORKED, _ON_THE_SPOT = 0.03, 0.05, 0.03, 0.06
_DEFERRED_OLD = 0.35  # of those open at the end of the campaign
_SETTLES = 0.6  # of these, before the year ends
_RESULTS = ("solved", "solved", "solved", "solved", "explained", "referred")
_HOUR, _LATE = dt.timedelta(hours=1), dt.timedelta(days=2)
_ESCALATED = 0.4  # of those that are late by more
_WAGES, _YUAN, _URGENT = "wage_dispute", "yuan", "urgent_hours"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the office goes by: its categories, its working calendar, its language.

    `opens`: the issues that the answers of a visit open, as recording it reports them.
    """

    categories: Mapping[str, Category]
    calendar: Calendar
    lang: str
    opens: Callable[[Visit], Iterable[Report]]

    def say(self, code: str, **inputs: object) -> str:
        """Return a sentence in the language of the office."""
        return say(code, self.lang, **inputs)


@dataclass(frozen=True, slots=True)
class _Course:
    """When an issue is filed, done and closed, and when it is due. Instants may lie beyond the end of the year."""

    filed: dt.datetime
    due: dt.datetime
    done: dt.datetime
    closed: dt.datetime


class Lives:
    """Draws what becomes of cases."""

    def __init__(self, scene: Scene, evenings: Evenings, rules: Rules) -> None:
        self._scene, self._evenings, self._rules = scene, evenings, rules
        self._rng = scene.chance("lives")
        self._limit = evenings.at(CLOSED_BY, 20)
        self._end = evenings.at(LAST, 24)

    def of(self, cases: Sequence[Case], *, recovered: int) -> Iterator[tuple[Case, list[Event]]]:
        """Return each case with its events after the report; the wage disputes that are closed recover so many yuan."""
        courses = self._courses(cases)
        last = self._evenings.instant(len(self._evenings.days) - 1)
        wages = [
            case.id
            for case, course in zip(cases, courses, strict=True)
            if case.category == _WAGES and case.fate in {"closed", "open", "later"} and course.closed <= last
        ]
        yuan = dict(zip(wages, _shares(self._rng, recovered, len(wages)), strict=True))
        for case, course in zip(cases, courses, strict=True):
            quantities = {_YUAN: yuan[case.id]} if case.id in yuan else case.quantities
            yield case, list(self._life(replace(case, quantities=quantities), course))

    def _courses(self, cases: Sequence[Case]) -> list[_Course]:
        filed = [self._filed(case) for case in cases]
        due: list[dt.datetime] = list(filed)
        kinds = [self._rules.categories[case.category] for case in cases]
        for clock in {kind.clock for kind in kinds}:
            rows = [row for row, kind in enumerate(kinds) if kind.clock == clock]
            lengths = [kinds[row].length for row in rows]
            found = due_at(self._rules.calendar, clock, lengths, [filed[row] for row in rows]).to_pydatetime()
            for row, instant in zip(rows, found, strict=True):
                due[row] = instant.astimezone(self._evenings.zone)
        return [self._course(*parts) for parts in zip(cases, filed, due, strict=True)]

    def _filed(self, case: Case) -> dt.datetime:
        if case.source == "one_key":
            return case.at + dt.timedelta(minutes=10)
        if case.at.hour >= 17:
            return in_office_hours(case.at + dt.timedelta(hours=14), case.at)
        return case.at + dt.timedelta(minutes=int(self._rng.integers(10, 120)))

    def _course(self, case: Case, filed: dt.datetime, due: dt.datetime) -> _Course:
        """Draw how long it takes, and press it into the days that its fate allows."""
        length = due - filed
        if self._rng.random() < _IN_TIME:
            done, closed = (filed + length * self._rng.uniform(*span) for span in ((0.25, 0.7), (0.75, 0.97)))
        else:
            done = filed + length * self._rng.uniform(0.9, 2.5)
            closed = max(done, due) + dt.timedelta(days=self._rng.uniform(0.3, 4))
        if case.fate == "open" and closed < self._evenings.at(CAMPAIGN_ENDS, 48):
            begin = self._evenings.at(CAMPAIGN_ENDS, 48)
            span = self._end - begin if self._rng.random() < _SETTLES else 3 * (self._end - begin)
            done = begin + span * self._rng.uniform(0.05, 0.9)
            closed = done + dt.timedelta(days=self._rng.uniform(0.3, 4))
        limit = case.ends_by or (self._limit if case.fate == "closed" else None)
        if limit and closed > limit:
            share = (limit - filed) / (closed - filed) * self._rng.uniform(0.85, 1)
            done, closed = filed + (done - filed) * share, filed + (closed - filed) * share
        if case.fate == "stuck":
            done = closed = self._end + dt.timedelta(days=90)
        if self._rules.categories[case.category].clock != _URGENT:
            done = in_office_hours(done, filed + 3 * _HOUR)
            closed = max(in_office_hours(closed, done), done + _HOUR)
        return _Course(filed, due, done, closed)

    def _life(self, case: Case, course: _Course) -> Iterator[Event]:
        """Return the events of one case, in order."""
        if case.fate == "rejected":
            yield self.event(case, "reject", course.filed, self.clerk(), note="dapeng.note_reject")
        elif case.fate == "duplicate":
            yield self.event(case, "duplicate", course.filed, case.follower, of=case.of)
        elif case.fate == "closed" and case.source in {"visit", "own_check"} and self._spot(case):
            at = case.at + dt.timedelta(minutes=int(self._rng.integers(15, 50)))
            yield self.event(case, "fix", at, case.follower)
            yield self.close(case, max(course.filed, at + _HOUR), case.follower)
        else:
            yield from self._whole(case, course)

    def _spot(self, case: Case) -> bool:
        kind = self._rules.categories[case.category]
        return not kind.quantity and self._rng.random() < _ON_THE_SPOT

    def _whole(self, case: Case, course: _Course) -> Iterator[Event]:
        """Filed, assigned, begun, done and closed; some handed back, some deferred, some sent back to do again."""
        unit, holder = self.hands(case)
        left = course.done - course.filed
        returned, deferred, reworked = self._rng.random(3) < (_RETURNED, self._deferring(case), _REWORKED)
        yield self.event(case, "file", course.filed, case.follower)
        at = course.filed + left * 0.05
        yield self.event(case, "assign", at, self.clerk(), unit=unit, holder=holder)
        if returned:
            yield self.event(case, "return", course.filed + left * 0.1, holder, note="dapeng.note_return")
            at = course.filed + left * 0.15
            yield self.event(case, "assign", at, self.clerk(), unit=unit, holder=holder)
        yield self.event(case, "start", course.filed + left * 0.2, holder)
        if deferred:
            begin, end = course.filed + left * 0.3, course.filed + left * 0.7
            until = end.date().isoformat()
            yield self.event(case, "defer", begin, self.clerk(), until=until, note="dapeng.note_defer")
            due = max(course.due, begin) + (end - begin)
            yield self.event(case, "resume", end, holder, due_at=due.isoformat())
        if course.done - course.due > _LATE and self._rng.random() < _ESCALATED:
            yield self.event(case, "escalate", course.due + _LATE, self.clerk(), leader=self._leader(case))
        if case.fate == "stuck":
            yield self.event(case, "take_on", course.filed + left * 0.25, self._leader(case))
        if reworked:
            yield self.event(case, "finish", course.filed + left * 0.8, holder)
            again = course.filed + left * 0.9
            yield self.event(case, "rework", again, self._checker(case, holder), note="dapeng.note_rework")
        yield self.event(case, "finish", course.done, holder)
        yield self.close(case, course.closed, holder)

    def _deferring(self, case: Case) -> float:
        return _DEFERRED_OLD if case.fate == "open" else 0.0 if case.fate == "stuck" else _DEFERRED

    def hands(self, case: Case) -> tuple[str, str]:
        """Return the unit of the category and its chief; for an urgent call who answers there, and his unit."""
        kind = self._rules.categories[case.category]
        unit = "" if kind.urgent else kind.unit
        if unit in self._scene.chiefs:
            return unit, self._scene.chiefs[unit]
        holder = self._scene.answers[case.cell]
        return self._scene.unit_of(holder), holder

    def _leader(self, case: Case) -> str:
        return self._scene.answers[case.cell[:12]]

    def clerk(self) -> str:
        """Return who keeps the files and hands the issues out: the chief of the last unit of the section cadres."""
        return max(self._scene.of_tier("section"))

    def _checker(self, case: Case, holder: str) -> str:
        """The one who was told rechecks; if he did it himself, the leader of the community, or who keeps the files."""
        may = (case.follower, self._leader(case), self.clerk())
        return next(one for one in may if one != holder)

    def close(self, case: Case, at: dt.datetime, holder: str) -> Event:
        """Return the closing of a case that `holder` has done."""
        result = "solved" if case.quantities else one_of(self._rng, _RESULTS)
        if not case.quantities and self._rules.categories[case.category].quantity:
            result = one_of(self._rng, _RESULTS[-2:])  # solved it would have to say how much of it
        said: dict[str, object] = {"result": result}
        if case.quantities:
            said["quantities"] = dict(case.quantities)
        told = {} if case.source == "own_check" else {"reply": "dapeng.reply"}
        return self.event(case, "close", at, self._checker(case, holder), **said, **told)

    def event(self, case: Case, act: str, at: dt.datetime, actor: str, **said: object) -> Event:
        """Return an event of a case; what `note` and `reply` name is said in the language of the office."""
        private: dict[str, str] = {}
        for name in ("note", "reply"):
            if name in said:
                private[name] = self._rules.say(str(said.pop(name)))
        moment = at.replace(second=0, microsecond=0)
        uuid = self._scene.uuid(act, f"{case.id}/{moment.isoformat()}")
        return Event(uuid, case.id, act, moment, actor, said, private)


def _shares(rng: np.random.Generator, total: int, count: int) -> list[int]:
    """Return whole parts that sum to the total; most of them in hundreds."""
    if not count:
        return []
    parts = (rng.dirichlet(np.full(count, 2.0)) * total // 100 * 100).astype(int).tolist()
    return [*parts[:-1], total - sum(parts[:-1])]
