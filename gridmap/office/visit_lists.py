"""Errands: the visits of a day as a list, and as a workbook; what tells of a home is masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.ledger.visits import COLUMNS
from gridmap.office.auditing import note
from gridmap.office.homes import tells_a_home
from gridmap.office.scene import Scene, scene_of
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, may, refuse_unless
from gridmap.people.person import Person
from gridmap.reports.workbook import write_workbook
from gridmap.store import visits as kept_visits
from gridmap.store.engine import Transaction
from gridmap.store.parts import Part
from gridmap.store.visit_choice import SORTS, Asked, Sight, Window, part_of
from gridmap.words import say

__all__ = [
    "LISTED",
    "REVEALED",
    "SORTS",
    "Part",
    "VisitPage",
    "Wanted",
    "export_visits",
    "list_visits",
    "page_of_visits",
]

LISTED = (*COLUMNS, "lead_name", "note")
REVEALED = ("outcome", "at", "answers", "note")
# What stands in a workbook, under headers that an import knows again.
_WRITTEN = ("visit", "at", "lead", "lead_name", "layer", "key", "cell", "mode", "outcome", "companions", "note")
_WRITTEN_LAST = ("corrects", "elsewhere", "late", "answering", "sheet")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits are asked for: see `list_visits`."""

    on: dt.date | None = None
    as_of: dt.datetime | None = None
    since: dt.date | None = None
    layer: str | None = None
    under: str | None = None
    lead: str | None = None
    current: bool = True

    def day(self, office: Office) -> dt.date:
        """Return the last day of the list."""
        return self.on or office.clock.today()

    def asked(self, office: Office) -> Asked:
        """Return it as the store takes it."""
        return {
            "as_of": self.as_of,
            "until": _begin(office, self.day(office) + dt.timedelta(days=1)),
            "since": None if self.since is None else _begin(office, self.since),
            "layer": self.layer,
            "under": self.under,
            "lead": self.lead,
            "current": self.current,
        }


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A part of a list: LISTED in order, how many rows all parts have, whether any follow."""

    rows: pd.DataFrame
    count: int
    more: bool


def list_visits(
    person: Person,
    office: Office,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    since: dt.date | None = None,
    layer: str | None = None,
    keys: Collection[str] | None = None,
    ids: Collection[str] | None = None,
    under: str | None = None,
    lead: str | None = None,
    current: bool = True,
    reveal: Sequence[str] = (),
    reason: str = "",
) -> pd.DataFrame:
    """Return the visits up to the end of the local day `on` (default: today), as known at `as_of`: LISTED.

    Of a home (a layer that is sensitive or whose addresses are personal) the outcome and the instants are masked, of
    every visit the answers and the note: null, or an empty mapping. They stand there for leaders and cadres who took
    part or who answer there on that day; else REVEALED names those to show, with a `reason` that the audit keeps first.
    A sensitive feature's visits exist only for these and for those who may reveal; a person with a scope gets what lies
    in it. `since` is a local day; narrowed by it or by `as_of`, a list lacks the rows whose time is masked, or whoever
    asks often enough would learn it. `layer`, `keys`, `ids`, `under`, `lead` and `current` as `store.visits.visits`.
    In the order in which they happened, or by key where that is masked.
    """
    refuse_unless(person, "read")
    _check_reveal(person, reveal, reason)
    wanted = Wanted(on, as_of, since, layer, under, lead, current=current)
    with office.reading(person) as tx:
        sight = _Sight(person, office, scene_of(office, tx), wanted)
        asked: Asked = {**wanted.asked(office), "keys": keys, "ids": ids}
        rows = kept_visits.visits(tx, sight=sight.kept(reveal), **asked)
        rows = _named(tx, rows, sight)
    if reveal:
        detail = {"fields": sorted(reveal), "rows": len(rows), "reason": reason.strip()}
        with office.writing(person) as tx:
            note(tx, person, action="reveal", subject="visits", detail=detail)
    return _masked(rows, sight, reveal)


def page_of_visits(person: Person, office: Office, wanted: Wanted, part: Part) -> VisitPage:
    """Return a part of what `list_visits` lists, masked as there; no other part is read.

    By one of SORTS, what is masked as if it were null. Raises ArgumentError for another column.
    """
    refuse_unless(person, "read")
    if part.by not in SORTS:
        raise ArgumentError("office.visits_sort", argument="sort", allowed=", ".join(SORTS))
    with office.reading(person) as tx:
        sight = _Sight(person, office, scene_of(office, tx), wanted)
        uuids, more, count = part_of(tx, part, sight.kept(), **wanted.asked(office))
        rows = _named(tx, kept_visits.visits(tx, ids=uuids, current=False), sight)
    ordered = _masked(rows, sight).set_index("visit", drop=False).loc[uuids].reset_index(drop=True)
    return VisitPage(ordered, count, more=more)


def export_visits(
    person: Person,
    office: Office,
    target: Path,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    layer: str | None = None,
    under: str | None = None,
    reveal: Sequence[str] = (),
    reason: str = "",
    lang: str = "en",
) -> int:
    """Write the visits of `list_visits`, masked as there, as an xlsx workbook; return how many.

    Instants are on the office's clock. Raises ArgumentError for another ending.
    """
    refuse_unless(person, "export")
    if target.suffix != ".xlsx":
        raise ArgumentError("office.export_format", file=target.name, suffix=target.suffix or "-", allowed=".xlsx")
    day = on or office.clock.today()
    rows = list_visits(person, office, on=day, since=since, layer=layer, under=under, reveal=reveal, reason=reason)
    with office.writing(person) as tx:
        note(tx, person, action="export", subject="visits", detail={"on": day.isoformat(), "rows": len(rows)})
    write_workbook(_spoken(rows, office, lang), None, target, on=day, lang=lang)
    return len(rows)


class _Sight:
    """What a person sees of the visits, by who answers where on the day asked."""

    def __init__(self, person: Person, office: Office, scene: Scene, wanted: Wanted) -> None:
        self.person, self.office, self.scene = person, office, scene
        self.timed = wanted.since is not None or wanted.as_of is not None
        there = scene.belonging_on(wanted.day(office).isoformat())
        self._heads = {} if there is None else there.heads
        self._cadre = person.cadre if person.role in ANSWERING else None
        self._homes = [name for name, layer in office.layers.items() if tells_a_home(layer)]

    def kept(self, reveal: Sequence[str] = ()) -> Sight:
        """Return it as the store takes it; with the times revealed nobody learns them by asking."""
        secret = [name for name, layer in self.office.layers.items() if layer.sensitive]
        return Sight(
            cadre=self._cadre,
            answers=[cell for cell, heads in self._heads.items() if self._cadre in heads],
            secret=() if may(self.person, "reveal") else secret,
            homes=() if "at" in reveal else self._homes,
            windows=None if self.person.scope is None else self._windows(),
            timed=self.timed,
        )

    def own(self, rows: pd.DataFrame) -> Mask:
        """Return at which visits the person took part or answers, as a leader or cadre."""
        cadre = self._cadre
        if cadre is None:
            return np.zeros(len(rows), dtype=bool)
        cells, companions = rows["cell"], rows["companions"]
        pairs = zip(rows["lead"], companions, cells, strict=True)
        return np.array(
            [cadre == lead or cadre in others or cadre in self._heads.get(cell, ()) for lead, others, cell in pairs],
            dtype=bool,
        )

    def homes(self, rows: pd.DataFrame) -> Mask:
        """Return which visits were at a home."""
        return rows["layer"].isin(self._homes).to_numpy(dtype=bool)

    def _windows(self) -> list[Window]:
        """Return which cells are the person's for the days of each edition."""
        spans = self.scene.scopes(self.person)
        begins = [_begin(self.office, day) for day, _ in spans]
        cells = [held for _, held in spans]
        return [Window(*one) for one in zip(begins, [*begins[1:], None], cells, strict=True)]


