"""What can be done as a job: imports of every kind, and plans of routes. A kind names its act and calls its errand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from gridmap.errors import ArgumentError, Fault
from gridmap.grid.codes import LEVELS
from gridmap.intake.grids import read_grid, read_territory
from gridmap.office.calendars import import_calendar
from gridmap.office.categories import import_categories, import_service_items
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Progress, Source, Terms, import_register
from gridmap.office.issue_files import IssueSource, import_issues
from gridmap.office.job_words import kept_faults, plain
from gridmap.office.rostering import import_roster
from gridmap.office.route_plans import Asked
from gridmap.office.routing import plan_evening
from gridmap.office.visit_files import VisitSource, import_visits
from gridmap.office.wiring import Office
from gridmap.people.access import Act, refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person


@dataclass(frozen=True, slots=True)
class Run:
    """A job at work: who acts with the rights of this moment, what was asked, the files that came with it."""

    person: Person
    office: Office
    asked: Mapping[str, Any]
    path: Path | None
    progress: Progress
    others: Mapping[str, Path] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The file. Raises ArgumentError for a job that came without."""
        if self.path is None:
            raise ArgumentError("office.job_file", argument="file")
        return self.path

    @property
    def lang(self) -> str:
        """The language of what the job writes."""
        return str(self.asked["lang"])

    def day(self, name: str = "on") -> dt.date:
        """Return a day that was asked for, today where none was."""
        said = self.asked.get(name)
        return self.office.clock.today() if said is None else dt.date.fromisoformat(said)

    def terms(self) -> Terms:
        """Return the terms on which a file is taken in."""
        named = ("clear", "complete", "strict", "dry_run")
        return Terms(self.day(), **{name: bool(self.asked.get(name, False)) for name in named})

    def source(self) -> Source:
        """Return how the file is to be read."""
        where = {name: frozenset(values) for name, values in self.asked.get("where", {}).items()}
        said = self.asked
        return Source(self.file, said.get("mapping", {}), said.get("crs"), said.get("sheet"), where)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: plain data without personal values, and the file that goes back to who asked."""

    result: Mapping[str, Any]
    out: Path | None = None


class _Report(Protocol):
    """What the reports of the imports have in common."""

    @property
    def rows(self) -> int: ...
    @property
    def faults(self) -> Sequence[Fault]: ...
    @property
    def unread(self) -> Sequence[str]: ...
    @property
    def fault_sheet(self) -> Path | None: ...
    @property
    def refused(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: the act that one may have to do, for the whole office or in a part, and what is done.

    `others`: the names of files that may come in place of the one.
    """

    act: Act
    run: Callable[[Run], Outcome] = field(repr=False)
    everywhere: bool = False
    with_file: bool = True
    others: frozenset[str] = frozenset()

    def refuse(self, person: Person) -> None:
        """Raise RefusedError for who may not do it."""
        if self.everywhere:
            refuse_unless_everywhere(person, self.act)
        else:
            refuse_unless(person, self.act)


def _register(run: Run) -> Outcome:
    report = import_register(
        run.person, run.office, run.asked["layer"], run.source(), run.terms(), lang=run.lang, progress=run.progress
    )
    return _told(report, report.counts, batch=report.batch, layer=report.layer)


def _roster(run: Run) -> Outcome:
    terms = run.terms()
    report = import_roster(
        run.person,
        run.office,
        run.file,
        on=terms.on,
        complete=terms.complete,
        strict=terms.strict,
        dry_run=terms.dry_run,
        lang=run.lang,
    )
    return _told(report, report.counts, kept=report.kept)


def _grid(run: Run) -> Outcome:
    said, lengths = run.asked, run.office.settings.code_lengths
    parents = said.get("parents", "prefix")
    files = {level: path for level, path in run.others.items() if level in LEVELS}
    if files and run.path is not None:
        raise ArgumentError("office.job_grid_files", argument="file", levels=", ".join(files))
    grid = read_grid(
        files or run.file,
        crs=said.get("crs"),
        code=_by_level(said.get("code"), "code"),
        name=_by_level(said.get("name_column"), "name"),
        parent=said.get("parent"),
        lengths=lengths if parents == "prefix" else None,
        parents=parents,
    )
    land = run.others.get("territory")
    territory = None if land is None else read_territory(land, crs=said.get("crs"))
    if said.get("dry_run"):
        defects = grid.check(territory, gap_width=run.office.settings.gap_width_m)
        result = {"edition": None, "cells": len(grid.cells)}
    else:
        report = publish_grid(
            run.person,
            run.office,
            grid,
            name=said.get("name") or run.day().isoformat(),
            valid_from=run.day(),
            territory=territory,
        )
        defects = report.defects
        result = {"edition": report.edition, "cells": report.cells, "linked": report.linked, "ended": len(report.ended)}
    counts = defects["kind"].value_counts(sort=False)
    return Outcome(plain({**result, "defects": {str(kind): int(count) for kind, count in counts.items()}}))


