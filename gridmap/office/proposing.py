"""Who should deal with an issue: proposed from its category and its place."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.ledger.categories import Category
from gridmap.office.issue_desk import Desk

ONE_KEY = "one_key"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who should deal with an issue: a unit and a cadre, null where nobody is found."""

    unit: str | None
    holder: str | None


def proposed(
    desk: Desk, category: Category | None, cell: str | None, day: str, *, source: str | None = None
) -> Proposal:
    """Return who should deal with an issue of a category in a cell on a day (ISO text).

    The unit of the category and its chief, if he is there; else the nearest cadre on duty of the cell's chain, who is
    not absent on that day, and his unit. A one-key call goes to him in any case.
    """
    nearest = desk.answering(cell, day)
    if source == ONE_KEY or category is None or not category.unit:
        return Proposal(desk.unit_of.get(nearest or ""), nearest)
    return Proposal(category.unit, desk.chief(category.unit, day) or nearest)
