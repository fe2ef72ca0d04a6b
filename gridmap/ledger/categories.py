"""What kinds of issue there are: who deals with each, and by which clock (DESIGN 4, Issues)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of issue.

    `unit`: who deals with it, as the roster names it (empty = the holder's own). `clock` (of `people.clocks`) and
    `length` give the deadline. `group`: the class of a larger classification (empty = none). `urgent`: a one-key call.
    `sensitive` as a whole: it exists only for those responsible and named roles. `quantity`: what its result counts
    (`people`, `yuan`, `lamps`, empty = nothing).
    """

    name: str
    zh: str
    en: str
    clock: str
    length: float
    unit: str = ""
    group: str = ""
    urgent: bool = False
    sensitive: bool = False
    quantity: str = ""