def _by_level(said: Sequence[str] | None, usual: str) -> str | dict[str, str]:
    """Return the column named for all levels (COLUMN), or those named for each (LEVEL=COLUMN)."""
    if not said:
        return usual
    if len(said) == 1 and "=" not in said[0]:
        return said[0]
    pairs = [one.partition("=") for one in said]
    if any(level not in LEVELS or not column for level, _, column in pairs):
        raise ArgumentError("office.job_columns", levels=", ".join(LEVELS))
    return {level: column for level, _, column in pairs}


def _visits(run: Run) -> Outcome:
    said = run.asked
    source = VisitSource(
        run.file,
        said.get("mapping", {}),
        said.get("sheet"),
        said.get("layer"),
        said.get("lead"),
        None if said.get("day") is None else dt.date.fromisoformat(said["day"]),
        None if said.get("time") is None else dt.time.fromisoformat(said["time"]),
    )
    terms = run.terms()
    done = import_visits(run.person, run.office, source, strict=terms.strict, dry_run=terms.dry_run, lang=run.lang)
    report = done.report
    counts = {"recorded": report.recorded, "repeated": report.repeated, "flagged": report.flagged}
    sheet, rows = done.fault_sheet, {"rows": done.rows, "blank": done.blank, "issues": report.issues}
    result = {**rows, "counts": counts, "refused": done.refused, "unread": done.unread}
    return Outcome(plain({**result, **_faults(report.faults)}), sheet)


def _issues(run: Run) -> Outcome:
    said, terms = run.asked, run.terms()
    source = IssueSource(run.source(), said.get("category", ""), said.get("source", "phone"), said.get("words", {}))
    report = import_issues(run.person, run.office, source, strict=terms.strict, dry_run=terms.dry_run, lang=run.lang)
    return _told(report, report.counts, batch=report.batch)


def _categories(run: Run) -> Outcome:
    report = import_categories(run.person, run.office, run.file, run.terms(), lang=run.lang)
    return _told(report, report.counts, kept=report.kept)


def _service_items(run: Run) -> Outcome:
    report = import_service_items(run.person, run.office, run.file, run.terms(), lang=run.lang)
    return _told(report, report.counts, kept=report.kept)


def _calendar(run: Run) -> Outcome:
    terms = run.terms()
    report = import_calendar(
        run.person, run.office, run.file, strict=terms.strict, dry_run=terms.dry_run, lang=run.lang
    )
    return _told(report, report.counts, kept=report.kept)


def _plan(run: Run) -> Outcome:
    asked = Asked.of({name: value for name, value in run.asked.items() if name != "lang"})
    return Outcome({"plan": plan_evening(run.person, run.office, asked, progress=run.progress)})


def _told(report: _Report, counts: Mapping[str, int], **others: object) -> Outcome:
    """Return what an import tells, with its fault sheet."""
    told = {"rows": report.rows, "counts": counts, "refused": report.refused, "unread": report.unread}
    return Outcome(plain({**told, **others, **_faults(report.faults)}), report.fault_sheet)


def _faults(faults: Sequence[Fault]) -> dict[str, object]:
    return {"fault_count": len(faults), "faults": kept_faults(faults)}


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "import": Kind("import", _register),
        "roster": Kind("import", _roster, everywhere=True),
        "grid": Kind("publish", _grid, everywhere=True, others=frozenset(LEVELS)),
        "visits": Kind("visit", _visits),
        "issues": Kind("import", _issues),
        "categories": Kind("rule", _categories, everywhere=True),
        "service_items": Kind("rule", _service_items, everywhere=True),
        "calendar": Kind("rule", _calendar, everywhere=True),
        "plan": Kind("plan", _plan, with_file=False),
    }
)
