"""Errands: the layers that exist for a person; one feature with all that is known of it; looking in a masked field."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.layer import Layer
from gridmap.office.answering import Answer, who
from gridmap.office.auditing import note
from gridmap.office.cell_lists import own_cells
from gridmap.office.duties import duty_states
from gridmap.office.homes import tells_a_home, without_places
from gridmap.office.listing import cells_seen, list_features, visible_layer
from gridmap.office.visit_lists import list_visits
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, may, refuse_unless, sees
from gridmap.people.person import Person
from gridmap.store import registers

SHORTEST = 2  # so many characters a text to look for has at least


@dataclass(frozen=True)
class FeatureCard:
    """A feature on a day, masked as in lists: its row, who answers, its duties, and the visits that may be seen.

    `answer` is null where it lies in no cell.
    """

    layer: Layer
    feature: gpd.GeoDataFrame = field(repr=False)
    answer: Answer | None
    duties: pd.DataFrame = field(repr=False)
    visits: pd.DataFrame = field(repr=False)


def layers_seen(person: Person, office: Office) -> list[Layer]:
    """Return the layers that exist for a person somewhere, in the order of the registry."""
    refuse_unless(person, "read")
    return [layer for layer in office.layers.values() if sees(layer, person, responsible=person.cadre is not None)]


def list_seen(
    person: Person,
    office: Office,
    layer_name: str,
    *,
    on: dt.date,
    under: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    keys: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the features of `list_features`, each with its place where that is no secret.

    Of a home it is one, as its address is, but for leaders and cadres where they answer on that day: elsewhere the
    geometry is null, and no box finds it.
    """
    rows = list_features(person, office, layer_name, on=on, under=under, bbox=bbox, keys=keys)
    if tells_a_home(office.layers[layer_name]):
        rows = without_places(rows, ~rows["cell"].isin(own_cells(person, office, on)))
    return rows if bbox is None else rows[rows.intersects(shapely.box(*bbox))].reset_index(drop=True)


def feature_card(
    person: Person, office: Office, layer_name: str, key: str, *, on: dt.date, as_of: dt.datetime | None = None
) -> FeatureCard:
    """Return all that the person may know of a feature in force on a day; what the ledger says, as known at `as_of`.

    Raises NotFoundError where there is none for the person.
    """
    rows = list_seen(person, office, layer_name, on=on, keys=[key])
    if rows.empty:
        raise NotFoundError("office.no_feature", layer=layer_name, key=key, on=on)
    cell = rows["cell"].iloc[0]
    states = duty_states(person, office, on=on, as_of=as_of)
    mine = states[(states["layer"] == layer_name) & (states["subject"] == key)].reset_index(drop=True)
    return FeatureCard(
        layer=office.layers[layer_name],
        feature=rows,
        answer=who(person, office, cell, on=on) if isinstance(cell, str) else None,
        duties=mine,
        visits=list_visits(person, office, on=on, as_of=as_of, layer=layer_name, keys=[key]),
    )


def search_features(
    person: Person,
    office: Office,
    layer_name: str,
    name: str,
    text: str,
    *,
    on: dt.date,
    under: str | None = None,
    reason: str = "",
) -> gpd.GeoDataFrame:
    """Return the features of a layer whose field `name` holds `text`, masked as in lists, by key.

    Width, spaces and capitals do not count. To look in a field that is masked is to read it: it is for those who may
    reveal, and for leaders and cadres where they answer on that day; it needs a `reason`, and the audit keeps who, in
    which field, why and how many were found before a row is returned, never the text. Raises NotFoundError for a field
    that the layer does not have, ArgumentError for a text that is too short.
    """
    refuse_unless(person, "read")
    layer = visible_layer(person, office, layer_name)
    if name not in layer.by_name:
        raise NotFoundError("office.no_field", layer=layer.name, field=name, allowed=", ".join(layer.by_name))
    wanted = _plain(text)
    if len(wanted) < SHORTEST:
        raise ArgumentError("office.search_short", length=SHORTEST)
    private = layer.by_name[name].mark != "public"
    if private:
        _check_reason(person, reason)
    with office.reading(person) as tx:
        rows = registers.features(tx, layer, on=on, under=under, reveal=[name] if private else ())
        seen = cells_seen(person, office, tx, layer, on)
    if private and not may(person, "reveal"):
        seen = own_cells(person, office, on)
    # A list without rows would be taken for no columns.
    found = rows[pd.Series([wanted in _plain(value) for value in rows[name]], index=rows.index, dtype=bool)]
    if seen is not None:
        found = found[found["cell"].isin(seen)]
    if private:
        detail = {"layer": layer.name, "fields": [name], "rows": len(found), "reason": reason.strip()}
        with office.writing(person) as tx:
            note(tx, person, action="search", subject=layer.name, detail=detail)
        found = found.drop(columns=name)
    found = found.reset_index(drop=True)
    if not tells_a_home(layer):
        return found
    return without_places(found, ~found["cell"].isin(own_cells(person, office, on)))


def reveal_features(
    person: Person,
    office: Office,
    layer_name: str,
    keys: Sequence[str],
    fields: Sequence[str],
    *,
    on: dt.date,
    reason: str,
) -> pd.DataFrame:
    """Return masked fields of features in force on a day: key and the fields named, by key.

    For those who may reveal, and for leaders and cadres where they answer on that day. The audit keeps who, which
    features and fields, and why, before a value is returned. Raises NotFoundError, before anything is kept, for a key
    that does not exist for the person, RefusedError for one where he does not answer.
    """
    refuse_unless(person, "read")
    layer = visible_layer(person, office, layer_name)
    _check_reason(person, reason)
    with office.reading(person) as tx:
        rows = registers.features(tx, layer, on=on, keys=keys, reveal=fields)
        seen = cells_seen(person, office, tx, layer, on)
    there = rows if seen is None else rows[rows["cell"].isin(seen)]
    unknown = sorted(set(keys) - set(there["key"]))
    if unknown:
        raise NotFoundError("office.no_feature", layer=layer.name, key=", ".join(unknown), on=on)
    if not may(person, "reveal") and not there["cell"].isin(own_cells(person, office, on)).all():
        raise RefusedError("people.refused", role=person.role, act="reveal")
    detail = {"layer": layer.name, "fields": sorted(fields), "keys": sorted(keys), "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject=layer.name, detail=detail)
    return pd.DataFrame(there[["key", *fields]]).reset_index(drop=True)


def _check_reason(person: Person, reason: str) -> None:
    if person.role not in ANSWERING:
        refuse_unless(person, "reveal")
    if not reason.strip():
        raise ArgumentError("office.reveal_reason")


def _plain(value: object) -> str:
    """Return a value without what two people write differently: width, spaces, capitals; nothing of a null."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  not a number
        return ""
    return "".join(unicodedata.normalize("NFKC", str(value)).split()).casefold()
