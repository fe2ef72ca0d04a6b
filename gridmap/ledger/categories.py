"""What kinds of issue there are: who deals with each, and by which clock (DESIGN 4, Issues)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gridmap.errors import Fault, FaultsError
from gridmap.ledger.issues import QUANTITIES
from gridmap.people.clocks import CLOCKS
from gridmap.words import LANGUAGES


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


_NEEDED = ("zh", "en", "clock", "length")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# The unit of an office kept in another language: `unit_en`.
_UNITS = tuple(f"unit_{lang}" for lang in LANGUAGES)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


# What is right, and the code of what to write instead, by field.
_TEXT: tuple[Callable[[object], bool], str, tuple[str, ...]] = (_is_text, "ledger.not_a_text", ())
_FLAG = (lambda value: isinstance(value, bool), "ledger.not_yes_or_no", ())
_CHECKS: Mapping[str, tuple[Callable[[object], bool], str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("zh", "en", "unit", *_UNITS, "group"), _TEXT),
        "clock": (lambda value: value in CLOCKS, "ledger.not_one_of", CLOCKS),
        "length": (_is_length, "ledger.not_a_length", ()),
        "urgent": _FLAG,
        "sensitive": _FLAG,
        "quantity": (lambda value: value in ("", *QUANTITIES), "ledger.not_one_of", QUANTITIES),
    }
)


def categories_of(rules: Mapping[str, object], *, lang: str = "zh") -> dict[str, Category]:
    """Return the categories that data say: by name, the fields of Category but for the name.

    `unit_<lang>`, where it is there, is the unit's name in an office kept in that language; else `unit` is.
    Raises FaultsError with every fault, the category's name as its sheet: a name that is no code, a field that is
    missing or unknown, a value of the wrong kind, a clock or quantity that does not exist.
    """
    faults = [fault for name, rule in rules.items() for fault in _faults(name, rule)]
    if faults:
        raise FaultsError(faults)
    return {name: _category(name, dict(rule), lang) for name, rule in rules.items() if isinstance(rule, Mapping)}


def _category(name: str, rule: dict[str, Any], lang: str) -> Category:
    unit = rule.get(f"unit_{lang}", rule.get("unit", ""))
    rule = {key: value for key, value in rule.items() if key not in _UNITS}
    return Category(**rule | {"name": name, "unit": unit, "length": float(rule["length"])})


def _faults(name: str, rule: object) -> Iterator[Fault]:
    if not _NAME.fullmatch(name):
        yield Fault("ledger.category_name", sheet=name, value=name)
    if not isinstance(rule, Mapping):
        yield Fault("ledger.category_empty", sheet=name)
        return
    for key in _NEEDED:
        if key not in rule:
            yield Fault("ledger.category_lacks", sheet=name, column=key)
    for key, value in rule.items():
        if key not in _CHECKS:
            yield Fault("ledger.category_knows_not", sheet=name, column=key, inputs={"allowed": ", ".join(_CHECKS)})
        elif not _CHECKS[key][0](value):
            _, code, allowed = _CHECKS[key]
            yield Fault(code, sheet=name, column=key, value=str(value), inputs={"allowed": ", ".join(allowed)})
