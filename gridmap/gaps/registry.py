"""Every kind of gap that is computed, by name: one file of `gaps/kinds` each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.gaps import kinds
from gridmap.gaps.shape import NAMES, no_gaps
from gridmap.gaps.view import Kind, View


def _load() -> MappingProxyType[str, Kind]:
    """Return every `KIND` that a module of `gaps.kinds` declares, by name in the order of NAMES, then by name.

    Raises ArgumentError where two files declare one kind.
    """
    held: dict[str, Kind] = {}
    for module in iter_modules(kinds.__path__):
        kind: Kind = import_module(f"{kinds.__name__}.{module.name}").KIND
        if kind.name in held:
            raise ArgumentError("gaps.duplicate_kind", kind=kind.name)
        held[kind.name] = kind
    known = [name for name in NAMES if name in held]
    return MappingProxyType({name: held[name] for name in (*known, *sorted(held.keys() - set(known)))})


# Read when the package is imported, so that this pure room never touches the disk later.
KINDS = _load()


def asks_ledger(part: str, names: Iterable[str] | None = None) -> bool:
    """Return whether one of the kinds named (all if null) looks at `part` of the ledger: duties, issues."""
    asked = KINDS if names is None else [name for name in names if name in KINDS]
    return any(part in getattr(KINDS[name], "ledger", ()) for name in asked)


def find_gaps(view: View, names: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Return the gaps of the kinds named (all if null), kind after kind in the order of KINDS.

    Raises NotFoundError for a kind that nobody computes.
    """
    asked = list(KINDS) if names is None else list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in KINDS]
    if unknown:
        raise NotFoundError("gaps.unknown_kind", kind=", ".join(unknown), allowed=", ".join(KINDS))
    found = [KINDS[name].find(view) for name in KINDS if name in asked]
    held = [frame for frame in found if len(frame)]
    return gpd.GeoDataFrame(pd.concat(held, ignore_index=True)) if held else no_gaps(view.grid.crs)
