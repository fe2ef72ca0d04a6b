"""The gaps of a kind that looks at duties, kept and grown: what was visited is looked at anew, all else stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass, field, replace
from weakref import ref

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.gaps.registry import find_gaps
from gridmap.gaps.view import View
from gridmap.office.duty_sight import DutyStates
from gridmap.office.happened import Touched
from gridmap.office.splicing import spliced
from gridmap.store.arrivals import Head

Of = Callable[[DutyStates], pd.DataFrame]
_ORDER = ("big", "middle", "small", "subject")


@dataclass(frozen=True, eq=False)
class DutyGaps:
    """The gaps of a kind, by states that know of the ledger up to `head`; `ground`, `view`: what else they are of."""

    gaps: gpd.GeoDataFrame = field(repr=False)
    head: Head | None
    ground: Hashable
    view: ref[View] = field(repr=False)


def found(name: str, view: View, states: DutyStates, of: Of) -> DutyGaps:
    """Return the gaps of a kind in a view; `of` gives the states that it is to look at."""
    return DutyGaps(find_gaps(replace(view, duties=of(states)), [name]), states.head, states.ground, ref(view))


def grown(known: DutyGaps, name: str, view: View, states: DutyStates, of: Of, *, touched: Touched) -> DutyGaps | None:
    """Return the gaps of a kind by newer states: of subjects to which nothing has happened they are those `known`.

    Each gap of a kind is of one subject and its states alone. Null where the view is another one.
    """
    if known.ground != states.ground or known.view() is not view:
        return None
    if not touched:
        return replace(known, head=states.head)
    duties = {duty.name for duty in states.in_force}
    new, rows = known.gaps[:0], of(states.about(touched))
    if len(rows):
        features = _features(view, touched, frozenset(rows["layer"].dropna()))
        new = find_gaps(replace(view, features=features, duties=rows), [name])
        new = gpd.GeoDataFrame(new.iloc[list(_of_touched(new, touched, duties))])
    gone = np.zeros(len(known.gaps), dtype=bool)
    gone[list(_of_touched(known.gaps, touched, duties))] = True
    return replace(known, gaps=spliced(known.gaps, gone, new, _ORDER), head=states.head)


def _features(view: View, touched: Touched, layers: Collection[str]) -> dict[str, gpd.GeoDataFrame]:
    """Return the features by layer, of these layers those alone that were touched."""
    return {
        layer: gpd.GeoDataFrame(rows[rows["key"].isin(touched.keys(layer))]) if layer in layers else rows
        for layer, rows in view.features.items()
    }


def _of_touched(gaps: gpd.GeoDataFrame, touched: Touched, duties: Collection[str]) -> Iterator[int]:
    """Yield which gaps are of what was touched: first by what they may be called, then by what they say they are of."""
    things = [f"{layer} {key}" for layer, key in touched.things]
    names = [*things, *(f"{thing} {duty}" for thing in things for duty in duties)]
    names += [f"{duty} {cadre}" for cadre in touched.cadres for duty in duties]
    near = np.flatnonzero(gaps["subject"].isin(names))
    for at, told in zip(near.tolist(), gaps["inputs"].iloc[near], strict=True):
        layer, key = told["layer"], told["key"] if "key" in told else told["subject"]
        if (layer, key) in touched.things or (not layer and key in touched.cadres):
            yield at
