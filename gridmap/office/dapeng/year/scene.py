"""What the year finds when it begins: who there is, who answers where, what lies in which cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from uuid import UUID, uuid5

import numpy as np
import pandas as pd

from gridmap.office.dapeng import ground

# The community of the programme, and the residents' group of the complaint about lamps.
XIASHA, SIHE = ground.PLACES[6].code, f"{ground.PLACES[1].code}6"
_NAMES = UUID("2c6f0b7e-5a43-5d0e-9a2c-5f3c8a1f2015")


@dataclass(frozen=True)
class Scene:
    """The office as it stands in March, and the seed of what will happen.

    `features`: by layer a frame with key and cell, and what else its drawing asks for, sorted by key. `answers`: who
    answers for a cell of any level. `cadres`: cadre, tier, unit. `posts`: the cells that a cadre or unit holds.
    `chiefs`: unit -> cadre.
    """

    seed: int
    features: Mapping[str, pd.DataFrame]
    answers: Mapping[str, str]
    cadres: pd.DataFrame
    posts: Mapping[str, Sequence[str]]
    chiefs: Mapping[str, str]

    def chance(self, what: str) -> np.random.Generator:
        """Return the stream of chance of one part of the year: more of one part leaves the others as they are."""
        return np.random.default_rng([self.seed, *what.encode()])

    def uuid(self, what: str, number: object) -> str:
        """Return the UUID of one thing of the year."""
        return str(uuid5(_NAMES, f"{self.seed}/{what}/{number}"))

    @cached_property
    def neighbours(self) -> dict[str, list[str]]:
        """Who answers in a middle cell, by its code."""
        found: dict[str, set[str]] = {}
        for code, who in self.answers.items():
            found.setdefault(code[:13], set()).add(who)
        return {code: sorted(those) for code, those in found.items()}

    @cached_property
    def small_cells(self) -> list[str]:
        """The small cells, in the order of their codes."""
        return sorted(code for code in self.answers if len(code) == 15)

    def of_tier(self, *tiers: str) -> list[str]:
        """Return the cadres of these tiers."""
        return self.cadres.loc[self.cadres["tier"].isin(tiers), "cadre"].tolist()

    def of_unit(self, unit: str) -> list[str]:
        """Return the cadres of a unit."""
        return self.cadres.loc[self.cadres["unit"] == unit, "cadre"].tolist()

    def unit_of(self, cadre: str) -> str:
        """Return the unit of a cadre."""
        return str(self.cadres.loc[self.cadres["cadre"] == cadre, "unit"].iloc[0])

    def within(self, layer: str, root: str) -> pd.DataFrame:
        """Return the features of a layer in a cell or below it."""
        rows = self.features[layer]
        return rows[rows["cell"].fillna("").str.startswith(root)]


T = TypeVar("T")


def one_of(rng: np.random.Generator, things: Sequence[T]) -> T:
    """Return one of some things, each as likely as the others."""
    return things[int(rng.integers(len(things)))]
