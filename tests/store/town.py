"""A small town for the tests of the store: two layers, a grid of two cells, and files as frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.layer import Choice, Field, Layer, Style
from gridmap.store import batches, changes, grids, registers
from gridmap.store.engine import Transaction

NOON = dt.datetime(2015, 3, 1, 4, tzinfo=dt.UTC)
SECRET = "王小明"

HOUSES = Layer(
    "houses",
    "户",
    "houses",
    "point",
    "code",
    (
        Field("code", "编号", "code", required=True),
        Field("address", "地址", "address"),
        Field("people", "人数", "people", "integer"),
        Field("rent", "租金", "rent", "number", unit="yuan"),
        Field("lived_in", "居住", "lived in", "boolean"),
        Field("kind", "类型", "kind", "choice", choices=(Choice("flat", "楼", "flat"), Choice("hut", "屋", "hut"))),
        Field("since", "起", "since", "day"),
        Field("name", "户主", "name", mark="personal"),
        Field("age", "年龄", "age", "integer", mark="personal"),
        Field("poor", "困难", "poor", "boolean", mark="sensitive"),
        Field("born", "出生", "born", "day", mark="personal"),
        Field("debt", "欠款", "debt", "number", mark="sensitive"),
    ),
    Style("#336699"),
)
ROADS = Layer(
    "roads",
    "道路",
    "roads",
    "line",
    "code",
    (Field("code", "编号", "code", required=True), Field("class", "等级", "class")),
    Style("#999999", "line"),
)
DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
LINK_COLUMNS = ("row", "edition_id", "part", "code", "how", "nearest", "distance_m", "length_m", "differs")


def day(number: int) -> dt.date:
    """The `number`-th day of 2015, from 1."""
    return dt.date(2015, 1, 1) + dt.timedelta(days=number - 1)


def file(
    rows: Sequence[Mapping[str, object]],
    layer: Layer = HOUSES,
    places: Sequence[BaseGeometry | None] | None = None,
    crs: str = "EPSG:4326",
) -> gpd.GeoDataFrame:
    """The frame of a file with these rows, in the types of the layer; `row` counts from 2, as below a header."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {}
    for name in names:
        one = layer.by_name.get(name)
        dtype = DTYPES.get(one.type, "object") if one else "object"
        columns[name] = pd.Series([row.get(name) for row in rows], dtype=dtype)
    columns |= {"sheet": pd.Series(["一"] * len(rows), dtype=object), "row": pd.Series(range(2, len(rows) + 2))}
    shapes = np.array([None] * len(rows) if places is None else list(places), dtype=object)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def given(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """What the frame gives: its columns, and its geometry if any row has one."""
    names = [name for name in frame.columns if name not in ("sheet", "row", "geometry")]
    return (*names, *([] if shapely.is_missing(frame.geometry.to_numpy()).all() else ["geometry"]))


def link(row: int, edition: int, code: str | None, *, part: int = 0, length: float | None = None) -> dict[str, object]:
    """One link, as the office makes it."""
    how = "outside" if code is None else "inside"
    values = (row, edition, part, code, how, None if code else "C1", None if code else 12.5, length, False)
    return dict(zip(LINK_COLUMNS, values, strict=True))


def links_of(tx: Transaction, rows: gpd.GeoDataFrame, on: dt.date) -> pd.DataFrame:
    """Links of points in every edition from a day on; of a row without a place, the cell that its register tells."""
    links = []
    for edition in grids.overlapping(tx, on, None):
        small = grids.cells(tx, edition.id).query("level == 'small'")
        for row, (place, told) in enumerate(zip(rows.geometry, rows["cell"], strict=True)):
            codes = [told] if place is None else small.loc[small.intersects(place), "code"].tolist()
            links.append(link(row, edition.id, codes[0] if codes else None))
    return pd.DataFrame(links, columns=list(LINK_COLUMNS))


def bring_in(
    tx: Transaction,
    frame: gpd.GeoDataFrame,
    on: dt.date,
    layer: Layer = HOUSES,
    *,
    clear: bool = False,
    complete: bool = False,
    links: pd.DataFrame | None = None,
) -> tuple[int, changes.Plan]:
    """Import a frame as the office does; returns the batch and its plan."""
    plan = changes.plan(
        registers.current(tx, layer), frame, layer, given=given(frame), on=on, clear=clear, complete=complete
    )
    batch = batches.new_batch(
        tx, layer=layer.name, file="houses.xlsx", digest="0" * 64, on=on, at=NOON, account="clerk"
    )
    links = links_of(tx, plan.rows(), on) if links is None else links
    batches.apply(tx, layer, plan, links, batch_id=batch, on=on)
    batches.set_counts(tx, batch, plan.counts())
    return batch, plan


def cells(codes: Sequence[str] = ("C1", "C2"), root: str = "C") -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A big cell cut into small ones from west to east, a degree each, and its closure."""
    boxes = [shapely.box(113.5 + i, 22, 114.5 + i, 23) for i in range(len(codes))]
    frame = gpd.GeoDataFrame(
        {
            "code": [root, *codes],
            "level": ["big", *("small" for _ in codes)],
            "parent": [None, *(root for _ in codes)],
            "name": ["大鹏", *(None for _ in codes)],
        },
        geometry=[shapely.union_all(boxes), *boxes],
        crs="EPSG:4326",
    )
    pairs = [(code, code) for code in (root, *codes)] + [(code, root) for code in codes]
    return frame, pd.DataFrame(pairs, columns=["cell", "ancestor"])


def no_defects() -> gpd.GeoDataFrame:
    """A list of defects with nothing in it."""
    names = ("kind", "level", "code", "other", "measure", "unit")
    return gpd.GeoDataFrame({name: [] for name in names}, geometry=[], crs="EPSG:4326")


def publish(tx: Transaction, valid_from: dt.date, name: str = "first", codes: Sequence[str] = ("C1", "C2")) -> int:
    """Publish the grid of `cells`; returns its number."""
    frame, closure = cells(codes)
    return grids.publish(
        tx, frame, closure, no_defects(), name=name, valid_from=valid_from, territory=None, at=NOON, account="planner"
    )
