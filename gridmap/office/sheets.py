"""Errands: a numbered visiting sheet of a cell is printed; what was written on it is entered by its stop numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.layer import Layer, spoken
from gridmap.ledger.quick import QuickEntry
from gridmap.ledger.visits import COVERS
from gridmap.office.auditing import note
from gridmap.office.duties import states_on
from gridmap.office.listing import list_features
from gridmap.office.scene import scene_of
from gridmap.office.visit_files import cadre_meant, salt_of
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, refuse_unless
from gridmap.people.person import Person
from gridmap.reports.visit_sheet import SheetStop, initials, write_visit_sheet
from gridmap.store import registers, sheets
from gridmap.store import visits as kept_visits
from gridmap.store.engine import Transaction

_NO_NAMES = ("address", "phone")
_FIRST = ("overdue", "due")  # what a duty still asks for, the latest first


@dataclass(frozen=True, slots=True)
class SheetMade:
    """A sheet that was printed: its number, and how many stops it has of how many features there are."""

    number: str
    stops: int
    features: int


def make_sheet(
    person: Person,
    office: Office,
    target: Path,
    *,
    cell: str,
    layers: Sequence[str],
    on: dt.date | None = None,
    most: int = 40,
    reveal: bool = False,
    reason: str = "",
    lang: str = "en",
) -> SheetMade:
    """Print a visiting sheet: features of the layers in a cell or below it, at `most` so many, as an xlsx.

    First what a duty of that day still asks for, overdue before due; then what nobody has met yet; then the rest; by
    layer and key. Names of people are initials. An address that is personal stands there for leaders and cadres who
    answer for the cell, or with `reveal` and a `reason` that the audit keeps. The sheet is kept under its number, and
    logged. Raises NotFoundError for an unknown cell or layer and where there is nothing to visit.
    """
    refuse_unless(person, "visit")
    if target.suffix != ".xlsx":
        raise ArgumentError("office.export_format", file=target.name, suffix=target.suffix or "-", allowed=".xlsx")
    day = on or office.clock.today()
    with office.reading(person) as tx:
        there = scene_of(office, tx).belonging_on(day.isoformat())
        own = there is not None and person.role in ANSWERING and person.cadre in there.heads.get(cell, ())
    asked = _Asked(person, office, cell, day)
    parts = [asked.stops(name, addresses=own) for name in layers]
    if reveal:
        parts = [asked.addressed(stops, name, reason) for stops, name in zip(parts, layers, strict=True)]
    stops = pd.concat(parts, ignore_index=True)
    if stops.empty:
        raise NotFoundError("office.sheet_empty", cell=cell, layers=", ".join(layers), on=day)
    with office.writing(person) as tx:
        chosen = _in_order(person, office, tx, stops, day).head(most)
        pairs = list(zip(chosen["layer"], chosen["key"], strict=True))
        number = sheets.keep_sheet(tx, pairs, cell=cell, on=day, at=office.clock.now(), account=person.account)
        detail = {"cell": cell, "on": day.isoformat(), "stops": len(pairs), "layers": list(layers)}
        note(tx, person, action="export", subject=f"sheet {number}", detail=detail)
        said = chosen["layer"].map({name: spoken(office.layers[name], lang) for name in layers})
        rows = zip(said, chosen["key"], chosen["name"], chosen["address"], strict=True)
        printed = [SheetStop(stop, *row) for stop, row in enumerate(rows, start=1)]
        write_visit_sheet(target, printed, number=number, cell=cell, on=day, lang=lang)
    return SheetMade(number, len(pairs), len(stops))


def enter_sheet(
    person: Person,
    office: Office,
    number: str,
    *,
    lead: str,
    at: dt.datetime,
    companions: Sequence[str] = (),
    mode: str = "home",
) -> QuickEntry:
    """Return the entry of a printed sheet, to be filled line by line and handed to `visiting.record`.

    `lead` and `companions` are numbers or names; `at` is aware. Raises NotFoundError for an unknown sheet or cadre.
    """
    refuse_unless(person, "visit")
    with office.reading(person) as tx:
        stops = sheets.stops(tx, number)
        names = scene_of(office, tx).names
    others = tuple(cadre_meant(names, one) for one in companions)
    start = at.astimezone(office.clock.zone)
    return QuickEntry(
        number, stops, lead=cadre_meant(names, lead), at=start, companions=others, mode=mode, salt=salt_of(office)
    )


def list_sheets(person: Person, office: Office) -> pd.DataFrame:
    """Return every sheet printed, the newest first: number, cell, on, recorded_at, account, stops."""
    refuse_unless(person, "visit")
    with office.reading(person) as tx:
        return sheets.sheets(tx)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for the features of which cell, on which day."""

    person: Person
    office: Office
    cell: str
    day: dt.date

    def stops(self, name: str, *, addresses: bool) -> pd.DataFrame:
        """Return the features of a layer that exist for the person: layer, key, name, address."""
        layer = self.office.layers[name]
        seen = list_features(self.person, self.office, name, on=self.day, under=self.cell)
        with self.office.reading(self.person) as tx:
            return lines_of(tx, layer, seen["key"].tolist(), self.day, addresses=addresses)

    def addressed(self, stops: pd.DataFrame, name: str, reason: str) -> pd.DataFrame:
        """Return the stops with their addresses; where these are personal the audit keeps who asks for them and why."""
        if not _private(self.office.layers[name], "address"):
            return stops
        rows = list_features(
            self.person, self.office, name, on=self.day, under=self.cell, reveal=["address"], reason=reason
        )
        told = dict(zip(rows["key"], rows["address"], strict=True))
        return stops.assign(address=[told.get(key) or "" for key in stops["key"]])


