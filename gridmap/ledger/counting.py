"""Which visits count for a duty, and why the others do not: one reason a visit, the first that holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.ledger.duties import Duty
from gridmap.ledger.periods import ENDLESS, Days, local_days, number, numbers
from gridmap.ledger.rules import Hours
from gridmap.ledger.subjects import Subjects, Terms
from gridmap.ledger.visits import COVERS

# In the order in which they are asked; a visit whose outcome alone does not count is an attempt.
REASONS = (
    "fits",
    "unknown",
    "later",
    "corrected",
    "no_look_back",
    "layer",
    "mode",
    "weekday",
    "hours",
    "visitor",
    "place",
    "outcome",
)
FITS, OUTCOME = 0, REASONS.index("outcome")
POST_COLUMNS = ("cadre", "cell", "valid_from", "valid_to")

Mask = NDArray[np.bool_]
_MINUTE = 60_000_000
_DAY = 24 * 60


@dataclass(frozen=True, eq=False)
class Ledger:
    """What is known to judge visits by.

    `visits` as `visits.COLUMNS`. `on`: nothing of a later local day exists; `as_of`: nor what was recorded later.
    `cadres` (cadre, tier, unit) is needed by a duty of certain visitors; `posts` (POST_COLUMNS: the cells a cadre or
    his unit holds and all below them) by one that counts only in his own cells.
    """

    visits: pd.DataFrame
    on: dt.date
    as_of: dt.datetime
    zone: dt.tzinfo
    cadres: pd.DataFrame | None = None
    posts: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Calls:
    """Visits as subjects meet them, those of the subjects alone: of a duty of cadres one call for each who was there.

    `row` of the frame of visits, number of the `subject`, local `day`, `clock` and `instant` (microseconds since local
    midnight and since 1970), `reason` (a place in REASONS).
    """

    row: NDArray[np.intp]
    subject: Days
    day: Days
    clock: Days
    instant: Days
    reason: NDArray[np.int8]


def calls(duty: Duty, subjects: Subjects, ledger: Ledger) -> Calls:
    """Return the visits of the subjects with the reason of each. ArgumentError where `ledger` lacks what it takes."""
    visits = ledger.visits
    rows, numbers_ = _met(duty, subjects, visits)
    here = numbers_ >= 0
    rows, numbers_ = rows[here], numbers_[here]
    held = visits if len(rows) == len(visits) and bool((np.diff(rows) == 1).all()) else visits.iloc[rows]
    days, clock = local_days(held["at"], ledger.zone)
    found = Calls(rows, numbers_, days, clock, _microseconds(held["at"]), np.zeros(len(rows), dtype=np.int8))
    for reason, wrong in _checks(duty, subjects, ledger, held, found):
        found.reason[wrong & (found.reason == FITS)] = REASONS.index(reason)
    return found


def _met(duty: Duty, subjects: Subjects, visits: pd.DataFrame) -> tuple[NDArray[np.intp], Days]:
    """Return whom each visit meets: rows of visits, and the number of the subject (-1 = none)."""
    if not duty.subject.tiers:
        return np.arange(len(visits)), subjects.find(visits["layer"], visits["key"])
    rows, who = people(visits)
    return rows, subjects.find(None, who)


def people(visits: pd.DataFrame) -> tuple[NDArray[np.intp], pd.Series]:
    """Return who was at each visit, the lead and every companion: the row of the visit, and the cadre."""
    with_him = visits["companions"].tolist()
    rows = np.arange(len(visits))
    more = np.repeat(rows, [len(one) for one in with_him]) if with_him else rows
    who = [*visits["lead"].tolist(), *chain.from_iterable(with_him)]
    return np.concatenate([rows, more]), pd.Series(who, dtype=object)


def _checks(
    duty: Duty, subjects: Subjects, ledger: Ledger, held: pd.DataFrame, found: Calls
) -> Iterator[tuple[str, Mask]]:
    """Yield each reason of REASONS that this duty knows, and which calls it takes."""
    known = held["recorded_at"] <= pd.Timestamp(ledger.as_of)
    yield "unknown", ~known.to_numpy(dtype=bool)
    yield "later", found.day > number(ledger.on)
    corrects = ledger.visits["corrects"]
    if corrects.notna().any():
        said = corrects[(ledger.visits["recorded_at"] <= pd.Timestamp(ledger.as_of)) & corrects.notna()]
        yield "corrected", _in(held["visit"], said.tolist())
    if duty.subject.closed_from is not None:
        yield "no_look_back", held["looks_back"].isna().to_numpy(dtype=bool)
    if duty.layers:
        yield "layer", ~_in(held["layer"], duty.layers)
    if duty.modes:
        yield "mode", ~_in(held["mode"], duty.modes)
    if duty.except_weekdays:
        # 1970-01-01 was a Thursday
        yield "weekday", np.isin((found.day + 3) % 7 + 1, duty.except_weekdays)
    if duty.hours:
        yield "hours", ~_within(duty.hours, found.clock)
    if duty.by_units or duty.by_tiers:
        yield "visitor", ~_visited_by(duty, ledger)[found.row]
    if duty.place == "own":
        yield "place", ~_at_home(subjects, ledger, held, found)
    yield "outcome", ~_in(held["outcome"], [COVERS])


def _in(column: pd.Series, values: Sequence[object]) -> Mask:
    return column.isin(values).to_numpy(dtype=bool)


def _within(hours: Sequence[Hours], clock: Days) -> Mask:
    minute = clock // _MINUTE
    inside = np.zeros(len(clock), dtype=bool)
    for begin, end in hours:
        inside |= (minute - begin) % _DAY < (end - begin - 1) % _DAY + 1
    return inside


def _visited_by(duty: Duty, ledger: Ledger) -> Mask:
    """Return at which visits somebody was whose unit and tier the duty names."""
    if ledger.cadres is None:
        raise ArgumentError("ledger.needs_cadres", duty=duty.name)
    cadres = ledger.cadres
    right = np.ones(len(cadres), dtype=bool)
    if duty.by_tiers:
        right &= _in(cadres["tier"], duty.by_tiers)
    if duty.by_units:
        right &= cadres["unit"].fillna("").str.endswith(duty.by_units).to_numpy(dtype=bool)
    rows, who = people(ledger.visits)
    visited = np.zeros(len(ledger.visits), dtype=bool)
    visited[rows[_in(who, cadres.loc[right, "cadre"].tolist())]] = True
    return visited


def _at_home(subjects: Subjects, ledger: Ledger, held: pd.DataFrame, found: Calls) -> Mask:
    """Return which calls were in a cell that the cadre or his unit held on that day, or below it."""
    posts = _posts(ledger)
    posts = posts.assign(subject=subjects.find(None, posts["cadre"]))
    pairs = pd.DataFrame({"subject": found.subject, "cell": held["cell"].to_numpy(dtype=object), "day": found.day})
    met = pairs.assign(call=np.arange(len(pairs))).merge(posts, on=["subject", "cell"])
    begin, end = numbers(met["valid_from"], missing=-ENDLESS), numbers(met["valid_to"], missing=ENDLESS)
    home = np.zeros(len(pairs), dtype=bool)
    home[met.loc[(begin <= met["day"]) & (met["day"] < end), "call"].to_numpy(dtype=np.intp)] = True
    return home


def own_terms(subjects: Subjects, ledger: Ledger) -> Terms:
    """Return on which days each cadre holds any cell of his own. ArgumentError where `ledger` has no posts."""
    posts = _posts(ledger)
    return subjects.terms_of(subjects.find(None, posts["cadre"]), posts)


def _posts(ledger: Ledger) -> pd.DataFrame:
    if ledger.posts is None:
        raise ArgumentError("ledger.needs_posts")
    return ledger.posts


def _microseconds(instants: pd.Series) -> Days:
    told: NDArray[np.datetime64] = instants.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    return told.astype(np.int64)
