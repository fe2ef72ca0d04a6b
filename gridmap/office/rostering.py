"""Errands: a roster comes in; who is on it on a day; what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.intake.rosters import RosterFile, read_roster
from gridmap.office.answering import reveal_phones
from gridmap.office.auditing import note
from gridmap.office.taking_in import FileReport, Incoming, take_in
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_everywhere
from gridmap.people.findings import roster_findings
from gridmap.people.person import Person
from gridmap.people.roster import in_force
from gridmap.store import grids, people

LISTED = (
    "cell",
    "cell_name",
    "level",
    "holder",
    "who",
    "name",
    "tier",
    "unit",
    "part",
    "kind",
    "valid_from",
    "valid_to",
)


def import_roster(
    person: Person,
    office: Office,
    path: Path,
    *,
    on: dt.date,
    complete: bool = False,
    strict: bool = False,
    dry_run: bool = False,
    lang: str = "en",
) -> FileReport:
    """Take a roster in from the day `on`, in one transaction; bad rows come out as `<name>.faults.xlsx`.

    A term that the file gives otherwise ends one row and begins another; the same file twice changes nothing.
    The counts: cadres, units and phones that are new or changed; terms (of posts, absences, stand-ins) added, ended and
    unchanged. `complete`: posts in force that the file lacks end on `on`. With it, or with `strict`, one fault refuses
    the file.
    Raises FileError or FaultsError where no row can be read, NotFoundError if no grid is in force on the day.
    """
    refuse_unless_everywhere(person, "import")
    read = _read(person, office, path, on)
    plan = people.RosterPlan(
        read.cadres, read.units, read.assignments, read.absences, read.stand_ins, read.phones, complete=complete
    )
    incoming = Incoming(
        path=path,
        read=read,
        keep=lambda tx: people.keep_roster(tx, plan, on=on),
        counted=("cadres", "units", "phones", "added", "ended", "unchanged"),
        action="import",
        subject="roster",
        detail={"on": on.isoformat()},
        refused=bool(read.faults) and (strict or complete),
        dry_run=dry_run,
    )
    return take_in(office, person, incoming, lang=lang)


def _read(person: Person, office: Office, path: Path, on: dt.date) -> RosterFile:
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        if edition is None:
            raise NotFoundError("office.no_edition", on=on)
        cells = grids.cells(tx, edition.id)
        known = people.roster(tx).cadres
        codes = grids.codes(tx)
    return read_roster(path, cells=cells, codes=codes, known=known, on=on)


def list_roster(
    person: Person, office: Office, *, on: dt.date, reveal: Sequence[str] = (), reason: str = ""
) -> pd.DataFrame:
    """Return the posts in force on a day, by cell: LISTED; those of a unit with its chief's name.

    `reveal` may name `phone`, with a `reason` kept in the audit: then there is a column `phone`.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        roster = people.roster(tx)
        edition = grids.edition_on(tx, on)
        cells = None if edition is None else grids.cells(tx, edition.id).set_index("code")
    posts = in_force(roster.assignments, on).reset_index(drop=True)
    chiefs = roster.units.set_index("unit")["chief"]
    cadres = roster.cadres.set_index("cadre")
    whose = posts["who"].where(posts["holder"] == "cadre", posts["who"].map(chiefs))
    for name in ("name", "tier", "unit"):
        posts[name] = whose.map(cadres[name]).astype(object)
    posts["unit"] = posts["unit"].where(posts["holder"] == "cadre", posts["who"])
    for column, of in (("cell_name", "name"), ("level", "level")):
        posts[column] = None if cells is None else posts["cell"].map(cells[of]).astype(object)
    listed = posts[list(LISTED)]
    if not reveal:
        return listed
    phones = reveal_phones(person, office, sorted(set(whose.dropna())), fields=reveal, reason=reason)
    return listed.assign(phone=whose.map(phones).astype(object))


def find_in_roster(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return what is wrong with the roster on a day, as `people.findings.roster_findings`, and `name` of the cadre.

    Raises NotFoundError for a day without a grid.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, on)
        if edition is None:
            raise NotFoundError("office.no_edition", on=on)
        grid = office.grid(tx, edition.id)
        roster = people.roster(tx)
        once = grids.codes(tx)
    found = roster_findings(grid, roster, on, once=once)
    return found.assign(name=found["cadre"].map(roster.cadres.set_index("cadre")["name"]).astype(object))


def erase_phone(person: Person, office: Office, cadre: str, *, reason: str) -> int:
    """Remove the telephone of a cadre from the store; return how many values there were (0 or 1).

    The cadre and the posts stay. Raises NotFoundError for an unknown cadre, ArgumentError for an empty reason.
    """
    refuse_unless_everywhere(person, "erase")
    if not reason.strip():
        raise ArgumentError("office.erase_reason")
    with office.writing(person) as tx:
        removed = people.erase_phone(tx, cadre)
        note(tx, person, action="erase", subject=f"cadre {cadre}", detail={"fields": ["phone"], "values": removed})
    office.store.scrub()
    return removed
