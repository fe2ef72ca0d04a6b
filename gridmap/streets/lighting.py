"""Lighting: which metres of the streets no working lamp lights, exactly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.array import from_shapely
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.grid.metric import Metric
from gridmap.grid.places import lines_in, points_xy
from gridmap.streets.lines import EPSILON, Floats, Places, components, lay_out
from gridmap.streets.reaches import overlapping, reaches_of, uncovered

UNLIT, DARK = "unlit", "dark"


@dataclass(frozen=True, eq=False)
class _Found:
    """Dark intervals of the axis: `stretch` numbers those that are one, `length` are the metres of all that is one."""

    start: Floats
    end: Floats
    stretch: Places
    length: Floats


class Lighting:
    """The streets of a place and its lamps, working or not: asked again after a lamp changed, it looks around it alone.

    `roads` are centre lines, `lamps` points in any CRS; missing and empty ones take no part. `working` says by lamp
    whether it lights; null = all do. `radius` (metres, above 0) and `shortest` (metres, 0 or more) are for all roads,
    or by road: a Series with the index of `roads`. With `own_road` a lamp lights only the street nearest to it, a
    street being roads that join where exactly two road ends meet.

    Measured in the roads' own CRS if it is planar, in metres and true to scale, else in an equal-area plane around them
    (`Metric`). Road ends within 1 cm of each other meet. Source: DESIGN 4, Gaps.

    Raises ArgumentError for a missing CRS, for geometry that is no line or no point, for a `radius` or `shortest` out
    of range, and for a `working` that does not have one truth value a lamp.
    """

    def __init__(
        self,
        roads: gpd.GeoDataFrame | gpd.GeoSeries,
        lamps: gpd.GeoDataFrame | gpd.GeoSeries,
        working: pd.Series[bool] | NDArray[np.bool_] | None = None,
        radius: float | pd.Series[float] = 25.0,
        shortest: float | pd.Series[float] = 40.0,
        *,
        own_road: bool = False,
    ) -> None:
        shapes = lines_in(roads, roads.crs, "roads")
        self._metric = Metric(roads.crs, shapely.total_bounds(shapes) if len(shapes) else (np.nan,) * 4)
        if self._metric.planar is not self._metric.crs:
            shapes = self._metric.to_metres(shapes)
        self._roads, self._lamps = roads.index, lamps.index
        self._shortest = _by_road(shortest, roads.index, "shortest", above=-EPSILON)
        reach = _by_road(radius, roads.index, "radius", above=0.0)
        self._lines = lay_out(shapes)
        x, y = points_xy(lamps, self._metric.planar, "lamps")
        self._reaches = reaches_of(self._lines, reach[self._lines.road[self._lines.owner]], x, y, own_road=own_road)
        self._working = _truths(working, len(lamps))
        self._by_lamp = np.argsort(self._reaches.lamp, kind="stable")
        self._held = self._reaches.lamp[self._by_lamp]

    def stretches(self, *, split: bool = False) -> gpd.GeoDataFrame:
        """Return the dark stretches of all roads, as `dark_stretches` does.

        With `split` each row has a `kind`: unlit (no lamp of any state within the radius) or dark (the rest), and
        `beside`: the labels of the lamps that would light metres of it, as a tuple.
        """
        every = [slice(0, len(self._lines.start))] if len(self._lines.start) else []
        return self._frame(every, split=split)

    def relight(self, lamp: Hashable, *, working: bool, split: bool = False) -> gpd.GeoDataFrame:
        """Note that a lamp works or does not; return the dark stretches there are now on the streets it reaches.

        Other streets are as they were. Stretches are numbered anew from 0. Raises NotFoundError for an unknown label.
        """
        at = self._lamps.get_indexer_for([lamp])
        if (at < 0).any():
            raise NotFoundError("streets.unknown_lamp", lamp=lamp)
        self._working[at] = working
        return self._frame(self._streets_of(at), split=split)

    def _streets_of(self, lamps: Places) -> list[slice]:
        """Return the lines of each street that the lamps reach."""
        ends = (np.searchsorted(self._held, lamps, side=side) for side in ("left", "right"))
        reached = [self._by_lamp[slice(*of_one)] for of_one in zip(*ends, strict=True)]
        streets = np.unique(self._lines.street[self._lines.line_of(self._reaches.start[np.concatenate(reached)])])
        first = np.searchsorted(self._lines.street, streets)
        last = np.searchsorted(self._lines.street, streets, side="right")
        return [slice(*ends) for ends in zip(first.tolist(), last.tolist(), strict=True)]

    def _reached(self, part: slice) -> slice:
        """Return the reaches on a run of lines."""
        ends = self._lines.start[part.start], self._lines.end[part.stop - 1]
        return slice(*np.searchsorted(self._reaches.start, ends).tolist())

    def _uncovered(self, part: slice, lit: Places) -> tuple[Floats, Floats]:
        """Return what the reaches `lit` leave of a run of lines; the seams between lines are no ground."""
        at, to = self._lines.start[part], self._lines.end[part]
        start = np.concatenate([self._reaches.start[lit], to[:-1]])
        return uncovered(at[0], to[-1], start, np.concatenate([self._reaches.end[lit], at[1:]]))

    def _dark(self, part: slice) -> _Found:
        """Return the dark intervals of a run of whole streets that belong to stretches long enough."""
        there = self._reached(part)
        lit = there.start + np.flatnonzero(self._working[self._reaches.lamp[there]])
        start, end = self._uncovered(part, lit)
        line = self._lines.line_of(start)
        stretch = self._joined(start, end, line)
        length = np.bincount(stretch, weights=end - start).astype(np.float64)
        shortest = np.full(len(length), np.inf)
        np.minimum.at(shortest, stretch, self._shortest[self._lines.road[line]])
        long = np.flatnonzero((length >= shortest - EPSILON)[stretch])
        return _Found(start[long], end[long], stretch[long], length[stretch[long]])

    def _joined(self, start: Floats, end: Floats, line: Places) -> Places:
        """Return the number of the stretch of each dark interval: those that touch at a joint are one."""
        held = np.full(len(self._lines.partner), -1, dtype=np.intp)
        begins = start <= self._lines.start[line] + EPSILON
        for side, touches in enumerate((begins, end >= self._lines.end[line] - EPSILON)):
            held[2 * line[touches] + side] = np.flatnonzero(touches)
        ends = np.flatnonzero((held >= 0) & (self._lines.partner >= 0))
        other = held[self._lines.partner[ends]]
        return components(len(start), held[ends][other >= 0], other[other >= 0])

    def _frame(self, parts: list[slice], *, split: bool) -> gpd.GeoDataFrame:
        """Return the stretches of runs of whole streets as a frame, road after road."""
        whole = _whole([self._dark(part) for part in parts])
        if not split or not len(whole.start):
            none = np.empty(0, dtype=object)
            return self._rows(whole, {"kind": none, "beside": none} if split else {})
        unlit = [self._uncovered(part, np.arange(len(self._reaches.lamp))[self._reached(part)]) for part in parts]
        halves, is_unlit = _split(whole, *(_together(list(ends)) for ends in zip(*unlit, strict=True)))
        beside = self._beside(halves)
        return self._rows(halves, {"kind": np.where(is_unlit, UNLIT, DARK).astype(object), "beside": beside})

    def _beside(self, rows: _Found) -> NDArray[np.object_]:
        """Return for each row (ascending, apart) the labels of the lamps that reach metres of it, as a tuple."""
        row, reach = overlapping(rows.start, rows.end, self._reaches.start, self._reaches.end)
        pairs = np.unique(np.stack([row, self._reaches.lamp[reach]]), axis=1)
        labels = self._lamps[pairs[1]].tolist()
        ends = np.searchsorted(pairs[0], np.arange(len(rows.start) + 1)).tolist()
        beside = np.empty(len(rows.start), dtype=object)
        for at in range(len(beside)):
            beside[at] = tuple(labels[ends[at] : ends[at + 1]])
        return beside

    def _rows(self, found: _Found, more: Mapping[str, NDArray[np.generic]]) -> gpd.GeoDataFrame:
        """Return intervals of the axis as rows: road after road, along each; stretches numbered as they come."""
        line = self._lines.line_of(found.start)
        order = np.lexsort([self._lines.metres(found.start, line), self._lines.road[line]])
        line, start, end = line[order], found.start[order], found.end[order]
        from_m, to_m = self._lines.metres(start, line), self._lines.metres(end, line)
        columns = {
            "road": self._roads.take(self._lines.road[line]),
            "from_m": from_m,
            "to_m": to_m,
            "length_m": to_m - from_m,
            "stretch": pd.factorize(found.stretch[order])[0].astype(np.int64),
            "stretch_m": found.length[order],
            **{name: values[order] for name, values in more.items()},
        }
        ground = from_shapely(self._metric.from_metres(self._lines.cut(start, end)), crs=self._metric.crs)
        return gpd.GeoDataFrame({**columns, "geometry": ground}, geometry="geometry")


def _split(whole: _Found, start: Floats, end: Floats) -> tuple[_Found, NDArray[np.bool_]]:
    """Return dark intervals cut at the ends of what no lamp at all reaches (`start`, `end`), and which is that."""
    there = overlapping(whole.start, whole.end, start, end)[1]
    start, end = start[there], end[there]
    rest = uncovered(
        whole.start[0],
        whole.end[-1],
        np.concatenate([start, whole.end[:-1]]),
        np.concatenate([end, whole.start[1:]]),
    )
    starts, ends = np.concatenate([start, rest[0]]), np.concatenate([end, rest[1]])
    order = np.argsort(starts)
    starts, ends = starts[order], ends[order]
    row = np.searchsorted(whole.start, (starts + ends) / 2, side="right") - 1
    return _Found(starts, ends, whole.stretch[row], whole.length[row]), order < len(start)


def _whole(parts: list[_Found]) -> _Found:
    """Return intervals of runs of streets as one, their stretches numbered on."""
    first = np.cumsum([0, *(part.stretch.max(initial=-1) + 1 for part in parts)])
    return _Found(
        start=_together([part.start for part in parts]),
        end=_together([part.end for part in parts]),
        stretch=_together([part.stretch + first[at] for at, part in enumerate(parts)]).astype(np.intp),
        length=_together([part.length for part in parts]),
    )


def _together(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)


def _by_road(given: float | pd.Series[float], roads: pd.Index, argument: str, above: float) -> Floats:
    """Return a number a road, in metres, and refuse one that is missing or not above `above`."""
    if isinstance(given, pd.Series):
        values = (given if given.index.equals(roads) else given.reindex(roads)).to_numpy(dtype=float)
    else:
        values = np.full(len(roads), float(given))
    wrong = values[~((values > above) & np.isfinite(values))]
    if len(wrong):
        code = "streets.radius" if argument == "radius" else "streets.shortest"
        raise ArgumentError(code, argument=argument, given=float(wrong[0]), count=len(wrong))
    return np.asarray(values, dtype=np.float64)


def _truths(working: pd.Series[bool] | NDArray[np.bool_] | None, count: int) -> NDArray[np.bool_]:
    """Return a truth value a lamp, a copy."""
    if working is None:
        return np.ones(count, dtype=bool)
    truths = np.asarray(working)
    if truths.shape != (count,) or truths.dtype != np.bool_:
        raise ArgumentError("streets.working", argument="working", count=count)
    return truths.copy()


def dark_stretches(
    roads: gpd.GeoDataFrame | gpd.GeoSeries,
    lamps: gpd.GeoDataFrame | gpd.GeoSeries,
    radius: float | pd.Series[float] = 25.0,
    shortest: float | pd.Series[float] = 40.0,
    *,
    own_road: bool = False,
    all_lamps: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
) -> gpd.GeoDataFrame:
    """Return what no lamp lights: each maximal part of `roads` whose every point is over `radius` from all `lamps`.

    Columns road (the caller's index label), from_m and to_m (metres along that road; a multi-line counts on from part
    to part), length_m, stretch (a number from 0), stretch_m (metres of the whole stretch), geometry (in the roads'
    CRS); roads in the order given, rows along each. `lamps` are the working ones. Parts that touch where exactly two
    road ends meet are one stretch; stretches from `shortest` metres on are reported (with several values on its roads:
    from the smallest). With `all_lamps`, of any state, rows are split and have the further columns of
    `Lighting.stretches`. Source: DESIGN 4, Gaps.

    Arguments, CRS, metres, what is left out and errors as in `Lighting`.
    """
    if all_lamps is None:
        return Lighting(roads, lamps, None, radius, shortest, own_road=own_road).stretches()
    both = gpd.GeoSeries(pd.concat([lamps.geometry, all_lamps.geometry.to_crs(lamps.crs)]))
    working = np.arange(len(both)) < len(lamps)
    return Lighting(roads, both, working, radius, shortest, own_road=own_road).stretches(split=True)
