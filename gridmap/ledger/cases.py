"""A duty with its subjects and visits, worked out period by period: what `states` tells and `explain` explains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.ledger import periods
from gridmap.ledger.counting import Calls, Ledger, calls, own_terms
from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import ENDLESS, Days, Span, number
from gridmap.ledger.subjects import Subjects, Terms
from gridmap.ledger.tally import NEVER, Rows, Sharing, Visited, intervals, last_of, tally, visited

Mask = NDArray[np.bool_]
_NO_EXEMPTION = pd.DataFrame(columns=["subject", "valid_from", "valid_to"], dtype=object)


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of states: one period of many subjects, or one interval each. `rows`: the visited days that went to it."""

    subject: Days
    begin: Days | int
    end: Days | int
    needed: int
    count: Days
    attempts: Days
    met_at: Days
    met: Mask
    exempt: Mask
    rows: Rows


class Case:
    """A duty with its subjects, its visits, and what is known of both."""

    def __init__(
        self, duty: Duty, subjects: pd.DataFrame, ledger: Ledger, exemptions: pd.DataFrame | None, since: dt.date | None
    ) -> None:
        self.duty = duty
        self.on = number(ledger.on)
        self.since = None if since is None else number(since)
        self.subjects = Subjects(subjects)
        self.calls: Calls = calls(duty, self.subjects, ledger)
        self.days: Visited = visited(self.calls, len(self.subjects))
        held = _NO_EXEMPTION if exemptions is None else exemptions
        self._exempt = self.subjects.terms_of(self.subjects.find(None, held["subject"]), held)
        self._posts: Terms | None = own_terms(self.subjects, ledger) if duty.place == "own" else None

    def parts(self) -> Iterator[Part]:
        """Yield the states asked for, the oldest period first."""
        if self.duty.period == "interval":
            yield from self._intervals()
        elif self.duty.period == "closing":
            yield from self._closings()
        else:
            yield from self._shared()

    def _shared(self) -> Iterator[Part]:
        sharing = Sharing(self.days, self._grace)
        asked = self._asked()
        for span in self._all_spans(asked):
            day = min(span[1] - 1, self.on)
            valid, exempt = self.subjects.terms.on(day), self._exempt_on(day)
            needed = periods.needed(self.duty.count, self.duty.period, self.duty.average_over, span)
            rows = sharing.give(span, needed, valid & ~exempt)
            if span in asked:
                yield self._part(np.flatnonzero(valid), span, needed, exempt, rows)

    def _part(self, at: Days, span: tuple[Days | int, Days | int], needed: int, exempt: Mask, rows: Rows) -> Part:
        told = tally(self.days, rows, needed)
        count = told.count[at]
        return Part(at, *span, needed, count, told.attempts[at], told.met_at[at], count >= needed, exempt[at], rows)

    def _closings(self) -> Iterator[Part]:
        begin = self.subjects.terms.since(self.on)
        length = (self.duty.days_after_closing or 0) + 1
        end = begin + length
        day = np.minimum(end - 1, self.on)
        valid, exempt = self.subjects.terms.on(self.on), self._exempt_on(day)
        rows = Sharing(self.days, self._grace).give_each(begin, end, self.duty.count, valid & ~exempt)
        at = np.flatnonzero(valid & (end > (-ENDLESS if self.since is None else self.since)))
        yield self._part(at, (begin[at], end[at]), self.duty.count, exempt, rows)

    def _intervals(self) -> Iterator[Part]:
        every = self.duty.every_days or 1
        since = self.subjects.terms.since(self.on)
        ended, now, rest = intervals(self.days, since, every=every, grace=self._grace)
        kept = last_of(ended.subject) if self.since is None else ended.end > self.since
        subject, begin, end = ended.subject[kept], ended.begin[kept], ended.end[kept]
        met, at = ended.met[kept], ended.instant[kept]
        exempt = self._exempt_at(subject, end - 1)
        numbers = (met.astype(np.int64), ended.attempts[kept], np.where(met, at, NEVER))
        yield Part(subject, begin, end, 1, *numbers, met, exempt, ended.row[kept])
        open_ = np.flatnonzero(since < ENDLESS)
        nothing = np.zeros(len(open_), dtype=np.int64)
        begin, end = now[open_], now[open_] + every
        exempt = self._exempt_at(open_, np.minimum(end - 1, self.on))
        never, none = np.full(len(open_), NEVER, dtype=np.int64), np.zeros(len(open_), dtype=bool)
        yield Part(open_, begin, end, 1, nothing, rest[open_], never, none, exempt, np.empty(0, dtype=np.intp))

    @property
    def _grace(self) -> int:
        return self.duty.grace_days if self.duty.target else 0

    def _asked(self) -> list[Span]:
        """Return the periods to show: those since `since`; else that of the day, the last, those in grace."""
        duty = self.duty
        if duty.begin is not None and duty.end is not None:
            span = number(duty.begin), number(duty.end)
            return [span] if self.since is None or span[1] > self.since else []
        kind = duty.average_over or duty.period
        now = periods.span_of(kind, self.on)
        if self.since is not None:
            return list(periods.spans(kind, self.since, self.on))
        first = min(now[0] - 1, self.on - self._grace)
        return [
            span for span in periods.spans(kind, first, self.on) if span[1] + self._grace > self.on or span[1] == now[0]
        ]

    def _all_spans(self, asked: list[Span]) -> list[Span]:
        """Return the asked periods and those before them that may take a visit of theirs: with grace, all."""
        if not self._grace or not asked or self.duty.begin is not None or not len(self.days.day):
            return asked
        first = min(int(self.days.day[0]) - self._grace, asked[0][0])
        before = periods.spans(self.duty.average_over or self.duty.period, first, asked[0][0])
        return [*(span for span in before if span[0] < asked[0][0]), *asked]

    def _exempt_on(self, days: Days | int) -> Mask:
        """Return who is exempt on a day, or each on his own: by an exemption, or for want of a cell of his own."""
        exempt = self._exempt.on(days)
        return exempt if self._posts is None else exempt | ~self._posts.on(days)

    def _exempt_at(self, subject: Days, day: Days) -> Mask:
        """Return the same for pairs of a subject and a day."""
        exempt = self._exempt.at(subject, day)
        return exempt if self._posts is None else exempt | ~self._posts.at(subject, day)
