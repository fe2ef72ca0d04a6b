"""What a tile is made of: whole numbers of variable length, written all at once.

Source: Protocol Buffers, encoding. A number is cut into groups of 7 bits, the least first; each byte but the last has
its high bit set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.uint64]
Bytes: TypeAlias = NDArray[np.uint8]
Column: TypeAlias = tuple[Numbers | int, NDArray[np.bool_] | None]
"""A number for each row, or one for all, and in which rows it is there (null: in all); where it is not, it is 0."""
_SHORT = tuple(bytes([number]) for number in range(128))


def lengths(numbers: Numbers) -> NDArray[np.int64]:
    """Return how many bytes each number takes."""
    taken = np.ones(numbers.shape, dtype=np.int64)
    most = int(numbers.max()) if numbers.size else 0
    for bits in range(7, most.bit_length(), 7):
        taken += numbers >= np.uint64(1 << bits)
    return taken


def rows_of(count: int, columns: Sequence[Column]) -> Bytes:
    """Return the numbers of `count` rows, row after row, each number that is there."""
    widths = [_widest(numbers) for numbers, _ in columns]
    # A place for each byte that a number may take; in the end those go that it does not.
    written = np.empty((count, sum(widths)), dtype=np.uint8)
    taken = np.ones(written.shape, dtype=np.bool_)
    at = 0
    for (numbers, held), width in zip(columns, widths, strict=True):
        for place in range(width):
            left = numbers if place == 0 else numbers >> (7 * place)
            last = place == width - 1
            written[:, at] = left if last else (left & 127) | np.where(left > 127, 128, 0).astype(np.uint64)
            if place:
                taken[:, at] = left > 0
            elif held is not None:
                taken[:, at] = held
            at += 1
    return written[taken]


def varints(numbers: Numbers) -> Bytes:
    """Return the numbers one after the other."""
    return rows_of(len(numbers), [(numbers, None)])


def _widest(numbers: Numbers | int) -> int:
    most = numbers if isinstance(numbers, int) else int(numbers.max()) if numbers.size else 0
    return max(1, -(-most.bit_length() // 7))


def zigzag(numbers: NDArray[np.int64]) -> Numbers:
    """Return 0, -1, 1, -2, ... as 0, 1, 2, 3, ...: small ones of either sign stay short."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def varint(number: int) -> bytes:
    """Return one number from 0 to 2^64 - 1."""
    if number < len(_SHORT):
        return _SHORT[number]
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def field(number: int, content: bytes) -> bytes:
    """Return `content` as a field of a message: its number, its length, itself."""
    return varint(number << 3 | 2) + varint(len(content)) + content
