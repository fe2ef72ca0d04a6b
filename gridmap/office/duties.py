"""Errands: what is due and overdue, and which visits counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.duties import Duty
from gridmap.ledger.states import COLUMNS, explain, states
from gridmap.office.auditing import note
from gridmap.office.duty_cases import Cases
from gridmap.office.duty_rules import keep_default_duties
from gridmap.office.homes import tells_a_home
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, cells_in_scope, may, refuse_unless, responsible_cells
from gridmap.people.answers import answers_at
from gridmap.people.person import Person
from gridmap.store import duties as kept_duties
from gridmap.store.duties import KeptDuty
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
    cases = Cases(office, tx, on, office.clock.now() if as_of is None else as_of)
    parts = [_states_of(cases, kept, since) for kept in _rules(tx, on, since, names)]
    columns = [*COLUMNS, "cell", "answering"]
    if not parts:
        return pd.DataFrame(columns=columns, dtype=object).astype(
            {"needed": "int64", "count": "int64", "attempts": "int64", "met_at": "datetime64[us, UTC]"}
        )
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["duty", "begin", "layer", "subject"], kind="stable", ignore_index=True)
    rows["cell"] = cases.cells(rows)
    rows["answering"] = rows["subject"].where(rows["layer"].isna(), _answering(cases, rows["cell"]))
    return rows.loc[_exists(person, office, tx, cases, rows), columns].reset_index(drop=True)


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
    with office.reading_whole() as tx:
        _known(tx, on, names)
        rows = states_on(person, office, tx, on=on, as_of=as_of, names=names, since=since)
        cases = Cases(office, tx, on, office.clock.now())
        called = cases.roster.cadres.set_index("cadre")["name"]
        hidden = _hidden(person, office, cases, rows)
    if only is not None:
        rows, hidden = rows[rows["state"].isin(only)], hidden[rows["state"].isin(only)]
    if reveal:
        _note_reveal(person, office, "duties", reason)
    else:
        rows = rows.assign(met_at=rows["met_at"].mask(hidden), attempts=rows["attempts"].astype("Int64").mask(hidden))
    subjects = rows["subject"].where(rows["layer"].isna()).map(called).astype(object)
    answering = rows["answering"].map(called).astype(object)
    return rows.assign(subject_name=subjects, answering_name=answering).reset_index(drop=True)


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
        _known(tx, on, [name])
        cases = Cases(office, tx, on, office.clock.now() if as_of is None else as_of)
        row = _row(person, cases, name, subject, period)
        last = dt.date.fromisoformat(str(row["end"].iloc[0])) - dt.timedelta(days=1)
        (kept,) = kept_duties.duties(tx, on=min(last, on), names=[name])
        begin = str(row["begin"].iloc[0])
        more = cases.asked(kept)._asdict()
        subjects = more.pop("subjects")
        zone = office.clock.zone
        found = explain(kept.duty, subjects, cases.visits, subject, begin, on=on, as_of=cases.as_of, zone=zone, **more)
        hidden = bool(_hidden(person, office, cases, row).any())
    if reveal:
        _note_reveal(person, office, f"duty {name}", reason)
        return found
    return _without_homes(office, cases, found) if row["layer"].isna().all() else _masked(found) if hidden else found


def _row(person: Person, cases: Cases, name: str, subject: str, period: str | None) -> pd.DataFrame:
    """Return the one state of a subject in a period, or on a day in it, as a frame; without a period its newest."""
    office, tx, on = cases.office, cases.tx, cases.on
    rules = kept_duties.duties(tx, on=on, since=dt.date.min, names=[name])
    since = None if period is None else rules[0].valid_from
    rows = states_on(person, office, tx, on=on, as_of=cases.as_of, names=[name], since=since)
    mine = rows[rows["subject"] == subject]
    if period is not None:
        within = (mine["begin"] <= period) & (period < mine["end"]) & _is_day(period)
        mine = mine[(mine["period"] == period) | within]
    if mine.empty:
        raise NotFoundError("ledger.no_state", duty=name, subject=subject, period=period or on.isoformat())
    return mine.tail(1)


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


def _exists(person: Person, office: Office, tx: Transaction, cases: Cases, rows: pd.DataFrame) -> np.ndarray:
    """Return which states exist for the person at all."""
    secret = {kept.duty.name for kept in kept_duties.duties(tx) if kept.duty.sensitive}
    layers = [layer.name for layer in office.layers.values() if layer.sensitive]
    seen = ~(rows["duty"].isin(secret) | rows["layer"].isin(layers)) | may(person, "reveal")
    seen |= _responsible(person, cases, rows)
    if person.scope is not None:
        within = frozenset() if cases.closure is None else cells_in_scope(person, cases.closure)
        seen &= rows["cell"].isin(within)
    return seen.to_numpy(dtype=bool)


def _responsible(person: Person, cases: Cases, rows: pd.DataFrame) -> pd.Series:
    """Return where the person answers on the day."""
    if person.role not in ANSWERING or cases.answers is None or cases.closure is None:
        return pd.Series(data=False, index=rows.index)
    return rows["cell"].isin(responsible_cells(person, cases.answers, cases.closure))


def _hidden(person: Person, office: Office, cases: Cases, rows: pd.DataFrame) -> pd.Series:
    """Return which states tell of a home where the person does not answer."""
    homes = [layer.name for layer in office.layers.values() if tells_a_home(layer)]
    return rows["layer"].isin(homes) & ~_responsible(person, cases, rows)


def _known(tx: Transaction, on: dt.date, names: Collection[str] | None) -> None:
    allowed = [duty.name for duty in duties_on(tx, on)]
    for name in names or ():
        if name not in allowed:
            raise NotFoundError("office.unknown_duty", duty=name, on=on, allowed=", ".join(allowed))


def _check_reveal(person: Person, *, reveal: bool, reason: str) -> None:
    if reveal:
        refuse_unless(person, "reveal")
        if not reason.strip():
            raise ArgumentError("office.reveal_reason")


def _note_reveal(person: Person, office: Office, subject: str, reason: str) -> None:
    detail = {"fields": ["attempts", "met_at", "outcome"], "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject=subject, detail=detail)
