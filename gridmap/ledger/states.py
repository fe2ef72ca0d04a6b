"""The state of every subject of a duty in each of its periods, on a day as known at an instant; and why it is so.

State: `upcoming` before the period; in it `due` while short of visits; `met` from the last visit that it needs;
`overdue` from its end through the grace; `missed` after; `exempt` wins. A subject has a period if it is one on the
period's last day, or on the day asked about while the period runs. Source: DESIGN 4, Duties.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger import periods
from gridmap.ledger.cases import Case, Part
from gridmap.ledger.counting import REASONS, Calls, Ledger
from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import ENDLESS, Days, number
from gridmap.ledger.rules import spoken_hours

COLUMNS = (
    "duty",
    "layer",
    "subject",
    "period",
    "begin",
    "end",
    "needed",
    "count",
    "attempts",
    "state",
    "met_at",
)
STATES = ("upcoming", "due", "overdue", "met", "missed", "exempt")
_TYPES = {"needed": "int64", "count": "int64", "attempts": "int64", "met_at": "datetime64[us]"}
_NOTHING = {name: np.empty(0, dtype=_TYPES.get(name, "object")) for name in COLUMNS}
EXPLAINED = ("visit", "at", "lead", "outcome", "counted", "reason", "inputs")


def states(
    duty: Duty,
    subjects: pd.DataFrame,
    visits: pd.DataFrame,
    *,
    on: dt.date,
    as_of: dt.datetime,
    zone: dt.tzinfo,
    since: dt.date | None = None,
    exemptions: pd.DataFrame | None = None,
    cadres: pd.DataFrame | None = None,
    posts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the states of a duty by the end of the day `on`, as known at `as_of`: COLUMNS, by period and subject.

    `subjects`: layer, subject, valid_from, valid_to, a row a term (see `subjects.Subjects`). `visits` as
    `visits.COLUMNS`; corrected ones and what is later than `on` or `as_of` are left out here. `exemptions`: subject,
    valid_from, valid_to. `cadres` and `posts` as `counting.Ledger`. Days are ISO text, half-open.

    Periods: the one that holds `on` (a campaign: whenever it is), earlier ones in grace, and the last that ended; with
    `since` all that end after that day. Raises ArgumentError for `since` after `on`, and where the duty needs `cadres`
    or `posts` and they are not given.
    """
    if since is not None and since > on:
        raise ArgumentError("ledger.since_after", since=since, on=on)
    case = Case(duty, subjects, Ledger(visits, on, as_of, zone, cadres, posts), exemptions, since)
    parts = [_columns(case, part) for part in case.parts()]
    # pandas would turn arrays of text into its own strings: texts are objects here, and that takes a second less
    joined = parts[0] if len(parts) == 1 else _joined(parts)
    frame = pd.DataFrame({name: pd.Series(held, dtype=held.dtype) for name, held in joined.items()})
    return frame.assign(met_at=frame["met_at"].dt.tz_localize("UTC"))


def _joined(parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([nothing, *(part[name] for part in parts)]) for name, nothing in _NOTHING.items()}


def _columns(case: Case, part: Part) -> dict[str, NDArray[Any]]:
    """Return the columns of a part, as COLUMNS names them."""
    size, duty = len(part.subject), case.duty
    return {
        "duty": _same(duty.name, size),
        "layer": case.subjects.layers[part.subject],
        "subject": case.subjects.names[part.subject],
        "period": _labels(duty, part, size),
        "begin": _days(part.begin, size),
        "end": _days(part.end, size),
        "needed": np.full(size, part.needed, dtype=np.int64),
        "count": part.count,
        "attempts": part.attempts,
        "state": _states(case, part),
        "met_at": part.met_at.astype("datetime64[us]"),
    }


def _days(days: Days | int, size: int) -> NDArray[np.object_]:
    return _same(periods.day(days).isoformat(), size) if isinstance(days, int) else periods.iso(days)


def _same(value: str, size: int) -> NDArray[np.object_]:
    return np.full(size, value, dtype=object)


def _labels(duty: Duty, part: Part, size: int) -> NDArray[np.object_]:
    kind = duty.average_over or duty.period
    if isinstance(part.begin, int) and isinstance(part.end, int):
        return _same(periods.label(kind, (part.begin, part.end)), size)
    begin, end = np.broadcast_to(part.begin, size), np.broadcast_to(part.end, size)
    codes, spans = pd.factorize(begin * (ENDLESS + 1) + (end - begin))
    told = [divmod(int(one), ENDLESS + 1) for one in spans]
    return np.array([periods.label(kind, (at, at + length)) for at, length in told], dtype=object)[codes]


