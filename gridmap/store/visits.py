"""Visits as kept: append-only rows, what is sensitive in them apart, and where and when their features were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, bindparam, func, select, type_coerce
from sqlalchemy.orm import aliased

from gridmap.errors import ConflictError
from gridmap.ledger.visits import COLUMNS, Visit
from gridmap.store.dialects import among, among_given
from gridmap.store.engine import Transaction
from gridmap.store.frames import (
    from_json,
    insert_many,
    next_number,
    raw,
    same,
    text,
    to_json_values,
    turned,
)
from gridmap.store.frames import objects as objects_of
from gridmap.store.ledger_erasure import ANSWER
from gridmap.store.tables import (
    edition,
    feature,
    issue,
    issue_event,
    link,
    office,
    sheet_stop,
    version,
    visit,
    visit_private,
)
from gridmap.store.types import microseconds
from gridmap.store.visit_choice import SOURCE, Asked, Sight, chosen

NOTE = "note"
_FOREVER = "~"  # stands after every ISO day


# Made once: an errand of a single visit would spend most of its time on making statements.
_LATER = aliased(visit)
_KNOWN = (
    select(visit.c.uuid, visit.c.digest, visit.c.lead, visit.c.companions, visit.c.cell, feature.c.layer)
    .add_columns(select(_LATER.c.id).where(_LATER.c.corrects == visit.c.uuid).exists())
    .select_from(visit.outerjoin(feature, feature.c.id == visit.c.feature_id))
    .where(among_given(visit.c.uuid, "names"))
)
_CORRECTED = select(visit.c.corrects).where(visit.c.uuid == bindparam("name"))
_PLACES = (
    select(feature.c.key, feature.c.id, version.c.id, raw(version.c.valid_from), raw(version.c.valid_to))
    .add_columns(edition.c.id, raw(edition.c.valid_from), raw(edition.c.valid_to), link.c.code)
    .select_from(
        feature.join(version, version.c.feature_id == feature.c.id)
        .outerjoin(link, link.c.version_id == version.c.id)
        .outerjoin(edition, edition.c.id == link.c.edition_id)
    )
    .where(feature.c.layer == bindparam("layer"), among_given(feature.c.key, "names"))
    .order_by(version.c.id, link.c.code.is_(None), link.c.length_m.desc().nulls_last(), link.c.code, link.c.part)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feature was: on the days [begin, end) (ISO text), in the cell `cell` (null: in none) of an edition."""

    feature_id: int | None
    begin: str
    end: str
    edition_id: int | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit on its way into the store, with what was looked up for it.

    `feature_id` is null for a visit at a cell, `cell` (of that day) for a feature in none. `sensitive`: which of the
    names answered are marked so; the others are personal.
    """

    visit: Visit
    feature_id: int | None
    cell: str | None
    answering: str | None
    elsewhere: bool
    digest: str
    sensitive: frozenset[str] = frozenset()

    def mark(self, name: str) -> str:
        """Return the mark of an answer."""
        return "sensitive" if name in self.sensitive else "personal"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a visit that somebody corrects or sends again."""

    digest: str
    cadres: tuple[str, ...]
    cell: str | None
    layer: str | None
    corrected: bool


def visits(
    tx: Transaction, *, sight: Sight | None = None, answers: bool = True, **asked: Unpack[Asked]
) -> pd.DataFrame:
    """Return the visits asked for, in the order in which they happened: `ledger.visits.COLUMNS`.

    `sight`: of those that exist in it (null: all). Outcomes, times and answers stand unmasked: that is for the rules,
    an errand masks what it hands on. Without `answers` they stay unread, an empty mapping.
    """
    found = chosen(sight, **asked)
    columns = {
        "id": visit.c.id,
        "visit": visit.c.uuid,
        "at": type_coerce(visit.c.at, BigInteger),
        "recorded_at": type_coerce(visit.c.recorded_at, BigInteger),
        "lead": visit.c.lead,
        "companions": raw(visit.c.companions),
        "layer": feature.c.layer,
        "key": feature.c.key,
        **{name: visit.c[name] for name in ("cell", "mode", "outcome", "corrects", "looks_back", "sheet", "answering")},
        "elsewhere": visit.c.elsewhere,
    }
    statement = select(*columns.values()).select_from(SOURCE).where(*found).order_by(visit.c.at, visit.c.id)
    rows = turned(tx.connection.execute(statement).all(), len(columns))
    held = dict(zip(columns, rows, strict=True))
    said = _answers(tx, held["id"], everywhere=len(found) < 2) if answers else {}
    return _frame(held, said, _zone(tx))


