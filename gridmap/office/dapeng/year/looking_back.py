"""The look-back campaign: households are asked how their issue ended; where they are not content it is opened again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from gridmap.ledger.issues import Event
from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.year.calls import Entry, pair
from gridmap.office.dapeng.year.cases import Case
from gridmap.office.dapeng.year.evenings import LOOK_BACK_BEGINS, LOOK_BACK_ENDS, Evenings, in_office_hours
from gridmap.office.dapeng.year.lives import Lives
from gridmap.office.dapeng.year.scene import Scene

_CONTENT, _OUT = 0.95, 0.08
_DAY = dt.timedelta(days=1)


def look_back(
    scene: Scene, evenings: Evenings, lives: Lives, ended: Sequence[tuple[Case, list[Event]]], *, households: int
) -> Iterator[tuple[Entry, list[Event]]]:
    """Return the visits, each with its evening and the events that follow it, to so many households of those `ended`.

    `ended`: issues of the campaign that are closed, with their events.
    """
    rng = scene.chance("look back")
    days = evenings.between(LOOK_BACK_BEGINS, LOOK_BACK_ENDS)
    homes = [one for one in ended if one[0].fate == "closed" and one[0].features[:1] and _home(one[0])]
    first = {case.features[0]: (case, events) for case, events in reversed(homes)}
    chosen = list(first.values())
    for at in rng.permutation(len(chosen))[:households].tolist():
        case, events = chosen[at]
        before, after = sorted(rng.choice(len(days), 2, replace=False).tolist())
        hour = rng.uniform(19.0, 20.9)
        if rng.random() < _OUT:
            yield (days[before], _visit(scene, rng, case, evenings.at(evenings.days[days[before]], hour), "absent")), []
        visit = _visit(scene, rng, case, evenings.at(evenings.days[days[after]], hour), "met")
        yield (days[after], visit), list(_answer(lives, rng, case, events, visit))


def _home(case: Case) -> bool:
    return case.features[0][0] == "households"


def _visit(scene: Scene, rng: np.random.Generator, case: Case, at: dt.datetime, outcome: str) -> Visit:
    layer, key = case.features[0]
    lead, companions = pair(scene, rng, case.cell)
    uuid = scene.uuid("look back", f"{key}/{outcome}")
    return Visit(uuid, at, lead, outcome, layer, key, companions=companions, looks_back=case.id)


def _answer(
    lives: Lives, rng: np.random.Generator, case: Case, events: Sequence[Event], visit: Visit
) -> Iterator[Event]:
    """What the household says; who is not content has the issue opened again, done again and closed."""
    asked = visit.at + dt.timedelta(minutes=4)
    content = bool(rng.random() < _CONTENT)
    yield lives.event(case, "look_back", asked, visit.lead, satisfied=content)
    if content:
        return
    (holder,) = {str(event.said.get("holder") or event.actor) for event in events if event.act in {"fix", "start"}}
    opened = in_office_hours(asked + _DAY, asked)
    due = (opened + 10 * _DAY).isoformat()
    yield lives.event(case, "reopen", opened, case.follower, due_at=due, note="dapeng.note_reopen")
    done = in_office_hours(opened + _DAY * rng.uniform(2, 14), opened)
    yield lives.event(case, "finish", done, holder)
    yield lives.close(case, in_office_hours(done + _DAY, done), holder)
