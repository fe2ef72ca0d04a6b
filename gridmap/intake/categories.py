"""Read workbooks of the rules that a clerk keeps: the categories of issues, the items of the service counter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gridmap.errors import Fault, FaultsError
from gridmap.intake.registers import Register, read_register
from gridmap.intake.rows import Rows
from gridmap.intake.values import Problem
from gridmap.layer import Choice, Field, FieldType, Layer, Style
from gridmap.ledger.categories import Category, categories_of
from gridmap.ledger.issues import QUANTITIES
from gridmap.people.clocks import CLOCKS
from gridmap.words import say, spellings_categories

_NEEDED = ("zh", "en", "clock", "length")


def _field(
    headers: Mapping[str, tuple[str, ...]],
    name: str,
    type_: FieldType = "text",
    *,
    required: bool = False,
    said: str = "",
    choices: Collection[str] = (),
) -> Field:
    zh, en, *rest = headers[name]
    spoken = tuple(Choice(one, say(f"{said}.{one}", "zh"), say(f"{said}.{one}", "en")) for one in choices)
    return Field(name, zh, en, type_, required=required, aliases=tuple(rest), choices=spoken)


def _rule(name: str, type_: FieldType = "text", *, said: str = "", choices: Collection[str] = ()) -> Field:
    return _field(spellings_categories.CATEGORY_HEADERS, name, type_, said=said, choices=choices)


# No layers of the map: they let these workbooks be read and written as every register is.
CATEGORIES = Layer(
    name="categories",
    zh=spellings_categories.CATEGORY_HEADERS["name"][0],
    en="categories",
    geometry="point",
    key="name",
    fields=(
        _field(spellings_categories.CATEGORY_HEADERS, "name", required=True),
        _rule("zh"),
        _rule("en"),
        _rule("group"),
        _rule("unit"),
        _rule("clock", "choice", said="people.clock", choices=CLOCKS),
        _rule("length", "number"),
        _rule("urgent", "boolean"),
        _rule("sensitive", "boolean"),
        _rule("quantity", "choice", said="intake.quantity", choices=QUANTITIES),
    ),
    style=Style("#000000"),
)
SERVICE_ITEMS = Layer(
    name="service_items",
    zh=spellings_categories.SERVICE_HEADERS["name"][0],
    en="service items",
    geometry="point",
    key="number",
    fields=(
        _field(spellings_categories.SERVICE_HEADERS, "number", required=True),
        _field(spellings_categories.SERVICE_HEADERS, "name", required=True),
        _field(spellings_categories.SERVICE_HEADERS, "department"),
    ),
    style=Style("#000000"),
)


@dataclass(frozen=True, slots=True)
class CategoryFile:
    """What a workbook of categories says: the good ones by name, and the register they were read from."""

    kinds: Mapping[str, Category]
    register: Register


def read_categories(path: Path, *, kept: Mapping[str, Category]) -> CategoryFile:
    """Read the categories in a workbook or csv, and every fault of every row.

    A row has a name (a code such as `road`) and whatever else it says; a column that is not there, and an empty cell of
    a name in words, a clock or a length, leave what is `kept` of that category; a new one needs these four. Any other
    empty cell empties. Faults as `ledger.categories.categories_of`, by row. Raises as `registers.read_register`.
    """
    register = read_register(path, CATEGORIES, also=lambda rows: _look(rows, kept))
    rules = {str(row["name"]): _merged(row, kept) for row in _records(register)}
    return CategoryFile(categories_of(rules), register)


def read_service_items(path: Path) -> Register:
    """Read the items of the service counter in a workbook or csv: number, name and, if given, department."""
    return read_register(path, SERVICE_ITEMS)


def _records(register: Register) -> list[dict[str, object]]:
    names = [one.name for one in CATEGORIES.fields if one.name in register.frame]
    frame = pd.DataFrame(register.frame[names])
    held = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in held.to_dict("records")]


def _merged(row: Mapping[str, object], kept: Mapping[str, Category]) -> dict[str, object]:
    """Return a row as a rule: over what is kept of its category, empty cells as the rule says nothing."""
    old = kept.get(str(row["name"]))
    rule: dict[str, object] = {} if old is None else {name: getattr(old, name) for name in CATEGORIES.by_name}
    for name, value in row.items():
        if value is not None:
            rule[name] = value
        elif name not in _NEEDED:
            rule.pop(name, None)
    rule.pop("name", None)
    return rule


def _look(rows: Rows, kept: Mapping[str, Category]) -> None:
    """Refuse each row that is no category, naming the cell."""
    frame = rows.frame
    for at, row in enumerate(frame.astype(object).where(frame.notna(), None).to_dict("records")):
        if rows.wrong[at] or row["name"] is None:
            continue
        said = {name: row[name] for name in CATEGORIES.by_name if name in frame}
        try:
            categories_of({str(row["name"]): _merged(said, kept)})
        except FaultsError as error:
            for fault in error.faults:
                _refuse(rows, at, fault)


def _refuse(rows: Rows, at: int, fault: Fault) -> None:
    where = np.arange(len(rows.frame)) == at
    column = fault.column or "name"
    lacking = Problem(code="intake.category_empty", where=where, inputs={"name": rows.frame["name"].iloc[at]})
    wrong = Problem(code=fault.code, where=where, inputs=fault.inputs)
    values = [fault.value] * len(rows.frame)
    rows.refuse(column, lacking if fault.code == "ledger.category_lacks" else wrong, values, personal=False)
