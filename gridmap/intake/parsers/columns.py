"""Rows of a sheet to the two columns that each of its columns becomes: text and kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, zip_longest
from types import MappingProxyType, NoneType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridmap.intake.kinds import BOOLEAN, DAY, EMPTY, ERROR, INSTANT, NUMBER, TEXT
from gridmap.intake.limits import Limits

Cell = str | float | bool | date | time | timedelta | None
Pair = tuple[pa.Array, pa.Array]
_BLOCK = 8_192
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_ALL_DIGITS = 1e15


def table_of(rows: Iterable[Sequence[Cell]], limits: Limits) -> pa.Table:
    """Return rows of any length as a table `c0..cN` (text), `k0..kN` (int8 kind).

    FileError as soon as `rows`, `columns`, `cells` or `text` is passed.
    """
    blocks: list[list[Pair]] = []
    heights: list[int] = []
    width = 0
    for block in _blocks(rows):
        columns = list(zip_longest(*block))
        heights.append(len(block))
        width = max(width, len(columns))
        limits.check_size(sum(heights), width)
        blocks.append([_pair(column) for column in columns])
        _check_text(blocks[-1], sum(heights[:-1]), limits)
    for pairs, height in zip(blocks, heights, strict=True):
        pairs.extend([_nothing(height)] * (width - len(pairs)))
    texts = {f"c{n}": pa.chunked_array([pairs[n][0] for pairs in blocks], pa.string()) for n in range(width)}
    kinds = {f"k{n}": pa.chunked_array([pairs[n][1] for pairs in blocks], pa.int8()) for n in range(width)}
    return pa.table(texts | kinds)


def text_of_number(value: float) -> str:
    """Return the shortest exact text: `12`, `0.5`, all digits of a long whole number (never `4.4e+17`)."""
    if not value.is_integer():
        return repr(value)
    # Through repr: the digits that were kept, then zeros, rather than those of the nearest binary fraction.
    return str(int(value)) if abs(value) < _ALL_DIGITS else format(Decimal(repr(value)), "f").removesuffix(".0")


def _blocks(rows: Iterable[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    rest = iter(rows)
    while block := list(islice(rest, _BLOCK)):
        yield block


def _nothing(height: int) -> Pair:
    return pa.nulls(height, pa.string()), pa.array([EMPTY] * height, pa.int8())


def _pair(column: Sequence[Cell]) -> Pair:
    texts = [_TEXTS[type(value)](value) or None for value in column]
    kinds = [_KINDS[type(value)] if text else EMPTY for value, text in zip(column, texts, strict=True)]
    if not _ERRORS.isdisjoint(texts):
        kinds = [ERROR if text in _ERRORS else kind for text, kind in zip(texts, kinds, strict=True)]
    return pa.array(texts, pa.string()), pa.array(kinds, pa.int8())


def _check_text(pairs: list[Pair], above: int, limits: Limits) -> None:
    for texts, _ in pairs:
        lengths = pc.utf8_length(texts)
        longest = pc.max(lengths).as_py() or 0
        limits.check("text", longest, row=above + pc.index(lengths, longest).as_py() + 1)


_TEXTS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        NoneType: lambda _: "",
        str: str,
        bool: lambda value: "true" if value else "false",
        int: str,
        float: text_of_number,
        date: date.isoformat,
        datetime: datetime.isoformat,
        time: time.isoformat,
        timedelta: str,
    }
)
_KINDS: Mapping[type, int] = MappingProxyType(
    {
        NoneType: EMPTY,
        str: TEXT,
        bool: BOOLEAN,
        int: NUMBER,
        float: NUMBER,
        date: DAY,
        datetime: INSTANT,
        time: TEXT,
        timedelta: TEXT,
    }
)
