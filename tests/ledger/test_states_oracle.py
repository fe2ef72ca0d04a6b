"""The states of all subjects at once are those that one gets by walking the days of each, visit by visit."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridmap.ledger import periods
from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import number
from tests.ledger.called import call, duty, told

FIRST = dt.date(2015, 4, 1)
LENGTH = 100
KINDS = ("day", "week", "month", "campaign")
Span = tuple[int, int]


def day(at: int) -> str:
    return (FIRST + dt.timedelta(days=at)).isoformat()


TERMS = st.tuples(st.integers(0, LENGTH), st.integers(1, 60)).map(lambda term: (day(term[0]), day(sum(term))))
CALLS = st.tuples(st.integers(0, LENGTH), st.sampled_from("AB"), st.sampled_from(["met", "met", "refused"]))
RULES = st.builds(
    lambda kind, count, grace, target: duty(
        period=kind,
        count=count,
        grace_days=grace,
        target=target,
        **({"from": day(20), "to": day(50)} if kind == "campaign" else {}),
    ),
    st.sampled_from(KINDS),
    st.integers(1, 3),
    st.sampled_from([0, 1, 4, 12, 40]),
    st.sampled_from([True, True, False]),
)


def spans(rule: Duty, on: int) -> list[Span]:
    if rule.begin is not None and rule.end is not None:
        return [(number(rule.begin), number(rule.end))]
    return list(periods.spans(rule.period, number(FIRST), on))


def walked(
    rule: Duty, on: int, terms: list[tuple[str, str]], away: list[tuple[str, str]], days: dict[int, bool]
) -> dict[str, tuple[str, int, int]]:
    """State, count and attempts of one subject by period; `days`: on which it was called at, and whether it was met."""

    def holds(rows: list[tuple[str, str]], at: int) -> bool:
        return any(begin <= periods.day(at).isoformat() < end for begin, end in rows)

    def decides(span: Span) -> int:
        return min(span[1] - 1, on)

    mine = [span for span in spans(rule, on) if holds(terms, decides(span))]
    open_ = [span for span in mine if not holds(away, decides(span))]
    count = dict.fromkeys(spans(rule, on), 0)
    attempts = dict(count)
    grace = rule.grace_days if rule.target else 0
    for at, met in sorted(days.items()):
        late = [span for span in open_ if met and span[1] <= at < span[1] + grace and count[span] < rule.count]
        now = [span for span in count if span[0] <= at < span[1]]
        for span in (late or now)[:1]:
            count[span] += met
            attempts[span] += 1
    return {
        periods.label(rule.period, span): (
            "exempt" if span not in open_ else called(rule, span, on, grace, met=count[span] >= rule.count),
            count[span],
            attempts[span],
        )
        for span in mine
    }


def called(rule: Duty, span: Span, on: int, grace: int, *, met: bool) -> str:
    if on < span[0]:
        return "upcoming"
    if met:
        return "met"
    if on < span[1]:
        return "due"
    if not rule.target:
        return "exempt"
    return "overdue" if on < span[1] + grace else "missed"


@given(
    RULES,
    st.lists(st.tuples(st.sampled_from("AB"), TERMS), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from("AB"), TERMS), max_size=2),
    st.lists(CALLS, max_size=25),
    st.integers(0, LENGTH + 40),
)
def test_the_states_are_those_of_a_walk_through_the_days(
    rule: Duty,
    terms: list[tuple[str, tuple[str, str]]],
    away: list[tuple[str, tuple[str, str]]],
    calls: list[tuple[int, str, str]],
    on: int,
) -> None:
    who = pd.DataFrame([("homes", name, *term) for name, term in terms])
    who.columns = ["layer", "subject", "valid_from", "valid_to"]
    exempt = pd.DataFrame([(name, *term) for name, term in away], columns=["subject", "valid_from", "valid_to"])
    made = [call(day(at), name, outcome=outcome) for at, name, outcome in calls]
    rows = told(rule, who, made, day(on), since=min(FIRST, dt.date.fromisoformat(day(on))), exemptions=exempt)
    for name in "AB":
        days: dict[int, bool] = {}
        for at, key, outcome in calls:
            if key == name and at <= on:
                days[number(FIRST) + at] = days.get(number(FIRST) + at, False) or outcome == "met"
        mine = rows[rows["subject"] == name].set_index("period")[["state", "count", "attempts"]]
        by_hand = walked(
            rule,
            number(FIRST) + on,
            [term for one, term in terms if one == name],
            [term for one, term in away if one == name],
            days,
        )
        assert {
            str(period): tuple(row) for period, row in zip(mine.index, mine.values.tolist(), strict=True)
        } == by_hand
