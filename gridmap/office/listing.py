"""Errand: the rows of a register on a day, masked unless a personal field is revealed with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridmap.errors import ArgumentError, RefusedError
from gridmap.layer import Layer
from gridmap.office.auditing import note
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless
from gridmap.people.person import Person
from gridmap.store import links, registers


def list_features(
    person: Person,
    office: Office,
    layer_name: str,
    *,
    on: dt.date,
    under: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    reveal: Sequence[str] = (),
    reason: str = "",
) -> gpd.GeoDataFrame:
    """Return the features of a layer in force on a day, by key; EPSG:4326, unplaced ones with null geometry.

    `under` keeps those linked below a cell of any level, `bbox` (west, south, east, north; degrees) those in a box.
    Fields marked personal or sensitive are absent unless named in `reveal`, which needs a `reason`: that is kept in the
    audit before a value is returned. A sensitive layer exists only for those who may reveal.
    """
    refuse_unless(person, "read")
    layer = _visible_layer(person, office, layer_name)
    if reveal:
        refuse_unless(person, "reveal")
        if not reason.strip():
            raise ArgumentError("office.reveal_reason")
    with office.store.reading() as tx:
        rows = registers.features(tx, layer, on=on, reveal=reveal, bbox=bbox, under=under)
    if reveal:
        _note_reveal(person, office, layer, reveal, reason)
    return rows


def list_links(person: Person, office: Office, layer_name: str, *, on: dt.date) -> pd.DataFrame:
    """Return how each feature of a layer is linked on a day: key, part, code, how, nearest, distance_m, length_m."""
    refuse_unless(person, "read")
    layer = _visible_layer(person, office, layer_name)
    with office.store.reading() as tx:
        return links.links(tx, layer, on=on)


def tally(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return what is kept on a day, a row a layer: layer, features, placed, linked."""
    refuse_unless(person, "read")
    with office.store.reading() as tx:
        counts = registers.tally(tx, on=on)
    hidden = [layer.name for layer in office.layers.values() if layer.sensitive and not may(person, "reveal")]
    return counts[~counts["layer"].isin(hidden)].reset_index(drop=True)


def _visible_layer(person: Person, office: Office, layer_name: str) -> Layer:
    layer = office.layers[layer_name]
    if layer.sensitive and not may(person, "reveal"):
        raise RefusedError("people.refused", role=person.role, act="reveal")
    return layer


def _note_reveal(person: Person, office: Office, layer: Layer, names: Sequence[str], reason: str) -> None:
    """Keep in the audit who reveals what and why: it is committed before a value is handed on."""
    detail = {"layer": layer.name, "fields": sorted(names), "reason": reason.strip()}
    with office.store.writing() as tx:
        note(tx, person, action="reveal", subject=layer.name, detail=detail)
