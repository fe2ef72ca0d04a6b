"""Since when a cell has had nobody of its own: read off the roster, from the day asked about backwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from gridmap.gaps.view import View
from gridmap.people.answers import who_answers
from gridmap.people.roster import Roster


def unattended_since(view: View, codes: np.ndarray) -> np.ndarray:
    """Return for cells that are unattended on the day of the view the ISO day from which on they have been.

    Between two days on which the roster changes nothing changes, so those days are asked, newest first, until each
    cell was attended or the edition begins. Without a roster it is the first day of the edition.
    """
    since = dict.fromkeys(codes, view.edition_from)
    pending = set(since)
    if view.roster is None:
        return _as_text(since, codes)
    roster = _about(view.roster, pending)
    begun = view.on  # the first day of the time that is known to be unattended
    days = _changes(roster, view.edition_from, view.on)
    for day in days:
        if not pending:
            break
        attended = who_answers(view.grid, roster, day)["attended"]
        for code in [code for code in pending if attended.get(code)]:
            since[code] = begun
            pending.remove(code)
        begun = day
    return _as_text(since, codes)


def _about(roster: Roster, codes: set[object]) -> Roster:
    """Return the roster without what cannot change who attends the cells: so that few days are asked."""
    assignments = roster.assignments[roster.assignments["cell"].isin(codes)]
    chiefs = roster.units.loc[roster.units["unit"].isin(assignments["who"]), "chief"]
    heads = {*assignments["who"], *chiefs.dropna()}
    stand_ins = roster.stand_ins[roster.stand_ins["cadre"].isin(heads)]
    absences = roster.absences[roster.absences["cadre"].isin(heads | {*stand_ins["stand_in"]})]
    return replace(roster, assignments=assignments, stand_ins=stand_ins, absences=absences)


def _changes(roster: Roster, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days of [first, last] on which something of the roster begins or ends, and `first`; newest first."""
    tables = (roster.assignments, roster.absences, roster.stand_ins)
    days = {day for rows in tables for name in ("valid_from", "valid_to") for day in rows[name].dropna()}
    between = {day for day in days if first.isoformat() < day <= last.isoformat()}
    return [*(dt.date.fromisoformat(day) for day in sorted(between, reverse=True)), first]


def _as_text(since: dict[object, dt.date], codes: np.ndarray) -> np.ndarray:
    return np.array([since[code].isoformat() for code in codes], dtype=object)
