"""Errands: who is on the roster, who is away and who stands in on a day; the telephones of those one is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.office.answering import reveal_phones
from gridmap.office.cell_lists import answered_grid
from gridmap.office.rostering import find_in_roster, list_roster
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.findings import COLUMNS
from gridmap.people.person import Person
from gridmap.people.roster import Roster, in_force
from gridmap.store import people
from gridmap.words import say

NOTHING = "–"
ABSENT_COLUMNS = ("cadre", "name", "valid_from", "valid_to", "stand_in", "stand_in_name", "cell")


def list_posts(person: Person, office: Office, *, on: dt.date, under: str | None = None) -> pd.DataFrame:
    """Return the posts of `rostering.list_roster`, in the person's scope; `under` keeps those in a cell or below it."""
    rows = list_roster(person, office, on=on)
    if person.scope is None and under is None:
        return rows
    return rows[rows["cell"].isin(answered_grid(office, on).seen(person, under))].reset_index(drop=True)


def list_findings(person: Person, office: Office, *, on: dt.date, lang: str = "en") -> pd.DataFrame:
    """Return the findings of `rostering.find_in_roster` with `number` (1, 2, ...) and `advice` in `lang`.

    A person with a scope gets those of its cells. Raises NotFoundError for a day without a grid.
    """
    rows = find_in_roster(person, office, on=on)
    inputs = [name for name in COLUMNS if name != "hint"]
    rows["advice"] = [
        say(hint, lang, **{name: NOTHING if pd.isna(row[name]) else row[name] for name in inputs})
        for hint, (_, row) in zip(rows["hint"], rows.iterrows(), strict=True)
    ]
    rows.insert(0, "number", range(1, len(rows) + 1))
    if person.scope is None:
        return rows
    return rows[rows["cell"].isin(answered_grid(office, on).seen(person))].reset_index(drop=True)


def list_cadres(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the cadres by number: cadre, name, tier, unit, never a telephone.

    A person with a scope gets those who answer in it on the day, or hold a post in it, themselves or by their unit.
    """
    refuse_unless(person, "read")
    with office.reading_whole() as tx:
        roster = people.roster(tx)
    cadres = roster.cadres[["cadre", "name", "tier", "unit"]].sort_values("cadre", ignore_index=True)
    known = _known(person, office, roster, on)
    return cadres if known is None else cadres[cadres["cadre"].isin(known)].reset_index(drop=True)


def list_absences(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return who is away on a day, by cadre: ABSENT_COLUMNS; a row a stand-in, `cell` null where he stands in for all.

    A person with a scope gets the cadres of `list_cadres`.
    """
    refuse_unless(person, "read")
    with office.reading_whole() as tx:
        roster = people.roster(tx)
    away = in_force(roster.absences, on)
    known = _known(person, office, roster, on)
    if known is not None:
        away = away[away["cadre"].isin(known)]
    others = in_force(roster.stand_ins, on)[["cadre", "stand_in", "cell"]]
    rows = away.merge(others, on="cadre", how="left").astype({"stand_in": object, "cell": object})
    names = roster.cadres.set_index("cadre")["name"]
    rows = rows.assign(name=rows["cadre"].map(names), stand_in_name=rows["stand_in"].map(names).astype(object))
    rows = rows.where(rows.notna(), None).sort_values(["cadre", "cell", "stand_in"], ignore_index=True)
    return rows[list(ABSENT_COLUMNS)]


def cadre_phones(person: Person, office: Office, cadres: Sequence[str], *, on: dt.date, reason: str) -> dict[str, str]:
    """Return the telephones of cadres; who reveals them, of whom and why is in the audit before.

    Raises NotFoundError, before anything is kept, for a cadre whom `list_cadres` does not show the person.
    """
    refuse_unless(person, "reveal")
    unknown = sorted(set(cadres) - set(list_cadres(person, office, on=on)["cadre"]))
    if unknown:
        raise NotFoundError("store.unknown_cadre", cadre=", ".join(unknown))
    return reveal_phones(person, office, sorted(set(cadres)), reason=reason)


def _known(person: Person, office: Office, roster: Roster, on: dt.date) -> frozenset[str] | None:
    """Return the cadres who answer or hold a post in the person's scope; null: all."""
    if person.scope is None:
        return None
    day = answered_grid(office, on)
    seen = day.seen(person)
    posts = in_force(roster.assignments, on)
    posts = posts[posts["cell"].isin(seen)]
    cadres = roster.cadres
    by_unit = cadres["cadre"][cadres["unit"].isin(posts.loc[posts["holder"] == "unit", "who"])]
    answering = day.answers.loc[day.answers.index.isin(seen), "cadre"].dropna()
    return frozenset((*posts.loc[posts["holder"] == "cadre", "who"], *by_unit, *answering))
