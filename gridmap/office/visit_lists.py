"""Errands: the visits of a day as a list, and as a workbook; what tells of a home is masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
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
from gridmap.words import say

LISTED = (*COLUMNS, "lead_name", "note")
REVEALED = ("outcome", "at", "answers", "note")
# What stands in a workbook, under headers that an import knows again.
_WRITTEN = ("visit", "at", "lead", "lead_name", "layer", "key", "cell", "mode", "outcome", "companions", "note")
_WRITTEN_LAST = ("corrects", "elsewhere", "late", "answering", "sheet")

Mask = NDArray[np.bool_]


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
    day = on or office.clock.today()
    with office.reading(person) as tx:
        rows = kept_visits.visits(
            tx,
            as_of=as_of,
            until=_begin(office, day + dt.timedelta(days=1)),
            since=None if since is None else _begin(office, since),
            layer=layer,
            keys=keys,
            ids=ids,
            under=under,
            lead=lead,
            current=current,
        )
        sight = _Sight(person, office, scene_of(office, tx), day)
        rows = rows[sight.exists(rows)].reset_index(drop=True)
        notes = kept_visits.notes(tx, rows["visit"])
    if reveal:
        detail = {"fields": sorted(reveal), "rows": len(rows), "reason": reason.strip()}
        with office.writing(person) as tx:
            note(tx, person, action="reveal", subject="visits", detail=detail)
    rows["lead_name"] = rows["lead"].map(sight.scene.names).astype(object)
    rows["note"] = rows["visit"].map(notes).astype(object).where(rows["visit"].isin(notes), None)
    return _masked(rows[list(LISTED)], sight, reveal, narrowed=since is not None or as_of is not None)


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

    def __init__(self, person: Person, office: Office, scene: Scene, day: dt.date) -> None:
        self.person, self.office, self.scene = person, office, scene
        self.day = day.isoformat()
        there = scene.belonging_on(self.day)
        self._heads = {} if there is None else there.heads

    def exists(self, rows: pd.DataFrame) -> Mask:
        """Return which visits exist for the person."""
        local = rows["at"].dt.tz_convert(self.office.clock.zone).dt.strftime("%Y-%m-%d")
        inside = np.ones(len(rows), dtype=bool)
        if self.person.scope is not None:
            pairs = zip(rows["cell"], local, strict=True)
            inside = np.array([self.scene.in_scope(self.person, cell, day) for cell, day in pairs], dtype=bool)
        if may(self.person, "reveal"):
            return inside
        sensitive = [name for name, layer in self.office.layers.items() if layer.sensitive]
        return inside & (~rows["layer"].isin(sensitive).to_numpy(dtype=bool) | self.own(rows))

    def own(self, rows: pd.DataFrame) -> Mask:
        """Return at which visits the person took part or answers, as a leader or cadre."""
        cadre = self.person.cadre
        if cadre is None or self.person.role not in ANSWERING:
            return np.zeros(len(rows), dtype=bool)
        cells, companions = rows["cell"], rows["companions"]
        pairs = zip(rows["lead"], companions, cells, strict=True)
        return np.array(
            [cadre == lead or cadre in others or cadre in self._heads.get(cell, ()) for lead, others, cell in pairs],
            dtype=bool,
        )

    def homes(self, rows: pd.DataFrame) -> Mask:
        """Return which visits were at a home."""
        homes = [name for name, layer in self.office.layers.items() if tells_a_home(layer)]
        return rows["layer"].isin(homes).to_numpy(dtype=bool)


def _masked(rows: pd.DataFrame, sight: _Sight, reveal: Sequence[str], *, narrowed: bool) -> pd.DataFrame:
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
    if not hidden["at"].any():
        return kept
    if narrowed:
        return kept[~hidden["at"]].reset_index(drop=True)
    return kept.sort_values(["layer", "key", "visit"], ignore_index=True)


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
