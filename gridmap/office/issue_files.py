"""Errands: a register of issues comes in, each with its whole history, as late entries; issues go out as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError, Fault
from gridmap.intake.fault_sheet import write_fault_sheet
from gridmap.intake.issue_exports import COLUMNS, EXPORT, INSTANTS
from gridmap.intake.issues import IssueTerms, read_issues
from gridmap.intake.registers import Register
from gridmap.intake.texts import flat_one
from gridmap.ledger.histories import event_id, histories, issue_id
from gridmap.office.auditing import note
from gridmap.office.importing import Source, rejected_rows
from gridmap.office.issue_lists import EVERYTHING, Wanted, list_issues
from gridmap.office.places import office_bounds
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.reports.workbook import write_workbook
from gridmap.store import batches, categories, grids, issues, people
from gridmap.store.engine import Transaction

REGISTER = "issues"  # as whose a batch of them is kept
_PRIVATE = ("text", "reporter", "phone")
_COMPARED = ("at", "category", "source", "unit", "holder", "due_at", "result")


@dataclass(frozen=True, slots=True)
class IssueSource:
    """A file of issues, and what it does not say itself: see `intake.issues.IssueTerms`.

    `zone`: of times without an offset; null = the office's.
    """

    file: Source
    category: str = ""
    channel: str = "phone"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class IssuesReport:
    """What an import of issues did.

    `counts`: issues added, continued (kept already, with new steps), unchanged; events; rejected rows; of the issues
    added, how many are `unplaced` (no coordinates) and `unlinked` (in no cell). `batch` is null if nothing was kept.
    """

    file: str
    rows: int
    counts: Mapping[str, int]
    batch: int | None
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]
    fault_sheet: Path | None
    refused: bool


@dataclass(frozen=True, slots=True)
class _Job:
    """One file on its way into the ledger: the rows that can be read, each with its UUID, cell and year."""

    person: Person
    office: Office
    register: Register
    rows: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a file adds to what is kept: new issues, new events, and rows that contradict what is kept."""

    rows: gpd.GeoDataFrame
    fresh: pd.Series
    events: pd.DataFrame
    faults: tuple[Fault, ...]

    def counts(self, faults: tuple[Fault, ...]) -> dict[str, int]:
        added, gained = self.rows[self.fresh[self.rows.index]], set(self.events["issue"])
        return {
            "added": len(added),
            "continued": len(gained - set(added["issue"])),
            "unchanged": len(set(self.rows["issue"]) - gained),
            "events": len(self.events),
            "rejected": rejected_rows(faults),
            "unplaced": int(added.geometry.isna().sum()),
            "unlinked": int(added["cell"].isna().sum()),
        }


def import_issues(
    person: Person,
    office: Office,
    source: IssueSource,
    *,
    strict: bool = False,
    dry_run: bool = False,
    lang: str = "en",
) -> IssuesReport:
    """Take the issues of a file in, in one transaction: what happened then, recorded now.

    The file's own number makes the issue's UUID: what is kept already is not kept twice, and an issue that was open the
    last time gains the steps it has taken since. A row that contradicts kept steps, or an issue that was worked on here
    meanwhile, is a fault: steps are never rewritten. A workbook that went out (`export_issues`) changes nothing; each
    edited cell of it is a fault that names the step to take. `strict`: one fault refuses the file. Bad rows come out
    as `<name>.faults.xlsx`. An issue outside all cells is kept without a cell; a deadline is as the file says it.
    Raises FileError or FaultsError where no row can be read, ArgumentError for a word or category that is none.
    """
    refuse_unless(person, "import")
    with office.reading(person) as tx:
        register = _read(office, tx, source)
        job = _Job(person, office, register, _placed(office, tx, register))
    with office.writing(person) as tx:
        plan = _plan(job, tx)
        faults = (*register.faults, *plan.faults)
        counts = plan.counts(faults)
        counts["unchanged"] += len(register.frame) - len(job.rows)
        refused = bool(faults) and strict
        batch = None if refused or plan.events.empty else _keep(job, tx, plan, counts)
        if dry_run or batch is None:
            tx.rollback()
    sheet = write_fault_sheet(source.file.path, faults, refused=register.refused, lang=lang) if faults else None
    return IssuesReport(
        file=register.file,
        rows=register.rows,
        counts=counts,
        batch=None if dry_run else batch,
        faults=faults,
        unread=register.unread,
        fault_sheet=sheet,
        refused=refused,
    )


