"""Where an issue is: a point, features, a cell or an address become a point and a cell of its day."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import geopandas as gpd
import shapely

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.office.issue_desk import Desk
from gridmap.people.access import ANSWERING, may
from gridmap.store import registers
from gridmap.store.issues import stood
from gridmap.store.visits import places

Feature = tuple[str, str]
_ADDRESS = "address"


class Placed(Protocol):
    """What says where it is."""

    @property
    def lon(self) -> float | None:
        """Degrees east."""

    @property
    def lat(self) -> float | None:
        """Degrees north."""

    @property
    def features(self) -> Sequence[Feature]:
        """The features it stands for: (layer, key)."""

    @property
    def cell(self) -> str | None:
        """A cell of any level."""

    @property
    def address(self) -> str:
        """An address as somebody said it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point (EPSG:4326, null where unplaced), the cell of that day (null in none), the features."""

    point: shapely.Point | None = field(default=None, repr=False)
    cell: str | None = None
    features: tuple[Feature, ...] = ()


def places_of(desk: Desk, asked: Sequence[tuple[Placed, str]]) -> list[Place]:
    """Return the place of each report beside its local day (ISO text), all in a few queries.

    The first of these that is given decides: the point; the first feature (a point in it, and the cell that it is
    linked to); the cell; an address that is the public address of exactly one place. The features stay in any case.
    What is not found on the map stays without a point. Raises ArgumentError for a point that is none, NotFoundError
    for a feature that was not kept on the day or does not exist for the person, and for a cell that its grid does not
    have.
    """
    known: dict[str, Mapping[str, list[Feature]]] = {}
    found = [_addressed(desk, one, day, known) for one, day in asked]
    points = [_point(one) for one, _ in asked]
    cells = _cells_at(desk, points, [day for _, day in asked])
    at_features = _at_features(desk, [(features, day) for (features, (_, day)) in zip(found, asked, strict=True)])
    placed = []
    for row, (one, day) in enumerate(asked):
        features = found[row]
        if points[row] is not None:
            placed.append(Place(points[row], cells[row], features))
        elif features:
            point, cell = at_features[features[0], day]
            placed.append(Place(point, cell or one.cell, features))
        else:
            placed.append(Place(None, _known_cell(desk, one.cell, day), ()))
    return placed


def _point(one: Placed) -> shapely.Point | None:
    if one.lon is None and one.lat is None:
        return None
    if one.lon is None or one.lat is None or not (abs(one.lon) <= 180 and abs(one.lat) <= 90):
        raise ArgumentError("office.no_place", lon=one.lon, lat=one.lat)
    return shapely.Point(one.lon, one.lat)


def _cells_at(desk: Desk, points: Sequence[shapely.Point | None], days: Sequence[str]) -> dict[int, str | None]:
    """Return the small cell of each point on its day, one look-up an edition."""
    rows: dict[int, list[int]] = {}
    for row, (point, day) in enumerate(zip(points, days, strict=True)):
        edition = desk.edition_on(day) if point is not None else None
        if edition is not None:
            rows.setdefault(edition, []).append(row)
    cells: dict[int, str | None] = {}
    for edition, held in rows.items():
        grid = desk.office.grid(desk.tx, edition)
        codes = grid.link(gpd.GeoSeries([points[row] for row in held], crs=4326), desk.office.settings.snap_m)
        cells |= {
            row: code if isinstance(code, str) else None for row, code in zip(held, codes.astype(object), strict=True)
        }
    return {row: cells.get(row) for row in range(len(points))}


def _at_features(
    desk: Desk, asked: Iterable[tuple[tuple[Feature, ...], str]]
) -> dict[tuple[Feature, str], tuple[shapely.Point | None, str | None]]:
    """Return the point and cell of each feature on the day asked. NotFoundError for one that was not kept then."""
    wanted = {(feature, day): None for features, day in asked for feature in features}
    keys: dict[str, set[str]] = {}
    for (layer, key), _ in wanted:
        keys.setdefault(desk.office.layers[layer].name, set()).add(key)
    stands = {layer: stood(desk.tx, layer, held) for layer, held in keys.items()}
    links = {layer: places(desk.tx, layer, held) for layer, held in keys.items()}
    found = {}
    for (layer, key), day in wanted:
        one = next((one for one in stands[layer].get(key, ()) if one.begin <= day < one.end), None)
        cell = next((at.cell for at in links[layer].get(key, ()) if at.cell and at.begin <= day < at.end), None)
        if one is None or not _exists(desk, layer, cell, day):
            raise NotFoundError("office.no_feature", layer=layer, key=key, on=day)
        found[(layer, key), day] = (one.point, cell)
    return found


def _exists(desk: Desk, layer: str, cell: str | None, day: str) -> bool:
    """Return whether a feature of a layer in a cell exists for the person of the desk: a sensitive one not for all."""
    if not desk.office.layers[layer].sensitive or may(desk.person, "reveal"):
        return True
    there = desk.belonging_on(day)
    posted = frozenset() if there is None else there.posted.get(cell or "", ())
    return desk.person.role in ANSWERING and desk.person.cadre in posted


def _known_cell(desk: Desk, cell: str | None, day: str) -> str | None:
    grid = desk.grid(day)
    if cell is not None and (grid is None or cell not in set(grid.cells["code"])):
        raise NotFoundError("store.unknown_cell", cell=cell, on=day)
    return cell


def _addressed(desk: Desk, one: Placed, day: str, known: dict[str, Mapping[str, list[Feature]]]) -> tuple[Feature, ...]:
    """Return the features said, else the one whose public address is the address said."""
    features = tuple((layer, key) for layer, key in dict.fromkeys(map(tuple, one.features)))
    if features or not one.address.strip() or one.lon is not None or one.cell is not None:
        return features
    if day not in known:
        known[day] = _addresses_on(desk, day)
    matching = known[day].get(_plain(one.address), ())
    return tuple(matching) if len(matching) == 1 else ()


def _addresses_on(desk: Desk, day: str) -> Mapping[str, list[Feature]]:
    """Return the features that are on the map under a public address on a day, by address."""
    found: dict[str, list[Feature]] = {}
    for layer in desk.office.layers.values():
        if layer.sensitive or _ADDRESS not in layer.named("public"):
            continue
        kept = registers.features(desk.tx, layer, on=dt.date.fromisoformat(day))
        for key, address in zip(kept["key"], kept[_ADDRESS], strict=True):
            if isinstance(address, str):
                found.setdefault(_plain(address), []).append((layer.name, key))
    return found


def _plain(address: str) -> str:
    """Return an address without what two people write differently: width, spaces, capitals."""
    return "".join(unicodedata.normalize("NFKC", address).split()).casefold()
