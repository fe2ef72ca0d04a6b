"""Whole numbers of variable length."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.maps.tiles.varints import lengths, rows_of, varint, varints, zigzag

ANY = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 64).map(lambda bits: max(0, 2**bits - 1)))


def read(written: bytes) -> list[int]:
    """The numbers, byte by byte as Protocol Buffers tells it."""
    found, number, bits = [], 0, 0
    for byte in written:
        number, bits = number | (byte & 127) << bits, bits + 7
        if byte < 128:
            found.append(number)
            number, bits = 0, 0
    assert bits == 0
    return found


@settings(deadline=None)
@given(st.lists(ANY, max_size=40))
def test_numbers_come_back_and_take_the_bytes_that_are_told(numbers: list[int]) -> None:
    array = np.array(numbers, dtype=np.uint64)
    assert read(varints(array).tobytes()) == numbers
    assert lengths(array).tolist() == [len(varint(number)) for number in numbers]
    assert varints(array).tobytes() == b"".join(map(varint, numbers))


@settings(deadline=None)
@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(st.none() | ANY, min_size=width, max_size=width))))
def test_rows_are_written_in_turn_without_what_is_not_there(table: list[list[int | None]]) -> None:
    turned = list(zip(*table, strict=True)) or [()]
    columns = [
        (np.array([number or 0 for number in column], dtype=np.uint64), np.array([one is not None for one in column]))
        for column in turned
    ]
    assert read(rows_of(len(table), columns).tobytes()) == [
        number for row in table for number in row if number is not None
    ]


@settings(deadline=None)
@given(ANY, st.lists(st.booleans(), max_size=20))
def test_one_number_may_stand_in_every_row(number: int, there: list[bool]) -> None:
    assert read(rows_of(len(there), [(number, None), (7, np.array(there, dtype=bool))]).tobytes()) == [
        one for held in there for one in ((number, 7) if held else (number,))
    ]


@settings(deadline=None)
@given(st.lists(st.integers(-(2**40), 2**40), max_size=20))
def test_zigzag_alternates_between_the_signs(numbers: list[int]) -> None:
    folded = [2 * n if n >= 0 else -2 * n - 1 for n in numbers]
    assert zigzag(np.array(numbers, dtype=np.int64)).tolist() == folded
