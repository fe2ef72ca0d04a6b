"""How a file of the office's own rules comes in: all of it in one transaction, its bad rows as a sheet beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import Fault
from gridmap.intake.calendars import CalendarFile
from gridmap.intake.fault_sheet import write_fault_sheet
from gridmap.intake.registers import Register
from gridmap.intake.rosters import RosterFile
from gridmap.office.auditing import note
from gridmap.office.importing import rejected_rows
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store.engine import Transaction

_SAME = "unchanged"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the import of a file did: `counts` by what became of its rows, and of rejected rows.

    `kept` is false if nothing was: a dry run, a refusal of the whole file (`refused`), or nothing to change.
    """

    file: str
    rows: int
    counts: Mapping[str, int]
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]
    fault_sheet: Path | None
    refused: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read, and how it is to be kept.

    `keep` writes it and counts, under the names of `counted`; of them `unchanged` alone is no change. `action`,
    `subject` and `detail` are what the audit says. `refused`: the whole file is.
    """

    path: Path
    read: Register | RosterFile | CalendarFile
    keep: Callable[[Transaction], Mapping[str, int]]
    counted: tuple[str, ...]
    action: str
    subject: str
    detail: Mapping[str, object]
    refused: bool
    dry_run: bool


def take_in(office: Office, person: Person, file: Incoming, *, lang: str) -> FileReport:
    """Keep a file for an errand, in one transaction, unless it is refused or nothing changes; its bad rows come out."""
    read = file.read
    counts: Mapping[str, int] = dict.fromkeys(file.counted, 0)
    kept = False
    if not file.refused:
        with office.writing(person) as tx:
            counts = file.keep(tx)
            kept = not file.dry_run and any(count for name, count in counts.items() if name != _SAME)
            if kept:
                detail = {"digest": read.digest, **file.detail, **counts}
                note(tx, person, action=file.action, subject=file.subject, detail=detail)
            else:
                tx.rollback()
    sheet = write_fault_sheet(file.path, read.faults, refused=read.refused, lang=lang) if read.faults else None
    return FileReport(
        file=read.file,
        rows=read.rows,
        counts={**counts, "rejected": rejected_rows(read.faults)},
        faults=read.faults,
        unread=read.unread,
        fault_sheet=sheet,
        refused=file.refused,
        kept=kept,
    )
