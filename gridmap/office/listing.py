"""Errand: the rows of a register on a day, masked unless a personal field is revealed with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridmap.errors import ArgumentError, RefusedError
from gridmap.layer import Layer
from gridmap.office.answering import answers_on
from gridmap.office.auditing import note
from gridmap.office.wiring import Office
from gridmap.people.access import cells_in_scope, may, refuse_unless, responsible_cells, sees
from gridmap.people.person import Person
from gridmap.store import grids, links, registers
from gridmap.store.engine import Transaction


def list_features(
    person: Person,
    office: Office,
    layer_name: str,
    *,
    on: dt.date,
    under: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    keys: Sequence[str] | None = None,
    reveal: Sequence[str] = (),
    reason: str = "",
) -> gpd.GeoDataFrame:
    """Return the features of a layer in force on a day, by key; EPSG:4326, unplaced ones with null geometry.

    `under` keeps those linked below a cell of any level, `bbox` (west, south, east, north; degrees) those in a box,
    `keys` those of these keys.
    Fields marked personal or sensitive are absent unless named in `reveal`, which needs a `reason`: that is kept in the
    audit before a value is returned. A person with a scope sees what is linked in it. A sensitive layer exists only for
    those who may reveal, and for leaders and cadres where they answer on that day.
    """
    refuse_unless(person, "read")
    layer = visible_layer(person, office, layer_name)
    if reveal:
        refuse_unless(person, "reveal")
        if not reason.strip():
            raise ArgumentError("office.reveal_reason")
    with office.reading(person) as tx:
        rows = registers.features(tx, layer, on=on, reveal=reveal, bbox=bbox, under=under, keys=keys)
        seen = cells_seen(person, office, tx, layer, on)
    rows = rows if seen is None else rows[rows["cell"].isin(seen)].reset_index(drop=True)
    if reveal:
        _note_reveal(person, office, layer, reveal, reason)
    return rows


def list_links(person: Person, office: Office, layer_name: str, *, on: dt.date) -> pd.DataFrame:
    """Return how each feature of a layer is linked on a day: key, part, code, how, nearest, distance_m, length_m."""
    refuse_unless(person, "read")
    layer = visible_layer(person, office, layer_name)
    with office.reading(person) as tx:
        rows = links.links(tx, layer, on=on)
        seen = cells_seen(person, office, tx, layer, on)
    return rows if seen is None else rows[rows["code"].isin(seen)].reset_index(drop=True)


def tally(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return what is kept on a day, a row a layer: layer, features, placed, linked."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        counts = registers.tally(tx, on=on)
    hidden = [layer.name for layer in office.layers.values() if layer.sensitive and not may(person, "reveal")]
    return counts[~counts["layer"].isin(hidden)].reset_index(drop=True)


def visible_layer(person: Person, office: Office, layer_name: str) -> Layer:
    """Return the layer if it exists for `person` somewhere: for whom it is sensitive, `cells_seen` says where."""
    layer = office.layers[layer_name]
    if not sees(layer, person, responsible=person.cadre is not None):
        raise RefusedError("people.refused", role=person.role, act="reveal")
    return layer


def cells_seen(person: Person, office: Office, tx: Transaction, layer: Layer, on: dt.date) -> frozenset[str] | None:
    """Return the cells whose features exist for `person` on a day; null: all, and what is in no cell too."""
    answering = layer.sensitive and not may(person, "reveal")
    if person.scope is None and not answering:
        return None
    edition = grids.edition_on(tx, on)
    if edition is None:
        return frozenset()
    closure = office.grid(tx, edition.id).closure()
    seen = cells_in_scope(person, closure)
    if answering:
        seen &= responsible_cells(person, answers_on(office, tx, edition.id, on), closure)
    return seen


def _note_reveal(person: Person, office: Office, layer: Layer, names: Sequence[str], reason: str) -> None:
    """Keep in the audit who reveals what and why: it is committed before a value is handed on."""
    detail = {"layer": layer.name, "fields": sorted(names), "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject=layer.name, detail=detail)