def keep(tx: Transaction, rows: Sequence[NewVisit], *, at: dt.datetime, account: str) -> None:
    """Keep visits, recorded at the aware instant `at` by `account`.

    A UUID that is kept already breaks the store's rule: look with `known`.
    """
    if not rows:
        return
    first = next_number(tx.connection, visit)
    ids = range(first, first + len(rows))
    said = [row.visit for row in rows]
    columns: dict[str, Iterable[object]] = {
        "id": ids,
        "uuid": [one.id for one in said],
        "at": [microseconds(one.at) for one in said],
        "recorded_at": same(microseconds(at), len(rows)),
        "account": same(account, len(rows)),
        "companions": to_json_values(objects_of(list(one.companions) for one in said)),
        **{name: [getattr(one, name) for one in said] for name in ("lead", "mode", "outcome")},
        **{name: [getattr(one, name) for one in said] for name in ("corrects", "looks_back", "sheet")},
        **{
            name: [getattr(row, name) for row in rows]
            for name in ("feature_id", "cell", "answering", "elsewhere", "digest")
        },
    }
    insert_many(tx.connection, visit, columns)
    _keep_private(tx, ids, rows)


def known(tx: Transaction, ids: Collection[str]) -> dict[str, Kept]:
    """Return what is kept of the visits with these UUIDs; those that are not kept are absent."""
    return {
        uuid: Kept(said, (lead, *companions), cell, layer, bool(corrected))
        for uuid, said, lead, companions, cell, layer, corrected in tx.connection.execute(_KNOWN, {"names": ids})
    }


def places(tx: Transaction, layer: str, keys: Collection[str]) -> dict[str, list[Place]]:
    """Return where the features of a layer with these keys were, by key; a key that was never kept is absent.

    One place for each row of the register and each edition on whose days it held; of a line its longest piece in a
    cell, the lowest code if two are as long. A row that no edition knows has one place without edition and cell.
    """
    asked = {"layer": layer, "names": keys}
    found: dict[str, list[Place]] = {}
    seen: set[tuple[int, int | None]] = set()
    for key, number, held, begin, end, of, of_begin, of_end, code in tx.connection.execute(_PLACES, asked):
        if (held, of) in seen:
            continue
        seen.add((held, of))
        first = max(begin, of_begin or "")
        last = min(end or _FOREVER, of_end or _FOREVER)
        found.setdefault(key, []).append(Place(number, first, last, of, code))
    return found


def first_of(tx: Transaction, uuid: str) -> str:
    """Return the UUID of the visit with which a chain of corrections began: of a visit that corrects none, its own."""
    before = tx.connection.execute(_CORRECTED, {"name": uuid}).scalar()
    return uuid if before is None else first_of(tx, before)


def issue_states(tx: Transaction, ids: Collection[str]) -> dict[str, list[tuple[dt.datetime, str]]]:
    """Return since when (UTC) each of these issues, by UUID, was in which state, in order; unknown ones are absent."""
    statement = (
        select(issue.c.uuid, issue_event.c.at, issue_event.c.state)
        .join(issue, issue.c.id == issue_event.c.issue_id)
        .where(among(issue.c.uuid, ids))
        .order_by(issue_event.c.at, issue_event.c.id)
    )
    found: dict[str, list[tuple[dt.datetime, str]]] = {}
    for uuid, at, state in tx.connection.execute(statement):
        found.setdefault(uuid, []).append((at, state))
    return found


