"""Errands: one visit as a person may see it; what is masked of some visits, with a reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.office.visit_lists import REVEALED, list_visits
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import visits as kept_visits


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One visit: its row of `list_visits`, and whether another entry has replaced it. `state`: facts that tell it."""

    visit: pd.DataFrame = field(repr=False)
    corrected: bool
    state: tuple[object, ...]


def show_visit(person: Person, office: Office, uuid: str) -> VisitCard:
    """Return a visit, masked as in lists. NotFoundError for one that does not exist for `person`."""
    rows = _rows(person, office, [uuid])
    with office.reading(person) as tx:
        corrected = kept_visits.known(tx, [uuid])[uuid].corrected
    return VisitCard(rows, corrected, visit_state(uuid, corrected=corrected))


def reveal_visits(
    person: Person, office: Office, uuids: Collection[str], fields: Sequence[str], *, reason: str
) -> pd.DataFrame:
    """Return masked fields of visits (REVEALED): visit and the fields named.

    The audit keeps who, which fields, why and of how many before a value is returned. Raises NotFoundError, before
    anything is kept, for a visit that does not exist for `person`.
    """
    refuse_unless(person, "reveal")
    if not fields:
        raise ArgumentError("office.not_revealed_visit", fields="-", allowed=", ".join(REVEALED))
    _rows(person, office, uuids)
    rows = list_visits(person, office, ids=uuids, current=False, reveal=fields, reason=reason)
    return rows[["visit", *fields]]


def visit_state(uuid: str, *, corrected: bool) -> tuple[object, ...]:
    """Return the facts that tell one state of a visit from another: an entry changes by being replaced alone."""
    return uuid, corrected


def _rows(person: Person, office: Office, uuids: Collection[str]) -> pd.DataFrame:
    rows = list_visits(person, office, ids=uuids, current=False)
    unknown = sorted(set(uuids) - set(rows["visit"]))
    if unknown:
        raise NotFoundError("office.visit_unknown", value=unknown[0])
    return rows
