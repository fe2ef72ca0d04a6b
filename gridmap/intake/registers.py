"""Read one register: rows of a layer from a workbook, a csv or a vector file, the good ones apart from the bad."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.errors import ArgumentError, Fault, FaultsError, FileError
from gridmap.grid.crs import WGS84
from gridmap.intake import raw, texts
from gridmap.intake.headers import JOINED_BY, Headers, Match
from gridmap.intake.limits import Limits
from gridmap.intake.listing import Listing, drawn, from_features, from_sheet
from gridmap.intake.locating import Bounds, ask_crs
from gridmap.intake.rows import BESIDE, COORDINATES, Refused, Rows, key_faults
from gridmap.layer import Layer

ANY = "*"
Where = Mapping[str, Collection[str]]
_NO_MAPPING: Mapping[str, str] = MappingProxyType({})
_EVERY_ROW: Where = MappingProxyType({})
_HELD_AS_TEXT = ("text", "day", "choice")
_A_REGISTER_HAS = 2  # a sheet with fewer known headers is another kind of sheet


@dataclass(frozen=True, slots=True)
class Register:
    """What one file holds for one layer.

    `frame` (EPSG:4326) has the good rows: the `given` fields of the layer in their types (text, day and choice as
    object with None, integer as Int64, number as float64 with NaN, boolean as boolean), `cell`, `cell_reason`,
    `sheet`, `row` and `geometry` (None = unplaced). `given` names what the file has, of the fields and of `geometry`,
    `cell`, `cell_reason`; the rest says nothing about what is kept. A row with any fault is not in `frame`: every
    fault is in `faults`, by sheet, row and column, and the row as written in `refused`. `rows` counts the rows read,
    good and bad. `unread` names headers that mean nothing and sheets that are no register. `file` is the bare name,
    `digest` the SHA-256 (hex) of its bytes.
    """

    frame: gpd.GeoDataFrame = field(repr=False)
    faults: tuple[Fault, ...]
    given: tuple[str, ...]
    rows: int
    file: str
    digest: str
    unread: tuple[str, ...]
    refused: tuple[Refused, ...] = field(repr=False)


def read_register(
    path: Path,
    layer: Layer,
    *,
    mapping: Mapping[str, str] = _NO_MAPPING,
    where: Where = _EVERY_ROW,
    crs: str | None = None,
    sheet: str | None = None,
    known: pd.DataFrame | None = None,
    bounds: Bounds | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    also: Callable[[Rows], None] | None = None,
) -> Register:
    """Read the rows of `layer` in a file, and every fault of every row, in one pass.

    `mapping`: headers that the layer does not know, to its fields or `cell`, `cell_reason`, `lon`, `lat`, `wkt`,
    `place_key`; to "" to leave one out; "A + B" joins two columns into one text. `where`: only rows whose text under
    each header is among the given ones ("*": any text). OSM tags are headers only if named in one of the two.
    `sheet`: the one sheet or vector layer to read; else all that have the layer's required headers. `crs`: of the
    coordinates, over what the file states (any of gridmap.grid.crs). `known`: places (EPSG:4326; `key` and/or
    `address`, and `geometry`) which a row without coordinates is joined to, by its `place_key` if the file has one,
    else by its `address`; who is not found stays, unplaced. `bounds`: west, south, east, north of the office in
    degrees, beyond which a place is a fault. `also` looks once more at the rows of each sheet, and may refuse some or
    turn a text of them into something else. Several sheets give the union of their fields; rows of a sheet lacking
    one hold nulls.

    Raises FileError for a file that cannot be read or has no known header, FaultsError if no sheet has every required
    column once, ArgumentError for a mapping, filter or CRS that cannot be used (a CRS is asked for, never guessed).
    """
    headers = Headers(layer, mapping)
    contents = raw.read_contents(path, limits=limits, encoding=encoding, layer=sheet)
    parts = _parts(contents)
    listings = [found for part in parts if (found := _listing(part, headers, where)) is not None]
    if not listings:
        raise FileError("intake.no_header", file=path.name, layer=layer.name, names=", ".join(layer.by_name))
    _check_named(listings, mapping, where)
    chosen, lacking = _choose(listings, headers, where, path.name)
    if known is not None and not any({"place_key", "address"} & set(match.columns) for _, match in chosen):
        raise ArgumentError("intake.nothing_to_join", argument="known", file=path.name)
    read: list[Rows] = []
    for number, (listing, match) in enumerate(chosen):
        rows = Rows(_filtered(listing, where), match, layer, number, path.name)
        rows.read(crs=_crs(rows, crs), known=known, bounds=bounds)
        if also:
            also(rows)
        read.append(rows)
        if progress:
            progress(number + 1, len(chosen))
    key_faults(read, layer)
    return Register(
        frame=_frame(read, layer),
        faults=(*lacking, *_in_order(read)),
        given=tuple(name for name in (*layer.by_name, *BESIDE) if any(name in rows.given for rows in read)),
        rows=sum(len(rows.frame) for rows in read),
        file=path.name,
        digest=contents.digest,
        unread=_unread(chosen, {part.name for part in parts}),
        refused=tuple(one for rows in read for one in rows.refused()),
    )


def _parts(contents: raw.Contents) -> list[raw.Sheet] | list[raw.Features]:
    """Return the sheets, or the drawn feature layers; one alone has no name, as its file tells it."""
    layers = drawn([part for part in contents.parts if isinstance(part, raw.Features)])
    if layers:
        return [replace(layers[0], name="")] if len(layers) == 1 else layers
    return [part for part in contents.parts if isinstance(part, raw.Sheet)]


def _listing(part: raw.Sheet | raw.Features, headers: Headers, where: Where) -> Listing | None:
    if isinstance(part, raw.Sheet):
        return from_sheet(part, headers.target)
    asked = {texts.flat_header(header) for header in where} | headers.mapped()
    return from_features(part, lambda tag: texts.flat_header(tag) in asked)


def _there(listing: Listing) -> dict[str, str]:
    return {texts.flat_header(header): header for header in listing.headers if header}


def _check_named(listings: Iterable[Listing], mapping: Mapping[str, str], where: Where) -> None:
    """Raise ArgumentError for a header that the caller names and no sheet has: a slip that would lose a column."""
    there = {flat: header for listing in listings for flat, header in _there(listing).items()}
    named = [(header, "where") for header in where]
    for header in mapping:
        parts = [header] if texts.flat_header(header) in there else header.split(JOINED_BY)
        named += [(part, "mapping") for part in parts]
    for header, argument in named:
        if texts.flat_header(header) not in there:
            allowed = ", ".join(there.values())
            raise ArgumentError("intake.no_such_header", argument=argument, header=header, headers=allowed)


def _choose(
    listings: list[Listing], headers: Headers, where: Where, file: str
) -> tuple[list[tuple[Listing, Match]], list[Fault]]:
    """Return the listings that are registers of the layer, and the faults of sheets that nearly are."""
    matched = [(one, headers.match(one.headers, file, one.name, shaped=one.shapes is not None)) for one in listings]
    chosen = [
        (one, match)
        for one, match in matched
        if not match.faults and all(texts.flat_header(header) in _there(one) for header in where)
    ]
    if not chosen:
        best = max((match for _, match in matched), key=lambda match: len(match.columns))
        if best.faults:
            raise FaultsError(best.faults)
        raise ArgumentError("intake.no_such_header", argument="where", header=", ".join(where), headers=best.unread)
    lacking = [fault for _, match in matched if len(match.columns) >= _A_REGISTER_HAS for fault in match.faults]
    return chosen, lacking


def _unread(chosen: list[tuple[Listing, Match]], sheets: set[str]) -> tuple[str, ...]:
    several = len(sheets) > 1
    headers = [f"{one.name}!{header}" if several else header for one, match in chosen for header in match.unread]
    return (*headers, *sorted(sheets - {one.name for one, _ in chosen}))


def _filtered(listing: Listing, where: Where) -> Listing:
    kept = np.ones(len(listing.rows), dtype=np.bool_)
    flats = [texts.flat_header(header) for header in listing.headers]
    for header, values in where.items():
        held = listing.columns[flats.index(texts.flat_header(header))].texts
        among = texts.as_mask(pc.is_in(held, value_set=pa.array(sorted(values), pa.string())))
        kept &= texts.filled(held) if ANY in values else among
    return listing.take(kept)


def _crs(rows: Rows, crs: str | None) -> str | None:
    """Return the CRS of the coordinates of a listing, None if it has none."""
    held = [texts.filled(rows.sources[target].column.texts).any() for target in COORDINATES if target in rows.sources]
    shapes = rows.listing.shapes
    placed = any(held) or (shapes is not None and any(one is not None for one in shapes))
    return ask_crs(crs, rows.listing.crs, rows.file) if placed else None


def _in_order(parts: Iterable[Rows]) -> list[Fault]:
    found = sorted((one for rows in parts for one in rows.found), key=lambda one: one.at)
    return [one.fault for one in found]


def _frame(parts: list[Rows], layer: Layer) -> gpd.GeoDataFrame:
    good = [rows.frame[~rows.wrong] for rows in parts]
    frame = pd.concat(good, ignore_index=True)
    fields = [one.name for one in layer.fields if one.name in frame.columns]
    frame = frame[[*fields, "cell", "cell_reason", "sheet", "row", "geometry"]]
    texts_of = [one.name for one in layer.fields if one.name in frame.columns and one.type in _HELD_AS_TEXT]
    for name in (*texts_of, "cell", "cell_reason", "sheet"):
        held = frame[name].astype(object)
        frame[name] = held.where(held.notna(), None)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)
