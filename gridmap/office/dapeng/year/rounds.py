"""What recurs: evenings in the communities, inspections, care visits, the monthly labour report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gridmap.ledger.visits import Visit
from gridmap.office.dapeng.year.calls import Entry
from gridmap.office.dapeng.year.evenings import CAMPAIGN_ENDS, FIRST, LAST, Evenings
from gridmap.office.dapeng.year.scene import Scene, one_of

_MONTHS = tuple(range(3, 13))
_TOLD = 0.96  # of the evenings, rounds and reports that fall due, about so many happen
_RUNNING, _BAD = 0.97, 0.008  # of the labour reports: in production; for wages, and for hazards
_OF_A_WEEK = (*[(1, 3)] * 12, (3,), *[(0, 1, 3)] * 3)  # evenings of a principal leader; Monday is 0
_TOLD_BY_DOCTORS = (*["done"] * 45, *["follow_up"] * 4, "declined")
_OWED_WEEK = dt.date(2015, 12, 21)  # an honest gap when the year ends
_WAITING = 3  # factories without a report in December
_QUIET = (CAMPAIGN_ENDS - dt.timedelta(days=12), CAMPAIGN_ENDS)
_YES, _NO = "yes", "no"


def rounds(scene: Scene, evenings: Evenings, *, doctors: str, liaisons: str, answers: int) -> Iterator[Entry]:
    """Return all that recurs, each with the evening of its entry.

    `doctors` and `liaisons` are units; the liaisons give at least so many `answers` (forms) in all.
    """
    for number, visit in (
        *_principals(scene, evenings),
        *_leadership(scene, evenings),
        *_sections(scene, evenings),
        *_care(scene, evenings, doctors),
        *_labour(scene, evenings, liaisons, answers),
    ):
        if number < len(evenings.days):
            yield number, visit


def _weeks() -> Iterator[dt.date]:
    """The Mondays."""
    monday = FIRST - dt.timedelta(days=FIRST.weekday())
    while monday <= LAST:
        yield monday
        monday += dt.timedelta(days=7)


def _entry(evenings: Evenings, visit: Visit) -> Entry:
    return evenings.of_instant(visit.at), visit


def _principals(scene: Scene, evenings: Evenings) -> Iterator[Entry]:
    """Two evenings a week, now and then one or three, in any community."""
    rng = scene.chance("principals")
    homes = sorted({cell for who in scene.of_tier("principal", "leadership") for cell in scene.posts[who]})
    for who in scene.of_tier("principal"):
        for week in _weeks():
            for day in one_of(rng, _OF_A_WEEK):
                at = evenings.at(week + dt.timedelta(days=day), rng.uniform(19.0, 20.5))
                if FIRST <= at.date() <= LAST:
                    cell = one_of(rng, homes)
                    uuid = scene.uuid("principals", f"{who}/{at.date()}")
                    yield _entry(evenings, Visit(uuid, at, who, "met", cell=cell, mode="meeting"))


def _leadership(scene: Scene, evenings: Evenings) -> Iterator[Entry]:
    """An evening a week in one's own community, and by day a factory inspected there, a shop where there is none.

    The last of them owes both of the last week before the year's.
    """
    rng = scene.chance("leadership")
    leadership = scene.of_tier("leadership")
    for who in leadership:
        (home, *_) = scene.posts[who]
        layer = "enterprises" if len(scene.within("enterprises", home)) else "businesses"
        rows = scene.within(layer, home)
        inspected = list(zip(rows["key"], rows["cell"], strict=True))
        for week in _weeks():
            day = week + dt.timedelta(days=one_of(rng, (1, 3)))
            if not FIRST <= day <= LAST or (week == _OWED_WEEK and who == leadership[-1]):
                continue
            number = f"{who}/{day}"
            if rng.random() < _TOLD:
                at = evenings.at(day, rng.uniform(19.0, 20.5))
                visit = Visit(scene.uuid("evenings", number), at, who, "met", cell=home, mode="meeting")
                yield _entry(evenings, visit)
            if inspected and rng.random() < _TOLD:
                key, cell = one_of(rng, inspected)
                at, uuid = evenings.at(day, rng.uniform(9.5, 16.5)), scene.uuid("inspections", number)
                visit = Visit(uuid, at, who, "met", layer, key, mode="inspection")
                yield _entry(evenings, replace(visit, companions=(scene.answers[cell],)))


def _days(evenings: Evenings, month: int) -> list[dt.date]:
    return [day for day in evenings.days if day.month == month]


def _sections(scene: Scene, evenings: Evenings) -> Iterator[Entry]:
    """Each section cadre once a month in the groups that he or his unit holds."""
    rng = scene.chance("sections")
    for who in scene.of_tier("section"):
        held = [*scene.posts.get(who, ()), *scene.posts.get(scene.unit_of(who), ())]
        for month in _MONTHS if held else ():
            if rng.random() < _TOLD:
                at = evenings.at(one_of(rng, _days(evenings, month)), rng.uniform(15.0, 20.5))
                cell = held[month % len(held)]
                yield _entry(
                    evenings,
                    Visit(scene.uuid("sections", f"{who}/{month}"), at, who, "met", cell=cell, mode="meeting"),
                )


def _care(scene: Scene, evenings: Evenings, doctors: str) -> Iterator[Entry]:
    """The community doctor at each care place once a month; a second call where nobody was in."""
    rng = scene.chance("care")
    there = {scene.posts[who][0]: who for who in scene.of_unit(doctors)}
    rows = scene.features["care_places"]
    for month in _MONTHS:
        days = _days(evenings, month)
        for key, cell in zip(rows["key"], rows["cell"], strict=True):
            first, second = sorted(rng.choice(len(days), 2).tolist())
            out, left = rng.random(2)
            calls = [(first, "absent"), (second, "met")] if out < 0.04 < left and second > first else [(first, "met")]
            if left < 1 - _TOLD:
                calls = [(first, "absent")]
            for number, (day, outcome) in enumerate(calls):
                told = one_of(rng, _TOLD_BY_DOCTORS)
                visit = Visit(
                    scene.uuid("care", f"{key}/{month}/{number}"),
                    evenings.at(days[day], rng.uniform(9.0, 17.0)),
                    there[cell[:12]],
                    outcome,
                    layer="care_places",
                    key=key,
                    answers={"care_monthly/visit_result": told} if outcome == "met" else {},
                )
                yield _entry(evenings, visit)


def _labour(scene: Scene, evenings: Evenings, liaisons: str, answers: int) -> Iterator[Entry]:
    """Each liaison reports on a factory of his community every month, more often until there are so many `answers`.

    In December a few factories have not reported yet.
    """
    rng = scene.chance("labour")
    pairs = _pairs(scene, liaisons)
    waiting = {pairs[at][1] for at in rng.choice(len(pairs), min(_WAITING, len(pairs) // 4), replace=False)}
    told = turn = 0
    while len(pairs) > len(waiting) and (turn < len(_MONTHS) or told < answers):
        month = _MONTHS[turn % len(_MONTHS)]
        days = _days(evenings, month)
        for number, (who, key) in enumerate(pairs):
            day = one_of(rng, days)
            if month == _MONTHS[-1] and key in waiting:
                continue
            told += 1
            visit = Visit(
                scene.uuid("labour", f"{turn}/{number}"),
                evenings.at(day, rng.uniform(9.0, 17.5)),
                who,
                "met",
                layer="enterprises",
                key=key,
                answers=_report(rng, day),
            )
            yield _entry(evenings, visit)
        turn += 1


def _pairs(scene: Scene, liaisons: str) -> list[tuple[str, str]]:
    """Every liaison with a factory of his community, every factory with a liaison; of another where there is none."""
    who, rows = scene.of_unit(liaisons), scene.features["enterprises"]
    factories = list(zip(rows["key"], rows["cell"].str[:12], strict=True))
    if not who or not factories:
        return []
    near: dict[str, list[str]] = {}
    for key, home in factories:
        near.setdefault(home, []).append(key)
    turn: Counter[str] = Counter()
    pairs = []
    for one in who:
        (home, *_) = scene.posts[one]
        keys = near.get(home) or [key for key, _ in factories]
        pairs.append((one, keys[turn[home] % len(keys)]))
        turn[home] += 1
    told = {key for _, key in pairs}
    there = {home: [one for one in who if scene.posts[one][0] == home] for home in near}
    rest = [(key, there[home] or who) for key, home in factories if key not in told]
    return pairs + [(those[number % len(those)], key) for number, (key, those) in enumerate(rest)]


def _report(rng: np.random.Generator, day: dt.date) -> dict[str, str]:
    """The three answers; what is reported in the last days of the campaign is as it should be."""
    running, *bad = rng.random(3) < (_RUNNING, _BAD, _BAD)
    owed, hazard = bad if not _QUIET[0] <= day <= _QUIET[1] else (False, False)
    return {
        "labour_monthly/in_production": _YES if running else _NO,
        "labour_monthly/wages_paid": _NO if owed else _YES,
        "labour_monthly/major_hazard": _YES if hazard else _NO,
    }
