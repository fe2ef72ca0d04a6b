"""Errand: a sheet of visits comes in. Good rows go in, bad rows come out, one transaction a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridmap.errors import Fault, NotFoundError
from gridmap.intake.fault_sheet import write_fault_sheet
from gridmap.intake.visit_rows import VisitTerms
from gridmap.intake.visits import VisitFile, read_visits
from gridmap.office.scene import scene_of
from gridmap.office.visiting import VisitReport, faults_of, record
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store.duties import duties


@dataclass(frozen=True, slots=True)
class VisitSource:
    """A file of visits, and what its rows may leave out: a layer, a lead (number or name), a day and a time."""

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    layer: str | None = None
    lead: str | None = None
    day: dt.date | None = None
    time: dt.time | None = None


@dataclass(frozen=True, slots=True)
class VisitsImported:
    """What an import of visits did: `report` as of `record`; `rows` without those `blank`, where nobody has been.

    `refused`: one fault refused the file, so that nothing was kept.
    """

    file: str
    rows: int
    blank: int
    report: VisitReport
    unread: tuple[str, ...]
    fault_sheet: Path | None
    refused: bool


def import_visits(
    person: Person,
    office: Office,
    source: VisitSource,
    *,
    strict: bool = False,
    dry_run: bool = False,
    lang: str = "en",
) -> VisitsImported:
    """Record the visits of a file; rows that are kept already are not kept twice.

    Bad rows are written beside the input as `<name>.faults.xlsx`; with `strict` one fault refuses the file. Whoever may
    enter visits may bring a sheet of them. Raises FileError or FaultsError where no row can be read, NotFoundError for
    an unknown layer or lead, and RefusedError as `record`.
    """
    refuse_unless(person, "visit")
    read = read_visits(source.path, _terms(person, office, source), mapping=source.mapping, sheet=source.sheet)
    refused = strict and bool(read.faults)
    done = VisitReport(0, 0, 0) if refused or dry_run else record(person, office, read.visits)
    faults = (*read.faults, *done.faults)
    sheet = write_fault_sheet(source.path, faults, refused=read.refused, lang=lang) if faults else None
    return VisitsImported(
        file=read.file,
        rows=read.rows,
        blank=read.blank,
        report=_with_faults(done, faults, read if dry_run else None),
        unread=read.unread,
        fault_sheet=sheet,
        refused=refused,
    )


def _with_faults(done: VisitReport, faults: tuple[Fault, ...], counted: VisitFile | None) -> VisitReport:
    """Return the report with all faults; of a dry run with the visits that would be looked at as recorded."""
    recorded = done.recorded if counted is None else len(counted.visits)
    return VisitReport(recorded, done.repeated, done.flagged, done.issues, faults)


def _terms(person: Person, office: Office, source: VisitSource) -> VisitTerms:
    with office.reading(person) as tx:
        names = scene_of(office, tx).names
        forms = [one.duty for one in duties(tx) if one.duty.form]
    if source.layer is not None:
        office.layers[source.layer]
    return VisitTerms(
        zone=office.clock.zone,
        layers=office.layers,
        cadres=names,
        check=lambda visits: faults_of(person, office, visits),
        # A duty that was changed is there more than once: the newest form speaks for its columns.
        duties=tuple({duty.name: duty for duty in forms}.values()),
        layer=source.layer,
        lead=None if source.lead is None else cadre_meant(names, source.lead),
        day=source.day,
        time=source.time,
        salt=salt_of(office),
    )


def salt_of(office: Office) -> str:
    """Return what makes the derived ids of an office its own: the microsecond in which it was founded."""
    return office.store.office().created_at.isoformat()


def cadre_meant(names: Mapping[str, str], said: str) -> str:
    """Return the cadre meant by a number or a name (`names`: number -> name); NotFoundError for none or several."""
    if said in names:
        return said
    found = [number for number, name in names.items() if name == said]
    if len(found) != 1:
        raise NotFoundError("office.visit_who", said=said, found=", ".join(found) or "-")
    return found[0]
