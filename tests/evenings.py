"""Two routes along a lane as maps show them, with a stop left out; and the same with hostile names everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.maps.routes import RouteMap
from tests.pages import CRS, EAST, HOSTILE, NORTH, box

ZONE = dt.timezone(dt.timedelta(hours=8))


def spot(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def clock(hour: int, minute: int) -> pd.Timestamp:
    return pd.Timestamp(dt.datetime(2015, 3, 12, hour, minute, tzinfo=ZONE))


def lane() -> RouteMap:
    """Wang calls at three places, two of them at one door; Li at one, his way is not shown; one stop is left out."""
    ways = [shapely.LineString([spot(10, 10), spot(250, 10), spot(250, 90), spot(10, 10)]), None]
    routes = gpd.GeoDataFrame(
        {
            "id": [4, 5],
            "who": ["王强", "李芳"],
            "companion": ["赵二", None],
            "begin": [clock(19, 0), clock(19, 0)],
            "back": [clock(20, 10), clock(19, 30)],
            "metres": [580, 120],
            "start": pd.Series([spot(10, 10), None], dtype=object),
            "part": [False, True],
        },
        geometry=ways,
        crs=CRS,
    )
    none = [None] * 5
    stops = gpd.GeoDataFrame(
        {
            "route": pd.Series([4, 4, 4, 5, None], dtype="Int64"),
            "position": pd.Series([1, 2, 3, 2, None], dtype="Int64"),
            "what": [{"zh": "商店", "en": "shops"}] * 5,
            "key": ["s1", "s2", "s3", "s4", "s5"],
            "issue": [None, "2015-00007", None, None, None],
            "cell": ["码头", "码头", "市场", "市场", None],
            "priority": [15, 20, 15, 15, 8],
            "why": [{"zh": ["十五分"], "en": ["fifteen points"]}] * 5,
            "arrive": pd.Series([clock(19, 5), clock(19, 20), clock(19, 40), clock(19, 10), pd.NaT]),
            "leave": pd.Series([clock(19, 15), clock(19, 30), clock(19, 50), clock(19, 20), pd.NaT]),
            "left_out": pd.Series([*none[:4], "outbid"], dtype=object),
            "left_why": pd.Series([*none[:4], {"zh": "九十秒", "en": "ninety seconds"}], dtype=object),
        },
        geometry=[spot(250, 10), spot(250, 10), spot(250, 90), spot(150, 50), spot(60, 80)],
        crs=CRS,
    )
    cells = gpd.GeoDataFrame(
        {"code": ["1", "101", "102"], "level": ["big", "small", "small"], "name": ["较场尾", "码头", None]},
        geometry=[box(0, 300), box(0, 150), box(150, 300)],
        crs=CRS,
    )
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString([spot(0, 10), spot(300, 10)])], crs=CRS)
    return RouteMap(
        "今晚两条路线", "zh", dt.date(2015, 3, 12), routes, stops, cells, roads, source="plan P2015-0001", made_up=True
    )


def hostile_lane() -> RouteMap:
    """The lane, with hostile text wherever somebody else's text can stand."""
    scene = lane()
    said = dict.fromkeys(("zh", "en"), HOSTILE)
    stops = scene.stops.assign(
        key=HOSTILE,
        issue=HOSTILE,
        cell=HOSTILE,
        what=[said] * 5,
        why=[{lang: [HOSTILE] for lang in said}] * 5,
        left_why=pd.Series([*[None] * 4, said], dtype=object),
    )
    routes = scene.routes.assign(who=HOSTILE, companion=HOSTILE)
    cells = scene.cells.assign(name=HOSTILE)
    return replace(scene, title=HOSTILE, source=HOSTILE, stops=stops, routes=routes, cells=cells)


def evening_of(routes: int) -> RouteMap:
    """The lane's evening, its first route and stops repeated for so many people."""
    one = lane()
    stops = one.stops[one.stops["route"].eq(4).fillna(value=False).to_numpy(dtype=bool)]
    return replace(
        one,
        routes=gpd.GeoDataFrame(
            pd.concat([one.routes.iloc[[0]].assign(id=at) for at in range(routes)], ignore_index=True)
        ),
        stops=gpd.GeoDataFrame(pd.concat([stops.assign(route=at) for at in range(routes)], ignore_index=True)),
    )
