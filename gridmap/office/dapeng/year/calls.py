"""The campaign: every household, shop and organisation is called at until somebody is met; most rented homes too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.year.evenings import CAMPAIGN_ENDS, FIRST, Evenings
from gridmap.office.dapeng.year.scene import Scene, one_of

Entry = tuple[int, Visit]  # the evening on which it is entered

_AT_HOME = 0.7  # a call finds somebody
_TRIES = 4
_LATE, _WRONG = 0.015, 0.004  # shares entered an evening later, and entered wrongly and put right
_LEFT = {"rentals": 0.05}  # share of features where nobody is met
_CALLED = 0.6  # of these, where anybody called at all
_ELSEWHERE_TRIED = 0.2  # of those registered here who live elsewhere
_TOGETHER = 0.4  # calls by two
_HELPS = 0.01  # calls by somebody from elsewhere


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the features of a layer are called at: where nobody is met why, when on a day, in which mode."""

    misses: Sequence[str]
    hours: tuple[float, float]
    mode: str


_MANNERS = {
    "households": _Manner(("absent", "absent", "absent", "refused", "locked"), (19.0, 20.9), "home"),
    "rentals": _Manner(("absent", "absent", "locked", "refused"), (19.0, 20.9), "home"),
    "businesses": _Manner(("locked", "absent"), (15.0, 20.5), "home"),
    "organisations": _Manner(("absent",), (14.5, 17.5), "appointment"),
}


def campaign(scene: Scene, evenings: Evenings, *, unmet: int) -> Iterator[Entry]:
    """Return the calls of the campaign, each with the evening of its entry; `unmet` households are never met."""
    for layer in _MANNERS:
        rows = scene.features[layer]
        calls = _Calls(scene, evenings, layer)
        if layer == "households":
            away = rows[~rows["eligible"].astype(bool)]
            tried = away[calls.rng.random(len(away)) < _ELSEWHERE_TRIED]
            yield from ((number, replace(visit, outcome="not_eligible")) for number, visit in calls.at(tried, 0))
            yield from calls.put_right(calls.at(rows[rows["eligible"].astype(bool)], unmet))
        else:
            yield from calls.put_right(calls.at(rows, round(_LEFT.get(layer, 0) * len(rows))))


class _Calls:
    """The calls at the features of one layer."""

    def __init__(self, scene: Scene, evenings: Evenings, layer: str) -> None:
        self.rng = scene.chance(layer)
        self._scene, self._evenings, self._layer = scene, evenings, layer
        self._campaign = evenings.between(FIRST, CAMPAIGN_ENDS)

    def at(self, rows: pd.DataFrame, never: int) -> Iterator[Entry]:
        """Call at each feature on some evenings, the last time somebody is met; at `never` of them nobody is."""
        campaign = self._campaign
        left = set(self.rng.choice(len(rows), never, replace=False).tolist())
        tries = np.minimum(self.rng.geometric(_AT_HOME, len(rows)), min(_TRIES, len(campaign))).tolist()
        for at in left:
            tries[at] *= never == len(rows) or self.rng.random() < _CALLED
        for at, (key, cell) in enumerate(zip(rows["key"], rows["cell"], strict=True)):
            days = sorted(self.rng.choice(len(campaign), tries[at], replace=False).tolist())
            for number, day in enumerate(days):
                met = number == len(days) - 1 and at not in left
                yield self._call(f"{key}/{number}", key, cell, campaign[day], met=met)

    def _call(self, number: str, key: str, cell: str, evening: int, *, met: bool) -> Entry:
        manner, rng = _MANNERS[self._layer], self.rng
        lead, companions = pair(self._scene, rng, cell)
        visit = Visit(
            id=self._scene.uuid(self._layer, number),
            at=self._evenings.at(self._evenings.days[evening], rng.uniform(*manner.hours)),
            lead=lead,
            outcome="met" if met else one_of(rng, manner.misses),
            layer=self._layer,
            key=key,
            mode=manner.mode,
            companions=companions,
        )
        # No entry of the campaign comes after it: what it says on its last day stays.
        late = rng.random() < _LATE and evening + 1 in self._campaign
        return evening + late, visit

    def put_right(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Return the entries, a few of them first entered wrongly and put right an evening later, in the campaign."""
        for evening, visit in entries:
            if visit.outcome != "met" or evening >= self._campaign[-1] or self.rng.random() >= _WRONG:
                yield evening, visit
                continue
            wrong = replace(visit, id=self._scene.uuid(self._layer, f"{visit.key}/wrong"), outcome="absent")
            yield evening, wrong
            yield evening + 1, replace(visit, corrects=wrong.id)


def pair(scene: Scene, rng: np.random.Generator, cell: str) -> tuple[str, tuple[str, ...]]:
    """Return who calls in a cell: the one who answers there, and now and then one who answers next door.

    Sometimes somebody from anywhere helps out, who does not belong there.
    """
    helps = rng.random() < _HELPS
    lead = scene.answers[one_of(rng, scene.small_cells) if helps else cell]
    other = one_of(rng, scene.neighbours[cell[:13]])
    return lead, (other,) if other != lead and rng.random() < _TOGETHER else ()
