"""Duties and exemptions as kept, and the terms of their subjects.

A rule is data in force on its days: a change ends one row and begins another, the same rule again changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import ColumnElement, Table, or_, select, update

from gridmap.layer import Layer
from gridmap.ledger.duties import Duty, duty_of
from gridmap.store.engine import Transaction
from gridmap.store.frames import insert_one, raw, text, turned
from gridmap.store.grids import edition_on
from gridmap.store.tables import cadre, cadre_version, duty, exemption, version
from gridmap.store.versions import Found, in_force

EXEMPTION_COLUMNS = ("exemption", "duty", "subject", "reason", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class KeptDuty:
    """A duty and the days [valid_from, valid_to) on which it is in force; without `valid_to` it has no end."""

    duty: Duty
    valid_from: dt.date
    valid_to: dt.date | None


def duties(
    tx: Transaction,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    names: Collection[str] | None = None,
) -> list[KeptDuty]:
    """Return the duties by name, then day: those in force on `on`; with `since` on any day of [since, on]; else all.

    `names` keeps these.
    """
    where = [_lasts(duty)]
    if on is not None:
        first = on if since is None else since
        where += [duty.c.valid_from <= on, or_(duty.c.valid_to.is_(None), duty.c.valid_to > first)]
    if names is not None:
        where.append(duty.c.name.in_(list(names)))
    rows = tx.connection.execute(select(duty).where(*where).order_by(duty.c.name, duty.c.valid_from))
    return [KeptDuty(duty_of(row.name, row.rule), row.valid_from, row.valid_to) for row in rows]


def keep_duty(tx: Transaction, name: str, rule: Mapping[str, object], *, on: dt.date) -> str:
    """Keep a rule from the day `on`, and return what that was: added, changed or unchanged.

    What is kept of the name from that day on ends; one that would begin later never holds. Raises FaultsError for a
    rule that `duty_of` does not take.
    """
    read = duty_of(name, rule)
    kept = tx.connection.execute(select(duty).where(duty.c.name == name, _after(duty, on))).all()
    if any(row.valid_from <= on and row.valid_to is None and duty_of(name, row.rule) == read for row in kept):
        return "unchanged"
    for row in kept:
        _end(tx, row.id, max(on, row.valid_from))
    insert_one(tx.connection, duty, {"name": name, "rule": dict(rule), "valid_from": on})
    return "changed" if kept else "added"


def end_duty(tx: Transaction, name: str, *, on: dt.date) -> int:
    """End a duty on the day `on`; return how many rows were in force from then on."""
    kept = tx.connection.execute(select(duty).where(duty.c.name == name, _after(duty, on))).all()
    for row in kept:
        _end(tx, row.id, max(on, row.valid_from))
    return len(kept)


def exemptions(tx: Transaction, name: str | None = None) -> pd.DataFrame:
    """Return the exemptions of a duty, or of all: EXEMPTION_COLUMNS, days as ISO text. The reason is sensitive."""
    columns = (exemption.c.id, exemption.c.duty, exemption.c.subject, exemption.c.reason)
    days = (raw(exemption.c.valid_from), raw(exemption.c.valid_to))
    statement = select(*columns, *days).where(_lasts(exemption)).order_by(*columns[1:3], exemption.c.valid_from)
    if name is not None:
        statement = statement.where(exemption.c.duty == name)
    found = turned(tx.connection.execute(statement).all(), len(EXEMPTION_COLUMNS))
    told = {one: text(values) for one, values in zip(EXEMPTION_COLUMNS, found, strict=True)}
    return pd.DataFrame(told | {"exemption": pd.Series(found[0], dtype="int64")})


def keep_exemption(
    tx: Transaction, name: str, subject: str, *, reason: str, from_day: dt.date, to_day: dt.date | None
) -> int:
    """Keep that a subject is exempt from a duty on the days [from_day, to_day); return the number of the row."""
    values = {"duty": name, "subject": subject, "reason": reason, "valid_from": from_day, "valid_to": to_day}
    return insert_one(tx.connection, exemption, values)


def feature_terms(tx: Transaction, layer: Layer, fields: Collection[str] = ()) -> pd.DataFrame:
    """Return every version of the features of a layer that held on some day: key, the public `fields`, the days."""
    found = Found(tx, layer, [_lasts(version)])
    return pd.DataFrame(found.key() | found.fields(list(fields)) | found.days())


def feature_cells(tx: Transaction, layer: Layer, on: dt.date) -> pd.Series:
    """Return the cell of each feature of a layer in force on a day, by its key; null where it is in none."""
    held = edition_on(tx, on)
    found = Found(tx, layer, [in_force(on)])
    return found.linked(held.id if held else None)["cell"].set_axis(pd.Index(found.key()["key"], dtype=object))


def known_names(tx: Transaction) -> frozenset[str]:
    """Return the name of every duty that was ever kept."""
    return frozenset(tx.connection.execute(select(duty.c.name).distinct()).scalars())


def names_about(tx: Transaction, layer: str) -> frozenset[str]:
    """Return the names of the duties whose subjects may be features of a layer, on any day."""
    kept = [one.duty for one in duties(tx)]
    return frozenset(one.name for one in kept if not one.subject.tiers and one.subject.layer in (layer, None))


def cadre_terms(tx: Transaction) -> pd.DataFrame:
    """Return every version of the cadres that held on some day: cadre, tier, unit, valid_from, valid_to."""
    columns = (cadre.c.number, cadre_version.c.tier, cadre_version.c.unit)
    days = (raw(cadre_version.c.valid_from), raw(cadre_version.c.valid_to))
    joined = cadre.join(cadre_version, cadre_version.c.cadre_id == cadre.c.id)
    statement = select(*columns, *days).select_from(joined).where(_lasts(cadre_version))
    order = (cadre.c.number, cadre_version.c.valid_from)
    found = turned(tx.connection.execute(statement.order_by(*order)).all(), 5)
    names = ("cadre", "tier", "unit", "valid_from", "valid_to")
    return pd.DataFrame({name: text(values) for name, values in zip(names, found, strict=True)})


def _lasts(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row holds on some day at all."""
    return or_(table.c.valid_to.is_(None), table.c.valid_to > table.c.valid_from)


def _after(table: Table, on: dt.date) -> ColumnElement[bool]:
    return or_(table.c.valid_to.is_(None), table.c.valid_to > on)


def _end(tx: Transaction, number: int, on: dt.date) -> None:
    tx.connection.execute(update(duty).where(duty.c.id == number).values(valid_to=on))
