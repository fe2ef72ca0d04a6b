"""LIKE: which texts fit a pattern, found in time that grows with their length alone, whatever the pattern."""

from __future__ import annotations

import re
from collections.abc import Callable

# A character, one taken for itself, any one, any text.
_PART = re.compile(r"\\(.)|(.)", re.DOTALL)


def fits(pattern: str) -> Callable[[str], bool]:
    r"""Return what tells whether a text fits a pattern.

    In it % stands for any text, _ for any one character, and \ before one of them for the character itself. The pieces
    between the % have a length each, so that the first place where one fits is the best.
    """
    pieces = _pieces(pattern)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return lambda text: re.fullmatch(_any(first), text, re.DOTALL) is not None
    begin, end = re.compile(_any(first), re.DOTALL), re.compile(_any(last), re.DOTALL)
    between = [re.compile(_any(piece), re.DOTALL) for piece in pieces[1:-1]]

    def fit(text: str) -> bool:
        found = begin.match(text)
        for piece in between:
            found = piece.search(text, found.end()) if found else None
        rest = len(text) - len(last)
        return found is not None and found.end() <= rest and end.fullmatch(text, rest) is not None

    return fit


def _pieces(pattern: str) -> list[list[str | None]]:
    """Return what stands between the %: characters, null for any one."""
    pieces: list[list[str | None]] = [[]]
    for itself, character in _PART.findall(pattern):
        if character == "%":
            pieces.append([])
        else:
            pieces[-1].append(None if character == "_" else itself or character)
    return pieces


def _any(piece: list[str | None]) -> str:
    return "".join("." if one is None else re.escape(one) for one in piece)
