"""The one tree of errors, and the fault: one thing wrong at one place of an input.

    GridmapError                    every error that gridmap raises on purpose
    ├── InputError (ValueError)     what was given cannot be used
    │   ├── ArgumentError           one argument of a call
    │   ├── FileError               a file refused as a whole, before any row is looked at
    │   └── FaultsError             every fault of a file or frame, found in one pass
    ├── SettingsError               a setting is missing or out of range
    ├── NotFoundError (LookupError) a code, key, batch or office that is not there
    ├── ConflictError               what is asked contradicts what is already kept
    ├── RefusedError                the acting person may not do this
    └── StoreError                  the store is absent, behind its migrations, or damaged

An error holds a code of `gridmap.words` and its inputs, so that each door says it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gridmap.words import DEFAULT_LANGUAGE, say

PERSONAL = "<personal>"
_LONGEST_VALUE = 60
_FAULTS_IN_A_SENTENCE = 5


class GridmapError(Exception):
    """An error with a code of the word catalogue and the inputs of its sentence."""

    def __init__(self, code: str, /, **inputs: object) -> None:
        super().__init__(code, inputs)
        self.code = code
        self.inputs = inputs

    def say(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the sentence for this error in `lang` ("zh" or "en")."""
        return say(self.code, lang, **self.inputs)

    def __str__(self) -> str:
        return self.say()


class InputError(GridmapError, ValueError):
    """What was given cannot be used."""


class ArgumentError(InputError):
    """One argument of a call cannot be used."""


class FileError(InputError):
    """A file is refused as a whole."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    `row` counts as the file's reader counts (a sheet's first row is 1; a feature of a vector file counts from 1).
    `value` is what stands there; if `personal`, messages and `repr` show `<personal>` instead, and the value
    itself goes nowhere but into the fault sheet given back to the uploader.
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str | None = field(default=None, repr=False)
    personal: bool = False
    inputs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def shown_value(self) -> str:
        """Return the value as it may stand in a message: masked if personal, cut if long."""
        if self.value is None:
            return ""
        if self.personal:
            return PERSONAL
        return self.value if len(self.value) <= _LONGEST_VALUE else self.value[: _LONGEST_VALUE - 1] + "…"

    def place(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return where the fault is, as far as it is known: file, sheet, row, column."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(self.sheet)
        if self.row is not None:
            parts.append(say("faults.row", lang, row=self.row))
        if self.column:
            parts.append(self.column)
        return ", ".join(parts)

    def reason(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return what is wrong and what is allowed, without the place."""
        return say(self.code, lang, value=self.shown_value(), column=self.column, **self.inputs)

    def say(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the whole sentence: place, then what is there and what is allowed."""
        place = self.place(lang)
        return f"{place}: {self.reason(lang)}" if place else self.reason(lang)


class FaultsError(InputError):
    """Every fault of an input, found in one pass; `faults` holds them in the order of the input."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("faults.many", count=len(faults))
        self.faults: tuple[Fault, ...] = tuple(faults)

    def say(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the count and the first few faults, one a line."""
        lines = [super().say(lang)]
        lines += [fault.say(lang) for fault in self.faults[:_FAULTS_IN_A_SENTENCE]]
        rest = len(self.faults) - _FAULTS_IN_A_SENTENCE
        if rest > 0:
            lines.append(say("faults.rest", lang, count=rest))
        return "\n".join(lines)


class SettingsError(GridmapError):
    """A setting is missing or out of range."""


class NotFoundError(GridmapError, LookupError):
    """A code, key, batch or office that is not there."""


class ConflictError(GridmapError):
    """What is asked contradicts what is already kept."""


class RefusedError(GridmapError):
    """The acting person may not do this."""


class StoreError(GridmapError):
    """The store is absent, behind its migrations, or damaged."""


def detail(error: GridmapError) -> dict[str, Any]:
    """Return the error as plain data for a door: its class name, code and inputs."""
    return {"error": type(error).__name__, "code": error.code, "inputs": dict(error.inputs)}
