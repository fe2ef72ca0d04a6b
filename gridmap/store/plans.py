"""Plans as kept: who goes where on an evening, in which order, why, and what was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import func, insert, select, update

from gridmap.errors import ConflictError, NotFoundError
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import CRS, insert_one, instants, last_count, objects, raw, text, to_frame, turned
from gridmap.store.tables import feature, issue, plan, plan_route, plan_stop, sheet, version


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of a plan: a feature, an issue or both, at a place (EPSG:4326; null = it has none).

    `reasons`: code, points and inputs of each. `windows`: local seconds of the day, half-open. `cadres` who may go,
    `days` on which days each of them may (none = on any of the plan). `times`: arrive, begin, leave (aware; null = left
    out). `left_out`: code and inputs of the reason.
    """

    layer: str | None
    key: str | None
    issue: str | None
    cell: str | None
    place: shapely.Point | None
    priority: int
    reasons: Sequence[Mapping[str, object]] = field(repr=False)
    service: int
    windows: Sequence[tuple[int, int]] = field(repr=False)
    cadres: Sequence[str]
    times: tuple[dt.datetime, dt.datetime, dt.datetime] | None = None
    left_out: Mapping[str, object] | None = None
    locked: bool = False
    days: Mapping[str, Sequence[dt.date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """The evening of a cadre: where it starts, from when to when, when it is back, its metres, ground and stops."""

    cadre: str
    start: shapely.Point
    begin: dt.datetime
    finish: dt.datetime
    back: dt.datetime
    metres: int
    ground: shapely.Geometry | None
    stops: Sequence[PlannedStop]
    companion: str | None = None


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it was kept.

    `routes`: id, cadre, companion, begin, finish, back (UTC), metres, start (Point), sheet (its number; null = not
    printed) and geometry. `stops`: route (null = left out), position from 1, layer, key, issue (number), cell,
    priority, reasons, service, windows, cadres, days (by cadre; empty = any of the plan), arrive, begin, leave (UTC),
    left_out, locked and geometry.
    """

    number: str
    on: dt.date
    recorded_at: dt.datetime
    account: str
    asked: Mapping[str, Any]
    replaces: str | None
    routes: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame


def keep_plan(
    tx: Transaction,
    routes: Sequence[PlannedRoute],
    left: Sequence[PlannedStop],
    *,
    on: dt.date,
    asked: Mapping[str, object],
    at: dt.datetime,
    account: str,
    replaces: str | None = None,
) -> str:
    """Keep a plan for the day `on`, made at `at` (aware), and return its number ("P2015-0001", counted by year).

    `asked`: how it was asked for. `replaces`: the number of the plan that it takes the place of. Raises NotFoundError
    for an unknown plan, feature or issue.
    """
    made = insert_one(
        tx.connection,
        plan,
        {
            "number": _next(tx, on),
            "on_day": on,
            "recorded_at": at,
            "account": account,
            "asked": dict(asked),
            "replaces": None if replaces is None else _id_of(tx, replaces),
        },
    )
    every = [*left, *(stop for route in routes for stop in route.stops)]
    ids = _Ids(_features(tx, every), _issues(tx, every))
    rows = [_stop_row(stop, ids, made, None, None) for stop in left]
    for route in routes:
        values = {
            "plan_id": made,
            "cadre": route.cadre,
            "companion": route.companion,
            "start": route.start,
            "begin": route.begin,
            "finish": route.finish,
            "back": route.back,
            "metres": route.metres,
            "ground": route.ground,
        }
        number = insert_one(tx.connection, plan_route, values)
        rows += [_stop_row(stop, ids, made, number, at) for at, stop in enumerate(route.stops, start=1)]
    if rows:
        tx.connection.execute(insert(plan_stop), rows)
    return str(tx.connection.execute(select(plan.c.number).where(plan.c.id == made)).scalar_one())


@dataclass(frozen=True, slots=True)
class _Ids:
    features: Mapping[tuple[str, str], int]
    issues: Mapping[str, int]


def _next(tx: Transaction, on: dt.date) -> str:
    begin = f"P{on.year}-"
    count = last_count(tx.connection, plan, begin)
    return f"{begin}{count + 1:04}"


def _id_of(tx: Transaction, number: str) -> int:
    found = tx.connection.execute(select(plan.c.id).where(plan.c.number == number)).scalar()
    if found is None:
        raise NotFoundError("store.unknown_plan", plan=number)
    return int(found)


def _features(tx: Transaction, stops: Sequence[PlannedStop]) -> dict[tuple[str, str], int]:
    wanted = {(stop.layer, stop.key) for stop in stops if stop.layer is not None and stop.key is not None}
    found: dict[tuple[str, str], int] = {}
    for layer in sorted({layer for layer, _ in wanted}):
        keys = [key for of, key in wanted if of == layer]
        statement = select(feature.c.key, feature.c.id).where(feature.c.layer == layer, among(feature.c.key, keys))
        found |= {(layer, key): number for key, number in tx.connection.execute(statement)}
    for layer, key in sorted(wanted - found.keys()):
        raise NotFoundError("store.unknown_key", layer=layer, key=key)
    return found


def _issues(tx: Transaction, stops: Sequence[PlannedStop]) -> dict[str, int]:
    wanted = {stop.issue for stop in stops if stop.issue is not None}
    statement = select(issue.c.number, issue.c.id).where(among(issue.c.number, sorted(wanted)))
    found: dict[str, int] = {str(number): int(one) for number, one in tx.connection.execute(statement)}
    for number in sorted(wanted - found.keys()):
        raise NotFoundError("store.unknown_issue", issue=number)
    return found


def _stop_row(stop: PlannedStop, ids: _Ids, made: int, route: int | None, position: int | None) -> dict[str, object]:
    arrive, begin, leave = stop.times or (None, None, None)
    known = stop.layer is not None and stop.key is not None
    return {
        "plan_id": made,
        "route_id": route,
        "position": position,
        "feature_id": ids.features[str(stop.layer), str(stop.key)] if known else None,
        "issue_id": None if stop.issue is None else ids.issues[stop.issue],
        "cell": stop.cell,
        "place": stop.place,
        "priority": stop.priority,
        "reasons": [dict(reason) for reason in stop.reasons],
        "service": stop.service,
        "windows": [list(window) for window in stop.windows],
        "cadres": _cadres(stop),
        "arrive": arrive,
        "begin": begin,
        "leave": leave,
        "left_out": None if stop.left_out is None else dict(stop.left_out),
        "locked": stop.locked,
    }


def _cadres(stop: PlannedStop) -> list[str] | dict[str, list[str]]:
    """Return who may go as kept: with the days where they are told."""
    if not stop.days:
        return list(stop.cadres)
    return {cadre: [day.isoformat() for day in stop.days[cadre]] for cadre in stop.cadres}


def plan_kept(tx: Transaction, number: str) -> KeptPlan:
    """Return a plan by its number. Raises NotFoundError for an unknown one."""
    made = _id_of(tx, number)
    older = plan.alias()
    head = tx.connection.execute(
        select(plan, older.c.number.label("older"))
        .select_from(plan.outerjoin(older, older.c.id == plan.c.replaces))
        .where(plan.c.id == made)
    ).one()
    return KeptPlan(
        number=head.number,
        on=head.on_day,
        recorded_at=head.recorded_at,
        account=head.account,
        asked=head.asked,
        replaces=head.older,
        routes=_routes(tx, made),
        stops=_stops(tx, made),
    )


def plans(tx: Transaction, *, on: dt.date | None = None) -> pd.DataFrame:
    """Return every plan, the newest first; `on` keeps those for that day.

    Columns: number, on (ISO text), recorded_at (UTC), account, and how many routes, stops and left_out.
    """
    routes = select(func.count()).where(plan_route.c.plan_id == plan.c.id).scalar_subquery()
    stops = select(func.count()).where(plan_stop.c.plan_id == plan.c.id, plan_stop.c.route_id.is_not(None))
    left = select(func.count()).where(plan_stop.c.plan_id == plan.c.id, plan_stop.c.route_id.is_(None))
    statement = select(
        plan.c.number,
        raw(plan.c.on_day),
        plan.c.recorded_at,
        plan.c.account,
        routes,
        stops.scalar_subquery(),
        left.scalar_subquery(),
    ).order_by(plan.c.id.desc())
    if on is not None:
        statement = statement.where(plan.c.on_day == on)
    columns = turned(tx.connection.execute(statement).all(), 7)
    counts = {name: pd.Series(columns[at], dtype="int64") for at, name in enumerate(("routes", "stops", "left_out"), 4)}
    named = {"number": text(columns[0]), "on": text(columns[1]), "recorded_at": instants(columns[2])}
    return pd.DataFrame({**named, "account": text(columns[3]), **counts})


def replaced_by(tx: Transaction, number: str) -> str | None:
    """Return the number of the newest plan that was made in the place of this one, null if none was."""
    older = plan.alias()
    statement = select(plan.c.number).join(older, older.c.id == plan.c.replaces).where(older.c.number == number)
    return tx.connection.execute(statement.order_by(plan.c.id.desc()).limit(1)).scalar()


def newest(tx: Transaction, on: dt.date) -> str | None:
    """Return the number of the newest plan for a day, null if there is none."""
    statement = select(plan.c.number).where(plan.c.on_day == on).order_by(plan.c.id.desc()).limit(1)
    return tx.connection.execute(statement).scalar()


def set_sheet(tx: Transaction, route: int, sheet_number: str) -> None:
    """Note that a route was printed as the sheet of this number."""
    printed = select(sheet.c.id).where(sheet.c.number == sheet_number).scalar_subquery()
    tx.connection.execute(update(plan_route).where(plan_route.c.id == route).values(sheet_id=printed))


def stands_on(tx: Transaction, batch_id: int) -> ConflictError | None:
    """Return the conflict that plans have stops at features which only this batch keeps, naming the plans, if so."""
    other = select(version.c.feature_id).where(version.c.batch_id != batch_id)
    made = select(version.c.feature_id).where(version.c.batch_id == batch_id, version.c.feature_id.not_in(other))
    statement = (
        select(plan.c.number, func.count())
        .join(plan_stop, plan_stop.c.plan_id == plan.c.id)
        .where(plan_stop.c.feature_id.in_(made))
        .group_by(plan.c.id, plan.c.number)
        .order_by(plan.c.id)
    )
    found = tx.connection.execute(statement).all()
    if not found:
        return None
    named = ", ".join(f"{number} ({count})" for number, count in found)
    return ConflictError("store.undo_plans", batch=batch_id, plans=named)


def _routes(tx: Transaction, made: int) -> gpd.GeoDataFrame:
    columns = [one for one in plan_route.c if one.name not in {"plan_id", "sheet_id", "ground", "start"}]
    statement = (
        select(*columns, sheet.c.number, raw(plan_route.c.start), raw(plan_route.c.ground))
        .select_from(plan_route.outerjoin(sheet, sheet.c.id == plan_route.c.sheet_id))
        .where(plan_route.c.plan_id == made)
        .order_by(plan_route.c.id)
    )
    rows = tx.connection.execute(statement).all()
    names = [*(one.name for one in columns), "sheet"]
    held = _frame(rows, names, {"id": "int64", "metres": "int64"})
    held["start"] = objects(shapely.from_wkb(np.array([row[-2] for row in rows], dtype=object)))
    return gpd.GeoDataFrame(held, geometry=shapely.from_wkb(np.array([row[-1] for row in rows], dtype=object)), crs=CRS)


def _stops(tx: Transaction, made: int) -> gpd.GeoDataFrame:
    columns = [
        plan_stop.c[name]
        for name in ("cell", "priority", "reasons", "service", "windows", "cadres", "arrive", "begin", "leave")
    ]
    statement = (
        select(
            plan_stop.c.route_id.label("route"),
            plan_stop.c.position,
            feature.c.layer,
            feature.c.key,
            issue.c.number.label("issue"),
            *columns,
            plan_stop.c.left_out,
            plan_stop.c.locked,
            raw(plan_stop.c.place),
        )
        .select_from(
            plan_stop.outerjoin(feature, feature.c.id == plan_stop.c.feature_id).outerjoin(
                issue, issue.c.id == plan_stop.c.issue_id
            )
        )
        .where(plan_stop.c.plan_id == made)
        .order_by(plan_stop.c.route_id.is_(None), plan_stop.c.route_id, plan_stop.c.position, plan_stop.c.id)
    )
    rows = tx.connection.execute(statement).all()
    names = ["route", "position", "layer", "key", "issue", *(one.name for one in columns), "left_out", "locked"]
    held = _frame(rows, names, {"route": "Int64", "position": "Int64", "priority": "int64", "service": "int64"})
    held["days"] = objects(map(_days_of, held["cadres"]))
    held["cadres"] = objects(map(list, held["cadres"]))
    return to_frame({str(name): held[name] for name in held.columns}, [row[-1] for row in rows])


def _days_of(cadres: Sequence[str] | Mapping[str, Sequence[str]]) -> dict[str, list[dt.date]]:
    """Return the days of each cadre as kept; nothing where the cadres alone are named."""
    if not isinstance(cadres, Mapping):
        return {}
    return {cadre: [dt.date.fromisoformat(day) for day in days] for cadre, days in cadres.items()}


def _frame(rows: Sequence[Any], names: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    columns = turned(rows, len(names))
    held: dict[str, pd.Series] = {}
    for name, values in zip(names, columns, strict=True):
        if name in {"arrive", "begin", "leave", "finish", "back"}:
            held[name] = instants(values)
        else:
            held[name] = pd.Series(values, dtype=types.get(name, "object"))
    return pd.DataFrame(held)
