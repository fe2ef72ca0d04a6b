"""The states of all duties by the end of a day, worked out once for everybody, and which of them exist for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.ledger.duties import Duty
from gridmap.ledger.states import COLUMNS, states
from gridmap.office.derived import derived
from gridmap.office.duty_cases import Cases
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, may, responsible_cells
from gridmap.people.answers import answers_at
from gridmap.people.person import Person
from gridmap.store import duties as kept_duties
from gridmap.store.duties import KeptDuty
from gridmap.store.engine import Transaction

STATE_COLUMNS = (*COLUMNS, "cell", "answering")


@dataclass(frozen=True, eq=False)
class DutyStates:
    """The states of a day, whosever they are: `rows` with STATE_COLUMNS, by duty, then begin, layer and subject.

    `in_force`: the duties of the day. `secret`: the names of those that are sensitive, or ever were. `answers`: who
    answers on the day, `closure`: which cell lies below which; both null without a grid. `names`: those of cadres.
    """

    rows: pd.DataFrame
    in_force: tuple[Duty, ...]
    secret: frozenset[str]
    secret_layers: frozenset[str]
    answers: pd.DataFrame | None
    closure: pd.DataFrame | None
    names: Mapping[str, str]

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

    def made() -> DutyStates:
        with office.reading_whole() as tx:
            return whole_states(office, tx, on=on, as_of=as_of, since=since)

    return derived(office, ("states", on, since), made, as_of=as_of)


def whole_states(
    office: Office,
    tx: Transaction,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    names: Collection[str] | None = None,
    since: dt.date | None = None,
) -> DutyStates:
    """Return the states of the duties named (null: all) by the end of a day, as known at `as_of` (null = now).

    `since` gives every period that ends after that day, each by the rule in force then.
    """
    cases = Cases(office, tx, on, office.clock.now() if as_of is None else as_of)
    parts = [_states_of(cases, kept, since) for kept in _rules(tx, on, since, names)]
    rows = _rows(cases, parts) if parts else _NOTHING
    return DutyStates(
        rows=rows[list(STATE_COLUMNS)],
        in_force=tuple(kept.duty for kept in kept_duties.duties(tx, on=on)),
        secret=frozenset(kept.duty.name for kept in kept_duties.duties(tx) if kept.duty.sensitive),
        secret_layers=frozenset(layer.name for layer in office.layers.values() if layer.sensitive),
        answers=cases.answers,
        closure=cases.closure,
        names=dict(zip(cases.roster.cadres["cadre"], cases.roster.cadres["name"], strict=True)),
    )


_NOTHING = pd.DataFrame(columns=list(STATE_COLUMNS), dtype=object).astype(
    {"needed": "int64", "count": "int64", "attempts": "int64", "met_at": "datetime64[us, UTC]"}
)


def _rows(cases: Cases, parts: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["duty", "begin", "layer", "subject"], kind="stable", ignore_index=True)
    rows["cell"] = cases.cells(rows)
    rows["answering"] = rows["subject"].where(rows["layer"].isna(), _answering(cases, rows["cell"]))
    return rows


def _rules(tx: Transaction, on: dt.date, since: dt.date | None, names: Collection[str] | None) -> list[KeptDuty]:
    """Return the rules that may have had a say: each, up to `on`, of the duties in force on the days asked about."""
    asked = {kept.duty.name for kept in kept_duties.duties(tx, on=on, since=since)}
    asked = asked if names is None else asked & set(names)
    return kept_duties.duties(tx, on=on, since=dt.date.min, names=asked)


def _states_of(cases: Cases, kept: KeptDuty, since: dt.date | None) -> pd.DataFrame:
    more = cases.asked(kept)._asdict()
    subjects = more.pop("subjects")
    zone = cases.office.clock.zone
    return states(kept.duty, subjects, cases.visits, on=cases.on, as_of=cases.as_of, zone=zone, since=since, **more)


def _answering(cases: Cases, cells: pd.Series) -> pd.Series:
    if cases.answers is None:
        return pd.Series(None, index=cells.index, dtype=object)
    return answers_at(cases.answers, cells)["cadre"]
