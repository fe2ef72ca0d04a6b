"""What an import changes, worked out on frames before the store is touched (no SQL here)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.errors import ArgumentError, Fault
from gridmap.layer import Field, Layer
from gridmap.store.frames import Objects, pick, plain, text, there, to_frame, to_wkb, typed

PLACE = ("geometry", "cell", "cell_reason")
_CELL = (Field("cell", "", ""), Field("cell_reason", "", ""))
_SAME_PLACE = 1e-9  # degrees: 0.1 mm on the ground
_OPEN = "~"  # sorts after every ISO day

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Plan:
    """What one import does. Frames are in EPSG:4326, rows in the order of the file; none is shown by `repr`.

    `added`: whole rows that begin (`feature_id` is given where a feature comes back, else null). `changed`: whole rows,
    merged with what was kept, beside the `version_id` and `feature_id` of the row they replace. `closed`: rows of
    `current` that end. `faults`: rows of the file that contradict later knowledge and are left out.
    """

    added: gpd.GeoDataFrame = field(repr=False)
    changed: gpd.GeoDataFrame = field(repr=False)
    unchanged: int
    closed: gpd.GeoDataFrame = field(repr=False)
    faults: tuple[Fault, ...] = field(repr=False)

    def rows(self) -> gpd.GeoDataFrame:
        """Return every row that begins: the added, then the changed ones; links count positions in it."""
        return pd.concat([self.added, self.changed], ignore_index=True)

    def counts(self) -> dict[str, int]:
        """Return the number of rows added, changed, unchanged, closed and rejected."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "closed": len(self.closed),
            "rejected": len(self.faults),
        }


def plan(
    current: gpd.GeoDataFrame,
    frame: gpd.GeoDataFrame,
    layer: Layer,
    *,
    given: Sequence[str],
    on: dt.date,
    clear: bool = False,
    complete: bool = False,
    file: str = "",
) -> Plan:
    """Return what importing `frame` on the day `on` changes in `current` (of `registers.current`).

    Rows meet by key. A field (or `geometry`, `cell`, `cell_reason`) that is not in `given` keeps its value; a null in
    a given one keeps it too, unless `clear`. A row equal to what is kept changes nothing: numbers compare exactly,
    nulls equal nulls, geometries that are the same to 0.1 mm are equal. On the day a version began, a change is a
    correction of that day. A key that was closed and comes back begins a new version of the same feature. `on` before
    the day the newest version began (`store.newer_version`), or a change before a day on which it ends
    (`store.ends_later`), is a fault of that row; `file` is the name such faults give.

    With `complete`, rows in force on `on` whose key is absent from `frame` end; those that begin or end later than `on`
    stay. A caller whose file has rejected rows must not ask for that: their keys would look absent.

    Raises ArgumentError for an instant in place of a day, null or repeated keys, a given column that is unknown or
    absent, a column of another type, and places that are not in EPSG:4326.
    """
    if isinstance(on, dt.datetime):
        raise ArgumentError("store.not_a_day", value=on)
    _check(frame, layer, given)
    keys = pd.Index(frame[layer.key], dtype=object)
    kept_keys = pd.Index(current["key"], dtype=object)
    at = kept_keys.get_indexer(keys)
    columns, differs = _merge(current, frame, layer, given, at, clear=clear)
    state = _State(current, at, differs, on.isoformat())
    whole = _whole(current, frame, layer, columns, at)
    absent = ~kept_keys.isin(keys) & _in_force(current, on.isoformat())
    return Plan(
        added=_rows(whole, state.begin),
        changed=_rows(whole, state.change),
        unchanged=int(state.stay.sum()),
        closed=_rows(current, absent if complete else np.zeros(len(current), dtype=bool)),
        faults=_faults(frame, layer, state, on, file),
    )


class _State:
    """What becomes of each row of the file on a day: flags that are true for one of them each."""

    def __init__(self, current: gpd.GeoDataFrame, at: NDArray[np.intp], differs: Flags, day: str) -> None:
        self.begins = pick(text(current["valid_from"]).to_numpy(), at)
        self.ends = pick(text(current["valid_to"]).to_numpy(), at)
        known = at >= 0
        ended = known & (_or(self.ends, _OPEN) <= day)
        self.began_later = known & (_or(self.begins, "") > day)
        running = known & ~ended & ~self.began_later
        self.ends_later = running & differs & there(self.ends)
        self.change = running & differs & ~there(self.ends)
        self.stay = running & ~differs
        self.begin = ~known | (ended & ~self.began_later)


