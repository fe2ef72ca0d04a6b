"""Errand: a register comes in. Good rows go in, bad rows come out, one transaction a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.errors import Fault
from gridmap.intake.fault_sheet import write_fault_sheet
from gridmap.intake.registers import Register, read_register
from gridmap.layer import Layer
from gridmap.office.auditing import note
from gridmap.office.linking import links_of
from gridmap.office.places import office_bounds
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import batches, changes, grids, registers
from gridmap.store.engine import Transaction

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is to be taken in.

    `on` is the day from which its rows hold. `clear`: an empty cell clears the kept value. `complete`: kept rows that
    are absent from the file end on `on`; a rejected row would look absent, so then one fault refuses the file, as with
    `strict`. `dry_run`: count, keep nothing.
    """

    on: dt.date
    clear: bool = False
    complete: bool = False
    strict: bool = False
    dry_run: bool = False

    def refuse(self, faults: Sequence[Fault]) -> bool:
        """Return whether these faults refuse the whole file."""
        return bool(faults) and (self.strict or self.complete)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows come from and how to read them (see `gridmap.read_register`)."""

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    sheet: str | None = None
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known: gpd.GeoDataFrame | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    `counts`: added, changed, unchanged, closed, rejected rows; of the rows added or changed, how many are `unplaced`
    (no coordinates) and `unlinked` (in no cell of the edition in force on the day).

    `batch` is null if nothing was kept: a dry run, a strict refusal, or nothing to change.
    """

    file: str
    layer: str
    rows: int
    counts: Mapping[str, int]
    batch: int | None
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]
    fault_sheet: Path | None
    refused: bool


@dataclass(frozen=True, slots=True)
class _Job:
    """One file on its way into one register."""

    office: Office
    layer: Layer
    register: Register
    terms: Terms


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the file changes and where its rows lie, on the state of the store that `token` names."""

    token: tuple[int, ...]
    plan: changes.Plan
    links: pd.DataFrame
    edition: int | None

    @property
    def empty(self) -> bool:
        return not (len(self.plan.added) or len(self.plan.changed) or len(self.plan.closed))


def import_register(
    person: Person,
    office: Office,
    layer_name: str,
    source: Source,
    terms: Terms,
    *,
    lang: str = "en",
    progress: Progress | None = None,
) -> ImportReport:
    """Take the rows of a file into the register of a layer and link them to their cells.

    Parsing and linking happen before the transaction; if somebody wrote meanwhile, the plan is made again inside it.
    The bad rows are written beside the input as `<name>.faults.xlsx`. Raises FileError or FaultsError where no row can
    be read at all, NotFoundError for an unknown layer.
    """
    refuse_unless(person, "import")
    layer = office.layers[layer_name]
    job = _Job(office, layer, _read(person, office, layer, source, progress), terms)
    with office.reading(person) as tx:
        prepared = _prepare(job, tx)
    batch = None
    if not prepared.empty and not terms.refuse(_faults(job, prepared)):
        batch, prepared = _write(person, job, prepared)
    faults = _faults(job, prepared)
    return ImportReport(
        file=job.register.file,
        layer=layer.name,
        rows=job.register.rows,
        counts=_counts(job, prepared),
        batch=batch,
        faults=faults,
        unread=job.register.unread,
        fault_sheet=write_fault_sheet(source.path, faults, refused=job.register.refused, lang=lang) if faults else None,
        refused=terms.refuse(faults),
    )


def _read(person: Person, office: Office, layer: Layer, source: Source, progress: Progress | None) -> Register:
    with office.reading(person) as tx:
        edition = grids.edition_on(tx, office.clock.today())
        bounds = office_bounds(office, tx, edition.id) if edition else None
    return read_register(
        source.path,
        layer,
        mapping=source.mapping,
        crs=source.crs,
        sheet=source.sheet,
        where=source.where,
        known=source.known,
        bounds=bounds,
        progress=progress,
    )


def _prepare(job: _Job, tx: Transaction) -> _Prepared:
    office, layer, register, terms = job.office, job.layer, job.register, job.terms
    token = registers.token(tx, layer.name)
    plan = changes.plan(
        registers.current(tx, layer),
        register.frame,
        layer,
        given=register.given,
        on=terms.on,
        clear=terms.clear,
        complete=terms.complete,
        file=register.file,
    )
    editions = [(one.id, office.grid(tx, one.id)) for one in grids.overlapping(tx, terms.on, None)]
    links = links_of(plan.rows(), layer.geometry, editions, snap=office.settings.snap_m)
    that_day = grids.edition_on(tx, terms.on)
    return _Prepared(token, plan, links, that_day.id if that_day else None)


def _write(person: Person, job: _Job, prepared: _Prepared) -> tuple[int | None, _Prepared]:
    office, layer, register, terms = job.office, job.layer, job.register, job.terms
    at = office.clock.now()
    with office.writing(person) as tx:
        if registers.token(tx, layer.name) != prepared.token:
            prepared = _prepare(job, tx)
        if prepared.empty or terms.refuse(_faults(job, prepared)):
            return None, prepared
        batch = batches.new_batch(
            tx,
            layer=layer.name,
            file=register.file,
            digest=register.digest,
            on=terms.on,
            at=at,
            account=person.account,
        )
        batches.apply(tx, layer, prepared.plan, prepared.links, batch_id=batch, on=terms.on)
        counts = _counts(job, prepared)
        batches.set_counts(tx, batch, counts)
        detail = {"layer": layer.name, "digest": register.digest, "on": terms.on.isoformat(), **counts}
        note(tx, person, action="import", subject=f"batch {batch}", detail=detail)
        if terms.dry_run:
            tx.rollback()
    return None if terms.dry_run else batch, prepared


def _faults(job: _Job, prepared: _Prepared) -> tuple[Fault, ...]:
    return (*job.register.faults, *prepared.plan.faults)


def _counts(job: _Job, prepared: _Prepared) -> dict[str, int]:
    plan, links = prepared.plan, prepared.links
    rows = plan.rows()
    here = links[links["edition_id"] == prepared.edition]
    return {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "closed": len(plan.closed),
        "rejected": rejected_rows(_faults(job, prepared)),
        "unplaced": int(rows.geometry.isna().sum()),
        "unlinked": len(rows) - int(here.loc[here["code"].notna(), "row"].nunique()),
    }


def rejected_rows(faults: Sequence[Fault]) -> int:
    """Return how many rows of the input have at least one fault."""
    return len({(fault.sheet, fault.row) for fault in faults if fault.row is not None})
