"""The roster: cadres, units, and who holds which cell on which days.

Days are ISO text, half-open: in force on `valid_from <= day < valid_to`; a missing `valid_to` has no end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

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


@dataclass(frozen=True, eq=False)
class Roster:
    """Who there is and who holds what, over all days.

    `cadres`: cadre (an id that is text, unique), name, tier (of TIERS), unit. `units`: unit (its name, unique), chief
    (a cadre; missing = nobody). `assignments`: cell (a code of any level), holder (of HOLDERS), who (a cadre or unit),
    part (of PARTS), kind (of KINDS), days. `absences`: cadre, days. `stand_ins` (B角): cadre who may be away, stand_in
    who then answers, cell (missing = all his cells), days. Telephones are personal and not here.
    """

    cadres: pd.DataFrame
    units: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    stand_ins: pd.DataFrame


def in_force(rows: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """Return the rows whose days hold `on`, index kept."""
    day = on.isoformat()
    return rows[(rows["valid_from"] <= day) & (rows["valid_to"].isna() | (rows["valid_to"] > day))]
