"""Visits, who belongs where, and quick entry under the guard."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.ledger.quick import QuickEntry
from gridmap.ledger.visits import Visit, current, digest, visit_faults
from gridmap.people.belonging import belonging, change_days
from gridmap.people.roster import ABSENCE_COLUMNS, STAND_IN_COLUMNS, Roster
from tests.house.guarded import village

NOON = dt.datetime(2015, 3, 12, 12, tzinfo=dt.UTC)


def live() -> None:
    entry = QuickEntry("2015-0001", {1: ("shops", "S1")}, lead="li", at=NOON)
    entry.take("1 met 19:30")
    entry.undo()
    entry.take("1 a")
    entry.entries()
    made = entry.visits()
    visit_faults(made, now=NOON, cadres=("li",), layers=("shops",))
    digest(made[0])
    current(pd.DataFrame({"visit": ["a", "b"], "corrects": [None, "a"]}))
    live_among_people(made[0])


def live_among_people(visit: Visit) -> None:
    posts = {"cell": ["440307010001"], "holder": "cadre", "who": "li", "part": "head", "kind": "charge"}
    roster = Roster(
        cadres=pd.DataFrame({"cadre": ["li"], "name": ["李"], "tier": ["grid_worker"], "unit": ["office"]}),
        units=pd.DataFrame({"unit": ["office"], "chief": ["li"]}),
        assignments=pd.DataFrame(posts | {"valid_from": "2015-01-01"}).assign(valid_to=None),
        absences=pd.DataFrame(columns=list(ABSENCE_COLUMNS), dtype=object),
        stand_ins=pd.DataFrame(columns=list(STAND_IN_COLUMNS), dtype=object),
    )
    change_days(roster)
    belonging(Grid(village()), roster, NOON.date()).belongs("440307010001", visit.lead)
