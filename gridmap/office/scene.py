"""Who belongs where on any day: what a batch of visits asks of the roster and the grid, looked up once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

from gridmap.office.wiring import Office
from gridmap.people.access import cells_in_scope
from gridmap.people.belonging import Belonging, belonging, change_days
from gridmap.people.person import Person
from gridmap.store import grids, people
from gridmap.store.engine import Transaction


class Scene:
    """The roster and the editions as they are kept; who belongs where is worked out once for days that are alike."""

    def __init__(self, office: Office, tx: Transaction) -> None:
        self._office, self._tx = office, tx
        self._roster = people.roster(tx)
        self._days = change_days(self._roster)
        editions = grids.editions(tx).sort_values("valid_from")
        self._begins: list[str] = editions["valid_from"].tolist()
        self._editions: list[int] = editions["id"].tolist()
        self._kept: dict[tuple[int, int], Belonging] = {}
        self._scopes: dict[int, frozenset[str]] = {}
        self.cadres: frozenset[str] = frozenset(self._roster.cadres["cadre"])
        self.names: dict[str, str] = dict(zip(self._roster.cadres["cadre"], self._roster.cadres["name"], strict=True))

    def edition_on(self, day: str) -> int | None:
        """Return the number of the edition in force on a day (ISO text), null before the first."""
        at = bisect_right(self._begins, day)
        return self._editions[at - 1] if at else None

    def belonging_on(self, day: str) -> Belonging | None:
        """Return who belongs to each cell of the edition in force on a day (ISO text), null before the first."""
        edition = self.edition_on(day)
        if edition is None:
            return None
        alike = (edition, bisect_right(self._days, day))
        if alike not in self._kept:
            grid = self._office.grid(self._tx, edition)
            self._kept[alike] = belonging(grid, self._roster, dt.date.fromisoformat(day))
        return self._kept[alike]

    def in_scope(self, person: Person, cell: str | None, day: str) -> bool:
        """Return whether a cell of that day lies in the scope of `person`; what is in no cell only without a scope."""
        edition = self.edition_on(day)
        if person.scope is None or edition is None:
            return person.scope is None
        if edition not in self._scopes:
            self._scopes[edition] = cells_in_scope(person, self._office.grid(self._tx, edition).closure())
        return cell in self._scopes[edition]