def lines_of(
    tx: Transaction, layer: Layer, keys: Sequence[str], day: dt.date, *, addresses: bool = False
) -> pd.DataFrame:
    """Return what a sheet says of features, by key: layer, key, name, address.

    A name that is not public is there as initials; an address that is not public only with `addresses`.
    """
    whose = _named(layer)
    shown = [one for one in (whose, "address" if addresses else None) if one and _private(layer, one)]
    rows = registers.features(tx, layer, on=day, keys=keys, reveal=shown)
    names = rows[whose].fillna("") if whose else pd.Series([""] * len(rows), dtype=object)
    if whose and _private(layer, whose):
        names = names.map(initials)
    told = rows["address"].fillna("") if "address" in rows else ""
    return pd.DataFrame({"layer": layer.name, "key": rows["key"], "name": names, "address": told}, dtype=object)


def _named(layer: Layer) -> str | None:
    """Return the field that names a feature: a public name, else the first personal text that is not a way to reach."""
    if not _private(layer, "name") and "name" in layer.by_name:
        return "name"
    personal = (one for one in layer.fields if one.mark == "personal" and one.type == "text")
    return next((one.name for one in personal if one.name not in _NO_NAMES), None)


def _private(layer: Layer, name: str) -> bool:
    return name in layer.by_name and layer.by_name[name].mark != "public"


def _in_order(person: Person, office: Office, tx: Transaction, stops: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the stops, what is still to be done first."""
    states = states_on(person, office, tx, on=day)
    states = states[states["state"].isin(_FIRST) & states["layer"].notna()]
    asked: dict[tuple[str, str], int] = {}
    for layer, key, state in zip(states["layer"], states["subject"], states["state"], strict=True):
        asked[layer, key] = min(_FIRST.index(state), asked.get((layer, key), len(_FIRST)))
    visits = kept_visits.visits(tx, answers=False)
    met = visits[visits["outcome"] == COVERS]
    covered = set(zip(met["layer"], met["key"], strict=True))
    pairs = list(zip(stops["layer"], stops["key"], strict=True))
    rank = [asked.get(pair, len(_FIRST) + (pair in covered)) for pair in pairs]
    order = stops.assign(
        rank=rank, place=stops["layer"].map({name: at for at, name in enumerate(stops["layer"].unique())})
    )
    return order.sort_values(["rank", "place", "key"], kind="stable", ignore_index=True)
