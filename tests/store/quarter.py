"""A town with two quarters whose codes begin alike, 1.1 and 1.10, and one row of every scoped table in each."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Table, insert, select

from gridmap.store import grids
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import (
    batch,
    erasure,
    exemption,
    feature,
    issue,
    issue_event,
    issue_feature,
    issue_private,
    ledger_erasure,
    link,
    metadata,
    photo,
    plan,
    plan_route,
    plan_stop,
    private,
    programme,
    programme_issue,
    sheet,
    sheet_stop,
    version,
    version_box,
    visit,
    visit_private,
)
from tests.store.town import NOON, day, no_defects

ONE, TEN, NOWHERE = 1, 2, 3
"""The numbers of the rows that lie in 1.1, in 1.10, and in no cell."""
OWN, OTHER = frozenset({"1.1"}), frozenset({"1.10"})
CELLS: dict[int, str | None] = {ONE: "1.1.1", TEN: "1.10.1", NOWHERE: None}


def _grid() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    codes = ("1", "1.1", "1.1.1", "1.10", "1.10.1")
    levels = ("big", "middle", "small", "middle", "small")
    west, east = shapely.box(113.5, 22, 114.5, 23), shapely.box(114.5, 22, 115.5, 23)
    shapes = [shapely.union_all([west, east]), west, west, east, east]
    frame = gpd.GeoDataFrame(
        {"code": codes, "level": levels, "parent": [None, "1", "1.1", "1", "1.10"], "name": [None] * 5},
        geometry=shapes,
        crs="EPSG:4326",
    )
    above = {"1": ["1"], "1.1": ["1"], "1.1.1": ["1.1", "1"], "1.10": ["1"], "1.10.1": ["1.10", "1"]}
    pairs = [(code, one) for code in codes for one in {code, *above[code]}]
    return frame, pd.DataFrame(pairs, columns=["cell", "ancestor"])


def settle(store: Store) -> None:
    """Fill the town: a batch, a house, a visit, an issue, a plan, a sheet and the like for each of CELLS."""
    with store.writing(EVERYWHERE) as tx:
        frame, closure = _grid()
        grids.publish(
            tx, frame, closure, no_defects(), name="one", valid_from=day(1), territory=None, at=NOON, account="planner"
        )
        tx.connection.execute(insert(programme), {"id": 1, "name": "lamps"})
        for number, cell in CELLS.items():
            _one(tx, number, cell)


def _one(tx: Transaction, number: int, cell: str | None) -> None:
    edition = grids.editions(tx)["id"].tolist()[0]
    by = {"account": "clerk", "recorded_at": NOON}
    rows: list[tuple[Table, dict[str, object]]] = [
        (batch, {"layer": "houses", "file": "f", "digest": "d", "on_day": day(1), "counts": {}, **by}),
        (feature, {"layer": "houses", "key": f"H{number}"}),
        (version, {"feature_id": number, "valid_from": day(1), "batch_id": number, "fields": {}}),
        (private, {"version_id": number, "field": "name", "mark": "personal", "value": '"王"'}),
        (link, {"version_id": number, "edition_id": edition, "part": 0, "code": cell, "how": "x", "differs": False}),
        (erasure, {"feature_id": number, "field": "name", "reason": "r", "account": "clerk", "at": NOON}),
        (visit, _visit(number, cell)),
        (visit_private, {"visit_id": number, "field": "note", "mark": "sensitive", "value": '"said"'}),
        (issue, {"uuid": f"I{number}", "number": f"2015-{number:05}", "cell": cell}),
        (issue_event, _event(number)),
        (issue_feature, {"issue_id": number, "feature_id": number}),
        (issue_private, {"event_id": number, "field": "text", "mark": "personal", "value": "v"}),
        (photo, {"issue_id": number, "digest": "d", "width": 1, "height": 1, "picture": b"", **by}),
        (programme_issue, {"programme_id": 1, "issue_id": number}),
        (ledger_erasure, {"kind": "visit", "uuid": f"V{number}", "field": "note", "reason": "r", **_at()}),
        (exemption, {"duty": "calls", "subject": f"H{number}", "reason": "ill", "valid_from": day(1)}),
        (sheet, {"number": f"2015-{number:04}", "cell": cell, "on_day": day(1), **by}),
        (sheet_stop, {"sheet_id": number, "stop": 1, "feature_id": number}),
        (plan, {"number": f"P2015-{number:04}", "on_day": day(1), "asked": {}, **by}),
        (plan_route, _route(number)),
        (plan_stop, _stop(number, cell)),
    ]
    for table, row in rows:
        key = {"id": number} if "id" in table.c else {}
        tx.connection.execute(insert(table), key | row)
    if tx.connection.dialect.name == "sqlite":
        box = {"id": number, "min_x": 114, "max_x": 114, "min_y": 22.5, "max_y": 22.5}
        tx.connection.execute(insert(version_box), box)


def _at() -> dict[str, object]:
    return {"account": "clerk", "at": NOON}


def _visit(number: int, cell: str | None) -> dict[str, object]:
    return {
        "uuid": f"V{number}",
        "at": NOON,
        "recorded_at": NOON,
        "account": "clerk",
        "lead": "w1",
        "companions": [],
        "feature_id": number,
        "cell": cell,
        "mode": "home",
        "outcome": "met",
        "elsewhere": False,
        "digest": "d",
    }


def _event(number: int) -> dict[str, object]:
    by = {"uuid": f"E{number}", "issue_id": number, "act": "report", "state": "reported", "said": {}}
    return {**by, "at": NOON, "recorded_at": NOON, "account": "clerk"}


def _route(number: int) -> dict[str, object]:
    hours = {name: NOON + dt.timedelta(hours=hour) for hour, name in enumerate(("begin", "finish", "back"))}
    return {"plan_id": number, "cadre": "w1", "start": shapely.Point(114, 22.5), **hours, "metres": 10}


def _stop(number: int, cell: str | None) -> dict[str, object]:
    row = {"plan_id": number, "route_id": number, "position": 1, "feature_id": number, "issue_id": number, "cell": cell}
    return {**row, "priority": 1, "reasons": [], "service": 60, "windows": [], "cadres": [], "locked": False}


def digest(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, by table: what is where after a test."""
    with store.reading(EVERYWHERE) as tx:
        return {
            name: sorted((tuple(row) for row in tx.connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }
