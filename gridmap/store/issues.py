"""Issues as kept: each with its number and place, and the events that its state is the replay of.

Events are only ever added. What people wrote or said (`issue_private`) stands apart, so that it can be erased while the
events stay whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import ColumnElement, func, or_, select

from gridmap.errors import ConflictError, NotFoundError
from gridmap.ledger.events import columns_of
from gridmap.ledger.issues import EVENT_COLUMNS, ISSUE_COLUMNS, NOT_OPEN, Event
from gridmap.ledger.replay import replay
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import (
    Objects,
    from_json,
    insert_many,
    last_count,
    next_number,
    nullable,
    objects,
    raw,
    same,
    text,
    there,
    to_frame,
    to_json_values,
    to_wkb,
    turned,
)
from gridmap.store.tables import feature, issue, issue_event, issue_feature, issue_private, version
from gridmap.store.types import microseconds

SENSITIVE = frozenset({"note"})
_INSTANTS = ("at", "recorded_at", "due_at")
_TEXTS = tuple(name for name in EVENT_COLUMNS if name not in ("event", "issue", "said", *_INSTANTS))
_FOREVER = "~"  # stands after every ISO day


def find(tx: Transaction, names: Iterable[str]) -> dict[str, str]:
    """Return the UUID of each issue named by its UUID or its number; what names none is absent."""
    asked = set(names)
    statement = select(issue.c.uuid, issue.c.number).where(
        or_(among(issue.c.uuid, asked), among(issue.c.number, asked))
    )
    found: dict[str, str] = {}
    for uuid, number in tx.connection.execute(statement):
        found |= {name: uuid for name in (uuid, number) if name in asked}
    return found


def numbers(tx: Transaction, uuids: Iterable[str]) -> dict[str, str]:
    """Return the number of each issue by its UUID; unknown ones are absent."""
    statement = select(issue.c.uuid, issue.c.number).where(among(issue.c.uuid, uuids))
    return {row.uuid: row.number for row in tx.connection.execute(statement)}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an issue beside its events: `cell` (null in none) of its day, `features` as (layer, key)."""

    number: str
    cell: str | None
    features: tuple[tuple[str, str], ...]


def kept(tx: Transaction, uuids: Iterable[str]) -> dict[str, Kept]:
    """Return what is kept of each issue beside its events, by UUID; unknown ones are absent."""
    rows = _places(tx, pd.Series(list(uuids), dtype=object))
    columns = zip(rows["issue"], rows["number"], rows["cell"], rows["features"], strict=True)
    return {uuid: Kept(number, cell, tuple(features)) for uuid, number, cell, features in columns}


def kept_events(tx: Transaction, uuids: Iterable[str]) -> dict[str, str]:
    """Return the UUIDs of the issues that the events with these UUIDs are of; events that are not kept are absent."""
    statement = (
        select(issue_event.c.uuid, issue.c.uuid.label("issue"))
        .join(issue, issue.c.id == issue_event.c.issue_id)
        .where(among(issue_event.c.uuid, uuids))
    )
    return {row.uuid: row.issue for row in tx.connection.execute(statement)}


def add(tx: Transaction, issues: gpd.GeoDataFrame, *, batch_id: int | None = None) -> list[str]:
    """Keep new issues, and return their numbers ("2015-00001", counted by year) in the order of the rows.

    Columns: issue (UUID), year (of the local day it was reported), cell (small cell of that day, null outside all),
    features (of (layer, key), maybe none), geometry (EPSG:4326, null where unplaced). `batch_id`: the import that they
    came with. Raises NotFoundError for a feature that no register has.
    """
    given = _numbered(tx, issues["year"].astype(int).tolist())
    first = next_number(tx.connection, issue)
    columns = {
        "id": range(first, first + len(issues)),
        "uuid": nullable(issues["issue"]),
        "number": given,
        "geometry": to_wkb(issues.geometry),
        "cell": nullable(issues["cell"]),
        "batch_id": same(batch_id, len(issues)),
    }
    insert_many(tx.connection, issue, columns)
    _keep_features(tx, issues["features"], first)
    return given


