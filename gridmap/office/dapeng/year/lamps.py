"""October: one complaint, lamps lit on the fifth day; then a survey of all lamps, and a plan for those found dark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gridmap.ledger.issues import Event
from gridmap.office.dapeng.year.cases import Case
from gridmap.office.dapeng.year.evenings import Evenings
from gridmap.office.dapeng.year.lives import Lives
from gridmap.office.dapeng.year.scene import SIHE, Scene

TOLD, SURVEYED = dt.date(2015, 10, 8), dt.date(2015, 10, 27)
_DEADLINE = dt.date(2015, 10, 22)  # two weeks, set by the leader of the community
_LIT, _RECHECKED = dt.date(2015, 10, 13), dt.date(2015, 10, 15)
_BEFORE_SPRING_FESTIVAL = dt.date(2016, 2, 5)  # its eve is on 2016-02-07
LAYER, _CATEGORY = "streetlights", "streetlight"


@dataclass(frozen=True, slots=True)
class Lamps:
    """The keys of the lamps of the complaint, and of those that the survey finds dark."""

    complained: tuple[str, ...]
    found: tuple[str, ...]


def lamps(scene: Scene, found: Mapping[str, str], count: int) -> Lamps:
    """Choose so many lamps of one residents' group that the survey finds working, fewer if it has fewer.

    `found`: the status that the survey finds, by lamp.
    """
    keys = scene.within(LAYER, SIHE)["key"]
    complained = [key for key in keys if found[key] == "working"][:count]
    return Lamps(tuple(complained), tuple(key for key, status in found.items() if status == "dark"))


def stories(scene: Scene, evenings: Evenings, lives: Lives, chosen: Lamps) -> list[tuple[Case, list[Event]]]:
    """Return the complaint and the plan with their events; neither where it has no lamps."""
    told = [_complaint(scene, evenings, lives, chosen.complained)] if chosen.complained else []
    return [*told, _plan(scene, evenings, lives, chosen.found)] if chosen.found else told


def _case(scene: Scene, name: str, at: dt.datetime, keys: tuple[str, ...]) -> Case:
    """An issue that stands for lamps, told on the telephone."""
    rows = scene.features[LAYER].set_index("key")["cell"].to_dict()
    cell = next(str(rows[key]) for key in keys if key in rows)
    follower = min(scene.of_tier("section"))
    features = tuple((LAYER, key) for key in keys)
    return Case(scene.uuid("lamps", name), at, _CATEGORY, "phone", follower, cell, features=features)


def _complaint(scene: Scene, evenings: Evenings, lives: Lives, keys: tuple[str, ...]) -> tuple[Case, list[Event]]:
    at = evenings.at
    case = _case(scene, "complaint", at(TOLD, 10.25), keys)
    unit, holder = lives.hands(case)
    count = {"lamps": len(keys)}
    return case, [
        lives.event(case, "file", at(TOLD, 10.5), case.follower),
        _deadline(scene, lives, case, at(TOLD, 11.5), at(_DEADLINE, 18)),
        lives.event(case, "assign", at(TOLD, 14.5), lives.clerk(), unit=unit, holder=holder),
        lives.event(case, "start", at(TOLD, 16), holder),
        lives.event(case, "finish", at(_LIT, 19.5), holder, quantities=count),
        lives.event(case, "close", at(_RECHECKED, 10), case.follower, result="solved", reply="dapeng.reply_lamps"),
    ]


def _plan(scene: Scene, evenings: Evenings, lives: Lives, keys: tuple[str, ...]) -> tuple[Case, list[Event]]:
    at = evenings.at
    case = replace(_case(scene, "plan", at(SURVEYED, 16), keys), source="own_check", fate="stuck")
    unit, holder = lives.hands(case)
    return case, [
        lives.event(case, "file", at(SURVEYED, 16.5), case.follower),
        _deadline(scene, lives, case, at(SURVEYED, 17), at(_BEFORE_SPRING_FESTIVAL, 18)),
        lives.event(case, "assign", at(SURVEYED, 17.5), lives.clerk(), unit=unit, holder=holder),
        lives.event(case, "start", at(SURVEYED + dt.timedelta(days=2), 9), holder),
    ]


def _deadline(scene: Scene, lives: Lives, case: Case, told: dt.datetime, due: dt.datetime) -> Event:
    leader = scene.answers[SIHE[:12]]
    return lives.event(case, "set_deadline", told, leader, due_at=due.isoformat(), leader=leader)
