"""What the acts of one transaction look up, each once: categories, the calendar, who is who in a cell on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from gridmap.errors import NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.ledger.categories import Category
from gridmap.ledger.relations import Staff
from gridmap.office.calendars import calendar_of
from gridmap.office.scene import scene_of
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING
from gridmap.people.belonging import Belonging
from gridmap.people.calendar import Calendar
from gridmap.people.clocks import due_at
from gridmap.people.person import Person
from gridmap.people.roster import in_force
from gridmap.store import categories
from gridmap.store.engine import Transaction


class Desk:
    """What `person` looks up in one transaction. Days are ISO text."""

    def __init__(self, person: Person, office: Office, tx: Transaction) -> None:
        self._scene = scene_of(office, tx)
        self.roster = self._scene.roster
        self.person, self.office, self.tx = person, office, tx
        self.now = office.clock.now()
        self._chiefs = dict(zip(self.roster.units["unit"], self.roster.units["chief"], strict=True))
        units = zip(self.roster.cadres["cadre"], self.roster.cadres["unit"], strict=True)
        self.unit_of = {cadre: unit for cadre, unit in units if isinstance(unit, str)}
        self.names = dict(zip(self.roster.cadres["cadre"], self.roster.cadres["name"], strict=True))
        self.tier_of = dict(zip(self.roster.cadres["cadre"], self.roster.cadres["tier"], strict=True))
        headed: dict[object, set[str]] = {}
        for unit, chief in self._chiefs.items():
            headed.setdefault(chief, set()).add(unit)
        self._headed = {chief: frozenset(units) for chief, units in headed.items() if isinstance(chief, str)}
        self._categories: dict[str, dict[str, Category]] = {}
        self._away: dict[str, frozenset[str]] = {}
        self._calendar: Calendar | None = None

    def day(self, at: dt.datetime) -> str:
        """Return the office's local day of an instant."""
        return at.astimezone(self.office.clock.zone).date().isoformat()

    def edition_on(self, day: str) -> int | None:
        """Return the number of the edition in force on a day, null before the first."""
        return self._scene.edition_on(day)

    def belonging_on(self, day: str) -> Belonging | None:
        """Return who belongs to each cell on a day, null before the first edition."""
        return self._scene.belonging_on(day)

    def in_scope(self, person: Person, cell: str | None, day: str) -> bool:
        """Return whether a cell of that day lies in the scope of `person`; what is in no cell only without a scope."""
        return self._scene.in_scope(person, cell, day)

    def grid(self, day: str) -> Grid | None:
        """Return the grid in force on a day."""
        edition = self.edition_on(day)
        return None if edition is None else self.office.grid(self.tx, edition)

    def categories(self, day: str) -> dict[str, Category]:
        """Return the categories in force on a day, by name."""
        if day not in self._categories:
            self._categories[day] = categories.categories(self.tx, dt.date.fromisoformat(day))
        return self._categories[day]

    def category(self, name: str, day: str) -> Category:
        """Return a category in force on a day. Raises NotFoundError, naming those there are."""
        kinds = self.categories(day)
        if name not in kinds:
            raise NotFoundError("office.unknown_category", category=name, on=day, allowed=", ".join(kinds) or "-")
        return kinds[name]

    @property
    def calendar(self) -> Calendar:
        """The working calendar of the office."""
        if self._calendar is None:
            self._calendar = calendar_of(self.office, self.tx)
        return self._calendar

    def due(self, kinds: Sequence[Category], starts: Sequence[dt.datetime]) -> list[dt.datetime]:
        """Return when what begins at each instant is due by its category's clock (UTC), a clock at a time."""
        due: dict[int, dt.datetime] = {}
        for clock in dict.fromkeys(kind.clock for kind in kinds):
            rows = [row for row, kind in enumerate(kinds) if kind.clock == clock]
            lengths = [kinds[row].length for row in rows]
            found = due_at(self.calendar, clock, lengths, [starts[row] for row in rows])
            due |= dict(zip(rows, found.to_pydatetime(), strict=True))
        return [due[row] for row in range(len(kinds))]

    def answering(self, cell: str | None, day: str) -> str | None:
        """Return the cadre who answers for a cell on a day, the nearest of its chain who is there; null: nobody."""
        held = self.belonging_on(day)
        return None if held is None or cell is None else held.answering.get(cell)

    def staff(self, day: str) -> Staff:
        """Return the people of a day, as relations to an issue are asked of them."""
        held = self.belonging_on(day)
        return Staff(self.tier_of, self.unit_of, self._headed, {} if held is None else held.heads)

    def chief(self, unit: str, day: str) -> str | None:
        """Return the chief of a unit if he is there on the day."""
        cadre = self._chiefs.get(unit)
        return None if cadre in self.away(day) else cadre

    def away(self, day: str) -> frozenset[str]:
        """Return the cadres who are absent on a day."""
        if day not in self._away:
            self._away[day] = frozenset(in_force(self.roster.absences, dt.date.fromisoformat(day))["cadre"])
        return self._away[day]

    def know(self, *cadres: object) -> None:
        """Raise NotFoundError for a cadre whom the roster does not have; null or empty is nobody."""
        for cadre in cadres:
            if cadre and cadre not in self.names:
                raise NotFoundError("store.unknown_cadre", cadre=cadre)

    def acting(self, actor: str | None) -> str | None:
        """Return the cadre who acts: he of the account, unless another is named.

        A leader's or cadre's account acts for himself alone: else RefusedError.
        """
        person = self.person
        if person.role not in ANSWERING:
            self.know(actor)
            return actor or person.cadre
        if person.cadre is None or actor not in (None, person.cadre):
            raise RefusedError("office.acts_for_himself", role=person.role)
        return person.cadre

    def refuse_outside(self, cell: str | None, day: str) -> None:
        """Raise RefusedError if the person's scope does not hold a cell; what is in no cell is in no scope."""
        if not self.in_scope(self.person, cell, day):
            raise RefusedError("people.out_of_scope", role=self.person.role, act="act", cell=cell or "-")
