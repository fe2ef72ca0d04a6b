"""A quay of three small cells in one big one, as a map page shows it; and the same with hostile names everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.gaps.shape import gap_frame
from gridmap.layer import Field, Layer, Style
from gridmap.maps.pages.page import Page

CRS = "EPSG:4547"
EAST, NORTH = 548_000, 2_498_000
HOSTILE = """</script><img src=x onerror="alert(1)"><svg onload=alert(2)>'"{{7*7}}<b>"""
SHOPS = Layer(
    "shops",
    "商店",
    "shops",
    "point",
    "id",
    (
        Field("id", "编号", "id", required=True),
        Field("name", "名称", "name"),
        Field("owner", "店主", "owner", mark="personal"),
        Field("telephone", "电话", "telephone", mark="sensitive"),
    ),
    Style("#117733", "square"),
)


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100)


def quay_page() -> Page:
    """Big cell 1, small cells 101 (Wang), 102 (Li, for the cell above), 103 (nobody); three shops, two gaps."""
    cells = gpd.GeoDataFrame(
        {
            "code": ["1", "101", "102", "103"],
            "level": ["big", "small", "small", "small"],
            "parent": [None, "1", "1", "1"],
            "name": ["较场尾", "码头", "市场", None],
            "answers": ["李芳", "王强", "李芳", None],
            "since": ["2015-01-01", "2015-02-01", "2015-01-01", None],
            "attended": [True, True, False, False],
            "load": [60, 10, 20, 30],
            "covered": [50, 10, 10, 30],
            "eligible": [60, 10, 20, 30],
        },
        geometry=[box(0, 300), box(0, 100), box(100, 200), box(200, 300)],
        crs=CRS,
    )
    shops = gpd.GeoDataFrame(
        {"id": ["s1", "s2", "s3"], "name": ["a lamp shop", "海边小店", None], "cell": ["101", "103", "102"]},
        geometry=[shapely.Point(EAST + 50, NORTH + 20), shapely.Point(EAST + 250, NORTH + 20), None],
        crs=CRS,
    )
    road = shapely.LineString([(EAST + 110, NORTH + 80), (EAST + 190, NORTH + 80)])
    columns = {
        "kind": ["unattended_cell", "dark_road"],
        "subject": ["103", "r1"],
        "small": ["103", "102"],
        "middle": [None, None],
        "big": ["1", "1"],
        "measure": [30.0, 80.0],
        "unit": ["features", "m"],
        "since": ["2015-11-01", "2015-12-01"],
        "responsible": [None, "c2"],
        "reason": ["gaps.no_head", "as somebody wrote it"],
        "inputs": [{"code": "103", "features": 30}, {}],
        "geometry": [box(200, 300), road],
    }
    kept = {name: pd.Series(column, dtype=object) for name, column in columns.items()}
    gaps = gap_frame(kept | {"geometry": columns["geometry"]}, cells.crs)
    gaps["responsible_name"] = [None, "李芳"]
    return Page(
        title="较场尾：1 个网格无人负责",
        lang="zh",
        on=dt.date(2015, 12, 31),
        cells=cells,
        features={"shops": (SHOPS, shops)},
        gaps=gaps,
        instant=dt.datetime(2015, 12, 31, 18, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        source="quay, edition 1",
        made_up=True,
    )


def hostile_page() -> Page:
    """The quay, with hostile text wherever somebody else's text can stand."""
    page = quay_page()
    assert page.gaps is not None
    layer, shops = page.features["shops"]
    hostile_layer = replace(layer, zh=HOSTILE, en=HOSTILE)
    return replace(
        page,
        title=HOSTILE,
        source=HOSTILE,
        covered=HOSTILE,
        cells=page.cells.assign(name=HOSTILE, answers=HOSTILE, since=HOSTILE, todo=HOSTILE),
        features={"shops": (hostile_layer, shops.assign(id=[f"{n}{HOSTILE}" for n in range(3)], name=HOSTILE))},
        gaps=page.gaps.assign(subject=HOSTILE, reason=HOSTILE, responsible_name=HOSTILE, since=HOSTILE),
    )
