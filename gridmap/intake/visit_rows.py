"""The rows of a sheet of visits: who was where at which instant, and what is wrong with each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from gridmap.errors import Fault, FaultsError
from gridmap.intake import kinds
from gridmap.intake.instants import read_instants
from gridmap.intake.rows import Rows
from gridmap.intake.texts import Column, flat_one, objects
from gridmap.intake.values import Problem
from gridmap.layer import Layer
from gridmap.ledger.duties import Duty
from gridmap.ledger.visits import Visit
from gridmap.words import spellings

KEY_OF = "key of "  # then a layer: the column under the header of that layer's own key
# What tells one visit from another is who was where at which instant: a sheet read again gives the same ids.
_NAMESPACE = UUID("6f1b6c1e-3f0a-5c0c-9b0e-0d9a5a6b7a11")

Check = Callable[[Sequence[Visit]], Sequence[Fault]]


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """What a sheet of visits does not say itself.

    `zone`: of times without an offset. `layers`: by name. `cadres`: number -> name. `duties`: whose forms the columns
    may answer, under `duty/field` or the question itself. `check` says what else is wrong with the visits of a sheet,
    by row from 1. What a row leaves out: `layer`, `lead` (a number), `day` and `time`. `salt`: what only the office
    knows, so that no id tells, to whoever tries all of them, the time that it is made of.
    """

    zone: ZoneInfo
    layers: Mapping[str, Layer]
    cadres: Mapping[str, str]
    check: Check
    duties: Sequence[Duty] = ()
    layer: str | None = None
    lead: str | None = None
    day: dt.date | None = None
    time: dt.time | None = None
    salt: str = ""


class VisitRows:
    """The rows of one sheet, being turned into visits."""

    def __init__(self, rows: Rows, terms: VisitTerms) -> None:
        self.rows, self.terms = rows, terms
        if "outcome" not in rows.given:
            inputs = {
                "names": ", ".join(spellings.VISIT_HEADERS["outcome"]),
                "headers": ", ".join(rows.listing.headers),
            }
            raise FaultsError([Fault("intake.missing_column", file=rows.file, column="outcome", inputs=inputs)])
        # A choice that could not be read is empty in the frame, and yet the row is not.
        written = pd.Series(objects(rows.sources["outcome"].column.texts), dtype=object)
        self._empty = written.isna().to_numpy(dtype=bool)
        self.blank = int(self._empty.sum())
        self._people = _People(terms.cadres)
        self._layers = {
            flat_one(word): name for name, one in terms.layers.items() for word in (name, one.zh, one.en, *one.aliases)
        }
        self._columns: dict[str, list[str | None]] = {}
        self._found: dict[int, Visit] = {}
        self._noted: dict[tuple[str, str], list[dict[int, tuple[object, dict[str, object]]]]] = {}

    def visits(self) -> list[Visit]:
        """Return the visits of the rows that are good by now."""
        return [visit for at, visit in self._found.items() if not self.rows.wrong[at]]

    def read(self) -> None:
        """Read all rows; what is wrong in some is said there."""
        self._forgive()
        instants = self._instants()
        frame = self.rows.frame
        self._columns = {
            name: frame[name].astype(object).where(frame[name].notna(), None).tolist()
            for name in (*self.rows.layer.by_name, "cell")
            if name in frame
        }
        for at in np.flatnonzero(~self._empty).tolist():
            visit = self._visit(at, instants.iloc[at])
            if visit is not None and not self.rows.wrong[at]:
                self._found[at] = visit
        self._check()
        self._say()
        # A second row of the same id is refused as the second row of any key is.
        ids = [self._found[at].id if at in self._found else None for at in range(len(frame))]
        frame["id"] = pd.Series(ids, dtype=object)

    def _forgive(self) -> None:
        """Take back the faults of rows where nobody has been."""
        self.rows.found = [one for one in self.rows.found if not self._empty[one.at[1]]]  # noqa: PD008 no frame
        self.rows.wrong &= ~self._empty

    def _instants(self) -> pd.Series:
        """Return when each visit was, NaT where that is wrong or not said."""
        own, day, time = (self._texts(name) for name in ("at", "day", "time"))
        if "day" in self.rows.given:
            day = self.rows.frame["day"].astype(object)
        default_day = None if self.terms.day is None else self.terms.day.isoformat()
        default_time = None if self.terms.time is None else self.terms.time.isoformat()
        day = day.where(day.notna(), default_day)
        time = time.where(time.notna(), default_time)
        joined = [f"{one} {other}" if one and other else None for one, other in zip(day, time, strict=True)]
        whole = own.where(own.notna(), pd.Series(joined, dtype=object))
        read = read_instants(
            Column(pa.array(whole.where(whole.notna(), None).tolist(), pa.string()), self._kinds()), self.terms.zone
        )
        target = "at" if "at" in self.rows.given else "time"
        for problem in read.problems:
            self._refuse_where(target, problem, whole.tolist())
        lacking = whole.isna().to_numpy(dtype=bool)
        lacking_day = lacking & day.isna().to_numpy(dtype=bool)
        for name, where in (("day", lacking_day), (target, lacking & ~lacking_day)):
            self._refuse_where(name, Problem("intake.required", where, {"field": name}), [None] * len(where))
        return read.values

    def _texts(self, name: str) -> pd.Series:
        if name not in self.rows.sources:
            return pd.Series([None] * len(self.rows.frame), dtype=object)
        return pd.Series(objects(self.rows.sources[name].column.texts), dtype=object)

    def _kinds(self) -> np.ndarray:
        count = len(self.rows.frame)
        return (
            self.rows.sources["at"].column.kinds if "at" in self.rows.sources else np.full(count, kinds.TEXT, np.int8)
        )

    def _refuse_where(self, target: str, problem: Problem, written: list[Any]) -> None:
        held = Problem(problem.code, problem.where & ~self._empty, problem.inputs)
        self.rows.refuse(target, held, written, personal=False)

    def _refuse(self, at: int, target: str, code: str, value: object = None, **inputs: object) -> None:
        """Note a fault of one row; `_say` hands all of a kind to the rows at once, for that takes a whole column."""
        self.rows.wrong[at] = True
        alike = self._noted.setdefault((target, code), [{}])
        for held in alike:
            if at not in held:
                held[at] = value, inputs
                return
        alike.append({at: (value, inputs)})

    def _say(self) -> None:
        for (target, code), alike in self._noted.items():
            one = self.rows.layer.by_name.get(target)
            personal = one is not None and self.rows.is_personal(one)
            for held in alike:
                where = np.isin(np.arange(len(self.rows.frame)), list(held))
                written = [held[at][0] if at in held else None for at in range(len(where))]
                by_row = {at: inputs for at, (_, inputs) in held.items()}
                self.rows.refuse(target, Problem(code, where, by_row=by_row), written, personal=personal)

    def _value(self, name: str, at: int) -> str | None:
        return self._columns[name][at] if name in self._columns else None

    def _visit(self, at: int, instant: pd.Timestamp) -> Visit | None:
        lead = self._lead(at)
        companions = [
            self._person(at, "companions", one)
            for one in re.split(spellings.BETWEEN_PEOPLE, self._value("companions", at) or "")
            if one.strip()
        ]
        layer, key = self._feature(at)
        outcome = self._value("outcome", at)
        if lead is None or None in companions or outcome is None or pd.isna(instant):
            return None
        answers = {
            f"{duty.name}/{one.name}": answer
            for duty in self.terms.duties
            for one in duty.form
            if (answer := self._value(f"{duty.name}/{one.name}", at)) is not None
        }
        visit = Visit(
            id="",
            at=instant.to_pydatetime(),
            lead=lead,
            outcome=outcome,
            layer=layer,
            key=key,
            cell=None if key else self._value("cell", at),
            mode=self._value("mode", at) or "home",
            companions=tuple(str(one) for one in companions),
            answers=answers,
            note=self._value("note", at) or "",
            corrects=_lower(self._value("corrects", at)),
            looks_back=self._value("looks_back", at),
            sheet=self._value("sheet_no", at),
        )
        return replace(visit, id=_lower(self._value("id", at)) or self._id(visit))

    def _id(self, visit: Visit) -> str:
        told = (visit.at.isoformat(), visit.lead, visit.layer, visit.key, visit.cell, visit.corrects)
        return str(uuid5(uuid5(_NAMESPACE, self.terms.salt), "\n".join(map(str, told))))

    def _lead(self, at: int) -> str | None:
        target = "lead" if self._value("lead", at) else "lead_name"
        said = self._value(target, at) or self.terms.lead
        if said is None:
            self._refuse(
                at, "lead_name" if "lead_name" in self.rows.sources else "lead", "intake.required", field="lead"
            )
            return None
        return self._person(at, target, said)

    def _person(self, at: int, target: str, said: str) -> str | None:
        found = self._people.find(said)
        if len(found) == 1:
            return found[0]
        if found:
            self._refuse(at, target, "intake.roster_namesakes", said, numbers=", ".join(found))
        else:
            self._refuse(at, target, "intake.visit_nobody", said)
        return None

    def _feature(self, at: int) -> tuple[str | None, str | None]:
        """Return the layer and key of a row; both null for a visit at a cell."""
        for name in self.terms.layers:
            key = self._value(KEY_OF + name, at)
            if key is not None:
                return name, key
        key, said = self._value("key", at), self._value("layer", at)
        layer = self._layers.get(flat_one(said), said) if said else self.terms.layer
        if key is None:
            if self._value("cell", at) is None:
                self._refuse(at, "key", "intake.required", field="key")
            return None, None
        if layer is None or layer not in self.terms.layers:
            self._refuse(at, "layer", "intake.not_choice", said, allowed=", ".join(self.terms.layers))
        return layer, key

    def _check(self) -> None:
        """Take the faults that the caller finds in the visits of this sheet."""
        rows = list(self._found)
        for fault in self.terms.check([self._found[at] for at in rows]):
            at = rows[(fault.row or 1) - 1]
            targets = {
                "key": self._key_target(at),
                "lead": "lead" if self._value("lead", at) else "lead_name",
                "at": "at" if "at" in self.rows.sources else "day",
                "answers": str(fault.value),
            }
            self._refuse(at, targets.get(fault.column, fault.column), fault.code, fault.value, **fault.inputs)

    def _key_target(self, at: int) -> str:
        own = (KEY_OF + name for name in self.terms.layers if self._value(KEY_OF + name, at) is not None)
        return next(own, "key")


class _People:
    """Who is meant by a number or a name."""

    def __init__(self, cadres: Mapping[str, str]) -> None:
        self._numbers = {flat_one(number): number for number in cadres}
        self._named: dict[str, list[str]] = {}
        for number, name in sorted(cadres.items()):
            self._named.setdefault(flat_one(name), []).append(number)

    def find(self, said: str) -> list[str]:
        """Return the numbers of the cadres meant, none or several where that is not one."""
        flat = flat_one(said)
        return [self._numbers[flat]] if flat in self._numbers else self._named.get(flat, [])


def _lower(said: str | None) -> str | None:
    return said.strip().lower() if said else None
