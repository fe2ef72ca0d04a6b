"""Errors and faults as a job keeps them: codes and inputs, so that each reader has them in his language.

What is personal is masked before it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gridmap.errors import Fault, FaultsError, GridmapError
from gridmap.words import Spoken, say

MOST_FAULTS = 200
"""So many faults a job tells; the fault sheet has them all."""

_SPOKEN = "words"


@dataclass(frozen=True, slots=True)
class ToldError:
    """Why a job failed: the error's name and code, in a language, with what is wrong where."""

    error: str
    code: str
    sentence: str
    faults: tuple[Fault, ...]


def plain(given: object) -> Any:  # noqa: ANN401  what JSON holds
    """Return data as JSON holds it: instants and days as ISO texts, of a path its name alone."""
    return orjson.loads(orjson.dumps(_open(given), default=str, option=orjson.OPT_NON_STR_KEYS))


def kept_error(error: GridmapError) -> dict[str, Any]:
    """Return an error as it is kept."""
    faults = error.faults if isinstance(error, FaultsError) else ()
    return {
        "error": type(error).__name__,
        "code": error.code,
        "inputs": {} if faults else plain(error.inputs),
        "faults": kept_faults(faults),
    }


def kept_faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return the first MOST_FAULTS faults as they are kept."""
    return [
        {
            "code": one.code,
            "file": one.file,
            "sheet": one.sheet,
            "row": one.row,
            "column": one.column,
            "value": None if one.value is None else one.shown_value(),
            "inputs": plain(one.inputs),
        }
        for one in faults[:MOST_FAULTS]
    ]


def told_error(kept: Mapping[str, Any], lang: str) -> ToldError:
    """Return a kept error in a language."""
    faults = told_faults(kept["faults"])
    inputs = {"count": len(faults)} if faults else _spoken(kept["inputs"])
    return ToldError(
        kept["error"], kept["code"], say("faults.many" if faults else kept["code"], lang, **inputs), faults
    )


def told_faults(kept: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """Return faults that were kept; what was personal says `<personal>`."""
    return tuple(Fault(**{**one, "inputs": _spoken(one["inputs"])}) for one in kept)


def _open(given: object) -> object:
    """Return data without what JSON would lose, or should not tell."""
    if isinstance(given, Spoken):
        return {_SPOKEN: list(given.codes)}
    if isinstance(given, Path):
        return given.name
    if isinstance(given, Mapping):
        return {str(name): _open(value) for name, value in given.items()}
    if isinstance(given, tuple | list | set | frozenset):
        return [_open(value) for value in given]
    return given


def _spoken(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs of a sentence with the words among them as such."""
    return {
        name: Spoken(*value[_SPOKEN]) if isinstance(value, Mapping) and value.keys() == {_SPOKEN} else value
        for name, value in inputs.items()
    }
