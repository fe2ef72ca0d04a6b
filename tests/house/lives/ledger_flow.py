"""The life of an issue, its replay, and what is read off it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import geopandas as gpd
import pandas as pd

from gridmap.errors import FaultsError
from gridmap.ledger.categories import categories_of
from gridmap.ledger.drawing import drawn
from gridmap.ledger.duplicates import likely
from gridmap.ledger.events import events_of, frame_of, issues_of
from gridmap.ledger.flow import Issue, allowed, applied, takeable
from gridmap.ledger.issues import Event
from gridmap.ledger.reach import consenting, offers_in_reach
from gridmap.ledger.relations import relations_of, staff_on
from gridmap.ledger.replay import replay
from gridmap.people.person import Person
from gridmap.people.roster import Roster

AT = dt.datetime(2015, 10, 8, 1, tzinfo=dt.UTC)
CELL = "440307010001101"
HISTORY = (
    ("report", {"source": "phone", "category": "job_wanted", "consent": True}, {"text": "x"}),
    ("file", {"due_at": "2015-10-20T18:00+08:00"}, {}),
    ("assign", {"holder": "li", "unit": "office"}, {}),
    ("defer", {"until": "2015-10-19"}, {"note": "x"}),
    ("resume", {"due_at": "2015-11-20T18:00+08:00"}, {}),
    ("start", {}, {}),
    ("finish", {"quantities": {"people": 1}}, {}),
)


def roster() -> Roster:
    return Roster(
        cadres=pd.DataFrame({"cadre": ["li"], "name": ["李"], "tier": ["leadership"], "unit": ["office"]}),
        units=pd.DataFrame({"unit": ["office"], "chief": ["li"]}),
        assignments=pd.DataFrame(
            columns=["cell", "holder", "who", "part", "kind", "valid_from", "valid_to"], dtype=object
        ),
        absences=pd.DataFrame(columns=["cadre", "valid_from", "valid_to"], dtype=object),
        stand_ins=pd.DataFrame(columns=["cadre", "stand_in", "cell", "valid_from", "valid_to"], dtype=object),
    )


def live() -> None:
    answers = pd.DataFrame({"cadre": ["li"]}, index=pd.Index([CELL], name="code"))
    staff = staff_on(roster(), answers, pd.DataFrame({"cell": [CELL], "ancestor": [CELL]}))
    issue: Issue | None = None
    events, states = [], []
    for number, (act, said, private) in enumerate(HISTORY):
        event = Event(str(number), "i1", act, AT, "li", said, private)
        relations = relations_of(issue, Person("desk", "clerk"), staff, actor="li", cell=CELL)
        issue = applied(issue, event, relations)
        events.append(event)
        states.append(issue.state)
    with suppress(FaultsError):
        applied(issue, Event("9", "i1", "close", AT, "wang", {"lon": 500}), frozenset({"clerk"}))
    assert issue is not None
    assert issue.open
    assert allowed(issue)
    assert takeable(issue, frozenset({"clerk"}), actor="li")
    frame = frame_of(events, states, recorded_at=[AT] * len(events))
    assert list(events_of(frame))
    assert issues_of(frame)["i1"] == issue
    found = replay(frame, at=AT, as_of=AT)
    placed = gpd.GeoDataFrame(found, geometry=gpd.points_from_xy([0.0], [0.0]), crs="EPSG:4547")
    likely(placed)
    offers_in_reach(placed, consent=consenting(frame), metres=500.0)
    drawn("zh")
    with suppress(FaultsError):
        categories_of({"Road": {"zh": "路", "length": 0}})
