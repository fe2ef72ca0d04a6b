"""Errand: the figures of a day as a table to be read, beside those of the week and the year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pandas as pd

from gridmap.ledger.indicators import Section
from gridmap.office.derived import derived, eyes
from gridmap.office.figure_sections import coverage_duty, sections
from gridmap.office.figuring import figures, opened_day
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person

FIGURE_COLUMNS = ("section", "figure", "n", "of", "share", "week_before", "year_before")
_DUTIES = "duties."
_WEEK = dt.timedelta(days=7)
_NUMBERS = list(FIGURE_COLUMNS[2:])
# A layer says what was covered, a duty what was met; both are there under their keys.
_OF_A_LAYER = frozenset({"met", "met_share", "eligible"})
_OF_A_DUTY = frozenset({"covered", "covered_share", "attempted", "attempted_share", "eligible"})
_ALWAYS = frozenset({"answers", "answered", "visitors"})

Line = tuple[float | int | None, float | None, float | None]


def figure_table(
    person: Person, office: Office, *, on: dt.date, as_of: dt.datetime | None = None, since: dt.date | None = None
) -> pd.DataFrame:
    """Return the figures of a day for reading, a row each: FIGURE_COLUMNS.

    A share stands with both its numbers: n, of, share (missing for 0/0); a count or another value as n alone. What a
    share shows has no row of its own, and sections of nothing but zeros have none. week_before, year_before: what the
    share or n was a week and a year earlier, as known now; missing where it was not or was 0/0. `as_of` and `since` as
    in `office.figuring.figures`.
    """
    refuse_unless(person, "read")

    def made() -> pd.DataFrame:
        return _table(person, office, on, as_of, since)

    return derived(office, ("figure table", eyes(person), on, since), made, as_of=as_of).copy()


def _table(
    person: Person, office: Office, on: dt.date, as_of: dt.datetime | None, since: dt.date | None
) -> pd.DataFrame:
    with opened_day(person, office, on, as_of, since) as day:
        held = list(sections(day))
        layers = {layer.name for layer in day.layers}
        told = {duty.name for layer in day.layers if (duty := coverage_duty(day.duties, layer)) is not None}
    before = [
        figures(person, office, on=on - _WEEK, as_of=as_of, since=None if since is None else since - _WEEK),
        figures(person, office, on=_year_before(on), as_of=as_of, since=None if since is None else _year_before(since)),
    ]
    rows = [
        (section.name, name, *line, *(then.get(f"{section.name}.{name}") for then in before))
        for section in held
        for name, line in _lines(section, layers, told).items()
    ]
    table = pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))
    numbers = table[_NUMBERS].astype(float)
    nothing = (numbers.fillna(0) == 0).all(axis=1)
    kept = ~nothing.groupby(table["section"]).transform("all") & ~(nothing & numbers["of"].isna())
    return table.assign(**{name: numbers[name] for name in _NUMBERS})[kept].reset_index(drop=True)


def _lines(section: Section, layers: Collection[str], told: Collection[str]) -> dict[str, Line]:
    """Return n, of and share by name: the shares first, then the counts that no share shows, then other values."""
    ratios = section.ratios()
    shown = {column for name in ratios for column in section.shares[name]}
    counted = section.figures()
    rest = [str(name) for name in section.marks if name not in shown]
    lines: dict[str, Line] = {name: (ratio.n, ratio.of, ratio.share) for name, ratio in ratios.items()}
    lines |= {name: (counted[f"{section.name}.{name}"], None, None) for name in (*rest, *section.values)}
    return {name: line for name, line in lines.items() if _is_told(section.name, name, layers, told)}


def _is_told(section: str, name: str, layers: Collection[str], told: Collection[str]) -> bool:
    """Return whether a figure has a line: what a layer says of its duty, that duty does not say again."""
    if section in layers:
        return name not in _OF_A_LAYER
    if section.startswith(_DUTIES) and section.removeprefix(_DUTIES) in told:
        return name in _ALWAYS
    return not section.startswith(_DUTIES) or name not in _OF_A_DUTY


def _year_before(on: dt.date) -> dt.date:
    """Return the same day of the year before; of 29 February the 28th."""
    leap = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if leap else on.day)
