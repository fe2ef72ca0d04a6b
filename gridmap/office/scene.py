"""Who belongs where on any day: what a batch of visits asks of the roster and the grid, worked out once and kept."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

from gridmap.office.wiring import Office
from gridmap.people.access import cells_in_scope
from gridmap.people.belonging import Belonging, belonging, change_days
from gridmap.people.person import Person
from gridmap.store import audit, grids, people
from gridmap.store.engine import Transaction

# Every errand writes into the audit, and these change neither a roster nor a grid.
_HARMLESS = frozenset({"visit", "report", "act", "reveal", "search", "export", "erase", "expire"})


class Scene:
    """The roster and the editions as kept; who belongs where is worked out once for days that are alike."""

    def __init__(self, office: Office, tx: Transaction) -> None:
        self.mark = audit.head(tx)
        roster = people.roster(tx)
        self.cadres: frozenset[str] = frozenset(roster.cadres["cadre"])
        self.names: dict[str, str] = dict(zip(roster.cadres["cadre"], roster.cadres["name"], strict=True))
        self.roster = roster
        self._days = change_days(roster)
        editions = grids.editions(tx)
        self._begins: list[str] = editions["valid_from"].tolist()
        self._editions: list[int] = editions["id"].tolist()
        self._grids = {number: office.grid(tx, number) for number in self._editions}
        self._kept: dict[tuple[int, int], Belonging] = {}
        self._scopes: dict[tuple[int, frozenset[str]], frozenset[str]] = {}

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
            self._kept[alike] = belonging(self._grids[edition], self.roster, dt.date.fromisoformat(day))
        return self._kept[alike]

    def in_scope(self, person: Person, cell: str | None, day: str) -> bool:
        """Return whether a cell of that day lies in the scope of `person`; what is in no cell only without a scope."""
        edition = self.edition_on(day)
        if person.scope is None or edition is None:
            return person.scope is None
        return cell in self._scope(person, person.scope, edition)

    def scopes(self, person: Person) -> list[tuple[dt.date, frozenset[str]]]:
        """Return the first day of each edition, with the cells in it that the scope of `person` holds (none: none)."""
        if person.scope is None:
            return []
        days = map(dt.date.fromisoformat, self._begins)
        held = [self._scope(person, person.scope, number) for number in self._editions]
        return list(zip(days, held, strict=True))

    def _scope(self, person: Person, scope: frozenset[str], edition: int) -> frozenset[str]:
        asked = (edition, scope)
        if asked not in self._scopes:
            self._scopes[asked] = cells_in_scope(person, self._grids[edition].closure())
        return self._scopes[asked]


def scene_of(office: Office, tx: Transaction) -> Scene:
    """Return the scene as the transaction sees it; the one made before serves while roster and grid are the same.

    That is read off the audit: the row noted then is still there, and nothing that matters was noted since.
    """
    kept = office.scene
    if isinstance(kept, Scene):
        number, hashed = kept.mark
        rows = audit.since(tx, number)
        if rows and rows[0][1] == hashed and all(action in _HARMLESS for _, _, action in rows[1:]):
            kept.mark = rows[-1][0], rows[-1][1]
            return kept
    office.scene = made = Scene(office, tx)
    return made
