"""The sections of figures: each part of the ledger of a day with what its rows count for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridmap.layer import Layer
from gridmap.ledger.duties import Duty
from gridmap.ledger.indicators import Section, issue_section
from gridmap.ledger.marks import duty_marks, first_of_each, newest_periods, quantity_marks
from gridmap.ledger.ratios import DUTY_RATIOS
from gridmap.ledger.visits import COVERS
from gridmap.office.ledger_day import LedgerDay

# The value of a choice that says that nobody has looked: `layers/streetlights.py`.
_UNKNOWN = "unknown"
OWN_PERIODS = ("interval", "closing")
_VISIT_SHARES = MappingProxyType({"contact_share": ("reached", "made")})
_SURVEY_SHARES = MappingProxyType({"surveyed_share": ("surveyed", "features")})
_SETTLED_SHARE = MappingProxyType({"settled_share": ("settled", "total")})


def sections(day: LedgerDay) -> Iterator[Section]:
    """Yield the sections of a day: layers, duties, issues, campaigns, look-back, visits, quantities, programmes."""
    newest = newest_periods(day.states, own=[duty.name for duty in day.duties if duty.period in OWN_PERIODS])
    for layer in day.layers:
        yield _layer(day, layer)
        duty = coverage_duty(day.duties, layer)
        if duty is not None:
            yield _duty(layer.name, newest, duty)
    for duty in day.duties:
        yield _duty(f"duties.{duty.name}", newest, duty)
        if duty.form:
            yield _form(day, duty)
        if duty.by_units or duty.by_tiers:
            yield _visitors(day, duty)
    yield issue_section("issues", day.issues, since=day.instant(day.since), now=day.now)
    for name, (begin, end) in campaigns(day.duties).items():
        yield _campaign(day, name, begin, end)
    yield _lookback(day)
    yield _visits(day)
    yield Section("quantities", day.issues, quantity_marks(day.issues))
    for name, rows in day.programmes.items():
        yield _programme(name, rows)


def coverage_duty(duties: list[Duty], layer: Layer) -> Duty | None:
    """Return the duty that says which features of a layer are to be visited: of several that of the longest period.

    Of two as long the first by name.
    """
    own = [duty for duty in duties if duty.subject.layer == layer.name]
    return min(own, key=lambda duty: (-_days(duty), duty.name), default=None)


def campaigns(duties: list[Duty]) -> dict[str, tuple[dt.date, dt.date]]:
    """Return the days [begin, end) of the campaigns of visits to features, by name.

    One is called after the year of its first day (`campaign_2015`); a later one of the same year has a number behind.
    """
    spans = sorted(
        {
            (duty.begin, duty.end)
            for duty in duties
            if duty.begin is not None and duty.end is not None and duty.subject.layer is not None
        }
    )
    named: dict[str, tuple[dt.date, dt.date]] = {}
    for begin, end in spans:
        name, again = f"campaign_{begin.year}", 2
        while name in named:
            name, again = f"campaign_{begin.year}_{again}", again + 1
        named[name] = begin, end
    return named


def _days(duty: Duty) -> int:
    """Return about how many days a period of the duty has."""
    if duty.begin is not None and duty.end is not None:
        return (duty.end - duty.begin).days
    calendar = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
    return duty.every_days or duty.days_after_closing or calendar.get(duty.period, 0)


def _layer(day: LedgerDay, layer: Layer) -> Section:
    """Return how many features there are; where the style goes by a choice, by its value, and how many are known."""
    rows = day.features(layer)
    marks: dict[str, object] = {"features": True, "linked": rows["cell"].notna()}
    shares: Mapping[str, tuple[str, str]] = {"linked_share": ("linked", "features")}
    if layer.style.by:
        held = rows[layer.style.by]
        choices = [choice.value for choice in layer.by_name[layer.style.by].choices]
        marks |= {choice: held == choice for choice in choices}
        marks["surveyed"] = held.notna() & (held != _UNKNOWN)
        shares = {**shares, **_SURVEY_SHARES}
    return Section(layer.name, rows, _flags(rows, marks), shares)


def _duty(name: str, newest: pd.DataFrame, duty: Duty) -> Section:
    rows = newest[newest["duty"] == duty.name].reset_index(drop=True)
    return Section(name, rows, duty_marks(rows), DUTY_RATIOS)


def _form(day: LedgerDay, duty: Duty) -> Section:
    """Return how often the form of a duty was answered, and about how many features."""
    start = f"{duty.name}/"
    rows = day.visits
    answered = np.array([any(name.startswith(start) for name in held) for held in rows["answers"]], dtype=bool)
    answered &= (rows["at"] >= day.instant(day.since)).to_numpy()
    first = first_of_each(answered, rows["layer"], rows["key"])
    return Section(f"duties.{duty.name}", rows, _flags(rows, {"answers": answered, "answered": first}))


def _visitors(day: LedgerDay, duty: Duty) -> Section:
    """Return how many cadres there are whose visits count."""
    rows = day.cadres
    right = pd.Series(data=True, index=rows.index)
    if duty.by_units:
        right &= rows["unit"].fillna("").str.endswith(duty.by_units)
    if duty.by_tiers:
        right &= rows["tier"].isin(duty.by_tiers)
    return Section(f"duties.{duty.name}", rows, _flags(rows, {"visitors": right}))


def _campaign(day: LedgerDay, name: str, begin: dt.date, end: dt.date) -> Section:
    """Return the figures of the issues that were reported on the days of a campaign, as they stand now."""
    first = day.instant(begin)
    reported = day.issues["reported_at"]
    rows = day.issues[(reported >= first) & (reported < day.instant(end))].reset_index(drop=True)
    return issue_section(f"{name}.issues", rows, since=first, now=day.now)


def _lookback(day: LedgerDay) -> Section:
    """Return the look-back visits that count, and how many features of each layer they reached.

    Those of the last look-back campaign that has begun; without one those since the first day counted.
    """
    begin, end = day.lookback or (day.since, day.on + dt.timedelta(days=1))
    rows = day.visits
    counts = rows["looks_back"].notna() & (rows["outcome"] == COVERS)
    counts &= (rows["at"] >= day.instant(begin)) & (rows["at"] < day.instant(end))
    marks: dict[str, object] = {"visits": counts}
    for layer in day.layers:
        here = counts & (rows["layer"] == layer.name)
        if here.any() or coverage_duty(day.duties, layer):
            marks[layer.name] = first_of_each(here.to_numpy(dtype=bool), rows["key"])
    return Section("lookback", rows, _flags(rows, marks))


def _visits(day: LedgerDay) -> Section:
    rows = day.visits[day.visits["at"] >= day.instant(day.since)].reset_index(drop=True)
    marks = {"made": True, "reached": rows["outcome"] == COVERS, "late": rows["late"], "elsewhere": rows["elsewhere"]}
    return Section("visits", rows, _flags(rows, marks), _VISIT_SHARES)


def _programme(name: str, issues: pd.DataFrame) -> Section:
    """Return the totals of a programme, and nothing else of it: it is never a list of persons or homes."""
    rows = issues[["number", "state", "reported_at", "closed_at"]].reset_index(drop=True)
    marks = {"total": ~rows["state"].isin(("rejected", "duplicate")), "settled": rows["state"] == "closed"}
    marks["in_progress"] = marks["total"] & ~marks["settled"]
    return Section(f"programmes.{name}", rows, _flags(rows, marks), _SETTLED_SHARE)


def _flags(rows: pd.DataFrame, marks: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(dict(marks), index=rows.index).fillna(value=False).astype(bool)