def append(tx: Transaction, events: pd.DataFrame, private: pd.DataFrame | None = None) -> None:
    """Keep new events (EVENT_COLUMNS) of issues that are kept, in the order of the rows.

    `private`: what people wrote or said: event (UUID), field, value (personal). The caller has checked that each event
    may follow the ones before it. Raises NotFoundError for an unknown issue.
    """
    columns: dict[str, Sequence[object] | Objects] = {
        "uuid": nullable(events["event"]),
        **{name: nullable(events[name]) for name in _TEXTS},
        **{name: _microseconds(events[name]) for name in _INSTANTS},
        "said": to_json_values(objects(map(_plain, events["said"]))),
    }
    words = [] if private is None else [nullable(private[name]) for name in ("event", "field", "value")]
    _keep(tx, events["issue"].tolist(), columns, list(zip(*words, strict=True)))


def record(
    tx: Transaction, events: Sequence[Event], states: Sequence[str], *, recorded_at: dt.datetime, account: str
) -> None:
    """Keep new events in their order, with the state after each, and what they hold in private: see `append`."""
    told = [columns_of(event) for event in events]
    columns: dict[str, Sequence[object] | Objects] = {
        "uuid": [event.id for event in events],
        **{name: [own.get(name) for own in told] for name in _TEXTS},
        "act": [event.act for event in events],
        "state": states,
        "account": [account] * len(events),
        "actor": [event.actor for event in events],
        "at": [microseconds(event.at) for event in events],
        "recorded_at": [microseconds(recorded_at)] * len(events),
        "due_at": [None if (due := own["due_at"]) is None else microseconds(due) for own in told],
        "said": to_json_values(objects(_plain(own["said"]) for own in told)),
    }
    words = [(event.id, name, value) for event in events for name, value in event.private.items() if value]
    _keep(tx, [event.issue for event in events], columns, words)


def _keep(
    tx: Transaction,
    issues: Sequence[str],
    columns: Mapping[str, Sequence[object] | Objects],
    words: Sequence[tuple[str, str, str]],
) -> None:
    if not issues:
        return
    first = next_number(tx.connection, issue_event)
    ids = range(first, first + len(issues))
    insert_many(tx.connection, issue_event, {"id": ids, "issue_id": _issue_ids(tx, issues), **columns})
    by_uuid = dict(zip(columns["uuid"], ids, strict=True))
    rows: dict[str, Iterable[object]] = {
        "event_id": [by_uuid[event] for event, _, _ in words],
        "field": [field for _, field, _ in words],
        "mark": ["sensitive" if field in SENSITIVE else "personal" for _, field, _ in words],
        "value": [value for _, _, value in words],
    }
    insert_many(tx.connection, issue_private, rows)


def _plain(said: object) -> dict[str, object]:
    """Return a mapping, and those within it, as plain dicts."""
    held = said if isinstance(said, Mapping) else {}
    return {str(name): _plain(value) if isinstance(value, Mapping) else value for name, value in held.items()}


