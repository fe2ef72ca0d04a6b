"""Work on several cores: for calls that neither share what they change nor hold the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")

THREADS = min(pa.cpu_count(), 4)  # more would wait for the interpreter, and each needs memory
FEWEST_ROWS = 1 << 17  # with fewer, a second thread is of no use


def in_parts(work: Callable[[slice], None], rows: int, at_once: int) -> None:
    """Call `work` for slices of up to `at_once` rows that cover 0 to `rows`, on several cores; its errors come through.

    Each core gets one long part: threads lose more by taking turns at the interpreter than by ending unevenly. `work`
    puts what it finds into its own slice of an array. It must not ask prepared geometries unguarded (see `Linker`).
    """

    def walk(part: range) -> None:
        for start in part[::at_once]:
            work(slice(start, min(start + at_once, part.stop)))

    length = max(FEWEST_ROWS, -(-rows // THREADS))
    parts = [range(start, min(start + length, rows)) for start in range(0, rows, length)]
    in_threads(walk, parts)


def in_threads(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Return `work` of each item, in order, done on several cores; its errors come through."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))
