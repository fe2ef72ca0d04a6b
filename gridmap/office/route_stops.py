"""Where somebody should go tonight: due visits, open issues and look-backs as stops, each with its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.layer import Layer
from gridmap.ledger.duties import Duty
from gridmap.ledger.issues import NOT_OPEN
from gridmap.office.duties import duties_on, states_on
from gridmap.office.homes import tells_a_home
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.wiring import Office
from gridmap.people.access import may
from gridmap.people.belonging import Belonging, belonging
from gridmap.people.person import Person
from gridmap.people.roster import Roster
from gridmap.routes.reasons import SOON_DAYS, Reason, priority
from gridmap.store import grids, people, registers
from gridmap.store.engine import Transaction

Windows = tuple[tuple[int, int], ...]
WISH, LAMPS = "wish", "streetlights"
_DAY = 86_400
EVENING: Windows = ((19 * 3600, 21 * 3600),)  # household hours (DESIGN 4, Duties)
DAYTIME: Windows = ((9 * 3600, 18 * 3600),)
# Seconds at a stop; assumed.
SERVICE = {"households": 600, "rentals": 600, "care_places": 900, "streetlights": 1200}
_SERVICE_ELSE = 480


@dataclass(slots=True)
class Stop:
    """A stop that somebody should call at: a feature, an issue, or an issue at a feature.

    `place`: EPSG:4326, null = none. `cadres`: those of the asked who may go. `windows`: local seconds of the day.
    `days`: who may go on which day, `by_day` why (none = each of `cadres` on any, for `reasons`); `reasons` are those
    of the day on which it is worth most. `worth`: its points where the reasons were erased.
    """

    layer: str | None
    key: str | None
    issue: str | None
    cell: str | None
    place: shapely.Point | None
    cadres: frozenset[str]
    windows: Windows = ()
    reasons: list[Reason] = field(default_factory=list)
    days: Mapping[dt.date, frozenset[str]] = field(default_factory=dict)
    by_day: Mapping[dt.date, list[Reason]] = field(default_factory=dict)
    worth: int = 0

    @property
    def priority(self) -> int:
        """Return what it is worth: the points of its reasons."""
        return priority(self.reasons) or self.worth

    def may(self, cadre: str, day: dt.date) -> bool:
        """Return whether a cadre may go there on a day."""
        return cadre in (self.days.get(day, ()) if self.days else self.cadres)

    def on(self, day: dt.date) -> Stop:
        """Return it as it is asked for on a day."""
        return replace(self, reasons=self.by_day.get(day, self.reasons))

    @property
    def service(self) -> int:
        """Return the seconds spent there."""
        return SERVICE.get(self.layer or "", _SERVICE_ELSE)


@dataclass
class Evening:
    """What is to be done on a day as far as it exists for `person`, for the cadres asked for."""

    person: Person
    office: Office
    tx: Transaction
    on: dt.date
    cadres: frozenset[str]

    def asked(self, under: str | None = None) -> list[Stop]:
        """Return a stop for each reason to go somewhere; `under` keeps those in a cell of any level or below it."""
        within = None if under is None else set(self.grid_members(under))
        return [stop for stop in (*self._due(), *self._issues()) if within is None or stop.cell in within]

    def lamps(self, under: str | None = None) -> list[Stop]:
        """Return the dark lamps of the day, each for any of the cadres; `under` as `asked`."""
        layer = self.office.layers[LAMPS]
        rows = registers.features(self.tx, layer, on=self.on, under=under)
        dark = rows[rows["status"] == "dark"]
        return [
            Stop(layer.name, key, None, cell, place, self.cadres, (), [Reason("routes.why_dark_lamp", {"lamp": key})])
            for key, cell, place in zip(dark["key"], dark["cell"], dark.geometry, strict=True)
        ]

    def grid_members(self, under: str) -> list[str]:
        """Return the codes of a cell and of all below it. Raises NotFoundError for an unknown one."""
        edition = grids.edition_on(self.tx, self.on)
        return [] if edition is None else list(self.office.grid(self.tx, edition.id).members(under))

    @cached_property
    def roster(self) -> Roster:
        """The roster."""
        return people.roster(self.tx)

    @cached_property
    def belonging(self) -> Belonging | None:
        """Who belongs where on the day; null before the first grid."""
        edition = grids.edition_on(self.tx, self.on)
        return None if edition is None else belonging(self.office.grid(self.tx, edition.id), self.roster, self.on)

    def _going(self, cell: str | None, units: Collection[str] = ()) -> frozenset[str]:
        """Return which of the asked may go to a cell: who answers there or above, or holds a post in one of `units`."""
        if self.belonging is None or cell is None:
            return frozenset()
        if not units:
            return self.belonging.heads.get(cell, frozenset()) & self.cadres
        unit_of = self.belonging.unit_of
        named = {one for one in self.cadres if any(unit_of.get(one, "").endswith(unit) for unit in units)}
        posted = named & self.belonging.posted.get(cell, frozenset())
        return frozenset(posted or named)

    def _due(self) -> Iterator[Stop]:
        """Yield a stop for each visit that a duty asks for and that has not been made."""
        duties = {duty.name: duty for duty in duties_on(self.tx, self.on)}
        states = states_on(self.person, self.office, self.tx, on=self.on)
        asked = states["state"].isin(["due", "overdue"]) | (states["state"].eq("missed") & states["count"].eq(0))
        states = states[states["layer"].notna() & asked]
        for layer_name, rows in states.groupby("layer", sort=True):
            layer = self.office.layers[str(layer_name)]
            places = self._features(layer, rows["subject"].unique().tolist())
            for row in rows.itertuples(index=False):
                yield from self._due_at(layer, places, row, duties.get(str(row.duty)))

    def _due_at(self, layer: Layer, places: gpd.GeoDataFrame, row: Any, duty: Duty | None) -> Iterator[Stop]:  # noqa: ANN401
        if duty is None or row.subject not in places.index:
            return
        going = self._going(row.cell, duty.by_units)
        reason = _why(duty, row.state, dt.date.fromisoformat(row.end), self.on)
        windows = self._windows(layer, duty, places, row.subject)
        yield Stop(layer.name, row.subject, None, row.cell, places.geometry[row.subject], going, windows, [reason])

    def _windows(self, layer: Layer, duty: Duty, places: gpd.GeoDataFrame, key: str) -> Windows:
        """Return when one may call: the resident's wish before the hours of the duty before those of a home."""
        wish = places[WISH].get(key) if WISH in places else None
        if wish == "daytime":
            return DAYTIME
        if wish == "any":
            return ()
        hours = duty.hours or duty.planned_hours
        if hours:
            return tuple(_seconds(*one) for one in hours)
        return EVENING if tells_a_home(layer) and not layer.sensitive else ()

    def _features(self, layer: Layer, keys: Sequence[str]) -> gpd.GeoDataFrame:
        """Return the features of a layer by key; the wish is read for the plan alone and handed to nobody."""
        asked = [WISH] if WISH in layer.by_name else []
        return registers.features(self.tx, layer, on=self.on, keys=keys, reveal=asked).set_index("key")

    def _issues(self) -> Iterator[Stop]:
        """Yield a stop for each open issue with a place that is in no other way on hold."""
        rows = listed_on(self.tx, self.person, self.office, on=self.on, wanted=Wanted(states=["open"]))
        kinds = Desk(self.person, self.office, self.tx).categories(self.on.isoformat())
        urgent = {name for name, kind in kinds.items() if kind.urgent}
        rows = rows[~rows["deferred"].astype(bool) & ~rows["state"].isin(NOT_OPEN)]
        for row in rows.to_dict("records"):
            yield from self._issue(row, urgent=row["category"] in urgent or row["source"] == "one_key")

    def _issue(self, row: Mapping[Hashable, Any], *, urgent: bool) -> Iterator[Stop]:
        layer, key = row["features"][0] if row["features"] else (None, None)
        if layer is not None and self.office.layers[layer].sensitive and not may(self.person, "reveal"):
            return
        going = self._going(row["cell"]) | (frozenset({row["holder"]}) & self.cadres)
        place = row["geometry"] if layer is None or key is None else self._at(layer, key)
        home = layer is not None and tells_a_home(self.office.layers[layer])
        reason = _why_issue(row, self.on, self.office, urgent=urgent)
        yield Stop(layer, key, row["number"], row["cell"], place, going, EVENING if home else (), [reason])

    def _at(self, layer: str, key: str) -> shapely.Point | None:
        found = registers.features(self.tx, self.office.layers[layer], on=self.on, keys=[key])
        return None if found.empty else found.geometry.iloc[0]


