"""The tags that GDAL's OSM driver packs into one text: `"lit"=>"yes","lamp_type"=>"electric"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def tags(text: str) -> dict[str, str]:
    """Return the tags of one packed text, escapes undone; what is not a pair is passed over."""
    return {_plain(key): _plain(value) for key, value in _PAIR.findall(text)}


def unpack(texts: Iterable[str | None], wanted: Callable[[str], bool]) -> dict[str, list[str | None]]:
    """Return one list of values for each wanted tag that stands in any of `texts`; None where a row lacks it."""
    rows = [tags(text) if text else {} for text in texts]
    present = dict.fromkeys(key for row in rows for key in row)
    return {key: [row.get(key) for row in rows] for key in present if wanted(key)}


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