def _states(case: Case, part: Part) -> NDArray[np.object_]:
    """Return the state of each row: the first that holds, in the order of the rule."""
    on, late = case.on, part.end + np.int64(case.duty.grace_days)
    held = (
        (part.exempt, "exempt"),
        (on < part.begin, "upcoming"),
        (part.met, "met"),
        (on < part.end, "due"),
        (not case.duty.target, "exempt"),
        (on < late, "overdue"),
    )
    size = len(part.subject)
    found = np.full(size, STATES.index("missed"), dtype=np.int8)
    for holds, state in reversed(held):
        found[np.broadcast_to(holds, size)] = STATES.index(state)
    return np.array(STATES, dtype=object)[found]


def explain(
    duty: Duty,
    subjects: pd.DataFrame,
    visits: pd.DataFrame,
    subject: str,
    period: str,
    *,
    on: dt.date,
    as_of: dt.datetime,
    zone: dt.tzinfo,
    exemptions: pd.DataFrame | None = None,
    cadres: pd.DataFrame | None = None,
    posts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every visit to a subject within a period or its grace, by instant, and whether it counts: EXPLAINED.

    `period` as `states` calls it, or a day of it; the other arguments as in `states`, `subject` in any of its layers.
    `reason` is a code of words that takes the row's `inputs`. Raises NotFoundError where the subject has no such
    period by `on`, ArgumentError for a name that no period has.
    """
    begin = periods.begin_of(duty.average_over or duty.period, period)
    mine = subjects[(subjects["subject"] == subject).to_numpy(dtype=bool)]
    ledger = Ledger(visits, on, as_of, zone, cadres, posts)
    case = Case(duty, mine, ledger, exemptions, periods.day(min(begin, number(on))))
    for part in case.parts():
        spans = zip(*np.broadcast_arrays(part.begin, part.end, part.subject)[:2], strict=True)
        for at, (first, last) in enumerate(spans):
            if first <= begin < last:
                return _explained(case, part, at, visits)
    raise NotFoundError("ledger.no_state", duty=duty.name, subject=subject, period=period)


def _explained(case: Case, part: Part, at: int, visits: pd.DataFrame) -> pd.DataFrame:
    calls_, days = case.calls, case.days
    whose, begin, end = (np.broadcast_to(one, len(part.subject))[at] for one in (part.subject, part.begin, part.end))
    near = (calls_.subject == whose) & (begin <= calls_.day) & (calls_.day < end + case.duty.grace_days)
    here = np.flatnonzero(near)[np.argsort(calls_.instant[near], kind="stable")]
    mine = part.rows[days.subject[part.rows] == whose]
    given = dict(zip(days.day[mine].tolist(), days.instant[mine].tolist(), strict=True))
    rows = visits.iloc[calls_.row[here]]
    told = [_told(case.duty, calls_, call, given) for call in here.tolist()]
    return pd.DataFrame(
        {
            "visit": rows["visit"].to_numpy(dtype=object),
            "at": rows["at"].reset_index(drop=True),
            "lead": rows["lead"].to_numpy(dtype=object),
            "outcome": rows["outcome"].to_numpy(dtype=object),
            "counted": np.array([reason == "counts" for reason, _ in told], dtype=bool),
            "reason": pd.Series([f"ledger.call_{reason}" for reason, _ in told], dtype=object),
            "inputs": pd.Series([inputs for _, inputs in told], dtype=object),
        }
    )


def _told(duty: Duty, found: Calls, call: int, given: dict[int, int]) -> tuple[str, dict[str, object]]:
    """Return why a call counts or not; `given`: the days that went to the period, and the instant that counted."""
    reason = REASONS[found.reason[call]]
    day = int(found.day[call])
    if reason == "fits":
        counts = "counts" if given.get(day) == found.instant[call] else "same_day"
        reason = counts if day in given else "other_period"
    lists = {"mode": duty.modes, "layer": duty.layers, "visitor": (*duty.by_units, *duty.by_tiers)}
    allowed = ", ".join(lists.get(reason, ())) or ", ".join(spoken_hours(duty.hours))
    return reason, {"day": periods.day(day).isoformat(), "allowed": allowed}