def _seconds(begin: int, end: int) -> tuple[int, int]:
    """Return minutes of the day as seconds; hours over midnight end on the next day."""
    return begin * 60, (end if end > begin else end + _DAY // 60) * 60


def _why(duty: Duty, state: str, end: dt.date, on: dt.date) -> Reason:
    last = end - dt.timedelta(days=1)
    if duty.subject.closed_from is not None:
        code = "routes.why_look_back"
    elif state == "missed":
        return Reason("routes.why_unvisited", {"duty": duty.name, "day": last.isoformat()})
    elif state == "overdue":
        return Reason("routes.why_duty_overdue", {"duty": duty.name, "day": end.isoformat()})
    else:
        code = "routes.why_duty_soon" if (last - on).days < SOON_DAYS else "routes.why_duty_due"
    return Reason(code, {"duty": duty.name, "day": last.isoformat()})


def _why_issue(row: Mapping[Hashable, Any], on: dt.date, office: Office, *, urgent: bool) -> Reason:
    if urgent:
        return Reason("routes.why_urgent", {"issue": row["number"]})
    if pd.isna(row["due_at"]):
        return Reason("routes.why_issue_open", {"issue": row["number"]})
    day = row["due_at"].tz_convert(office.clock.zone).date()
    if row["overdue"] or day < on:
        code = "routes.why_issue_overdue"
    else:
        code = "routes.why_issue_soon" if (day - on).days < SOON_DAYS else "routes.why_issue_open"
    return Reason(code, {"issue": row["number"], "day": day.isoformat()})
