"""Where a batch of visits is looked at: the feature, cell and people of each one's day, and whether all is right."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from gridmap.errors import Fault, RefusedError
from gridmap.ledger.visits import Visit, digest, visit_faults
from gridmap.office.forms import Forms
from gridmap.office.reporting import Report
from gridmap.office.scene import scene_of
from gridmap.office.wiring import Office
from gridmap.people.access import ANSWERING, may
from gridmap.people.belonging import Belonging
from gridmap.people.person import Person
from gridmap.store import issues
from gridmap.store import visits as kept_visits
from gridmap.store.engine import Transaction
from gridmap.store.visits import Kept, NewVisit, Place


def looked_at(person: Person, office: Office, tx: Transaction, visits: Sequence[Visit]) -> VisitDesk:
    """Return the desk with every visit looked at; issues that one looks back on may be named by their number."""
    visits = _by_uuid(tx, visits)
    desk = VisitDesk(person, office, tx, visits)
    desk.check(visit_faults(visits, now=office.clock.now(), cadres=desk.scene.cadres, layers=office.layers))
    for row, visit in enumerate(visits, start=1):
        if row not in desk.wrong:
            desk.take(row, visit)
    return desk


def _by_uuid(tx: Transaction, visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits, an issue that one looks back on named by its UUID where it was by its number."""
    named = {visit.looks_back for visit in visits if visit.looks_back}
    found = issues.find(tx, named) if named else {}
    return [
        replace(visit, looks_back=found[visit.looks_back]) if visit.looks_back in found else visit for visit in visits
    ]