def _check(frame: gpd.GeoDataFrame, layer: Layer, given: Sequence[str]) -> None:
    needed = [layer.key, *(name for name in given if name != layer.key)]
    absent = [name for name in needed if name not in frame]
    unknown = [name for name in needed if name not in layer.by_name and name not in PLACE]
    if absent or unknown:
        raise ArgumentError("store.given", layer=layer.name, columns=", ".join(dict.fromkeys([*absent, *unknown])))
    keys = frame[layer.key]
    null, twice = int(keys.isna().sum()), int(keys.dropna().duplicated().sum())
    if null or twice:
        raise ArgumentError("store.keys", layer=layer.name, null=null, twice=twice)


def _merge(
    current: gpd.GeoDataFrame,
    frame: gpd.GeoDataFrame,
    layer: Layer,
    given: Sequence[str],
    at: NDArray[np.intp],
    *,
    clear: bool,
) -> tuple[dict[str, Objects], Flags]:
    """Return the plain columns of the merged rows, and which rows differ from what is kept."""
    merged = {layer.key: plain(frame[layer.key], layer.by_name[layer.key])}
    differs = np.zeros(len(frame), dtype=bool)
    for one in (*(f for f in layer.fields if f.name != layer.key), *_CELL, None):
        name = "geometry" if one is None else one.name
        kept = pick(to_wkb(current.geometry) if one is None else plain(current[name], one), at)
        if name in given:
            new = _settled(to_wkb(frame.geometry), kept) if one is None else plain(frame[name], one)
            merged[name] = new if clear else np.where(there(new), new, kept)
            differs |= np.asarray(merged[name] != kept, dtype=bool)
        else:
            merged[name] = kept
    return merged, differs


def _settled(new: Objects, kept: Objects) -> Objects:
    """Return the new shapes, but the kept one where both are the same: a workbook's 16 digits move nothing."""
    rows = np.flatnonzero(there(new) & there(kept) & np.asarray(new != kept, dtype=bool))
    same = shapely.equals_exact(shapely.from_wkb(new[rows]), shapely.from_wkb(kept[rows]), _SAME_PLACE)
    settled = new.copy()
    settled[rows[same]] = kept[rows[same]]
    return settled


def _whole(
    current: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, layer: Layer, columns: dict[str, Objects], at: NDArray[np.intp]
) -> gpd.GeoDataFrame:
    """Return every row of the file as it would stand after the import."""
    ids = {
        name: pd.Series(pick(current[name].to_numpy(dtype=object), at), dtype="Int64")
        for name in ("feature_id", "version_id")
    }
    places = {name: frame[name].reset_index(drop=True) for name in ("sheet", "row") if name in frame}
    fields = {one.name: typed(columns[one.name], one) for one in (*layer.fields, *_CELL)}
    return to_frame(ids | places | {"key": text(columns[layer.key])} | fields, columns["geometry"])


def _in_force(current: gpd.GeoDataFrame, day: str) -> Flags:
    begun = _or(text(current["valid_from"]).to_numpy(), _OPEN) <= day
    return begun & ~there(text(current["valid_to"]).to_numpy())


def _rows(frame: gpd.GeoDataFrame, flags: Flags) -> gpd.GeoDataFrame:
    return frame.loc[flags].reset_index(drop=True)


def _or(values: Objects, instead: str) -> Objects:
    return np.where(there(values), values, instead)


def _faults(frame: gpd.GeoDataFrame, layer: Layer, state: _State, on: dt.date, file: str) -> tuple[Fault, ...]:
    """Return a fault for each flagged row, in the order of the file."""
    kinds = {"newer_version": (state.began_later, state.begins), "ends_later": (state.ends_later, state.ends)}
    found = sorted((int(row), kind) for kind, (flags, _) in kinds.items() for row in np.flatnonzero(flags))
    sheets = frame["sheet"].to_numpy() if "sheet" in frame else [""] * len(frame)
    numbers = frame["row"].to_numpy() if "row" in frame else range(1, len(frame) + 1)
    keys = frame[layer.key].to_numpy()
    return tuple(
        Fault(
            f"store.{kind}",
            file=file,
            sheet=str(sheets[row] or ""),
            row=int(numbers[row]),
            column=layer.key,
            value=str(keys[row]),
            personal=layer.sensitive,
            inputs={"day": kinds[kind][1][row], "on": on.isoformat()},
        )
        for row, kind in found
    )
