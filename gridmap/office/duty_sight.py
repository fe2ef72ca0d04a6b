"""The states of all duties by the end of a day, worked out once for everybody, and which of them exist for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridmap.ledger.duties import Duty
from gridmap.ledger.states import COLUMNS, states
from gridmap.office.derived import RULED, derived, is_past, remembered
from gridmap.office.duty_cases import Cases
from gridmap.office.happened import Happened, Touched, happened
from gridmap.office.splicing import spliced
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, may, responsible_cells
from gridmap.people.answers import answers_at
from gridmap.people.person import Person
from gridmap.store import duties as kept_duties
from gridmap.store.arrivals import Head
from gridmap.store.duties import KeptDuty
from gridmap.store.engine import Transaction
from gridmap.store.revisions import marks

STATE_COLUMNS = (*COLUMNS, "cell", "answering")
_ORDER = ["duty", "begin", "layer", "subject"]
STATE_SUBJECTS = (*RULED, "visits", "issues")


@dataclass(frozen=True, eq=False)
class DutyStates:
    """The states of a day, whosever they are: `rows` with STATE_COLUMNS, by duty, then begin, layer and subject.

    `in_force`: the duties of the day. `secret`: the names of those that are sensitive, or ever were. `answers`: who
    answers on the day, `closure`: which cell lies below which; both null without a grid. `names`: those of cadres.
    `head`: the last entries of the ledger that they know of, null where that is not kept; `ground`: what else they
    stand on.
    """

    rows: pd.DataFrame
    in_force: tuple[Duty, ...]
    secret: frozenset[str]
    secret_layers: frozenset[str]
    answers: pd.DataFrame | None
    closure: pd.DataFrame | None
    names: Mapping[str, str]
    head: Head | None = None
    ground: Hashable = None

    def about(self, touched: Touched) -> DutyStates:
        """Return the states of what was touched alone, and maybe of others of the same names."""
        names = {key for _, key in touched.things} | touched.cadres
        return replace(self, rows=self.rows[self.rows["subject"].isin(names)])

    def within(self, cells: Collection[str]) -> DutyStates:
        """Return the states of subjects in these cells alone."""
        return replace(self, rows=self.rows[self.rows["cell"].isin(cells)])

    def of(self, person: Person, names: Collection[str] | None = None) -> pd.DataFrame:
        """Return the states that exist for the person, of the duties named (null: all), numbered anew.

        What is sensitive exists for those who may reveal and where the person answers; a scope cuts all of it.
        """
        rows = self.rows if names is None else self.rows[self.rows["duty"].isin(names)]
        hidden = rows["duty"].isin(self.secret) | rows["layer"].isin(self.secret_layers)
        seen = ~hidden | may(person, "reveal") | self.responsible(person, rows)
        if person.scope is not None:
            within = frozenset() if self.closure is None else cells_in_scope(person, self.closure)
            seen &= rows["cell"].isin(within)
        return rows[seen.to_numpy(dtype=bool)].reset_index(drop=True)

    def responsible(self, person: Person, rows: pd.DataFrame) -> pd.Series:
        """Return for which rows the person answers on the day, as a leader or cadre."""
        if person.role not in ANSWERING or self.answers is None or self.closure is None:
            return pd.Series(data=False, index=rows.index)
        return rows["cell"].isin(responsible_cells(person, self.answers, self.closure))


def derived_states(
    office: Office, *, on: dt.date, as_of: dt.datetime | None = None, since: dt.date | None = None
) -> DutyStates:
    """Return the states of a day as known at `as_of` (null = now), kept for the next who asks; not in a transaction."""
    told = as_of if is_past(office, as_of) else None

    def made() -> DutyStates:
        known = happened(office, on) if told is None else None
        with office.reading_whole() as tx:
            return whole_states(office, tx, on=on, as_of=told, since=since, known=known)

    def grown(states: DutyStates) -> DutyStates | None:
        known = happened(office, on)
        touched = known.since(states.head)
        if touched is None:
            return None
        with office.reading_whole() as tx:
            if _ground(tx) != states.ground:
                return None
            if known.head == states.head:
                return states
            cases = Cases(office, tx, on, office.clock.now(), known)
            return replace(_with(states, cases, touched, since) if touched else states, head=known.head)

    return derived(
        office, ("states", on, since), made, subjects=STATE_SUBJECTS, as_of=told, grow=grown if told is None else None
    )


def whole_states(
    office: Office,
    tx: Transaction,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    names: Collection[str] | None = None,
    since: dt.date | None = None,
    known: Happened | None = None,
) -> DutyStates:
    """Return the states of the duties named (null: all) by the end of a day, as known at `as_of` (null = now).

    `since` gives every period that ends after that day, each by the rule in force then. `known`: the ledger by the end
    of the day as known now, where it is at hand.
    """
    cases = Cases(office, tx, on, office.clock.now() if as_of is None else as_of, known)
    parts = [_states_of(cases, kept, since) for kept in _rules(cases, since, names)]
    held = [part for part in parts if len(part)]
    rows = _rows(cases, held) if held else _NOTHING
    return DutyStates(
        rows=rows[list(STATE_COLUMNS)],
        in_force=tuple(kept.duty for kept in kept_duties.duties(tx, on=on)),
        secret=frozenset(kept.duty.name for kept in kept_duties.duties(tx) if kept.duty.sensitive),
        secret_layers=frozenset(layer.name for layer in office.layers.values() if layer.sensitive),
        answers=cases.answers,
        closure=cases.closure,
        names=dict(zip(cases.roster.cadres["cadre"], cases.roster.cadres["name"], strict=True)),
        head=None if known is None else known.head,
        ground=_ground(tx),
    )


_NOTHING = pd.DataFrame(columns=list(STATE_COLUMNS), dtype=object).astype(
    {"needed": "int64", "count": "int64", "attempts": "int64", "met_at": "datetime64[us, UTC]"}
)


def _ground(tx: Transaction) -> Hashable:
    held = marks(tx)
    return tuple(held.get(name) for name in RULED)


def _with(states: DutyStates, cases: Cases, touched: Touched, since: dt.date | None) -> DutyStates:
    """Return the states with those of what was touched worked out anew: of each subject alone, as the rules say."""
    rows = states.rows
    gone = np.zeros(len(rows), dtype=bool)
    near = rows[rows["subject"].isin({key for _, key in touched.things} | touched.cadres)]
    parts = []
    for kept in _rules(cases, since, None):
        names = _named(kept.duty, touched, cases)
        gone[near.index[(near["duty"] == kept.duty.name) & near["subject"].isin(names)]] = True
        if names:
            parts.append(_states_of(cases, kept, since, names))
    held = [part for part in parts if len(part)]
    new = _rows(cases, held)[list(STATE_COLUMNS)] if held else rows[:0]
    return replace(states, rows=spliced(rows, gone, new, _ORDER))


def _named(duty: Duty, touched: Touched, cases: Cases) -> frozenset[str]:
    """Return what the subjects of a duty are called to whom something has happened."""
    about = duty.subject
    if about.tiers:
        return touched.cadres
    if about.layer is not None:
        return touched.keys(about.layer)
    return frozenset(key for _, key in touched.things) if cases.any_closed else frozenset()


def _rows(cases: Cases, parts: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(_ORDER, kind="stable", ignore_index=True)
    rows["cell"] = cases.cells(rows)
    rows["answering"] = rows["subject"].where(rows["layer"].isna(), _answering(cases, rows["cell"]))
    return rows


def _rules(cases: Cases, since: dt.date | None, names: Collection[str] | None) -> list[KeptDuty]:
    """Return the rules that may have had a say: each, up to the day, of the duties in force on the days asked about."""
    tx, on = cases.tx, cases.on

    def made() -> list[KeptDuty]:
        asked = {kept.duty.name for kept in kept_duties.duties(tx, on=on, since=since)}
        return kept_duties.duties(tx, on=on, since=dt.date.min, names=asked)

    kept = remembered(cases.office, tx, ("rules", on, since), made, subjects=("rules",))
    return [one for one in kept if names is None or one.duty.name in names]


def _states_of(
    cases: Cases, kept: KeptDuty, since: dt.date | None, names: Collection[str] | None = None
) -> pd.DataFrame:
    """Return the states of the subjects of a rule, or of those of these names alone."""
    more = cases.asked(kept)._asdict()
    subjects, visits = more.pop("subjects"), cases.visits
    if names is not None:
        subjects = subjects[subjects["subject"].isin(names)]
        if kept.duty.subject.tiers:
            more["posts"] = more["posts"][more["posts"]["cadre"].isin(names)]
        else:
            visits = visits[visits["key"].isin(names)]
    if subjects.empty:
        return _NOTHING
    zone = cases.office.clock.zone
    return states(kept.duty, subjects, visits, on=cases.on, as_of=cases.as_of, zone=zone, since=since, **more)


def _answering(cases: Cases, cells: pd.Series) -> pd.Series:
    if cases.answers is None:
        return pd.Series(None, index=cells.index, dtype=object)
    return answers_at(cases.answers, cells)["cadre"]
