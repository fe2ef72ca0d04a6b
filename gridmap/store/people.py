"""The roster as kept: cadres and units by day, who holds which cell, who is away, who stands in.

What a file says of a term replaces what is kept of the same post on the same days: a kept row ends where the new one
begins; one that would then hold on no day stays, zero days long. Days in frames are ISO text, half-open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, Table, and_, delete, insert, or_, select, update

from gridmap.errors import NotFoundError
from gridmap.people.roster import (
    ABSENCE_COLUMNS,
    ASSIGNMENT_COLUMNS,
    CADRE_COLUMNS,
    STAND_IN_COLUMNS,
    UNIT_COLUMNS,
    Roster,
)
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_one, nullable, raw, text, turned
from gridmap.store.tables import absence, assignment, cadre, cadre_private, cadre_version, stand_in, unit_version

PHONE = "phone"
_DAYS = ("valid_from", "valid_to")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What a roster file says.

    `cadres`, `units`, `assignments`, `absences`, `stand_ins` have the columns of `people.roster`; of the last three a
    missing `valid_from` is the day of keeping, unless the same post holds then already. `phones`: cadre -> telephone
    (personal). `complete`: posts in force on that day which the file lacks end on it.
    """

    cadres: pd.DataFrame
    units: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    stand_ins: pd.DataFrame
    phones: Mapping[str, str] = field(default_factory=dict, repr=False)
    complete: bool = False


def roster(tx: Transaction) -> Roster:
    """Return the roster over all days; of cadres and units the newest version. Rows that hold on no day are left out.

    Cadres are sorted by their number, units by name, the rest by cell or cadre, then day.
    """
    newest = and_(cadre_version.c.cadre_id == cadre.c.id, cadre_version.c.valid_to.is_(None))
    columns = (cadre.c.number, cadre_version.c.name, cadre_version.c.tier, cadre_version.c.unit)
    cadres = select(*columns).select_from(cadre.join(cadre_version, newest))
    units = select(unit_version.c.unit, unit_version.c.chief).where(unit_version.c.valid_to.is_(None))
    return Roster(
        cadres=_frame(tx, cadres.order_by(cadre.c.number), CADRE_COLUMNS),
        units=_frame(tx, units.order_by(unit_version.c.unit), UNIT_COLUMNS),
        assignments=_terms(tx, assignment, ASSIGNMENT_COLUMNS),
        absences=_terms(tx, absence, ABSENCE_COLUMNS),
        stand_ins=_terms(tx, stand_in, STAND_IN_COLUMNS),
    )


def phones(tx: Transaction, cadres: Collection[str] | None = None) -> dict[str, str]:
    """Return the telephones (personal) of the cadres named, or of all; who has none is absent."""
    statement = select(cadre.c.number, cadre_private.c.value).join(cadre, cadre.c.id == cadre_private.c.cadre_id)
    statement = statement.where(cadre_private.c.field == PHONE)
    if cadres is not None:
        statement = statement.where(among(cadre.c.number, cadres))
    return {row.number: row.value for row in tx.connection.execute(statement.order_by(cadre.c.number))}


def erase_phone(tx: Transaction, number: str) -> int:
    """Remove the telephone of a cadre, and return how many values there were. NotFoundError for an unknown number.

    The value leaves the file with `Store.scrub`.
    """
    found = tx.connection.execute(select(cadre.c.id).where(cadre.c.number == number)).scalar()
    if found is None:
        raise NotFoundError("store.unknown_cadre", cadre=number)
    return tx.connection.execute(delete(cadre_private).where(cadre_private.c.cadre_id == found)).rowcount


def keep_roster(tx: Transaction, plan: RosterPlan, *, on: dt.date) -> dict[str, int]:
    """Keep what a file says from the day `on`, and return how many rows began, ended, or were there already.

    Counts: cadres, units, phones, added, ended, unchanged (the last three of assignments, absences and stand-ins). The
    same plan twice on one day changes nothing.
    """
    counts = {"cadres": 0, "units": 0, "phones": 0, "added": 0, "ended": 0, "unchanged": 0}
    day = on.isoformat()
    for one in _rows(plan.cadres):
        counts["cadres"] += _keep_cadre(tx, one, on)
    for one in _rows(plan.units):
        counts["units"] += _keep_unit(tx, one, on)
    counts["phones"] = sum(_keep_phone(tx, number, phone) for number, phone in plan.phones.items())
    for table, rows, key in (
        (assignment, plan.assignments, ("cell", "holder", "who", "part", "kind")),
        (absence, plan.absences, ("cadre",)),
        (stand_in, plan.stand_ins, ("cadre", "stand_in", "cell")),
    ):
        _Terms(tx, table, key, day, counts).keep(_rows(rows), complete=plan.complete and table is assignment)
    return counts


def end_assignments(tx: Transaction, codes: Collection[str], *, on: dt.date) -> pd.DataFrame:
    """End on the day `on` the assignments whose cell is not among `codes`, and return them as they were.

    One that would begin later never holds. Columns as `Roster.assignments`.
    """
    day = on.isoformat()
    kept = _terms(tx, assignment, ("id", *ASSIGNMENT_COLUMNS))
    gone = kept[~kept["cell"].isin(list(codes)) & (kept["valid_to"].isna() | (kept["valid_to"] > day))]
    for number, begins in zip(gone["id"].tolist(), gone["valid_from"], strict=True):
        _end(tx, assignment, number, max(day, begins))
    return gone[list(ASSIGNMENT_COLUMNS)].reset_index(drop=True)


