"""A page of a collection's rows: which rows a request asks for, in which order, in which system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import shapely
from fastapi import Request

from api.access.asking import Asking
from api.paging import Page, Paging, records
from api.standards.ogc_asked import READERS, box, equal, in_box, in_filter, in_time, interval, properties
from api.standards.ogc_crs import Box, System, system, systems
from gridmap.errors import ArgumentError, NotFoundError
from gridmap.office.collected import bounds, collected
from gridmap.office.collections import Collection

MOST = 10_000
# What a request may say beside the names of properties.
PARAMETERS = frozenset(
    {"bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "limit", "after", "sortby"}
    | {"on", "as_of", "cell", "f", "lang"}
)


@dataclass(frozen=True, slots=True)
class Query:
    """What stands in the address of a page of rows, as it stands there."""

    on: dt.date | None = None
    as_of: dt.datetime | None = None
    cell: str | None = None
    bbox: str | None = None
    bbox_crs: str | None = None
    crs: str | None = None
    datetime: str | None = None
    filter: str | None = None
    filter_lang: str = "cql2-text"
    filter_crs: str | None = None
    limit: int = 100
    after: str | None = None
    sortby: str | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """A page of rows, as asked for: `shapes` as GeoJSON, one a row of `page`."""

    page: Page
    shapes: list[Any]
    system: System
    on: dt.date


def kinds_of(wanted: Collection) -> dict[str, str]:
    """Return the kind of each property that may be asked for, the place among them."""
    return {one.name: one.type for one in wanted.columns} | {"geometry": "shape"}


def offered(asked: Asking) -> tuple[Box | None, dict[str, System]]:
    """Return the box of the office today (null: it has no grid yet), and the systems that are offered."""
    try:
        there = bounds(asked.person, asked.office, on=asked.office.clock.today())
    except NotFoundError:
        there = None
    return there, systems(there)


def rows_of(request: Request, asked: Asking, wanted: Collection, query: Query) -> Rows:
    """Return the page of rows that is asked for. Raises ArgumentError for what cannot be asked."""
    kinds = kinds_of(wanted)
    by_value = properties(request.query_params, PARAMETERS, kinds)
    span = interval(query.datetime)
    on = query.on or (asked.office.clock.today() if span is None else span.day(asked))
    _, there = offered(asked)
    given, boxed, filtered = (
        system(uri, there, name)
        for uri, name in ((query.crs, "crs"), (query.bbox_crs, "bbox-crs"), (query.filter_crs, "filter-crs"))
    )
    within = box(query.bbox, boxed)
    tests = [equal(by_value, kinds)] if by_value else []
    if query.filter is not None:
        tests.append(READERS[query.filter_lang](query.filter))
    person, office = asked.person, asked.office
    rows = collected(person, office, wanted.name, on=on, as_of=query.as_of, under=query.cell, lang=asked.lang)
    keep = np.ones(len(rows), dtype=bool)
    if within is not None:
        keep &= in_box(rows, within, boxed)
    if span is not None:
        keep &= in_time(rows, wanted, asked, span)
    for test in tests:
        keep &= in_filter(rows, kinds, asked, test, filtered)
    return _page(request, rows[keep], query, given, on)


def _page(request: Request, rows: gpd.GeoDataFrame, query: Query, given: System, on: dt.date) -> Rows:
    sort = None if query.sortby is None else query.sortby.strip().removeprefix("+")
    paging = Paging(request, min(query.limit, MOST), query.after, sort)
    page = paging.of(rows, key="id")
    at = rows.set_index("id").index.get_indexer([item["id"] for item in page.items])
    return Rows(page, _geojson(rows.iloc[at], given), given, on)


def _geojson(rows: gpd.GeoDataFrame, given: System) -> list[Any]:
    shapes = shapely.orient_polygons(rows.geometry.to_numpy(dtype=object))
    texts = shapely.to_geojson(given.given(shapes)).tolist()
    return [None if text is None else orjson.Fragment(text) for text in texts]


def row_of(asked: Asking, wanted: Collection, name: str, query: Query) -> tuple[Mapping[str, Any], Any, System]:
    """Return a row by its name: its properties, its place as GeoJSON, its system. Raises NotFoundError for none."""
    on = query.on or asked.office.clock.today()
    given = system(query.crs, offered(asked)[1], "crs")
    rows = collected(asked.person, asked.office, wanted.name, on=on, as_of=query.as_of, lang=asked.lang)
    found = rows[rows["id"] == name]
    if found.empty:
        raise NotFoundError("api.no_item", on=on.isoformat())
    return records(found.drop(columns="geometry"))[0], _geojson(found, given)[0], given


def parameters(query: Mapping[str, str], known: frozenset[str]) -> None:
    """Raise ArgumentError for a parameter that there is not."""
    if set(query) - known:
        raise ArgumentError("api.ogc_parameter", allowed=", ".join(sorted(known)))
