"""Which visits are read, as conditions on the rows: what was asked for, what exists for whoever asks, which part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import orjson
from sqlalchemy import ColumnElement, FromClause, and_, case, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import raw
from gridmap.store.parts import Part, cut
from gridmap.store.tables import closure, feature, visit


class Asked(TypedDict, total=False):
    """What was asked for: `as_of` (aware; null: now) leaves out what was recorded after that instant.

    `current` (default) leaves out the entries that a correction recorded by then replaces. `since` <= at < `until`
    (aware). `layer` and `keys` keep the visits at these features, `ids` those with these UUIDs, `lead` those that a
    cadre led, `under` those in a cell of their day or below it, in any edition, `after` those with a higher number.
    """

    as_of: dt.datetime | None
    until: dt.datetime | None
    since: dt.datetime | None
    layer: str | None
    keys: Collection[str] | None
    ids: Collection[str] | None
    lead: str | None
    under: str | None
    after: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Window:
    """The cells that somebody's scope holds for visits in [begin, end) (null: without an end)."""

    begin: dt.datetime
    end: dt.datetime | None
    cells: Collection[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees. His own visits: in which `cadre` took part, or in one of the cells `answers`.

    `windows`: his scope (null: everywhere). Of the layers `secret` his own visits alone exist for him; of the layers
    `homes` he knows when and how of his own alone. `timed`: what is asked tells when; then the others are left out.
    """

    cadre: str | None = None
    answers: Collection[str] = ()
    secret: Collection[str] = ()
    homes: Collection[str] = ()
    windows: Sequence[Window] | None = None
    timed: bool = False

    def exists(self) -> list[ColumnElement[bool]]:
        """Return what holds of the visits that are there for him."""
        found = [] if self.windows is None else [or_(false(), *(_in_window(one) for one in self.windows))]
        if self.secret:
            found.append(or_(_elsewhere(self.secret), self._own()))
        return [*found, self.knows()] if self.timed else found

    def knows(self) -> ColumnElement[bool]:
        """Return what holds of the visits of which he knows when they were and how they ended."""
        return or_(_elsewhere(self.homes), self._own()) if self.homes else true()

    def _own(self) -> ColumnElement[bool]:
        if self.cadre is None:
            return false()
        named = raw(visit.c.companions).contains(orjson.dumps(self.cadre).decode(), autoescape=True)
        return or_(
            visit.c.lead == self.cadre, named, and_(visit.c.cell.is_not(None), among(visit.c.cell, self.answers))
        )


SOURCE: FromClause = visit.outerjoin(feature, feature.c.id == visit.c.feature_id)
# By what a list can be sorted; the last ones tell when and how, and are null where one does not know.
_PLAIN: dict[str, ColumnElement[Any]] = {
    "visit": visit.c.uuid,
    "layer": feature.c.layer,
    "key": feature.c.key,
    **{name: visit.c[name] for name in ("lead", "cell", "mode", "corrects", "looks_back")},
}
_TELLING = ("at", "recorded_at", "outcome")
SORTS = (*_PLAIN, *_TELLING)


def chosen(sight: Sight | None = None, **asked: Unpack[Asked]) -> list[ColumnElement[bool]]:
    """Return what holds of the visits asked for, of those that exist in this sight (null: all)."""
    return [*_in_time(asked), *_at_these(asked), *([] if sight is None else sight.exists())]


def part_of(tx: Transaction, part: Part, sight: Sight, **asked: Unpack[Asked]) -> tuple[list[str], bool, int]:
    """Return the UUIDs of a part of the visits in order, whether any follow, and how many there are in all parts."""
    found = chosen(sight, **asked)
    value = _PLAIN.get(part.by)
    if value is None:
        value = case((sight.knows(), visit.c[part.by]))
    statement = cut(select(visit.c.uuid).select_from(SOURCE).where(*found), part, value, visit.c.uuid)
    uuids = tx.connection.scalars(statement).all()
    count = tx.connection.execute(select(func.count()).select_from(SOURCE).where(*found)).scalar_one()
    return list(uuids[: part.most]), len(uuids) > part.most, count


def _in_time(asked: Asked) -> Iterator[ColumnElement[bool]]:
    as_of = asked.get("as_of")
    if as_of is not None:
        yield visit.c.recorded_at <= as_of
    if asked.get("current", True):
        yield _not_replaced(as_of)
    if (until := asked.get("until")) is not None:
        yield visit.c.at < until
    if (since := asked.get("since")) is not None:
        yield visit.c.at >= since
    if (after := asked.get("after")) is not None:
        yield visit.c.id > after


def _at_these(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if (lead := asked.get("lead")) is not None:
        yield visit.c.lead == lead
    if (layer := asked.get("layer")) is not None:
        yield feature.c.layer == layer
    if (keys := asked.get("keys")) is not None:
        yield among(feature.c.key, keys)
    if (ids := asked.get("ids")) is not None:
        yield among(visit.c.uuid, ids)
    if (under := asked.get("under")) is not None:
        yield _within(under)


def _not_replaced(as_of: dt.datetime | None) -> ColumnElement[bool]:
    later = aliased(visit)
    by_then = literal(value=True) if as_of is None else later.c.recorded_at <= as_of
    return ~select(later.c.id).where(later.c.corrects == visit.c.uuid, by_then).exists()


def _within(under: str) -> ColumnElement[bool]:
    below = select(closure.c.cell).where(closure.c.ancestor == under)
    return or_(visit.c.cell == under, visit.c.cell.in_(below))


def _in_window(window: Window) -> ColumnElement[bool]:
    ends = [] if window.end is None else [visit.c.at < window.end]
    return and_(visit.c.at >= window.begin, *ends, among(visit.c.cell, window.cells))


def _elsewhere(layers: Collection[str]) -> ColumnElement[bool]:
    return or_(feature.c.layer.is_(None), ~among(feature.c.layer, layers))