def notes(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return the notes (sensitive) of the visits with these UUIDs; a visit without a note is absent."""
    statement = (
        select(visit.c.uuid, visit_private.c.value)
        .join(visit, visit.c.id == visit_private.c.visit_id)
        .where(visit_private.c.field == NOTE, among(visit.c.uuid, ids))
    )
    uuids, values = turned(tx.connection.execute(statement).all(), 2)
    return dict(zip(uuids, from_json(values), strict=True))


def stands_on(tx: Transaction, batch_id: int) -> ConflictError | None:
    """Return the conflict that an import made features which have visits or stand on a sheet, if there are such."""
    made = select(version.c.feature_id).where(version.c.batch_id == batch_id)
    # A feature with an older row stays when this batch is undone, and so do its visits.
    older = select(version.c.feature_id).where(version.c.batch_id != batch_id)
    added = made.except_(older)
    count = tx.connection.execute(select(func.count()).where(visit.c.feature_id.in_(added))).scalar_one()
    stops = tx.connection.execute(select(func.count()).where(sheet_stop.c.feature_id.in_(added))).scalar_one()
    return ConflictError("store.undo_visits", batch=batch_id, visits=count, stops=stops) if count or stops else None


def _zone(tx: Transaction) -> ZoneInfo:
    return ZoneInfo(tx.connection.execute(select(office.c.zone)).scalar_one())


def _keep_private(tx: Transaction, ids: Iterable[int], rows: Sequence[NewVisit]) -> None:
    said = [
        (number, field, mark, value)
        for number, row in zip(ids, rows, strict=True)
        for field, mark, value in (
            *([(NOTE, "sensitive", row.visit.note)] if row.visit.note else []),
            *((ANSWER + name, row.mark(name), value) for name, value in row.visit.answers.items()),
        )
    ]
    if not said:
        return
    numbers, fields, marks, values = turned(said, 4)
    kept = to_json_values(objects_of(values))
    insert_many(tx.connection, visit_private, {"visit_id": numbers, "field": fields, "mark": marks, "value": kept})


def _answers(tx: Transaction, ids: Sequence[int], *, everywhere: bool) -> dict[int, dict[str, str]]:
    columns = (visit_private.c.visit_id, visit_private.c.field, visit_private.c.value)
    statement = select(*columns).where(visit_private.c.field.startswith(ANSWER, autoescape=True))
    if not everywhere:
        statement = statement.where(among(visit_private.c.visit_id, ids))
    numbers, fields, values = turned(tx.connection.execute(statement).all(), 3)
    found: dict[int, dict[str, str]] = {}
    for number, field, value in zip(numbers, fields, from_json(values), strict=True):
        found.setdefault(number, {})[field.removeprefix(ANSWER)] = value
    return found


def _frame(held: Mapping[str, list[Any]], answers: Mapping[int, Mapping[str, str]], zone: ZoneInfo) -> pd.DataFrame:
    happened, recorded = (_instants(held[name]) for name in ("at", "recorded_at"))
    local = [instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize() for instants in (happened, recorded)]
    made: dict[str, object] = {
        "at": happened,
        "recorded_at": recorded,
        "companions": text([tuple(names) for names in from_json(held["companions"])]),
        "elsewhere": pd.Series(held["elsewhere"], dtype="bool"),
        "late": local[1] > local[0],
        "answers": text([answers.get(number, {}) for number in held["id"]]),
    }
    return pd.DataFrame({name: made[name] if name in made else text(held[name]) for name in COLUMNS})


def _instants(values: Sequence[int]) -> pd.Series:
    return pd.Series(np.array(values, dtype="datetime64[us]")).dt.tz_localize("UTC")
