"""What the ledger holds by the end of a day for those who ask: the frames that figures are made of, each read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from gridmap.grid.grid import Grid
from gridmap.layer import Layer
from gridmap.ledger.duties import Duty
from gridmap.office.derived import remembered
from gridmap.office.duties import duties_on
from gridmap.office.duty_sight import DutyStates, whole_states
from gridmap.office.happened import Happened
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_sight import seen
from gridmap.office.wiring import Office
from gridmap.people.access import cells_in_scope, may
from gridmap.people.person import Person
from gridmap.store import grids, issues, links, people, programmes, registers, visits
from gridmap.store.engine import Transaction


@dataclass
class LedgerDay:
    """The ledger by the end of the day `on`, as known at `as_of`, as far as it exists for `person`.

    What is sensitive as a whole is there only for those who may reveal; a person with a scope gets what lies in it.
    `since`: the first day of the periods that are counted. `kept`: the states of the day where they are known already,
    `known`: the ledger of the day as known now, if at hand. `cells`: states and issues in these alone (null: all).
    """

    person: Person
    office: Office
    tx: Transaction
    on: dt.date
    as_of: dt.datetime
    since: dt.date
    kept: DutyStates | None = None
    known: Happened | None = None
    cells: frozenset[str] | None = None

    def instant(self, day: dt.date) -> dt.datetime:
        """Return the first instant of a local day."""
        return dt.datetime.combine(day, dt.time(), tzinfo=self.office.clock.zone).astimezone(dt.UTC)

    @property
    def end(self) -> dt.datetime:
        """The end of the day: what happens at that instant happens on the next one."""
        return self.instant(self.on + dt.timedelta(days=1))

    @property
    def now(self) -> dt.datetime:
        """The instant at which deadlines are looked at: the end of the day, or `as_of` if that comes first."""
        return min(self.end, self.as_of)

    @property
    def reveals(self) -> bool:
        """Whether what is sensitive as a whole exists for the person."""
        return may(self.person, "reveal")

    @cached_property
    def grid(self) -> Grid | None:
        """The grid in force on the day; null before the first one."""
        edition = grids.edition_on(self.tx, self.on)
        return None if edition is None else self.office.grid(self.tx, edition.id)

    @cached_property
    def scope(self) -> frozenset[str] | None:
        """The cells that the person is for; null: everywhere, and what is in no cell too."""
        if self.person.scope is None:
            return None
        return frozenset() if self.grid is None else cells_in_scope(self.person, self.grid.closure())

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers that exist for the person, in the order of the registry."""
        return [layer for layer in self.office.layers.values() if self.reveals or not layer.sensitive]

    def features(self, layer: Layer) -> gpd.GeoDataFrame:
        """Return the features of a layer in force on the day, public fields alone; a line where it has a piece."""
        slot = ("features", layer.name, self.on)
        rows = remembered(self.office, self.tx, slot, lambda: registers.features(self.tx, layer, on=self.on))
        if self.scope is None:
            return rows
        linked = links.links(self.tx, layer, on=self.on)
        return rows[rows["key"].isin(linked.loc[linked["code"].isin(self.scope), "key"])].reset_index(drop=True)

    @cached_property
    def duties(self) -> list[Duty]:
        """The duties in force on the day that exist for the person."""
        return [duty for duty in duties_on(self.tx, self.on) if self.reveals or not self._hidden(duty)]

    @cached_property
    def states(self) -> pd.DataFrame:
        """The states of those duties, as `office.duties.states_on` gives them."""
        names = [duty.name for duty in self.duties]
        whole = self.kept or whole_states(self.office, self.tx, on=self.on, as_of=self.as_of)
        here = whole if self.cells is None else whole.within(self.cells)
        rows = here.of(self.person, names)
        return self._within(rows[rows["layer"].isna() | rows["layer"].isin(self._known)])

    @property
    def lookback(self) -> tuple[dt.date, dt.date] | None:
        """The days [begin, end) of the look-back campaign that began last, if one has begun."""
        spans = [
            (duty.begin, duty.end)
            for duty in self.duties
            if duty.begin is not None and duty.end is not None and duty.subject.closed_from is not None
        ]
        return max((span for span in spans if span[0] <= self.on), default=None)

    @cached_property
    def visits(self) -> pd.DataFrame:
        """The visits since `since` or the look-back campaign began, up to the day; unmasked: for counting alone."""
        since = self.instant(self.since if self.lookback is None else min(self.since, self.lookback[0]))
        rows = visits.visits(self.tx, as_of=self.as_of, until=self.end, since=since)
        return self._within(rows[rows["layer"].isna() | rows["layer"].isin(self._known)])

    @cached_property
    def issues(self) -> gpd.GeoDataFrame:
        """The issues reported by the end of the day, each as it stood then."""
        last = self.end - dt.timedelta(microseconds=1)
        rows = issues.issues(self.tx, on_end=last, as_of=self.as_of) if self.known is None else self.known.issues
        if self.cells is not None:
            rows = rows[rows["cell"].isin(self.cells)]
        return seen(Desk(self.person, self.office, self.tx), rows, on=self.on)

    @cached_property
    def programmes(self) -> dict[str, pd.DataFrame]:
        """The issues of each programme, by its name."""
        names = programmes.programmes(self.tx)["programme"]
        return {name: self._named(programmes.issues_of(self.tx, name)) for name in names}

    @cached_property
    def cadres(self) -> pd.DataFrame:
        """The cadres of the roster: cadre, name, tier, unit."""
        return people.roster(self.tx).cadres

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(layer.name for layer in self.layers)

    def _hidden(self, duty: Duty) -> bool:
        layer = duty.subject.layer
        return duty.sensitive or (layer is not None and layer not in self._known)

    def _named(self, uuids: Iterable[str]) -> pd.DataFrame:
        rows: pd.DataFrame = self.issues
        return rows.loc[rows["issue"].isin(list(uuids))]

    def _within(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows in the scope of the person, numbered anew."""
        if self.scope is not None:
            rows = rows.loc[rows["cell"].isin(self.scope)]
        return rows.reset_index(drop=True)
