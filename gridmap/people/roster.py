"""The roster: cadres, units, and who holds which cell on which days.

Days are ISO text, half-open: in force on `valid_from <= day < valid_to`; a missing `valid_to` has no end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from gridmap.errors import ArgumentError, Fault, FaultsError

# 主要领导, 班子成员, 科级干部, 社区干部, 网格员, 挂点团队: from the top down.
TIERS = ("principal", "leadership", "section", "community", "grid_worker", "team")
PARTS = ("head", "member")  # 网格长, 成员
KINDS = ("charge", "sponsor")  # 包点, 挂点
HOLDERS = ("cadre", "unit")

CADRE_COLUMNS = ("cadre", "name", "tier", "unit")
UNIT_COLUMNS = ("unit", "chief")
ASSIGNMENT_COLUMNS = ("cell", "holder", "who", "part", "kind", "valid_from", "valid_to")
ABSENCE_COLUMNS = ("cadre", "valid_from", "valid_to")
STAND_IN_COLUMNS = ("cadre", "stand_in", "cell", "valid_from", "valid_to")

_COLUMNS = {
    "cadres": CADRE_COLUMNS,
    "units": UNIT_COLUMNS,
    "assignments": ASSIGNMENT_COLUMNS,
    "absences": ABSENCE_COLUMNS,
    "stand_ins": STAND_IN_COLUMNS,
}
_ALLOWED = (
    ("cadres", "tier", TIERS),
    ("assignments", "holder", HOLDERS),
    ("assignments", "part", PARTS),
    ("assignments", "kind", KINDS),
)
_UNIQUE = (("cadres", "cadre"), ("units", "unit"))


@dataclass(frozen=True, eq=False)
class Roster:
    """Who there is and who holds what, over all days.

    `cadres`: cadre (an id that is text, unique), name, tier (of TIERS), unit. `units`: unit (its name, unique), chief
    (a cadre; missing = nobody). `assignments`: cell (a code of any level), holder (of HOLDERS), who (a cadre or unit),
    part (of PARTS), kind (of KINDS), days. `absences`: cadre, days. `stand_ins` (B角): cadre who may be away, stand_in
    who then answers, cell (missing = all his cells), days. Telephones are personal and not here.

    Raises ArgumentError for missing columns; FaultsError, with every fault, for an id that is missing or not unique, a
    word that is not allowed, and days that end before they begin.
    """

    cadres: pd.DataFrame
    units: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    stand_ins: pd.DataFrame

    def __post_init__(self) -> None:
        for name, columns in _COLUMNS.items():
            missing = [column for column in columns if column not in getattr(self, name)]
            if missing:
                raise ArgumentError("people.missing_columns", argument=name, missing=", ".join(missing))
        faults = [*_ids(self), *_words(self), *_days(self)]
        if faults:
            raise FaultsError(faults)


def _ids(roster: Roster) -> Iterator[Fault]:
    for name, column in _UNIQUE:
        ids = getattr(roster, name)[column]
        for at in (ids.isna() | ids.duplicated()).to_numpy().nonzero()[0].tolist():
            yield _fault("people.not_unique", name, at, column)


def _words(roster: Roster) -> Iterator[Fault]:
    for name, column, allowed in _ALLOWED:
        for at in (~getattr(roster, name)[column].isin(allowed)).to_numpy().nonzero()[0].tolist():
            yield _fault("people.not_allowed", name, at, column, allowed=", ".join(allowed))


def _days(roster: Roster) -> Iterator[Fault]:
    for name in ("assignments", "absences", "stand_ins"):
        rows = getattr(roster, name)
        begin = rows["valid_from"].fillna("")
        wrong = (begin == "") | (rows["valid_to"].fillna(begin) < begin)
        for at in wrong.to_numpy(dtype=bool).nonzero()[0].tolist():
            yield _fault("people.days", name, at, "valid_from")


def _fault(code: str, frame: str, at: int, column: str, **inputs: object) -> Fault:
    """Return a fault of one row of a frame; rows count from 1. What stands there may name a person and stays out."""
    return Fault(code, sheet=frame, row=at + 1, column=column, inputs=inputs)


def in_force(rows: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """Return the rows whose days hold `on`, index kept."""
    day = on.isoformat()
    return rows[(rows["valid_from"] <= day) & (rows["valid_to"].isna() | (rows["valid_to"] > day))]
