"""Errand: issues are reported. Each gets its number, its place, and whoever should deal with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import geopandas as gpd

from gridmap.errors import ArgumentError
from gridmap.ledger.flow import applied
from gridmap.ledger.issues import Event
from gridmap.office.auditing import note
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_places import Feature, Place, places_of
from gridmap.office.proposing import proposed
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import issues
from gridmap.store.engine import Transaction

_NOBODY: frozenset[str] = frozenset()
_NAMED = 20  # so many numbers stand in the audit


@dataclass(frozen=True, slots=True)
class Report:
    """An issue as it is raised. `id` is a UUID made by the client: sent twice, it is kept once. `at` is aware.

    `by`: the cadre who raised or took it, the first person told, unless `follower` is another. Its place is the first
    of: `lon`, `lat` (EPSG:4326, degrees); `features` that it stands for, as (layer, key); `cell`; `address`, matched
    with the public addresses kept. `text`, `reporter` (who raised it), `phone` and `note` are personal. `anonymous`:
    whoever raised it is not kept. `consent`: somebody who looks for work may be told of to those who offer some.
    """

    id: str
    at: dt.datetime
    source: str
    by: str | None = None
    category: str = ""
    text: str = field(default="", repr=False)
    lon: float | None = None
    lat: float | None = None
    features: tuple[Feature, ...] = ()
    cell: str | None = None
    address: str = field(default="", repr=False)
    reporter: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    anonymous: bool = False
    follower: str | None = None
    consent: bool | None = None


def report(person: Person, office: Office, reports: Sequence[Report]) -> list[str]:
    """Keep what is reported, all or nothing, and return the numbers in the order of the reports.

    A report that is kept already gives its number and changes nothing. Where nobody is named its follower is the
    cadre who answers there. A one-key call is in the hands of the nearest person on duty at once, and whatever is
    urgent is due from the report. Raises RefusedError outside the person's scope, ArgumentError for what lies in the
    future, NotFoundError for a category, cadre, cell or feature that there is not, FaultsError for what is not said.
    """
    with office.writing(person) as tx:
        return report_in(tx, person, office, reports)


def report_in(tx: Transaction, person: Person, office: Office, reports: Sequence[Report]) -> list[str]:
    """As `report`, within a transaction that the caller commits."""
    refuse_unless(person, "act")
    kept = issues.numbers(tx, [one.id for one in reports])
    new = list({one.id: one for one in reports if one.id not in kept}.values())
    if new:
        desk = Desk(person, office, tx)
        given = _keep(desk, new)
        kept |= dict(zip((one.id for one in new), given, strict=True))
        note(tx, person, action="report", subject="issues", detail={"count": len(new), "issues": given[:_NAMED]})
    return [kept[one.id] for one in reports]


def refuse_future(desk: Desk, at: dt.datetime) -> None:
    """Raise ArgumentError for a naive instant and for one that is not over yet."""
    if at.tzinfo is None:
        raise ArgumentError("store.naive_instant", value=at)
    if at > desk.now:
        raise ArgumentError("office.in_the_future", at=at.isoformat(), now=desk.now.isoformat())


def _keep(desk: Desk, reports: Sequence[Report]) -> list[str]:
    for one in reports:
        refuse_future(desk, one.at)
        desk.know(one.follower)
    days = [desk.day(one.at) for one in reports]
    placed = places_of(desk, list(zip(reports, days, strict=True)))
    for place, day in zip(placed, days, strict=True):
        desk.refuse_outside(place.cell, day)
    events = _dated(desk, [_event(desk, *row) for row in zip(reports, days, placed, strict=True)], days)
    states = [applied(None, event, _NOBODY).state for event in events]
    kept = gpd.GeoDataFrame(
        {
            "issue": [one.id for one in reports],
            "year": [int(day[:4]) for day in days],
            "cell": [place.cell for place in placed],
            "features": [place.features for place in placed],
        },
        geometry=[place.point for place in placed],
        crs=4326,
    )
    numbers = issues.add(desk.tx, kept)
    issues.record(desk.tx, events, states, recorded_at=desk.now, account=desk.person.account)
    return numbers


def _event(desk: Desk, one: Report, day: str, place: Place) -> Event:
    category = desk.category(one.category, day) if one.category else None
    who = proposed(desk, category, place.cell, day, source=one.source)
    actor = desk.acting(one.by)
    said: dict[str, object] = {
        "source": one.source,
        "category": one.category or None,
        "follower": one.follower or actor or who.holder,
        "cell": place.cell,
        "features": [list(feature) for feature in place.features] or None,
        "anonymous": one.anonymous or None,
        "consent": one.consent,
    }
    if one.source == "one_key":
        said |= {"unit": who.unit, "holder": who.holder}
    if place.point is not None and not place.features:
        said |= {"lon": place.point.x, "lat": place.point.y}
    return Event(
        id=str(uuid5(_uuid(one.id), "report")),
        issue=one.id,
        act="report",
        at=one.at,
        actor=actor,
        said={name: value for name, value in said.items() if value is not None},
        private=dict(_private(one, place)),
    )


def _private(one: Report, place: Place) -> Iterator[tuple[str, str]]:
    yield "text", one.text
    # An address that the map does not know is kept as it was said, for it may be somebody's home.
    found = place.point is not None or place.cell is not None
    yield "note", "\n".join(part for part in (one.note, "" if found else one.address.strip()) if part)
    if not one.anonymous:
        yield "reporter", one.reporter
        yield "phone", one.phone


def _dated(desk: Desk, events: Sequence[Event], days: Sequence[str]) -> list[Event]:
    """Return the events, those of urgent categories with their deadline: their clock runs from the report."""
    dated = list(events)
    urgent = []
    for row, (event, day) in enumerate(zip(events, days, strict=True)):
        name = event.said.get("category")
        if isinstance(name, str) and desk.category(name, day).urgent:
            urgent.append((row, desk.category(name, day)))
    due = desk.due([kind for _, kind in urgent], [events[row].at for row, _ in urgent])
    for (row, _), at in zip(urgent, due, strict=True):
        dated[row] = saying(events[row], due_at=at.isoformat())
    return dated


def saying(event: Event, **more: object) -> Event:
    """Return the event that says this too; null says nothing."""
    said = {**event.said, **{name: value for name, value in more.items() if value is not None}}
    return Event(event.id, event.issue, event.act, event.at, event.actor, said, event.private)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentError("office.not_a_uuid", value=text) from None
