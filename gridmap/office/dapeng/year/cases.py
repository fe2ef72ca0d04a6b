"""Which issues there are: what each is about, who was told, where it lies and how it will end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gridmap.errors import ArgumentError
from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.size import Year
from gridmap.office.dapeng.year.evenings import CAMPAIGN_ENDS, FIRST, LOOK_BACK_BEGINS, Evenings, working_day
from gridmap.office.dapeng.year.scene import XIASHA, Scene, one_of

# Issues of the campaign are told by this day and closed, if they are, two days later: all is entered by its end.
TOLD_BY, CLOSED_BY = CAMPAIGN_ENDS - dt.timedelta(days=4), CAMPAIGN_ENDS - dt.timedelta(days=2)
_AGAIN = 8  # days within which something is told of again
_HEARD = 0.75  # of what comes from a place where somebody was met, is heard there
_AT_HOMES = 0.55  # share of the issues that come from households
_OLD = 0.25  # share of those open at the end that are not the latest
_PEOPLE_EACH = 3  # people into work, an issue, about
_FAIR = (dt.date(2015, 11, 3), dt.date(2015, 11, 18))  # when those who look for work and for a shop are told of

_JOB, _STARTUP, _WAGES, _ONE_KEY = "job_wanted", "startup", "wage_dispute", "one_key"  # the last one a source too

# What comes from where: categories and their weights.
_HOMES = {"water": 3, "noise": 2, "rubbish": 2, "hardship": 2, "road": 1, "construction": 1, "other": 3}
_SHOPS = {"rubbish": 3, "noise": 2, "safety_hazard": 3, "road": 1, "other": 2}
_RENTALS = {"safety_hazard": 4, "water": 2, "noise": 1, "other": 1}
_FACTORIES = {"wage_dispute": 2, "safety_hazard": 3, "construction": 1}
_ROADSIDE = {"road": 4, "rubbish": 3, "construction": 1, "water": 1, "noise": 1}
_ELSEWHERE = {"businesses": _SHOPS, "rentals": _RENTALS, "enterprises": _FACTORIES, "": _ROADSIDE}
_WHERE = (*["businesses"] * 4, *["rentals"] * 2, "enterprises", *[""] * 4)  # "" is the side of a road
_PROGRAMME, _PROGRAMME_BY = {"construction": 3, "other": 1}, dt.date(2015, 7, 31)
_SOURCES = {"call_in": 5, "phone": 5, "one_key": 2, "superior": 2, "leader": 1, "informant": 3, "own_check": 3}


@dataclass(frozen=True, slots=True)
class Case:
    """One issue before its life is drawn.

    `at`: when it is told; `fate`: `closed` in the campaign, `open` at its end, `later` (comes after it), `rejected`,
    `duplicate` (of the issue `of`), `stuck` (in progress to the end). `cell`: where it lies, a small cell; `features`:
    (layer, key) there, or `lon`, `lat`. `opened`: a bad answer of a visit opens it, nobody reports it. `quantities`:
    what its result counts.
    """

    id: str
    at: dt.datetime
    category: str
    source: str
    follower: str
    cell: str
    fate: str = "closed"
    features: tuple[tuple[str, str], ...] = ()
    lon: float | None = None
    lat: float | None = None
    of: str | None = None
    opened: bool = False
    ends_by: dt.datetime | None = None
    quantities: Mapping[str, float] = field(default_factory=dict)


class Cases:
    """Draws the issues of the year; `visits` are the visits that it knows of, `opened` what their answers opened."""

    def __init__(self, scene: Scene, evenings: Evenings, year: Year, visits: Sequence[Visit]) -> None:
        self._scene, self._evenings, self._year = scene, evenings, year
        self._rng = scene.chance("issues")
        told_by = evenings.at(TOLD_BY, 24)
        wrong = {visit.corrects for visit in visits}
        self._met: dict[str, dict[str, Visit]] = {}
        for visit in visits:
            if visit.layer and visit.key and visit.outcome == "met" and visit.at < told_by and visit.id not in wrong:
                self._met.setdefault(visit.layer, {}).setdefault(visit.key, visit)
        self._rows = {layer: rows.to_dict("records") for layer, rows in scene.features.items()}
        self._layers = [layer for layer in _WHERE if layer == "" or self._rows[layer]]

    def campaign(self, opened: Sequence[Case], special: Sequence[Case]) -> list[Case]:
        """Return the issues of the campaign, so many as the year says, with those `opened` and `special` among them."""
        year = self._year
        programme = list(self._programme())
        count = year.issues - len(opened) - len(special) - len(programme)
        homes = list(self._homes(max(round(_AT_HOMES * count), year.revisited)))[: max(count, 0)]
        others = [self._other(number, FIRST, TOLD_BY) for number in range(count - len(homes))]
        if year.recovered and others:
            others[0] = replace(others[0], category=_WAGES, source="call_in", follower=self._counter())
        left = year.issues - year.closed - sum(case.fate != "closed" for case in (*special, *programme))
        # A household that is revisited has an issue that is closed, and one dispute at least recovers wages.
        kept, rest = [*homes[: year.revisited], *others[:1]], [*homes[year.revisited :], *others[1:]]
        _refuse("revisited", year.revisited, high=len(homes))
        _refuse("closed", year.closed, high=year.closed + left)
        _refuse("issues", year.issues - year.closed, high=len(rest) + year.issues - year.closed - left)
        return [*special, *programme, *opened, *kept, *_some_open(rest, left, self._rng)]

    def later(self, opened: Sequence[Case]) -> list[Case]:
        """Return the issues told after the campaign, those `opened` then, of the job fair and of every kind."""
        year, rng = self._year, self._rng
        fair = -(-year.jobs // _PEOPLE_EACH)
        people = (rng.multinomial(year.jobs - fair, np.full(fair, 1 / fair)) + 1).tolist() if fair else []
        counts: list[tuple[str, Mapping[str, float]]] = [(_JOB, {"people": one}) for one in people]
        counts += [(_STARTUP, {"startups": 1})] * year.startups
        last = self._evenings.days[-1] - dt.timedelta(days=1)
        rest = range(year.later - len(counts) - len(opened))
        others = [self._other(f"later/{number}", LOOK_BACK_BEGINS, last) for number in rest]
        return [
            *(self._fair(number, *one) for number, one in enumerate(counts)),
            *(replace(case, fate="later") for case in (*opened, *others)),
        ]

    def beside(self, cases: Sequence[Case]) -> Iterator[Case]:
        """Return those that are rejected and those that repeat one of `cases`: they are counted nowhere."""
        for number in range(self._year.rejected):
            yield replace(self._other(f"rejected/{number}", FIRST, TOLD_BY), fate="rejected")
        early = self._evenings.at(TOLD_BY - dt.timedelta(days=_AGAIN), 0)
        repeated = [case for case in cases if case.fate == "closed" and not case.opened and case.at < early]
        for number in range(self._year.duplicates if repeated else 0):
            first = one_of(self._rng, repeated)
            told = first.at + dt.timedelta(days=int(self._rng.integers(1, _AGAIN)))
            again = replace(first, id=self._scene.uuid("duplicate", number), at=told, source="phone")
            yield replace(again, follower=self._counter(), fate="duplicate", of=first.id)

    def _homes(self, count: int) -> Iterator[Case]:
        """Issues of households, one each, most of them heard at the visit."""
        met = self._met.get("households", {})
        homes = [row for row in self._rows["households"] if row["key"] in met]
        for at in self._rng.permutation(len(homes))[:count].tolist():
            key, cell = homes[at]["key"], homes[at]["cell"]
            told = _heard(met[key]) if self._rng.random() < _HEARD else self._told(cell, FIRST, TOLD_BY)
            uuid = self._scene.uuid("issue", f"home/{key}")
            yield replace(self._case(uuid, told, _HOMES, cell), features=(("households", key),))

    def _other(self, number: object, first: dt.date, last: dt.date) -> Case:
        """An issue of a shop, a rented home or a factory, or at the side of a road."""
        layer = one_of(self._rng, self._layers)
        row = one_of(self._rng, self._rows[layer or "streetlights"])
        visit = self._met.get(layer, {}).get(row["key"]) if last <= CAMPAIGN_ENDS else None
        heard = visit is not None and self._rng.random() < _HEARD
        told = _heard(visit) if visit and heard else self._told(row["cell"], first, last)
        uuid = self._scene.uuid("issue", number)
        case = self._case(uuid, told, _ELSEWHERE[layer], row["cell"])
        return (
            replace(case, features=((layer, row["key"]),)) if layer else replace(case, lon=row["lon"], lat=row["lat"])
        )

    def _case(self, uuid: str, told: tuple[dt.datetime, str, str], kinds: Mapping[str, int], cell: str) -> Case:
        at, source, follower = told
        category = self._one(kinds)
        return Case(uuid, at, _ONE_KEY if source == _ONE_KEY else category, source, follower, cell)

    def _told(self, cell: str, first: dt.date, last: dt.date) -> tuple[dt.datetime, str, str]:
        """When, by which way and to whom something is told that nobody heard at a visit."""
        source = self._one(_SOURCES)
        hour = self._rng.uniform(6, 22) if source == "one_key" else self._rng.uniform(9, 17.5)
        at = self._evenings.at(working_day(self._rng, first, last), hour)
        if source in {"call_in", "phone", "superior"}:
            return at, source, self._counter()
        return at, source, self._scene.answers[cell[:12]] if source == "leader" else self._scene.answers[cell]

    def _counter(self) -> str:
        """Who is told at the counter and on the telephone."""
        return min(self._scene.of_tier("section"))

    def _programme(self) -> Iterator[Case]:
        """The programme: issues of one community, told in the first half of the campaign; few are never settled."""
        cells = [code for code in self._scene.small_cells if code.startswith(XIASHA)]
        for number in range(self._year.programme):
            cell = one_of(self._rng, cells)
            told = self._told(cell, FIRST, _PROGRAMME_BY)
            uuid = self._scene.uuid("programme", number)
            case = self._case(uuid, told, _PROGRAMME, cell)
            yield case if number < self._year.settled else replace(case, fate="stuck")

    def _fair(self, number: int, category: str, quantities: Mapping[str, float]) -> Case:
        cell = one_of(self._rng, self._scene.small_cells)
        at = self._evenings.at(working_day(self._rng, *_FAIR), self._rng.uniform(9, 16))
        case = Case(self._scene.uuid("fair", number), at, category, "call_in", self._counter(), cell)
        ends_by = self._evenings.at(dt.date(2015, 11, 30), 17)
        return replace(case, quantities=quantities, ends_by=ends_by)

    def _one(self, weights: Mapping[str, int]) -> str:
        return one_of(self._rng, [name for name, weight in weights.items() for _ in range(weight)])


def _refuse(name: str, count: int, *, high: int) -> None:
    """Raise ArgumentError for more than the office has room for."""
    if count > high:
        raise ArgumentError("dapeng.count", argument=name, count=count, low=0, high=high)


def _heard(visit: Visit) -> tuple[dt.datetime, str, str]:
    return visit.at + dt.timedelta(minutes=5), "visit", visit.lead


def _some_open(cases: Sequence[Case], count: int, rng: np.random.Generator) -> list[Case]:
    """Return the cases, so many of them open at the end of the campaign: most of these were told last."""
    order = sorted(range(len(cases)), key=lambda at: cases[at].at)
    old = round(_OLD * count)
    latest = order[len(order) - (count - old) :] if count > old else []
    among = order[: len(order) - len(latest)]
    left = {*latest, *(among[at] for at in rng.choice(len(among), old, replace=False).tolist())} if count else set()
    return [replace(case, fate="open") if at in left else case for at, case in enumerate(cases)]
