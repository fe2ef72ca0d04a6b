"""A duty: who must be visited or must visit, how often, and which visits count (DESIGN 4, Duties).

A rule is data: a mapping as a TOML file or the store holds it. docs/duties.md lists its keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import FaultsError
from gridmap.layer import Choice, Mark
from gridmap.ledger.periods import CALENDAR, PERIODS, longer
from gridmap.ledger.rules import Hours, Rule
from gridmap.ledger.visits import MODES
from gridmap.people.roster import TIERS

PLACES = ("any", "own")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a duty is about, one of three.

    Features of `layer` whose fields hold one of the values of `where`; cadres of `tiers`; or features of `layers`
    (empty = of any) with an issue closed on the days [closed_from, closed_to).
    """

    layer: str | None = None
    where: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: MappingProxyType({}))
    tiers: tuple[str, ...] = ()
    closed_from: dt.date | None = None
    closed_to: dt.date | None = None
    layers: tuple[str, ...] = ()

    def matches(self, features: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which features `where` takes; a missing value is none of the values."""
        taken = np.ones(len(features), dtype=bool)
        for name, values in self.where.items():
            taken &= features[name].astype(object).isin(values).to_numpy(dtype=bool)
        return taken


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a duty's form. A `bad` answer opens an issue of the category `opens`."""

    name: str
    zh: str
    en: str
    choices: tuple[Choice, ...]
    bad: tuple[str, ...] = ()
    opens: str = ""
    mark: Mark = "personal"


@dataclass(frozen=True, slots=True)
class Duty:
    """One rule.

    `count` visits a `period` (of `periods.PERIODS`); a campaign lasts the days [begin, end), an interval `every_days`
    from the last counting visit, a closing `days_after_closing` of an issue.
    `average_over`: a longer calendar period in which the visits may lie as they like.

    A visit counts if it falls into `hours` (none = any; half-open, over midnight allowed), not on `except_weekdays`
    (ISO, Monday = 1), in one of `modes`, at a feature of `layers` (none = anything, a cell too), at `place` (own = in a
    cell that the cadre or his unit holds that day), and if somebody of `by_units` (the name of his unit is one of these
    or ends with it) and of `by_tiers` was there. `planned_hours`: when to go; they decide nothing.

    `grace_days` follow each period. Without a `target` nobody is ever late. `sensitive` as a whole: it exists only for
    those responsible and for named roles.
    """

    name: str
    zh: str
    en: str
    subject: Subject
    count: int
    period: str
    begin: dt.date | None = None
    end: dt.date | None = None
    every_days: int | None = None
    average_over: str | None = None
    hours: tuple[Hours, ...] = ()
    planned_hours: tuple[Hours, ...] = ()
    except_weekdays: tuple[int, ...] = ()
    modes: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    place: str = "any"
    by_units: tuple[str, ...] = ()
    by_tiers: tuple[str, ...] = ()
    grace_days: int = 0
    target: bool = True
    days_after_closing: int | None = None
    form: tuple[Question, ...] = ()
    sensitive: bool = False


def duty_of(name: str, rule: Mapping[str, object]) -> Duty:
    """Return the duty that a rule describes.

    `rule` is a mapping as TOML or JSON gives it: days are dates or ISO text; `to` and `closed_issues_to` are the last
    days. A `name` in it must be `name`. Raises FaultsError with everything that is wrong with the rule.
    """
    read = Rule(rule, name)
    period = read.choice("period", PERIODS) or ""
    campaign = period == "campaign"
    named = read.text("name", name)
    duty = Duty(
        name=name,
        zh=read.text("zh"),
        en=read.text("en"),
        subject=_subject(read),
        count=read.whole("count", 1, low=1) or 1,
        period=period,
        begin=read.day("from", required=campaign),
        end=read.day("to", required=campaign, after=True),
        every_days=read.whole("every_days", None, low=1, required=period == "interval"),
        average_over=read.choice("average_over", longer(period), required=False),
        hours=read.hours("hours"),
        planned_hours=read.hours("planned_hours"),
        except_weekdays=read.wholes("except_weekdays", 1, 7),
        modes=read.texts("modes", MODES),
        layers=read.texts("layers"),
        place=read.choice("place", PLACES, required=False) or "any",
        by_units=read.texts("by_units"),
        by_tiers=read.texts("by_tiers", TIERS),
        grace_days=read.whole("grace_days", 0, low=0) or 0,
        target=read.flag("target", default=True),
        days_after_closing=read.whole("days_after_closing", None, low=1, required=period == "closing"),
        form=tuple(_question(part) for part in read.tables("form")),
        sensitive=read.flag("sensitive", default=False),
    )
    read.refuse_rest()
    if named != name:
        read.fault("ledger.rule_name", "name", expected=name)
    for code, key in _contradictions(duty):
        read.fault(code, key)
    if read.faults:
        raise FaultsError(read.faults)
    return duty


def _subject(read: Rule) -> Subject:
    part = read.table("subject")
    subject = Subject(
        layer=part.text("layer", None),
        where=part.values("where"),
        tiers=part.texts("tiers", TIERS),
        closed_from=part.day("closed_issues_from"),
        closed_to=part.day("closed_issues_to", after=True),
        layers=part.texts("layers"),
    )
    part.refuse_rest()
    kinds = (subject.layer is not None, bool(subject.tiers), subject.closed_from is not None)
    if sum(kinds) != 1 or (subject.closed_from is None) != (subject.closed_to is None):
        read.fault("ledger.rule_subject", "subject")
    return subject


def _question(part: Rule) -> Question:
    question = Question(
        name=part.text("field"),
        zh=part.text("zh"),
        en=part.text("en"),
        choices=part.choices("choices"),
        bad=part.texts("bad"),
        opens=part.text("opens", ""),
        mark="sensitive"
        if part.choice("mark", ("personal", "sensitive"), required=False) == "sensitive"
        else "personal",
    )
    part.refuse_rest()
    allowed = [choice.value for choice in question.choices]
    if not set(question.bad) <= set(allowed):
        part.fault("ledger.rule_choice", "bad", value=", ".join(question.bad), allowed=", ".join(allowed))
    if bool(question.bad) != bool(question.opens):
        part.fault("ledger.rule_opens", "opens")
    return question


def _contradictions(duty: Duty) -> Iterator[tuple[str, str]]:
    """Yield what each key says that another one forbids: a code of words and the key."""
    subject = duty.subject
    if duty.begin is not None and duty.end is not None and duty.begin >= duty.end:
        yield "ledger.rule_order", "to"
    if subject.closed_from is not None and subject.closed_to is not None and subject.closed_from >= subject.closed_to:
        yield "ledger.rule_order", "closed_issues_to"
    if duty.period != "campaign" and (duty.begin or duty.end):
        yield "ledger.rule_campaign_only", "from"
    if duty.every_days is not None and duty.period != "interval":
        yield "ledger.rule_interval_only", "every_days"
    if duty.period == "interval" and duty.count != 1:
        # The next interval begins with the visit that ends this one: of several, an early one would harm.
        yield "ledger.rule_interval_count", "count"
    if duty.average_over is not None and duty.period not in CALENDAR:
        yield "ledger.rule_average", "average_over"
    if (duty.place == "own" or duty.layers) and not subject.tiers:
        yield "ledger.rule_cadres_only", "place" if duty.place == "own" else "layers"
    if duty.days_after_closing is not None and duty.period != "closing":
        yield "ledger.rule_closing_only", "days_after_closing"
    if duty.period == "closing" and subject.closed_from is None:
        yield "ledger.rule_closing_subject", "period"


def bad_answers(duty: Duty, answers: Mapping[str, str]) -> list[str]:
    """Return the categories of the issues that bad answers open, in the order of the form, each once.

    `answers` as a visit holds them: by `duty/field`; those of other duties are none of this one's.
    """
    opened = [one.opens for one in duty.form if answers.get(f"{duty.name}/{one.name}") in one.bad]
    return list(dict.fromkeys(opened))
