"""Errands: the categories of issues and the items of the service counter, as lists and as workbooks in and out."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.intake.categories import CATEGORIES, SERVICE_ITEMS, read_categories, read_service_items
from gridmap.intake.registers import Register
from gridmap.layer import Layer
from gridmap.ledger.categories import Category, categories_of
from gridmap.office.importing import Terms
from gridmap.office.taking_in import FileReport, Incoming, take_in
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.reports.workbook import write_workbook
from gridmap.store import categories, service_items
from gridmap.store.engine import Transaction

_COUNTED = ("added", "changed", "unchanged", "ended")


def list_categories(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the categories in force on a day: name, zh, en, group, unit, clock, length, urgent, sensitive, quantity.

    Empty texts are null; the order is that in which they were first kept.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        return _frame(categories.categories(tx, on))


def import_categories(person: Person, office: Office, path: Path, terms: Terms, *, lang: str = "en") -> FileReport:
    """Take categories in from a workbook or csv, in force from the day of `terms`; bad rows come out.

    An empty cell and an absent column mean what `intake.categories.read_categories` says. `terms.complete`: those in
    force that the file lacks end. Raises FileError or FaultsError where no row can be read.
    """
    refuse_unless_everywhere(person, "rule")
    with office.reading(person) as tx:
        kept = categories.categories(tx, terms.on)
    read = read_categories(path, kept=kept)

    def keep(tx: Transaction) -> dict[str, int]:
        return categories.keep_categories(tx, read.kinds, on=terms.on, complete=terms.complete)

    return take_in(office, person, _incoming("categories", path, read.register, terms, keep), lang=lang)


def export_categories(person: Person, office: Office, target: Path, *, on: dt.date, lang: str = "en") -> int:
    """Write the categories in force on a day to `target` (.xlsx), whole or not at all; return how many.

    The workbook comes in again by `import_categories`. Raises ArgumentError for another ending.
    """
    refuse_unless(person, "export")
    frame = list_categories(person, office, on=on)
    _write(frame, CATEGORIES, target, on=on, lang=lang)
    return len(frame)


def write_city_template(person: Person, target: Path, *, on: dt.date, lang: str = "en") -> int:
    """Write component and event classes of digital city management as a workbook of categories; return how many.

    An office looks at them, puts its own units and lengths, and takes them in by `import_categories`. Raises
    ArgumentError for another ending than .xlsx.
    """
    refuse_unless(person, "read")
    text = files("gridmap.office").joinpath("defaults", "city_management.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    rules: dict[str, object] = {}
    for one in data["class"]:
        for name, (zh, en) in one["kinds"].items():
            said = {"zh": zh, "en": en, "group": one[lang]}
            rules[name] = said | {"clock": one["clock"], "length": one["length"]}
    frame = _frame(categories_of(rules, lang=lang))
    _write(frame, CATEGORIES, target, on=on, lang=lang)
    return len(frame)


def list_service_items(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the items of the service counter in force on a day: number, name, department. They are no issues."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        return service_items.service_items(tx, on)


def import_service_items(person: Person, office: Office, path: Path, terms: Terms, *, lang: str = "en") -> FileReport:
    """Take the items of the service counter in from a workbook or csv, in force from the day of `terms`.

    Without a column of departments these stay as they are. `terms.complete`: those in force that the file lacks end.
    Raises FileError or FaultsError where no row can be read.
    """
    refuse_unless_everywhere(person, "rule")
    register = read_service_items(path)

    def keep(tx: Transaction) -> dict[str, int]:
        items = register.frame
        if "department" not in register.given:
            kept = service_items.service_items(tx, terms.on).set_index("number")["department"]
            items = items.assign(department=items["number"].map(kept).astype(object))
        return service_items.keep_service_items(tx, items, on=terms.on, complete=terms.complete)

    return take_in(office, person, _incoming("service items", path, register, terms, keep), lang=lang)


def export_service_items(person: Person, office: Office, target: Path, *, on: dt.date, lang: str = "en") -> int:
    """Write the service items in force on a day to `target` (.xlsx), whole or not at all; return how many."""
    refuse_unless(person, "export")
    frame = list_service_items(person, office, on=on)
    _write(frame, SERVICE_ITEMS, target, on=on, lang=lang)
    return len(frame)


def _incoming(
    subject: str, path: Path, register: Register, terms: Terms, keep: Callable[[Transaction], dict[str, int]]
) -> Incoming:
    """Return a file of rules on its way in."""
    return Incoming(
        path=path,
        read=register,
        keep=keep,
        counted=_COUNTED,
        action="rule",
        subject=subject,
        detail={"on": terms.on.isoformat()},
        refused=terms.refuse(register.faults),
        dry_run=terms.dry_run,
    )


def _frame(kinds: Mapping[str, Category]) -> pd.DataFrame:
    rows = [asdict(one) for one in kinds.values()]
    frame = pd.DataFrame(rows, columns=[one.name for one in CATEGORIES.fields])
    for one in CATEGORIES.fields:
        if one.type == "boolean":
            frame[one.name] = frame[one.name].astype("boolean")
        elif one.type == "number":
            frame[one.name] = frame[one.name].astype("float64")
        else:
            frame[one.name] = frame[one.name].astype(object).replace({"": None})
    return frame


def _write(frame: pd.DataFrame, layer: Layer, target: Path, *, on: dt.date, lang: str) -> None:
    if target.suffix != ".xlsx":
        raise ArgumentError("office.export_format", file=target.name, suffix=target.suffix or "-", allowed=".xlsx")
    write_workbook(frame, layer, target, on=on, lang=lang)