class _Terms:
    """One table of terms, being brought to what a file says."""

    def __init__(self, tx: Transaction, table: Table, key: Sequence[str], day: str, counts: dict[str, int]) -> None:
        self._tx, self._table, self._key, self._day, self._counts = tx, table, key, day, counts
        self._kept: dict[tuple[Any, ...], list[Row]] = {}
        for row in _rows(_terms(tx, table, ("id", *key, *_DAYS))):
            self._kept.setdefault(self._of(row), []).append(row)

    def keep(self, rows: Iterable[Row], *, complete: bool) -> None:
        """Bring the kept rows to `rows`; with `complete` those in force that are not among them end."""
        named = set()
        for row in rows:
            named.add(self._of(row))
            self._keep(row)
        if complete:
            for key, kept in self._kept.items():
                for one in kept if key not in named else ():
                    if one["valid_from"] <= self._day < (one["valid_to"] or "~"):
                        self._end(one, self._day)

    def _keep(self, row: Row) -> None:
        kept = self._kept.setdefault(self._of(row), [])
        end = row["valid_to"]
        begin = row["valid_from"] or self._begun(kept, end) or self._day
        if any((one["valid_from"], one["valid_to"]) == (begin, end) for one in kept):
            self._counts["unchanged"] += 1
            return
        for one in kept:
            if _overlap(one, begin, end):
                self._end(one, begin)
        new = {name: row[name] for name in self._key} | {"valid_from": begin, "valid_to": end}
        new["id"] = insert_one(self._tx.connection, self._table, _dated(new))
        kept.append(new)
        self._counts["added"] += 1

    def _begun(self, kept: Iterable[Row], end: str | None) -> str | None:
        """Return since when the post is held on the day, up to the same end."""
        held = (one["valid_from"] for one in kept if one["valid_from"] <= self._day and one["valid_to"] == end)
        return max(held, default=None)

    def _end(self, one: Row, day: str) -> None:
        one["valid_to"] = max(day, one["valid_from"])
        _end(self._tx, self._table, one["id"], one["valid_to"])
        self._counts["ended"] += 1

    def _of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._key)


def _overlap(one: Row, begin: str, end: str | None) -> bool:
    # "~" stands after every ISO day
    return bool(one["valid_from"] < (end or "~") and begin < (one["valid_to"] or "~"))


def _end(tx: Transaction, table: Table, number: int, day: str) -> None:
    ended = update(table).where(table.c.id == number).values(valid_to=dt.date.fromisoformat(day))
    tx.connection.execute(ended)


def _keep_cadre(tx: Transaction, one: Row, on: dt.date) -> int:
    number = tx.connection.execute(select(cadre.c.id).where(cadre.c.number == one["cadre"])).scalar()
    if number is None:
        number = insert_one(tx.connection, cadre, {"number": one["cadre"]})
    values = {name: one[name] for name in ("name", "tier", "unit")} | {"cadre_id": number}
    return _keep_version(tx, cadre_version, cadre_version.c.cadre_id == number, values, on)


def _keep_unit(tx: Transaction, one: Row, on: dt.date) -> int:
    """Keep a unit; one whose chief the file does not name keeps its chief."""
    whose = unit_version.c.unit == one["unit"]
    values = {name: one[name] for name in UNIT_COLUMNS}
    if values["chief"] is None:
        open_ = select(unit_version.c.chief).where(whose, unit_version.c.valid_to.is_(None))
        values["chief"] = tx.connection.execute(open_).scalar()
    return _keep_version(tx, unit_version, whose, values, on)


def _keep_version(tx: Transaction, table: Table, whose: ColumnElement[bool], values: Row, on: dt.date) -> int:
    """End the version in force and begin another if they differ; return how many began."""
    last = tx.connection.execute(select(table).where(whose, table.c.valid_to.is_(None))).mappings().first()
    if last is not None:
        if all(last[name] == value for name, value in values.items()):
            return 0
        _end(tx, table, last["id"], max(on, last["valid_from"]).isoformat())
    tx.connection.execute(insert(table).values(**values, valid_from=on))
    return 1


def _keep_phone(tx: Transaction, number: str, phone: str) -> int:
    whose = tx.connection.execute(select(cadre.c.id).where(cadre.c.number == number)).scalar_one()
    here = and_(cadre_private.c.cadre_id == whose, cadre_private.c.field == PHONE)
    if tx.connection.execute(select(cadre_private.c.value).where(here)).scalar() == phone:
        return 0
    tx.connection.execute(delete(cadre_private).where(here))
    kept = {"cadre_id": whose, "field": PHONE, "mark": "personal", "value": phone}
    tx.connection.execute(insert(cadre_private).values(kept))
    return 1


def _terms(tx: Transaction, table: Table, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a table of terms that hold on some day, sorted by their columns."""
    columns = [raw(table.c[name]) if name in _DAYS else table.c[name] for name in names]
    holds = or_(table.c.valid_to.is_(None), table.c.valid_to > table.c.valid_from)
    order = [table.c[name].nulls_first() for name in names if name != "id"]
    return _frame(tx, select(*columns).where(holds).order_by(*order, table.c.id), names)


def _frame(tx: Transaction, statement: Select[Any], names: Sequence[str]) -> pd.DataFrame:
    columns = turned(tx.connection.execute(statement).all(), len(names))
    return pd.DataFrame({name: text(values) for name, values in zip(names, columns, strict=True)})


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows as plain dicts, null as None."""
    columns = {str(name): nullable(frame[name]) for name in frame.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _dated(row: Row) -> Row:
    days = {name: None if row[name] is None else dt.date.fromisoformat(row[name]) for name in _DAYS}
    return {name: value for name, value in row.items() if name != "id"} | days