def export_issues(
    person: Person,
    office: Office,
    target: Path,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    wanted: Wanted = EVERYTHING,
    lang: str = "en",
) -> int:
    """Write the issues of a day that exist for `person` to `target` (.xlsx), whole or not at all; return how many.

    Columns: `intake.issue_exports.COLUMNS`, and coordinates; times on the office's clock. What people wrote or said is
    not in it. Raises ArgumentError for another ending.
    """
    refuse_unless(person, "export")
    if target.suffix != ".xlsx":
        raise ArgumentError("office.export_format", file=target.name, suffix=target.suffix or "-", allowed=".xlsx")
    day = on or office.clock.today()
    listed = list_issues(person, office, on=day, as_of=as_of, wanted=wanted)
    with office.writing(person) as tx:
        kinds = categories.categories(tx, day)
        detail = {"on": day.isoformat(), "rows": len(listed), "format": target.suffix}
        note(tx, person, action="export", subject=REGISTER, detail=detail)
    named = listed.rename(columns={column: name for name, column in COLUMNS.items()})
    frame = named[[*COLUMNS, "geometry"]].copy()
    for name in INSTANTS:
        frame[name] = _spelled(frame[name], office.clock.zone)
    frame["category"] = frame["category"].map(lambda name: getattr(kinds[name], lang) if name in kinds else name)
    write_workbook(frame, EXPORT, target, on=day, lang=lang)
    return len(frame)


