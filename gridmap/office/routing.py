"""Errands: who goes where on an evening; plans as they were kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import pandas as pd

from gridmap.errors import ArgumentError, ConflictError, NotFoundError
from gridmap.office.auditing import note
from gridmap.office.calendars import calendar_of
from gridmap.office.matching import refuse_changed
from gridmap.office.route_days import over_days
from gridmap.office.route_plans import Asked, Group, midnight, network_on, planned, planned_stop, starting_at
from gridmap.office.route_sight import existing
from gridmap.office.route_stops import Evening, Stop
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.people.roster import TIERS, Roster, in_force
from gridmap.routes.plan import LeftOut
from gridmap.store import people, plans, visits
from gridmap.store.engine import Transaction
from gridmap.store.plans import KeptPlan, PlannedRoute, PlannedStop
from gridmap.streets.network import SPEEDS

Progress = Callable[[int, int], None]
MOST_DAYS = 31


def plan_evening(person: Person, office: Office, asked: Asked, *, progress: Progress | None = None) -> str:
    """Plan the evening of the cadres asked for, keep the plan and return its number.

    Stops come from duties that are due or overdue, from open issues and from look-backs; `routes.reasons` says what
    each reason is worth. Of several days each has its own stops and its own people: what becomes due within them is
    called at from that day on. A cadre goes where he answers on the day, himself or above, or holds an issue. Nobody
    goes on a day on which he is absent. What nobody may go to is left out, unless cadres were named: their plan is of
    what they may go to. A cadre's account plans for himself alone. Raises NotFoundError for an unknown cadre or cell
    and for an office without roads, ConflictError for one named who is away on all the days, ArgumentError for an
    unknown tier, mode or place.
    """
    refuse_unless(person, "plan")
    asked = _checked(person, asked)
    with office.reading_whole() as tx:
        cadres = _cadres(tx, asked)
        days = _days(office, tx, asked)
        away = _away(people.roster(tx), days)
        going = _going(cadres, days, away, asked)
        evenings = [Evening(person, office, tx, day, _there(going, day, away)) for day in days or [asked.on]]
        if asked.lamps:
            stops = replace(evenings[0], cadres=frozenset(going)).lamps(asked.under)
        else:
            stops = over_days({evening.on: evening.asked(asked.under) for evening in evenings})
        network = network_on(office, tx, asked.on)
    if asked.cadres:
        stops = [stop for stop in stops if stop.cadres]  # what others are for is no matter of theirs
    groups, nobody = _groups(going, stops, days, asked)
    for group in groups:
        group.away = away
    done: list[tuple[list[PlannedRoute], list[PlannedStop]]] = []
    for number, group in enumerate(groups):
        done.append(planned(office, network, group, asked))
        if progress is not None:
            progress(number + 1, len(groups))
    routes = [route for part, _ in done for route in part]
    left = [*(one for _, part in done for one in part), *nobody]
    return keep(person, office, asked, routes, left)


def show_plan(person: Person, office: Office, number: str | None = None, *, on: dt.date | None = None) -> KeptPlan:
    """Return a plan by its number, or the newest for a day; `stops` has `visited`: whether it was called at since.

    Routes and stops are there as far as they exist for the person (`route_sight.existing`); a cadre's account sees no
    stop that was left out. Raises NotFoundError where there is no plan.
    """
    refuse_unless(person, "plan")
    with office.reading(person) as tx:
        found = number or plans.newest(tx, on or office.clock.today())
        if found is None:
            raise NotFoundError("office.no_plan", on=on or office.clock.today())
        kept = existing(person, office, tx, plans.plan_kept(tx, found))
        kept = replace(kept, stops=kept.stops.assign(visited=called_since(office, tx, kept)))
    if person.role != "cadre":
        return kept
    return replace(kept, stops=kept.stops[kept.stops["route"].notna()])


def plan_state(person: Person, office: Office, number: str) -> tuple[str, str | None]:
    """Return the facts that tell one state of a plan from another: its number, and that of the one in its place."""
    refuse_unless(person, "plan")
    with office.reading(person) as tx:
        return number, plans.replaced_by(tx, number)


def list_plans(person: Person, office: Office, *, on: dt.date | None = None) -> pd.DataFrame:
    """Return the plans, the newest first, as `store.plans.plans` does."""
    refuse_unless(person, "plan")
    with office.reading(person) as tx:
        return plans.plans(tx, on=on)


def _checked(person: Person, asked: Asked) -> Asked:
    unknown = [tier for tier in asked.tiers if tier not in TIERS]
    if unknown:
        raise ArgumentError("office.unknown_tiers", tiers=", ".join(unknown), allowed=", ".join(TIERS))
    if asked.lamps and not asked.cadres:
        raise ArgumentError("office.nobody_repairs", argument="cadres")
    if asked.mode not in SPEEDS:
        raise ArgumentError("streets.mode", argument="mode", given=asked.mode, allowed=", ".join(SPEEDS))
    if asked.start is not None and not (abs(asked.start[0]) <= 180 and abs(asked.start[1]) <= 90):
        raise ArgumentError("office.no_place", lon=asked.start[0], lat=asked.start[1])
    if person.role == "cadre":
        return replace(asked, cadres=(person.cadre or "",))
    return asked


def _cadres(tx: Transaction, asked: Asked) -> list[str]:
    """Return the cadres asked for, by number."""
    known = people.roster(tx).cadres
    unknown = sorted(set(asked.cadres) - set(known["cadre"]))
    if unknown:
        raise NotFoundError("store.unknown_cadre", cadre=", ".join(unknown))
    chosen = known if asked.cadres else known[known["tier"].isin(asked.tiers)]
    kept = set(asked.cadres) if asked.cadres else set(chosen["cadre"])
    return sorted(kept)


def _away(roster: Roster, days: Collection[dt.date]) -> frozenset[tuple[str, dt.date]]:
    """Return the cadres who are absent, with the day."""
    return frozenset((cadre, day) for day in days for cadre in in_force(roster.absences, day)["cadre"])


def _there(cadres: Iterable[str], day: dt.date, away: Collection[tuple[str, dt.date]]) -> frozenset[str]:
    return frozenset(cadre for cadre in cadres if (cadre, day) not in away)


def _going(
    cadres: Sequence[str], days: Sequence[dt.date], away: Collection[tuple[str, dt.date]], asked: Asked
) -> list[str]:
    """Return the cadres who are there on one of the days at least."""
    gone = [cadre for cadre in cadres if days and all((cadre, day) in away for day in days)]
    if gone and asked.cadres:
        raise ConflictError("office.cadres_away", cadres=", ".join(gone), on=days[0], until=days[-1])
    return [cadre for cadre in cadres if cadre not in gone]


def _days(office: Office, tx: Transaction, asked: Asked) -> list[dt.date]:
    """Return the days planned for: the one day, or the working days of several."""
    if asked.until is None:
        return [asked.on]
    count = (asked.until - asked.on).days + 1
    if count < 1:
        raise ArgumentError("office.days_backwards", argument="until", on=asked.on, until=asked.until)
    if count > MOST_DAYS:
        raise ArgumentError("office.days_many", argument="until", most=MOST_DAYS)
    every = [asked.on + dt.timedelta(days=step) for step in range(count)]
    working = calendar_of(office, tx).is_working(every)
    return [day for day, works in zip(every, working, strict=True) if works]


def _groups(
    cadres: Sequence[str], stops: Sequence[Stop], days: list[dt.date], asked: Asked
) -> tuple[list[Group], list[PlannedStop]]:
    """Return the cadres who share stops as groups, and the stops that nobody asked for may go to."""
    group_of = {cadre: cadre for cadre in cadres}

    def top(cadre: str) -> str:
        while group_of[cadre] != cadre:
            cadre = group_of[cadre]
        return cadre

    for stop in stops:
        first, *others = sorted(stop.cadres) or [""]
        for other in others:
            group_of[top(other)] = top(first)
    held: dict[str, Group] = {}
    for cadre in cadres:
        held.setdefault(top(cadre), Group([], [], days)).cadres.append(cadre)
    nobody = []
    for stop in stops:
        if stop.place is None or stop.place.is_empty:
            nobody.append(planned_stop(stop, left_out=LeftOut(0, "routes.unplaced")))
        elif not stop.cadres:
            nobody.append(planned_stop(stop, left_out=LeftOut(0, "routes.nobody")))
        else:
            held[top(min(stop.cadres))].stops.append(stop)
    groups = [group for group in held.values() if group.stops]
    for group in groups:
        group.starts = [starting_at(cadre, group, asked) for cadre in group.cadres]
    return groups, nobody


def called_since(office: Office, tx: Transaction, kept: KeptPlan) -> list[bool]:
    """Return by stop whether its feature was called at on the stop's own local day, whatever came of it.

    One that was left out has the days of the plan.
    """
    days = kept.stops["begin"].dt.tz_convert(office.clock.zone).dt.date
    last = max([kept.on, *days.dropna()])
    until = midnight(office, last + dt.timedelta(days=1))
    rows = visits.visits(tx, since=midnight(office, kept.on), until=until, answers=False)
    rows = rows[rows["key"].notna()]  # not those at cells
    of_day = set(zip(rows["layer"], rows["key"], rows["at"].dt.tz_convert(office.clock.zone).dt.date, strict=True))
    ever = {(layer, key) for layer, key, _ in of_day}
    return [
        (layer, key) in ever if pd.isna(day) else (layer, key, day) in of_day
        for layer, key, day in zip(kept.stops["layer"], kept.stops["key"], days, strict=True)
    ]


def keep(  # noqa: PLR0917 - a plan and who makes it
    person: Person,
    office: Office,
    asked: Asked,
    routes: Iterable[PlannedRoute],
    left: Sequence[PlannedStop],
    replaces: str | None = None,
    seen: Collection[str] | None = None,
) -> str:
    """Keep a plan, and in the audit that it was made; return its number. Routes without a stop are none.

    `seen`: states of the plan in whose place it comes; ConflictError if it is in none of them any more.
    """
    kept = [route for route in routes if route.stops]
    with office.writing_whole() as tx:  # a plan made anew keeps the stops that its maker does not see
        if replaces is not None:
            refuse_changed(seen, replaces, plans.replaced_by(tx, replaces))
        number = plans.keep_plan(
            tx,
            kept,
            left,
            on=asked.on,
            asked=asked.kept(),
            at=office.clock.now(),
            account=person.account,
            replaces=replaces,
        )
        detail = {"on": asked.on.isoformat(), "routes": len(kept), "stops": sum(len(one.stops) for one in kept)}
        note(tx, person, action="plan", subject=f"plan {number}", detail=detail)
    return number
