"""What a tile is made of: whole numbers of variable length, written all at once.

Source: Protocol Buffers, encoding. A number is cut into groups of 7 bits, the least first; each byte but the last has
its high bit set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]


def lengths(numbers: Numbers) -> NDArray[np.int64]:
    """Return how many bytes each number takes."""
    taken = np.ones(numbers.shape, dtype=np.int64)
    most = int(numbers.max()) if numbers.size else 0
    for bits in range(7, most.bit_length(), 7):
        taken += numbers >= np.uint64(1 << bits)
    return taken


def varints(numbers: Numbers) -> bytes:
    """Return the numbers one after the other."""
    taken = lengths(numbers)
    ends = np.cumsum(taken)
    written = np.empty(int(taken.sum()), dtype=np.uint8)
    at, left = ends - taken, numbers
    while len(left):
        more = left >= 128
        written[at] = (left & np.uint64(127)) | np.where(more, np.uint64(128), np.uint64(0))
        at, left = at[more] + 1, left[more] >> np.uint64(7)
    return written.tobytes()


def zigzag(numbers: NDArray[np.int64]) -> Numbers:
    """Return 0, -1, 1, -2, ... as 0, 1, 2, 3, ...: small ones of either sign stay short."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def varint(number: int) -> bytes:
    """Return one number from 0 to 2^64 - 1."""
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def field(number: int, content: bytes) -> bytes:
    """Return `content` as a field of a message: its number, its length, itself."""
    return varint(number << 3 | 2) + varint(len(content)) + content