def _named(tx: Transaction, rows: pd.DataFrame, sight: _Sight) -> pd.DataFrame:
    """Return the rows with the name of each lead and the notes: LISTED."""
    notes = kept_visits.notes(tx, rows["visit"])
    rows["lead_name"] = rows["lead"].map(sight.scene.names).astype(object)
    rows["note"] = rows["visit"].map(notes).astype(object).where(rows["visit"].isin(notes), None)
    return rows[list(LISTED)]


def _masked(rows: pd.DataFrame, sight: _Sight, reveal: Sequence[str] = ()) -> pd.DataFrame:
    other = ~sight.own(rows)
    home = other & sight.homes(rows)
    hidden = {"outcome": home, "at": home, "answers": other, "note": other}
    for name in reveal:
        hidden[name] = np.zeros(len(rows), dtype=bool)
    kept = rows.assign(
        outcome=rows["outcome"].where(~hidden["outcome"], None),
        note=rows["note"].where(~hidden["note"], None),
        answers=rows["answers"].where(~hidden["answers"], pd.Series([{}] * len(rows), dtype=object)),
        at=rows["at"].where(~hidden["at"]),
        recorded_at=rows["recorded_at"].where(~hidden["at"]),
        sheet=rows["sheet"].where(~hidden["at"], None),  # it was printed for a day
    )
    return kept.sort_values(["layer", "key", "visit"], ignore_index=True) if hidden["at"].any() else kept


def _begin(office: Office, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=office.clock.zone)


def _check_reveal(person: Person, reveal: Sequence[str], reason: str) -> None:
    if not reveal:
        return
    refuse_unless(person, "reveal")
    unknown = [name for name in reveal if name not in REVEALED]
    if unknown:
        raise ArgumentError("office.not_revealed_visit", fields=", ".join(unknown), allowed=", ".join(REVEALED))
    if not reason.strip():
        raise ArgumentError("office.reveal_reason")


def _spoken(rows: pd.DataFrame, office: Office, lang: str) -> pd.DataFrame:
    """Return the rows as a workbook has them: in words, an answer a column, instants on the office's clock."""
    told = rows.assign(
        at=rows["at"].dt.tz_convert(office.clock.zone).dt.strftime("%Y-%m-%d %H:%M:%S").astype(object),
        layer=rows["layer"].map(
            {name: layer.zh if lang == "zh" else layer.en for name, layer in office.layers.items()}
        ),
        mode=rows["mode"].map(lambda value: say(f"ledger.mode.{value}", lang)),
        outcome=rows["outcome"].map(lambda value: None if value is None else say(f"ledger.outcome.{value}", lang)),
        companions=rows["companions"].map(", ".join),
    )
    names = sorted({name for answers in rows["answers"] for name in answers})
    answered = {name: rows["answers"].map(lambda answers, name=name: answers.get(name)) for name in names}
    return pd.DataFrame(
        {name: told[name] for name in _WRITTEN} | answered | {name: told[name] for name in _WRITTEN_LAST}
    )