def _spelled(instants: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return instants as the office's clock shows them, to the second; with their offset in an hour shown twice."""
    local = instants.dt.floor("s").dt.tz_convert(zone)
    said = local.dt.strftime("%Y-%m-%d %H:%M:%S").astype(object)
    first = local.dt.tz_localize(None).dt.tz_localize(zone, ambiguous=np.ones(len(local), dtype=np.bool_))
    offset = local.dt.strftime("%z").astype(object)
    spelled: pd.Series = said.where(first == local, said + offset).where(local.notna(), None)
    return spelled


def _read(office: Office, tx: Transaction, source: IssueSource) -> Register:
    edition = grids.edition_on(tx, office.clock.today())
    kinds = categories.categories(tx, office.clock.today())
    if not kinds:
        raise ArgumentError("office.no_categories")
    terms = IssueTerms(
        zone=source.zone or office.clock.zone,
        now=office.clock.now(),
        categories=kinds,
        category=source.category,
        source=source.channel,
        words=source.words,
        holders=_holders(tx),
        kept=lambda uuids: issues.issues(tx, issues=uuids),
    )
    return read_issues(
        source.file.path,
        terms,
        mapping=source.file.mapping,
        where=source.file.where,
        crs=source.file.crs,
        sheet=source.file.sheet,
        bounds=office_bounds(office, tx, edition.id) if edition else None,
    )


def _holders(tx: Transaction) -> dict[str, str]:
    """Return the cadre that each number, and each name of one cadre alone, stands for."""
    cadres = people.roster(tx).cadres
    flat = cadres["name"].map(flat_one)
    alone = cadres[~flat.duplicated(keep=False)]
    named = dict(zip(flat[alone.index], alone["cadre"], strict=True))
    return named | {flat_one(number): number for number in cadres["cadre"]}


def _placed(office: Office, tx: Transaction, register: Register) -> gpd.GeoDataFrame:
    """Return the rows of new issues: their UUID, the year and cell of their local day."""
    rows = register.frame[register.frame["issue"].isna()].reset_index(drop=True)
    local = rows["reported"].dt.tz_convert(office.clock.zone)
    rows["issue"] = [issue_id(number) for number in rows["number"]]
    rows["of"] = [None if of is None else issue_id(of) for of in rows["of"]]
    rows["year"] = local.dt.year
    rows["named"] = rows["cell"]
    rows["cell"] = _cells(office, tx, rows, local.dt.strftime("%Y-%m-%d"))
    rows["features"] = [[] for _ in range(len(rows))]
    return rows


def _cells(office: Office, tx: Transaction, rows: gpd.GeoDataFrame, days: pd.Series) -> np.ndarray:
    """Return the small cell of each row on its day; of a row without a place the cell that it names, of any level."""
    cells = np.full(len(rows), None, dtype=object)
    editions = grids.editions(tx)
    for number, begin, end in zip(editions["id"], editions["valid_from"], editions["valid_to"], strict=True):
        here = ((days >= begin) & (days < (end or "~"))).to_numpy()
        if not here.any():
            continue
        grid = office.grid(tx, int(number))
        linked = grid.link(rows.geometry[here], office.settings.snap_m).astype(object)
        named = rows.loc[here, "cell"].where(rows.loc[here, "cell"].isin(grid.cells["code"]))
        found = linked.where(rows.geometry[here].notna(), named)
        cells[here] = found.where(found.notna(), None).to_numpy(dtype=object)
    return cells


def _plan(job: _Job, tx: Transaction) -> _Plan:
    rows = job.rows
    dated = rows.rename(
        columns={"reported": "reported_at", "due": "due_at", "closed": "closed_at", "result": "ending"}
    ).assign(follower=None)
    events = histories(dated, recorded_at=job.office.clock.now(), account=job.person.account)
    kept = issues.events(tx, issues=rows["issue"])
    told = kept["event"].isin(events["event"])
    new = events[~events["event"].isin(kept["event"])]
    taken_back = [event_id(issue, act) for issue, act in zip(kept["issue"], kept["act"], strict=True)] == kept["event"]
    contradicted = _contradicted(kept[told], events) | set(kept.loc[~told & taken_back, "issue"])
    worked_on = set(kept.loc[~told, "issue"]) & set(new["issue"])
    nowhere = rows["named"].notna() & rows["cell"].isna() & rows.geometry.isna()
    codes = dict.fromkeys(rows.loc[nowhere, "issue"], "office.issue_cell")
    codes |= dict.fromkeys(worked_on, "office.issue_moved_on") | dict.fromkeys(contradicted, "office.issue_differs")
    wrong = frozenset(codes)
    bad = rows["issue"].isin(wrong)
    faults = [_fault(job, row, codes[row["issue"]]) for row in rows[bad].to_dict("records")]
    return _Plan(rows[~bad], ~rows["issue"].isin(kept["issue"]), new[~new["issue"].isin(wrong)], tuple(faults))


def _fault(job: _Job, row: dict[Hashable, Any], code: str) -> Fault:
    column, name = ("cell", "named") if code == "office.issue_cell" else ("number", "number")
    return Fault(code, job.register.file, row["sheet"], int(row["row"]), column, str(row[name]))


def _contradicted(kept: pd.DataFrame, events: pd.DataFrame) -> set[str]:
    """Return the issues of which a kept step is told otherwise now."""
    both = kept.merge(events, on="event", suffixes=("", "_now"))
    differs = np.zeros(len(both), dtype=np.bool_)
    for name in _COMPARED:
        was, now = both[name], both[f"{name}_now"]
        differs |= (~((was == now) | (was.isna() & now.isna()))).to_numpy(dtype=np.bool_)
    return set(both.loc[differs, "issue"])


def _keep(job: _Job, tx: Transaction, plan: _Plan, counts: Mapping[str, int]) -> int:
    office, register = job.office, job.register
    batch = batches.new_batch(
        tx,
        layer=REGISTER,
        file=register.file,
        digest=register.digest,
        on=office.clock.today(),
        at=office.clock.now(),
        account=job.person.account,
    )
    new = plan.rows[plan.fresh[plan.rows.index]]
    issues.add(tx, new, batch_id=batch)
    issues.append(tx, plan.events, _private(new, plan.events))
    batches.set_counts(tx, batch, counts)
    detail = {"layer": REGISTER, "digest": register.digest, **counts}
    note(tx, job.person, action="import", subject=f"batch {batch}", detail=detail)
    return batch


def _private(new: gpd.GeoDataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return what was said when new issues were reported: event, field, value."""
    reports = events[events["act"] == "report"].set_index("issue")["event"]
    long = pd.DataFrame(new[["issue", *_PRIVATE]]).melt("issue", var_name="field").dropna(subset="value")
    return long.assign(event=long["issue"].map(reports))[["event", "field", "value"]]
