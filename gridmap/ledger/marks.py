"""What each row of the ledger counts for: a column a count, true where the row is one of those counted.

Every figure is the sum of such a column, so it can be followed to its rows, parts sum to the whole however they are
grouped, and a numerator is never more than its denominator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.ledger.issues import NOT_COUNTED, NOT_OPEN, QUANTITIES, RESULTS

Flags = NDArray[np.bool_]
_SECONDS_A_DAY = 86_400
_PLACE_DIGITS = 5  # of a degree: about a metre


def issue_marks(issues: pd.DataFrame, *, since: dt.datetime, now: dt.datetime) -> pd.DataFrame:
    """Return what each issue counts for at `now`, index as given; `issues` as `ledger.issues.ISSUE_COLUMNS`.

    filed: all that were reported, without rejected and duplicate. closed and its results; open and of them deferred,
    overdue (not deferred, due before `now`) and in_hand (neither). spot: fixed on the spot. asked and satisfied: at
    look-back. due: filed, not deferred and due in [since, now); of these due_closed (as of now), on_time (closed by
    then), reworked and postponed (deferred once at least). rejected and duplicate stand apart. places: the first issue
    of each place (its first feature, else its point to a metre), repeat_places: of each place with several.
    """
    state, due_at = issues["state"], issues["due_at"]
    filed = _flags(~state.isin(NOT_COUNTED))
    closed = _flags(state == "closed")
    still = _flags(~state.isin(NOT_OPEN))
    deferred = _flags(issues["deferred"].eq(True)) & still
    overdue = still & ~deferred & _flags(due_at < now)
    due = filed & ~deferred & _flags((due_at >= since) & (due_at < now))
    satisfied = issues["satisfied"]
    columns = {
        "filed": filed,
        "closed": closed,
        "open": still,
        "deferred": deferred,
        "overdue": overdue,
        "in_hand": still & ~deferred & ~overdue,
        **{result: closed & _flags(issues["result"] == result) for result in RESULTS},
        "spot": filed & _flags(issues["spot"].eq(True)),
        "reopened": filed & _flags(issues["reopenings"] > 0),
        "escalated": filed & _flags(issues["escalations"] > 0),
        "asked": closed & _flags(satisfied.notna()),
        "satisfied": closed & _flags(satisfied.eq(True)),
        "due": due,
        "due_closed": due & closed,
        "on_time": due & closed & _flags(issues["closed_at"] <= due_at),
        "reworked": due & _flags(issues["reworks"] > 0),
        "postponed": due & _flags(issues["deferrals"] > 0),
        "rejected": _flags(state == "rejected"),
        "duplicate": _flags(state == "duplicate"),
    }
    columns["places"], columns["repeat_places"] = _places(issues, filed)
    return pd.DataFrame(columns, index=issues.index)


def quantity_marks(issues: pd.DataFrame) -> pd.DataFrame:
    """Return what each closed issue achieved, a column for each of QUANTITIES, index as given; 0.0 if nothing."""
    held = [
        said if state == "closed" else {} for said, state in zip(issues["quantities"], issues["state"], strict=True)
    ]
    columns = {name: [float(said.get(name) or 0) for said in held] for name in QUANTITIES}
    return pd.DataFrame(columns, index=issues.index, dtype=np.float64)


def duty_marks(states: pd.DataFrame) -> pd.DataFrame:
    """Return what each (duty, subject, period) counts for, index as given; `states` as `ledger.states.COLUMNS`.

    eligible: begun and not exempt; of these covered (a counting visit), attempted (a visit of any outcome), met (as
    many counting visits as needed), due, overdue and missed. visits: how often it was tried, visits_met: how often that
    counted, summed by the reader. exempt stands apart.
    """
    state = states["state"]
    exempt = _flags(state == "exempt")
    eligible = ~exempt & _flags(state != "upcoming")
    count = states["count"].to_numpy(dtype=np.int64, na_value=0)
    attempts = np.maximum(states["attempts"].to_numpy(dtype=np.int64, na_value=0), count)
    return pd.DataFrame(
        {
            "eligible": eligible,
            "covered": eligible & (count > 0),
            "attempted": eligible & (attempts > 0),
            **{name: eligible & _flags(state == name) for name in ("met", "due", "overdue", "missed")},
            "visits": np.where(eligible, attempts, 0),
            "visits_met": np.where(eligible, count, 0),
            "exempt": exempt,
        },
        index=states.index,
    )


def newest_periods(states: pd.DataFrame, *, own: Collection[str] = ()) -> pd.DataFrame:
    """Return of each duty the rows of the period that began last; rows that are still upcoming are left out.

    `own` names the duties whose periods each subject has for itself (`every n days`): of those, each subject's last.
    """
    begun = states[states["state"] != "upcoming"]
    if begun.empty:
        return begun
    # As numbers in the order of the days: texts are compared one by one.
    days = pd.Series(pd.factorize(begun["begin"], sort=True)[0], index=begun.index)
    own_rows = begun["duty"].isin(own)
    newest = days.groupby(begun["duty"]).transform("max")
    if own_rows.any():
        mine = begun[own_rows]
        subject = [mine["duty"], mine["layer"].fillna(""), mine["subject"]]
        newest[own_rows] = days[own_rows].groupby(subject).transform("max")
    return begun[days == newest]


def first_of_each(chosen: Flags, *columns: pd.Series) -> Flags:
    """Return the first chosen row of each combination of the columns: their sum counts distinct things."""
    held = pd.DataFrame({str(place): column[chosen] for place, column in enumerate(columns)})
    first = np.zeros(len(chosen), dtype=bool)
    first[np.flatnonzero(chosen)] = ~held.duplicated().to_numpy()
    return first


def days_to_close(issues: pd.DataFrame) -> pd.Series:
    """Return the days from report to closing of each issue, a float; NaN where it is not closed."""
    took = (issues["closed_at"] - issues["reported_at"]).where(issues["state"] == "closed")
    return took.dt.total_seconds() / _SECONDS_A_DAY


def _flags(values: pd.Series) -> Flags:
    """Return what holds; a missing answer does not."""
    return np.asarray(values.fillna(value=False), dtype=bool)


def _places(issues: pd.DataFrame, filed: Flags) -> tuple[Flags, Flags]:
    place = pd.Series([_place(one) for one in issues["features"]], index=issues.index, dtype=object)
    if "geometry" in issues:
        points = [_spot(shape) for shape in issues["geometry"]]
        place = place.where(place.notna(), pd.Series(points, index=issues.index, dtype=object))
    known = filed & place.notna().to_numpy(dtype=bool)
    first = first_of_each(known, place)
    several = place[known].duplicated(keep=False)
    repeat = np.zeros(len(issues), dtype=bool)
    repeat[np.flatnonzero(known)] = several.to_numpy()
    return first, first & repeat


def _place(features: object) -> str | None:
    """Return the first feature of an issue as one text."""
    if not isinstance(features, (list, tuple)) or not features:
        return None
    layer, key = features[0]
    return f"{layer}\n{key}"


def _spot(shape: object) -> str | None:
    """Return where a geometry lies as one text; null and empty lie nowhere."""
    centre = getattr(shape, "centroid", None)
    if centre is None or centre.is_empty:
        return None
    return f"{centre.x:.{_PLACE_DIGITS}f} {centre.y:.{_PLACE_DIGITS}f}"
