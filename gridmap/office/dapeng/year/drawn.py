"""The whole year, evening by evening: the visits, the reports and the steps that are entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridmap.ledger.issues import Event
from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.size import Year
from gridmap.office.dapeng.year.calls import Entry, campaign
from gridmap.office.dapeng.year.cases import Case, Cases
from gridmap.office.dapeng.year.evenings import CAMPAIGN_ENDS, Evenings
from gridmap.office.dapeng.year.lamps import Lamps, stories
from gridmap.office.dapeng.year.lives import Lives, Rules
from gridmap.office.dapeng.year.looking_back import look_back
from gridmap.office.dapeng.year.rounds import rounds
from gridmap.office.dapeng.year.scene import Scene
from gridmap.office.reporting import Report

_CALLED, _UNNAMED = ("call_in", "phone"), 9  # who calls gives a name; of some numbers nobody does


@dataclass(slots=True)
class Evening:
    """What is entered on one evening, in this order; events by when they happened."""

    visits: list[Visit] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The evenings in their order, and the UUIDs of the issues of the programme."""

    evenings: tuple[Evening, ...]
    programme: tuple[str, ...]


def draw(scene: Scene, evenings: Evenings, year: Year, rules: Rules, chosen: Lamps) -> Drawn:
    """Draw the year of a scene: the same for the same scene and numbers."""
    entries = [
        *campaign(scene, evenings, unmet=year.unmet),
        *rounds(
            scene,
            evenings,
            doctors=rules.say("dapeng.doctor_unit"),
            liaisons=rules.say("dapeng.liaison_unit"),
            answers=year.answers,
        ),
    ]
    lives = Lives(scene, evenings, rules)
    told = stories(scene, evenings, lives, chosen)
    cases = Cases(scene, evenings, year, [visit for _, visit in entries])
    opened = list(_opened(scene, entries, rules))
    early = [case for case in opened if case.at.date() <= CAMPAIGN_ENDS]
    counted = cases.campaign(early, [case for case, _ in told])
    special = {case.id for case, _ in told}
    ordinary = [case for case in counted if case.id not in special]
    all_told = [*ordinary, *cases.later([case for case in opened if case not in early]), *cases.beside(ordinary)]
    ended = list(lives.of(all_told, recovered=year.recovered))
    asked = list(look_back(scene, evenings, lives, ended, households=year.revisited))
    events = [event for _, life in (*told, *ended) for event in life] + [one for _, more in asked for one in more]
    raised = [case for case in (*(case for case, _ in told), *all_told) if not case.opened]
    reports = [_report(number, case, rules) for number, case in enumerate(raised)]
    visits = [*entries, *(entry for entry, _ in asked)]
    return Drawn(tuple(_by_evening(evenings, visits, reports, events)), tuple(_programme(scene, year)))


def _opened(scene: Scene, entries: Iterable[Entry], rules: Rules) -> Iterator[Case]:
    """The issues that answers of visits open."""
    cells = scene.features["enterprises"].set_index("key")["cell"].to_dict()
    for _, visit in entries:
        for told in rules.opens(visit) if visit.answers else ():
            cell = str(cells[visit.key])
            yield Case(
                told.id, told.at, told.category, told.source, visit.lead, cell, features=told.features, opened=True
            )


def _report(number: int, case: Case, rules: Rules) -> Report:
    kind = rules.categories[case.category]
    what = kind.zh if rules.lang == "zh" else kind.en
    text = rules.say("dapeng.told_lamps" if kind.quantity == "lamps" else "dapeng.told", what=what)
    placed = bool(case.features) or case.lon is not None
    return Report(
        id=case.id,
        at=case.at.replace(second=0, microsecond=0),
        source=case.source,
        by=case.follower,
        category=case.category,
        text=text,
        reporter=rules.say("dapeng.caller", number=number) if case.source in _CALLED else "",
        anonymous=case.source in _CALLED and number % _UNNAMED == 0,
        lon=case.lon,
        lat=case.lat,
        features=case.features,
        cell=None if placed else case.cell,
    )


def _programme(scene: Scene, year: Year) -> Iterator[str]:
    return (scene.uuid("programme", number) for number in range(year.programme))


def _by_evening(
    evenings: Evenings, visits: Iterable[Entry], reports: Iterable[Report], events: Iterable[Event]
) -> list[Evening]:
    """Put everything on the evening of its entry; what happens after the last one has not happened yet."""
    held = [Evening() for _ in evenings.days]
    for number, visit in visits:
        held[number].visits.append(visit)
    last = len(evenings.days)
    for report in reports:
        if (number := evenings.of_instant(report.at)) < last:
            held[number].reports.append(report)
    for event in events:
        if (number := evenings.of_instant(event.at)) < last:
            held[number].events.append(event)
    for one in held:
        one.visits.sort(key=lambda visit: visit.at)
        one.reports.sort(key=lambda report: report.at)
        one.events.sort(key=lambda event: event.at)  # stable: two of one minute stay in their order
    return held
