"""Errands: what is due and overdue, and which visits counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.duties import Duty
from gridmap.ledger.states import COLUMNS, explain
from gridmap.office.auditing import note
from gridmap.office.cell_lists import answered_grid
from gridmap.office.duty_cases import Cases
from gridmap.office.duty_rules import keep_default_duties
from gridmap.office.duty_sight import DutyStates, derived_states, whole_states
from gridmap.office.homes import tells_a_home
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless
from gridmap.people.person import Person
from gridmap.store import duties as kept_duties
from gridmap.store.engine import Transaction

__all__ = ["COLUMNS", "duties_on", "duty_states", "explain_duty", "keep_default_duties", "states_on"]


def duties_on(tx: Transaction, on: dt.date) -> list[Duty]:
    """Return the duties in force on a day, by name."""
    return [kept.duty for kept in kept_duties.duties(tx, on=on)]


def states_on(
    person: Person,
    office: Office,
    tx: Transaction,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    names: Collection[str] | None = None,
    since: dt.date | None = None,
) -> pd.DataFrame:
    """Return the states of the duties by the end of a day, as known at `as_of` (null = now), for counting.

    Columns: those of `ledger.states`, `cell` (the small cell of the feature; of a cadre the lowest of his own) and
    `answering` (the cadre who answers there on that day; of a cadre himself); by duty, then begin, layer and subject.
    `names` keeps these duties; `since` gives every period that ends after that day, each by the rule in force then.

    A duty or layer that is sensitive has rows only for those who may reveal and where the person answers; a person
    with a scope gets what lies in it. Times of visits stand unmasked: an errand masks what it hands on.
    """
    return whole_states(office, tx, on=on, as_of=as_of, names=names, since=since).of(person)


def duty_states(
    person: Person,
    office: Office,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    names: Collection[str] | None = None,
    only: Collection[str] | None = None,
    since: dt.date | None = None,
    reveal: bool = False,
    reason: str = "",
) -> pd.DataFrame:
    """Return the states of the duties by the end of a day as a list: `states_on`, `subject_name`, `answering_name`.

    `only` keeps these states. When somebody was met at home (`met_at`) and how often one tried (`attempts`) are
    personal: null unless the person answers there, or reveals them with a `reason` that the audit keeps first.
    Raises NotFoundError for a name that no duty has on that day.
    """
    refuse_unless(person, "read")
    _check_reveal(person, reveal=reveal, reason=reason)
    whole = derived_states(office, on=on, as_of=as_of, since=since)
    _known(person, whole.in_force, on, names)
    rows = whole.of(person, names)
    hidden = _hidden(person, office, whole, rows)
    if only is not None:
        rows, hidden = rows[rows["state"].isin(only)], hidden[rows["state"].isin(only)]
    if reveal:
        _note_reveal(person, office, "duties", reason)
    else:
        rows = rows.assign(met_at=rows["met_at"].mask(hidden), attempts=rows["attempts"].astype("Int64").mask(hidden))
    subjects = rows["subject"].where(rows["layer"].isna()).map(whole.names).astype(object)
    answering = rows["answering"].map(whole.names).astype(object)
    return rows.assign(subject_name=subjects, answering_name=answering).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class WantedStates:
    """Which states are asked for; null asks nothing. `under`: of what lies in a cell of that day, or below it."""

    duties: Collection[str] | None = None
    states: Collection[str] | None = None
    under: str | None = None
    layer: str | None = None


def states_below(
    person: Person, office: Office, wanted: WantedStates, *, on: dt.date, as_of: dt.datetime | None = None
) -> pd.DataFrame:
    """Return the rows of `duty_states` that are asked for, masked as there.

    Raises NotFoundError for a duty, a layer or a cell that there is not.
    """
    rows = duty_states(person, office, on=on, as_of=as_of, names=wanted.duties, only=wanted.states)
    if wanted.layer is not None:
        rows = rows[rows["layer"] == office.layers[wanted.layer].name]
    if wanted.under is not None:
        rows = rows[rows["cell"].isin(answered_grid(office, on).seen(person, wanted.under))]
    return rows.reset_index(drop=True)


def explain_duty(
    person: Person,
    office: Office,
    name: str,
    subject: str,
    period: str | None = None,
    *,
    on: dt.date,
    as_of: dt.datetime | None = None,
    reveal: bool = False,
    reason: str = "",
) -> pd.DataFrame:
    """Return the visits to a subject in a period (null: the newest one) and whether each counts, as `ledger.explain`.

    `period` may be a day in it. Of a home, the outcome, the instant and the reason are personal: null unless the person
    answers there, or reveals them with a `reason` that the audit keeps first; whether a visit counts is not. Of a
    cadre's own duty the instants are shown, and which home he was at is not. Raises NotFoundError for a duty that is
    not in force, and for a subject without such a period or that does not exist for the person.
    """
    refuse_unless(person, "read")
    _check_reveal(person, reveal=reveal, reason=reason)
    with office.reading_whole() as tx:
        _known(person, duties_on(tx, on), on, [name])
        cases = Cases(office, tx, on, office.clock.now() if as_of is None else as_of)
        whole, row = _row(person, cases, name, subject, period)
        last = dt.date.fromisoformat(str(row["end"].iloc[0])) - dt.timedelta(days=1)
        (kept,) = kept_duties.duties(tx, on=min(last, on), names=[name])
        begin = str(row["begin"].iloc[0])
        more = cases.asked(kept)._asdict()
        subjects = more.pop("subjects")
        zone = office.clock.zone
        found = explain(kept.duty, subjects, cases.visits, subject, begin, on=on, as_of=cases.as_of, zone=zone, **more)
        hidden = bool(_hidden(person, office, whole, row).any())
    if reveal:
        _note_reveal(person, office, f"duty {name}", reason)
        return found
    return _without_homes(office, cases, found) if row["layer"].isna().all() else _masked(found) if hidden else found


def _row(person: Person, cases: Cases, name: str, subject: str, period: str | None) -> tuple[DutyStates, pd.DataFrame]:
    """Return the states of a duty, and the one of a subject in a period or on a day in it; null: its newest."""
    office, tx, on = cases.office, cases.tx, cases.on
    rules = kept_duties.duties(tx, on=on, since=dt.date.min, names=[name])
    since = None if period is None else rules[0].valid_from
    whole = whole_states(office, tx, on=on, as_of=cases.as_of, names=[name], since=since)
    rows = whole.of(person)
    mine = rows[rows["subject"] == subject]
    if period is not None:
        within = (mine["begin"] <= period) & (period < mine["end"]) & _is_day(period)
        mine = mine[(mine["period"] == period) | within]
    if mine.empty:
        raise NotFoundError("ledger.no_state", duty=name, subject=subject, period=period or on.isoformat())
    return whole, mine.tail(1)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _masked(found: pd.DataFrame) -> pd.DataFrame:
    """Return explained visits to a home without what tells who was there, and when."""
    nowhen = pd.Series(pd.NaT, index=found.index, dtype=found["at"].dtype)
    nothing = pd.Series([{} for _ in found.index], index=found.index, dtype=object)
    return found.assign(at=nowhen, outcome=None, reason="ledger.call_hidden", inputs=nothing)


def _without_homes(office: Office, cases: Cases, found: pd.DataFrame) -> pd.DataFrame:
    """Return a cadre's explained visits without which homes he was at, and whom he met there."""
    homes = [layer.name for layer in office.layers.values() if tells_a_home(layer)]
    at_home = found["visit"].isin(cases.visits.loc[cases.visits["layer"].isin(homes), "visit"])
    return found.assign(**{name: found[name].mask(at_home, None) for name in ("visit", "outcome")})


def _hidden(person: Person, office: Office, whole: DutyStates, rows: pd.DataFrame) -> pd.Series:
    """Return which states tell of a home where the person does not answer."""
    homes = [layer.name for layer in office.layers.values() if tells_a_home(layer)]
    return rows["layer"].isin(homes) & ~whole.responsible(person, rows)


def _known(person: Person, in_force: Collection[Duty], on: dt.date, names: Collection[str] | None) -> None:
    """Raise NotFoundError for a name that no duty has, telling those there are; sensitive ones to who may reveal."""
    told = [duty.name for duty in in_force if may(person, "reveal") or not duty.sensitive]
    for name in names or ():
        if name not in {duty.name for duty in in_force}:
            raise NotFoundError("office.unknown_duty", duty=name, on=on, allowed=", ".join(told))


def _check_reveal(person: Person, *, reveal: bool, reason: str) -> None:
    if reveal:
        refuse_unless(person, "reveal")
        if not reason.strip():
            raise ArgumentError("office.reveal_reason")


def _note_reveal(person: Person, office: Office, subject: str, reason: str) -> None:
    detail = {"fields": ["attempts", "met_at", "outcome"], "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject=subject, detail=detail)
