"""The forms of duties as visits answer them: what is no answer, and which issues a bad one opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID, uuid5

from gridmap.layer import spoken
from gridmap.ledger.duties import Duty, bad_answers
from gridmap.ledger.visits import Visit
from gridmap.office.reporting import Report
from gridmap.store.duties import duties
from gridmap.store.engine import Transaction


class Forms:
    """The duties as kept, by the days on which they are in force."""

    def __init__(self, tx: Transaction) -> None:
        self._kept = [one for one in duties(tx) if one.duty.form]

    def on(self, day: dt.date) -> dict[str, Duty]:
        """Return the duties with a form in force on a day, by name."""
        return {
            one.duty.name: one.duty
            for one in self._kept
            if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        }

    def refused(self, visit: Visit, day: dt.date) -> Iterator[tuple[str, str, dict[str, object]]]:
        """Yield what is no answer to a form of that day: a code of words, the name answered, inputs. No answer is told.

        An answer is the value of one of the choices of a field.
        """
        held = self.on(day) if visit.answers else {}
        for name, answer in visit.answers.items():
            duty, _, field = name.partition("/")
            form = {one.name: one for one in held[duty].form} if duty in held else {}
            if field not in form:
                asked = [f"{of}/{one.name}" for of in sorted(held) for one in held[of].form]
                yield "office.visit_no_field", name, {"allowed": ", ".join(asked) or "-", "on": day}
            elif answer not in {choice.value for choice in form[field].choices}:
                allowed = ", ".join(choice.value for choice in form[field].choices)
                yield "office.visit_no_answer", name, {"name": name, "allowed": allowed}

    def sensitive(self, visit: Visit, day: dt.date) -> frozenset[str]:
        """Return which of the names answered are questions marked sensitive."""
        held = self.on(day).values() if visit.answers else ()
        asked = {f"{duty.name}/{one.name}" for duty in held for one in duty.form if one.mark == "sensitive"}
        return frozenset(asked & set(visit.answers))

    def opened(self, visit: Visit, day: dt.date, first: str, lang: str) -> Iterator[Report]:
        """Yield the issues that bad answers open: one a duty and category, by the visitor, at the place visited.

        Their ids follow from `first`, the visit that the chain of corrections began with: an answer that is bad again
        in a correction opens nothing twice.
        """
        for duty in self.on(day).values():
            for category in bad_answers(duty, visit.answers):
                yield Report(
                    id=str(uuid5(UUID(first), f"{duty.name}/{category}")),
                    at=visit.at,
                    source="visit",
                    by=visit.lead,
                    category=category,
                    text=_told(duty, category, visit, lang),
                    features=((visit.layer, visit.key),) if visit.layer and visit.key else (),
                    cell=visit.cell,
                )


def _told(duty: Duty, category: str, visit: Visit, lang: str) -> str:
    """Return the questions that were answered badly, with their answers, in the words of the form."""
    told = [
        f"{one.zh if lang == 'zh' else one.en}: {spoken(choice, lang)}"
        for one in duty.form
        for choice in one.choices
        if one.opens == category
        and choice.value in one.bad
        and visit.answers.get(f"{duty.name}/{one.name}") == choice.value
    ]
    return "; ".join(told)
