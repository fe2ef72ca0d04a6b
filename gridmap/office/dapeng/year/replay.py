"""Takes the year through the errands, evening by evening, with the clock of that evening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.intake.registers import read_register
from gridmap.office.acting import act
from gridmap.office.answering import answers_on
from gridmap.office.calendars import calendar_of
from gridmap.office.clock import FixedClock
from gridmap.office.dapeng.files import write_survey
from gridmap.office.dapeng.size import Year
from gridmap.office.dapeng.year.drawn import Drawn, Evening, draw
from gridmap.office.dapeng.year.evenings import FIRST, Evenings
from gridmap.office.dapeng.year.lamps import LAYER, SURVEYED, TOLD, Lamps, lamps
from gridmap.office.dapeng.year.lives import Rules
from gridmap.office.dapeng.year.scene import Scene
from gridmap.office.forms import Forms
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.programmes import begin_programme, put_in_programme
from gridmap.office.reporting import report
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.people.roster import in_force
from gridmap.store import categories, grids, issues, people, programmes, registers
from gridmap.store.engine import Transaction
from gridmap.words import say

_CALLED = ("households", "rentals", "businesses", "organisations", "enterprises", "care_places", LAYER)


@dataclass(frozen=True, slots=True)
class Entered:
    """How much was entered: visits, issues that were reported (those that answers opened apart), steps with issues."""

    visits: int
    reports: int
    steps: int


def replay_year(person: Person, office: Office, *, seed: int, year: Year, survey: Path) -> Entered | None:
    """Draw the year of the office as it stands and enter it; return how much, null if it was there.

    What is entered already stays as it is: once the last evening is there, nothing happens; a year that was broken off
    is entered again from its beginning, and nothing twice.
    """
    found = _found(survey, office)
    evenings = Evenings.of(year.weekdays, office.clock.zone)
    with office.reading(person) as tx:
        scene = scene_of(office, tx, seed)
        rules = _rules(office, tx)
        chosen = lamps(scene, found, year.lamps)
        drawn = draw(scene, evenings, year, rules, chosen)
        if _is_there(tx, drawn):
            return None
    surveys = {TOLD: _checked(office, survey, chosen), SURVEYED: survey}
    last = len(drawn.evenings) - 1
    for number, evening in enumerate(drawn.evenings):
        with clock_at(office, evenings.instant(number)):
            _look_at_lamps(person, office, surveys, evenings.days[number])
            if number == last:
                _gather(person, office, drawn.programme)
            _enter(person, office, evening)
    return Entered(*(sum(map(len, held)) for held in zip(*map(_held, drawn.evenings), strict=True)))


def scene_of(office: Office, tx: Transaction, seed: int) -> Scene:
    """Return what the store holds on the first day of the year."""
    edition = grids.edition_on(tx, FIRST)
    if edition is None:
        raise NotFoundError("office.no_edition", on=FIRST.isoformat())
    roster = people.roster(tx)
    posts = in_force(roster.assignments, FIRST)
    return Scene(
        seed=seed,
        features={layer: _features(office, tx, layer) for layer in _CALLED},
        answers=_texts(answers_on(office, tx, edition.id, FIRST)["cadre"].dropna()),
        cadres=roster.cadres[["cadre", "tier", "unit"]],
        posts={str(who): sorted(held) for who, held in posts.groupby("who")["cell"]},
        chiefs=_texts(roster.units.dropna(subset=["chief"]).set_index("unit")["chief"]),
    )


def _texts(column: pd.Series) -> dict[str, str]:
    return {str(name): str(value) for name, value in column.items()}


def _features(office: Office, tx: Transaction, layer: str) -> pd.DataFrame:
    """The features of a layer in a cell: key, cell, lon, lat (missing where unplaced), eligible where it is known."""
    rows = registers.features(tx, office.layers[layer], on=FIRST)
    points = rows.geometry
    frame = pd.DataFrame({"key": rows["key"], "cell": rows["cell"], "lon": points.x, "lat": points.y})
    if "eligible" in rows:
        frame["eligible"] = rows["eligible"].fillna(value=False).astype(bool)
    return frame.dropna(subset=["cell"]).reset_index(drop=True)


def _rules(office: Office, tx: Transaction) -> Rules:
    forms, lang = Forms(tx), office.settings.lang
    return Rules(
        categories.categories(tx, FIRST),
        calendar_of(office, tx),
        lang,
        lambda visit: forms.opened(visit, visit.at.date(), visit.id, lang),
    )


def _found(survey: Path, office: Office) -> dict[str, str]:
    """Return the status that the survey finds, by lamp."""
    layer = office.layers[LAYER]
    frame = read_register(survey, layer).frame
    return dict(zip(frame[layer.key], frame["status"], strict=True))


def _checked(office: Office, survey: Path, chosen: Lamps) -> Path:
    """Write what somebody finds who goes to the lamps of the complaint: all are dark."""
    layer = office.layers[LAYER]
    rows = pd.DataFrame({layer.key: chosen.complained, "status": "dark"})
    return write_survey(rows, survey.with_name("streetlights-sihe.csv"), layer, office.settings.lang)


def _is_there(tx: Transaction, drawn: Drawn) -> bool:
    """Return whether the last thing that is entered is there."""
    last = [event.id for evening in drawn.evenings for event in evening.events][-1:]
    return bool(last) and bool(issues.kept_events(tx, last))


@contextmanager
def clock_at(office: Office, instant: dt.datetime) -> Iterator[None]:
    """Let the office's clock stand at an instant."""
    kept = office.clock
    office.clock = FixedClock(instant, kept.zone)
    try:
        yield
    finally:
        office.clock = kept


def _look_at_lamps(person: Person, office: Office, surveys: dict[dt.date, Path], day: dt.date) -> None:
    """Take in what was found of lamps up to this evening and not yet taken in."""
    for on in sorted(one for one in surveys if one <= day):
        import_register(person, office, LAYER, Source(surveys.pop(on)), Terms(on), lang=office.settings.lang)


def _enter(person: Person, office: Office, evening: Evening) -> None:
    """Enter the visits, reports and steps of an evening, all of each at once; nothing of it may be refused."""
    if evening.visits:
        record(person, office, evening.visits, strict=True)
    if evening.reports:
        report(person, office, evening.reports)
    if evening.events:
        act(person, office, evening.events)


def _held(evening: Evening) -> tuple[Sized, Sized, Sized]:
    return evening.visits, evening.reports, evening.events


def _gather(person: Person, office: Office, issues_of: Sequence[str]) -> None:
    """Put the issues of the programme into it; its note says what is made up."""
    name, about = (say(f"dapeng.{code}", office.settings.lang) for code in ("programme", "programme_note"))
    with office.reading(person) as tx:
        begun = name in set(programmes.programmes(tx)["programme"])
    if issues_of and not begun:
        begin_programme(person, office, name, text=about)
    if issues_of:
        put_in_programme(person, office, name, issues_of)