def events(
    tx: Transaction,
    *,
    issues: Collection[str] | None = None,
    as_of: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> pd.DataFrame:
    """Return the events (EVENT_COLUMNS) in the order of their replay: as they happened, then as they were recorded.

    `issues` keeps those of these UUIDs, `as_of` what was recorded by that aware instant, `until` what happened by it.
    """
    columns: dict[str, ColumnElement[Any]] = dict(issue_event.c.items())
    columns |= {name: raw(columns[name]) for name in (*_INSTANTS, "said")}
    columns |= {"event": issue_event.c.uuid, "issue": issue.c.uuid}
    statement = select(*(columns[name] for name in EVENT_COLUMNS)).join_from(
        issue_event, issue, issue.c.id == issue_event.c.issue_id
    )
    if issues is not None:
        statement = statement.where(among(issue.c.uuid, issues))
    if as_of is not None:
        statement = statement.where(issue_event.c.recorded_at <= as_of)
    if until is not None:
        statement = statement.where(issue_event.c.at <= until)
    rows = tx.connection.execute(statement.order_by(issue_event.c.at, issue_event.c.id)).all()
    held = dict(zip(EVENT_COLUMNS, turned(rows, len(EVENT_COLUMNS)), strict=True))
    frame = {name: _instants(held[name]) if name in _INSTANTS else text(held[name]) for name in EVENT_COLUMNS}
    return pd.DataFrame(frame | {"said": text(objects(from_json(held["said"])))})


def issues(
    tx: Transaction,
    *,
    on_end: dt.datetime | None = None,
    as_of: dt.datetime | None = None,
    issues: Collection[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the issues (ISSUE_COLUMNS, EPSG:4326), by number: the replay of their events, with number and place.

    `on_end`: events that happened by that aware instant count (the end of the day asked); `as_of`: what was recorded by
    that instant. An issue that was not reported by then is absent. `issues` keeps those of these UUIDs. `features`:
    lists of (layer, key); geometry null where unplaced.
    """
    found = replay(events(tx, issues=issues, as_of=as_of, until=on_end), at=on_end, as_of=as_of)
    places = _places(tx, found["issue"])
    whole = found.merge(places, on="issue", how="left", sort=False).sort_values("number", ignore_index=True)
    wkb = objects(whole.pop("geometry"))
    frame = to_frame({str(name): whole[name] for name in ISSUE_COLUMNS if name != "geometry"}, wkb)
    return frame[list(ISSUE_COLUMNS)]


@dataclass(frozen=True, slots=True)
class Stood:
    """How a feature stood on the days [begin, end) (ISO text): a point in it (EPSG:4326, null where unplaced)."""

    begin: str
    end: str
    point: shapely.Point | None = field(repr=False)


def stood(tx: Transaction, layer: str, keys: Collection[str]) -> dict[str, list[Stood]]:
    """Return how the features of a layer with these keys stood, by key, the oldest first; unknown keys are absent."""
    statement = (
        select(feature.c.key, raw(version.c.valid_from), raw(version.c.valid_to), raw(version.c.geometry))
        .join_from(version, feature, feature.c.id == version.c.feature_id)
        .where(feature.c.layer == layer, among(feature.c.key, keys))
        .order_by(version.c.valid_from, version.c.id)
    )
    held, begins, ends, wkb = turned(tx.connection.execute(statement).all(), 4)
    shapes = shapely.from_wkb(objects(wkb))
    points = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    found: dict[str, list[Stood]] = {}
    for key, begin, end, point in zip(held, begins, ends, points, strict=True):
        found.setdefault(key, []).append(Stood(begin, end or _FOREVER, point))
    return found


def stands_on(tx: Transaction, batch_id: int) -> ConflictError | None:
    """Return the conflict that issues stand for features which only this batch keeps, if there are any."""
    other = select(version.c.feature_id).where(version.c.batch_id != batch_id)
    made = select(version.c.feature_id).where(version.c.batch_id == batch_id, version.c.feature_id.not_in(other))
    count = select(func.count()).where(issue_feature.c.feature_id.in_(made))
    issues = tx.connection.execute(count).scalar_one()
    return ConflictError("store.issues_stand_on", batch=batch_id, issues=issues) if issues else None


def ended_by(tx: Transaction, instant: dt.datetime) -> list[str]:
    """Return the issues that are over and to which nothing has happened since an aware instant."""
    kept = events(tx)
    last = kept.groupby("issue", sort=False)["at"].max()
    over = kept[~kept.duplicated("issue", keep="last")].set_index("issue")["state"].isin(NOT_OPEN)
    return [str(uuid) for uuid in last.index[(last <= pd.Timestamp(instant)) & over.loc[last.index]]]


def private(tx: Transaction, uuids: Iterable[str], fields: Collection[str] | None = None) -> pd.DataFrame:
    """Return what people wrote or said (personal) of these issues: issue, event, at, field, value, by time."""
    statement = (
        select(issue.c.uuid, issue_event.c.uuid, raw(issue_event.c.at), issue_private.c.field, issue_private.c.value)
        .join_from(issue_private, issue_event, issue_event.c.id == issue_private.c.event_id)
        .join(issue, issue.c.id == issue_event.c.issue_id)
        .where(among(issue.c.uuid, uuids))
        .order_by(issue_event.c.at, issue_event.c.id, issue_private.c.field)
    )
    if fields is not None:
        statement = statement.where(issue_private.c.field.in_(list(fields)))
    whose, event, at, field, value = turned(tx.connection.execute(statement).all(), 5)
    return pd.DataFrame(
        {
            "issue": text(whose),
            "event": text(event),
            "at": _instants(at),
            "field": text(field),
            "value": text(value),
        }
    )


def _numbered(tx: Transaction, years: Sequence[int]) -> list[str]:
    """Return the next free number of its year for each."""
    last = {year: last_count(tx.connection, issue, f"{year:04}-") for year in set(years)}
    given = []
    for year in years:
        last[year] += 1
        given.append(f"{year:04}-{last[year]:05}")
    return given


def _keep_features(tx: Transaction, features: pd.Series[Any], first: int) -> None:
    pairs = [(first + row, tuple(one)) for row, held in enumerate(features) for one in dict.fromkeys(map(tuple, held))]
    if not pairs:
        return
    ids: dict[tuple[Any, ...], int] = {}
    for layer in {name for _, (name, _) in pairs}:
        keys = {key for _, (name, key) in pairs if name == layer}
        statement = select(feature.c.key, feature.c.id).where(feature.c.layer == layer, among(feature.c.key, keys))
        ids |= {(layer, key): number for key, number in tx.connection.execute(statement)}
    for _, (layer, key) in pairs:
        if (layer, key) not in ids:
            raise NotFoundError("store.unknown_key", layer=layer, key=key)
    columns = {"issue_id": [row for row, _ in pairs], "feature_id": [ids[one] for _, one in pairs]}
    insert_many(tx.connection, issue_feature, columns)


def _issue_ids(tx: Transaction, uuids: Sequence[str]) -> list[int]:
    statement = select(issue.c.uuid, issue.c.id).where(among(issue.c.uuid, dict.fromkeys(uuids)))
    ids = {row.uuid: row.id for row in tx.connection.execute(statement)}
    unknown = next((uuid for uuid in uuids if uuid not in ids), None)
    if unknown is not None:
        raise NotFoundError("store.unknown_issue", issue=unknown)
    return [ids[uuid] for uuid in uuids]


def _places(tx: Transaction, uuids: pd.Series[str]) -> pd.DataFrame:
    chosen = among(issue.c.uuid, uuids)
    statement = select(issue.c.uuid, issue.c.number, issue.c.cell, raw(issue.c.geometry))
    rows = tx.connection.execute(statement.where(chosen).order_by(issue.c.id)).all()
    held = turned(rows, 4)
    whose: dict[str, list[tuple[str, str]]] = {uuid: [] for uuid in held[0]}
    pairs = (
        select(issue.c.uuid, feature.c.layer, feature.c.key)
        .join_from(issue_feature, issue, issue.c.id == issue_feature.c.issue_id)
        .join(feature, feature.c.id == issue_feature.c.feature_id)
        .where(chosen)
        .order_by(feature.c.layer, feature.c.key)
    )
    for uuid, layer, key in tx.connection.execute(pairs):
        whose[uuid].append((layer, key))
    named = dict(zip(("issue", "number", "cell", "geometry"), held, strict=True))
    columns: Mapping[str, pd.Series[Any]] = {name: text(values) for name, values in named.items()}
    return pd.DataFrame({**columns, "features": text(objects(whose.values()))})


def _microseconds(column: pd.Series[Any]) -> Objects:
    """Return a column of aware instants as the database keeps them, null as None."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        whole = column.dt.as_unit("us")
        values = objects(whole.astype("int64").tolist())
        values[whole.isna().to_numpy()] = None
        return values
    held = nullable(column)
    given = there(held)
    held[given] = [microseconds(one) for one in held[given]]
    return held


def _instants(values: Sequence[Any]) -> pd.Series[Any]:
    missing = np.iinfo(np.int64).min  # NaT
    counts = np.array([missing if one is None else one for one in values], dtype=np.int64)
    return pd.Series(counts.view("datetime64[us]")).dt.tz_localize("UTC")
