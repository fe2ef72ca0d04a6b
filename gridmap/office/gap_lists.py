"""Errands: the gaps of a day as a list that says why, and how many there are of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.gaps.registry import KINDS
from gridmap.office.cell_cards import gap_counts
from gridmap.office.cell_lists import answered_grid, own_cells
from gridmap.office.gapping import find
from gridmap.office.homes import tells_a_home, without_places
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.words import known, say

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class WantedGaps:
    """Which gaps are asked for; null asks nothing. `level`: of the cell in which one lies, the smallest there is."""

    kinds: Iterable[str] | None = None
    under: str | None = None
    level: str | None = None
    bbox: tuple[float, float, float, float] | None = field(default=None)


def list_gaps(
    person: Person,
    office: Office,
    wanted: WantedGaps,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    lang: str = "en",
) -> gpd.GeoDataFrame:
    """Return the gaps of `gapping.find` that are asked for, with `cell` (where it lies) and `why` in `lang`.

    The place of a home is a secret, as in `feature_cards.list_seen`. Raises NotFoundError for a cell that does not
    exist for the person, and for a kind that nobody computes.
    """
    found = _found(person, office, on, as_of, wanted)
    cell = found["small"].fillna(found["middle"]).fillna(found["big"]).astype(object)
    found = found.assign(cell=cell.where(cell.notna(), None))
    if wanted.level is not None:
        own = [next((one for one in ("small", "middle", "big") if gap[one] is not None), None) for gap in _cells(found)]
        found = found[[level == wanted.level for level in own]]
    homes = {name for name, layer in office.layers.items() if tells_a_home(layer)}
    of_home = [
        subject.partition(" ")[0] in homes or not homes.isdisjoint(inputs.get("layers", ()))
        for subject, inputs in zip(found["subject"], found["inputs"], strict=True)
    ]
    foreign = ~found["cell"].isin(own_cells(person, office, on))
    found = without_places(found, foreign & pd.Series(of_home, index=found.index, dtype=bool))
    if wanted.bbox is not None:
        found = found[found.intersects(shapely.box(*wanted.bbox))]
    return found.assign(why=_sentences(found, lang)).reset_index(drop=True)


def list_gap_kinds(
    person: Person,
    office: Office,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    under: str | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """Return every kind of gap: kind, name (in `lang`), gaps, measure (in `unit`), each zero or null where none is."""
    counts = gap_counts(_found(person, office, on, as_of, WantedGaps(under=under)))
    # A kind has one unit; should it ever have two, its counts stay whole and its measure says nothing.
    each = counts.groupby("kind").agg(gaps=("gaps", "sum"), measure=("measure", "first"), unit=("unit", "first"))
    rows = each.reindex(list(KINDS)).rename_axis("kind").reset_index()
    names = [say(f"gaps.kind.{kind}", lang) if known(f"gaps.kind.{kind}") else kind for kind in rows["kind"]]
    rows.insert(1, "name", names)
    return rows.assign(gaps=rows["gaps"].fillna(0).astype("int64"))


def _found(
    person: Person, office: Office, on: dt.date, as_of: dt.datetime | None, wanted: WantedGaps
) -> gpd.GeoDataFrame:
    if wanted.under is not None:
        answered_grid(office, on).seen(person, wanted.under)
    return find(person, office, on=on, as_of=as_of, kinds=wanted.kinds, under=wanted.under)


def _cells(found: pd.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = found[["small", "middle", "big"]].to_dict("records")  # type: ignore[assignment]
    return rows


def _sentences(found: pd.DataFrame, lang: str) -> pd.Series:
    said = [
        say(code, lang, **{name: NOTHING if value is None else value for name, value in inputs.items()})
        for code, inputs in zip(found["reason"], found["inputs"], strict=True)
    ]
    return pd.Series(said, index=found.index, dtype=object)