class VisitDesk:
    """Where a batch of visits is looked at, one after the other."""

    def __init__(self, person: Person, office: Office, tx: Transaction, visits: Sequence[Visit]) -> None:
        self.person, self.office, self._tx = person, office, tx
        self.scene = scene_of(office, tx)
        self.rows: list[NewVisit] = []
        self.faults: list[Fault] = []
        self.wrong: set[int | None] = set()
        self.differing: list[Fault] = []
        self.repeated = 0
        self.answered: list[tuple[Visit, dt.date]] = []
        self._forms = Forms(tx) if any(visit.answers for visit in visits) else None
        named = {visit.id for visit in visits} | {visit.corrects for visit in visits if visit.corrects}
        self._kept = kept_visits.known(tx, named)
        self._corrected = {name for name, kept in self._kept.items() if kept.corrected}
        keys: dict[str, set[str]] = defaultdict(set)
        for visit in visits:
            if visit.layer is not None and visit.key is not None and visit.layer in office.layers:
                keys[visit.layer].add(visit.key)
        self._places = {layer: kept_visits.places(tx, layer, held) for layer, held in keys.items()}
        backwards = {visit.looks_back for visit in visits if visit.looks_back}
        self._issues = kept_visits.issue_states(tx, backwards) if backwards else {}

    def check(self, faults: Sequence[Fault]) -> None:
        """Take faults that were found elsewhere: their visits are left out."""
        self.faults += faults
        self.wrong |= {fault.row for fault in faults}

    def take(self, row: int, visit: Visit) -> None:
        """Look at one visit and put it on the pile, or say what is wrong with it."""
        said = digest(visit)
        kept = self._kept.get(visit.id)
        if kept is not None:
            # Without a digest its words were erased: what is sent again is not compared, and not kept again.
            self.repeated += kept.digest in {said, ""}
            if kept.digest not in {said, ""}:
                self.differing.append(Fault("office.visit_differs", row=row, column="id", value=visit.id))
            return
        local = visit.at.astimezone(self.office.clock.zone).date()
        day = local.isoformat()
        there = self.scene.belonging_on(day)
        if there is None:
            self._refuse(row, "at", "office.no_edition", on=day)
            return
        found = self._feature(row, visit, day, there) if visit.layer else self._cell(row, visit, day, there)
        answered = self._answered_right(row, visit, local)
        if not self._linked_right(row, visit, there) or found is None or not answered:
            return
        cell = found.cell
        self._rights(visit, cell, day)
        self._kept[visit.id] = Kept(said, (visit.lead, *visit.companions), cell, visit.layer, corrected=False)
        if visit.corrects:
            self._corrected.add(visit.corrects)
        self.rows.append(
            NewVisit(
                visit=visit,
                feature_id=found.feature_id,
                cell=cell,
                answering=there.answering.get(cell or ""),
                elsewhere=not there.belongs(cell, visit.lead, visit.companions),
                digest=said,
                sensitive=self._forms.sensitive(visit, local) if self._forms else frozenset(),
            )
        )
        if visit.answers:
            self.answered.append((visit, local))

    def opened(self) -> list[Report]:
        """Return the issues that the answers of the visits on the pile open."""
        forms, lang = self._forms or Forms(self._tx), self.office.settings.lang
        return [report for visit, day in self.answered for report in forms.opened(visit, day, self._first(visit), lang)]

    def _first(self, visit: Visit) -> str:
        return kept_visits.first_of(self._tx, visit.corrects) if visit.corrects else visit.id

    def _feature(self, row: int, visit: Visit, day: str, there: Belonging) -> Place | None:
        layer, key = str(visit.layer), str(visit.key)
        for place in self._places[layer].get(key, ()):
            if place.begin <= day < place.end and self._exists(layer, place.cell, there):
                return place
        self._refuse(row, "key", "office.no_feature", value=key, layer=layer, key=key, on=day)
        return None

    def _cell(self, row: int, visit: Visit, day: str, there: Belonging) -> Place | None:
        if visit.cell in there.answering:
            return Place(None, day, day, None, visit.cell)
        self._refuse(row, "cell", "store.unknown_cell", value=visit.cell, cell=visit.cell, on=day)
        return None

    def _exists(self, layer: str, cell: str | None, there: Belonging) -> bool:
        """Return whether a feature of the layer in a cell exists for the person at all."""
        if not self.office.layers[layer].sensitive or may(self.person, "reveal"):
            return True
        return self.person.role in ANSWERING and self.person.cadre in there.posted.get(cell or "", ())

    def _linked_right(self, row: int, visit: Visit, there: Belonging) -> bool:
        """Return whether the visit corrected and the issue looked back on are there, or say that they are not."""
        right = True
        if visit.corrects:
            target = self._kept.get(visit.corrects)
            if target is None or (target.layer and not self._exists(target.layer, target.cell, there)):
                right = self._refuse(row, "corrects", "office.visit_unknown", value=visit.corrects)
            elif visit.corrects in self._corrected:
                right = self._refuse(row, "corrects", "office.visit_replaced", value=visit.corrects)
        if visit.looks_back and self._state(visit) != "closed":
            right = self._refuse(row, "looks_back", "office.visit_no_issue", value=visit.looks_back)
        return right

    def _state(self, visit: Visit) -> str | None:
        """Return in which state the issue was when it was asked about; null where it was not there."""
        states = self._issues.get(visit.looks_back or "", [])
        at = bisect_right(states, visit.at, key=lambda one: one[0])
        return states[at - 1][1] if at else None

    def _answered_right(self, row: int, visit: Visit, day: dt.date) -> bool:
        right = True
        for code, name, inputs in self._forms.refused(visit, day) if self._forms else ():
            right = self._refuse(row, "answers", code, value=name, **inputs)
        return right

    def _rights(self, visit: Visit, cell: str | None, day: str) -> None:
        target = self._kept[visit.corrects] if visit.corrects else None
        parts = [(visit.lead, *visit.companions)] + ([target.cadres] if target else [])
        if self.person.role in ANSWERING and not all(self.person.cadre in part for part in parts):
            raise RefusedError("office.visit_not_own")
        for place in (cell, target.cell) if target else (cell,):
            if not self.scene.in_scope(self.person, place, day):
                raise RefusedError("people.out_of_scope", role=self.person.role, act="visit", cell=place or "-")

    def _refuse(self, row: int, column: str, code: str, *, value: str | None = None, **inputs: object) -> bool:
        self.faults.append(Fault(code, row=row, column=column, value=value, inputs=inputs))
        return False
