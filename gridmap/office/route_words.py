"""What a plan says to its readers: names of cadres and duties, the reasons of each stop, and why one is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from gridmap.layer import spoken
from gridmap.office.duties import duties_on
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import people
from gridmap.words import say


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The names of a day in a language."""

    cadres: Mapping[str, str]
    duties: Mapping[str, str]
    layers: Mapping[str, str]
    lang: str

    @classmethod
    def of(cls, person: Person, office: Office, on: dt.date, lang: str) -> Self:
        """Return the names of cadres and duties on a day."""
        refuse_unless(person, "read")
        with office.reading(person) as tx:
            roster = people.roster(tx).cadres
            duties = {one.name: one.zh if lang == "zh" else one.en for one in duties_on(tx, on)}
        layers = {layer.name: spoken(layer, lang) for layer in office.layers.values()}
        return cls(dict(zip(roster["cadre"], roster["name"], strict=True)), duties, layers, lang)

    def cadre(self, number: str) -> str:
        """Return the name of a cadre; one that is not known has his number."""
        return self.cadres.get(number, number)

    def reasons(self, given: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return the sentences of the reasons of a stop as kept: code, points, inputs."""
        return [say(str(one["code"]), self.lang, points=one["points"], **self._named(one["inputs"])) for one in given]

    def left_out(self, given: Mapping[str, Any], *, plain: bool = False) -> str:
        """Return why a stop was left out, as kept: code and inputs. With `plain` no figures: the kind of reason."""
        if plain:
            return say(f"{given['code']}_plain", self.lang)
        return say(str(given["code"]), self.lang, **self._named(given["inputs"]))

    def _named(self, inputs: Mapping[str, Any]) -> dict[str, object]:
        named = dict(inputs)
        if "duty" in named:
            named["duty"] = self.duties.get(str(named["duty"]), named["duty"])
        if "shift" in named:
            named["shift"] = self.cadre(str(named["shift"]))
        if "ousts" in named:
            layer, _, key = str(named["ousts"] or "").partition(" ")
            called = f"{self.layers[layer]} {key}" if layer in self.layers else layer
            named["ousts"] = called or say("routes.several", self.lang)
        return named
