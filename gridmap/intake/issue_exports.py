"""Issues as a workbook that went out: what its columns are, and which cells of it were edited when it comes back.

An issue changes by its steps alone, so an edited cell is no change: it is a fault that names the step to take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import shapely

from gridmap.intake.rows import Rows
from gridmap.intake.texts import Mask, flat_one, objects
from gridmap.intake.values import Problem
from gridmap.layer import Choice, Field, FieldType, Layer, Style
from gridmap.ledger.categories import Category
from gridmap.ledger.issues import STATES
from gridmap.ledger.steps import FLOW
from gridmap.words import say, spellings

INSTANTS = ("reported", "due", "closed")
# From a column of the workbook to that of `ledger.issues.ISSUE_COLUMNS`.
COLUMNS = {
    "issue": "issue",
    "number": "number",
    "state": "state",
    "category": "category",
    "source": "source",
    "unit": "unit",
    "holder": "holder",
    "reported": "reported_at",
    "due": "due_at",
    "closed": "closed_at",
    "result": "result",
    "cell": "cell",
}
_STEPS = {"category": "file", "due": "set_deadline", "closed": "close", "result": "close"}
_HANDED = ("unit", "holder")
_NEW = ("reported", "filed")  # nobody has it in hands yet
_SAME_PLACE = 1e-6  # degrees: 0.1 m


def _field(name: str, type_: FieldType = "text", choices: tuple[Choice, ...] = ()) -> Field:
    zh, en, *_ = spellings.ISSUE_HEADERS[name]
    return Field(name, zh, en, type_, choices=choices)


def _choices(spelled: Mapping[str, tuple[str, ...]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, words[0], value) for value, words in spelled.items())


_STATES = {state: (say(f"ledger.state.{state}", "zh"), say(f"ledger.state.{state}", "en")) for state in STATES}
# No layer of the map: it heads and words the columns of the workbook.
EXPORT = Layer(
    name="issues",
    zh=spellings.ISSUE_HEADERS["number"][0],
    en="issues",
    geometry="point",
    key="number",
    fields=(
        *(_field(name) for name in COLUMNS if name not in ("cell", "state", "source", "result")),
        _field("state", "choice", tuple(Choice(state, *words) for state, words in _STATES.items())),
        _field("source", "choice", _choices(spellings.SOURCES)),
        _field("result", "choice", _choices(spellings.ENDINGS)),
    ),
    style=Style("#000000"),
)


def compare(rows: Rows, own: Mask, kept: pd.DataFrame | None, categories: Mapping[str, Category]) -> None:
    """Refuse each cell of the `own` rows, which name an issue, that is not as the issue is `kept`.

    `kept`: ISSUE_COLUMNS of the issues named, geometry in EPSG:4326; an issue that is not among them is a fault. A
    word may stand in either language; times are equal to the second.
    """
    uuids = rows.frame["issue"]
    known = pd.DataFrame(columns=[*COLUMNS.values(), "geometry"]) if kept is None else kept
    held = known.set_index("issue", drop=False).reindex(uuids).reset_index(drop=True)
    there = own & held["issue"].notna().to_numpy()
    _refuse(rows, "issue", Problem(code="intake.issue_unknown", where=own & ~there))
    says = {
        "category": lambda name: {name, categories[name].zh, categories[name].en} if name in categories else {name},
        "source": lambda name: set(spellings.SOURCES.get(name, (name,))),
        "result": lambda name: set(spellings.ENDINGS.get(name, (name,))),
        "state": lambda name: {name, *_STATES.get(name, ())},
    }
    for target, column in COLUMNS.items():
        if target not in rows.sources or target == "issue":
            continue
        if target in INSTANTS:
            edited = _moved(rows.frame[target], held[column])
        else:
            edited = _reworded(objects(rows.sources[target].column.texts), held[column], says.get(target, _itself))
        _refuse(rows, target, _problem(target, there & edited, rows, held))
    if "geometry" in rows.given:
        elsewhere = there & _elsewhere(rows.frame["geometry"], held["geometry"])
        _refuse(rows, "lon", Problem(code="intake.issue_fixed", where=elsewhere))


def _itself(value: str) -> set[str]:
    return {value}


def _moved(written: pd.Series, kept: pd.Series) -> Mask:
    now = written.reset_index(drop=True).dt.floor("s")
    was = pd.to_datetime(kept, utc=True).dt.floor("s")
    return np.asarray(~((now == was) | (now.isna() & was.isna())), dtype=np.bool_)


def _reworded(written: np.ndarray, kept: pd.Series, said: Callable[[str], set[str]]) -> Mask:
    pairs = zip(written, kept.astype(object).where(kept.notna(), None), strict=True)
    return np.array(
        [
            (text is not None) if value is None else text is None or flat_one(text) not in map(flat_one, said(value))
            for text, value in pairs
        ],
        dtype=np.bool_,
    )


def _elsewhere(written: pd.Series, kept: pd.Series) -> Mask:
    now, was = np.asarray(written, dtype=object), np.asarray(kept.where(kept.notna(), None), dtype=object)
    missing = shapely.is_missing(now) & shapely.is_missing(was)
    return np.asarray(~missing & ~(shapely.distance(now, was) <= _SAME_PLACE), dtype=np.bool_)


def _problem(target: str, where: Mask, rows: Rows, held: pd.DataFrame) -> Problem:
    """Return the fault of the edited cells of a column, with the step that makes such a change, if there is one."""
    written = objects(rows.sources[target].column.texts)
    steps = {int(row): _step(target, written[row], held.iloc[row]) for row in np.flatnonzero(where)}
    if not all(steps.values()):
        return Problem(code="intake.issue_fixed", where=where)
    by_row = {
        row: {"step": str(step).replace("_", "-"), "number": held["number"].iloc[row]} for row, step in steps.items()
    }
    return Problem(code="intake.issue_edited", where=where, by_row=by_row)


def _step(target: str, text: str | None, kept: pd.Series) -> str | None:
    if target in _HANDED:
        return "assign" if kept["state"] in _NEW else "hand_over"
    if target != "state":
        return _STEPS.get(target)
    wanted = next((state for state, words in _STATES.items() if text and flat_one(text) in map(flat_one, words)), "")
    return next((step.act for step in FLOW if step.after == wanted), "note")


def _refuse(rows: Rows, name: str, problem: Problem) -> None:
    held = rows.sources.get(name)
    texts = np.full(len(rows.frame), None, dtype=object) if held is None else objects(held.column.texts)
    rows.refuse(name, problem, texts, personal=False)
