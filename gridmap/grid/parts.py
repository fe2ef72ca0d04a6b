"""Many rows in parts, on all cores: for calls that neither share what they change nor hold the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

FEWEST_ROWS = 1 << 17  # with fewer, a second thread is of no use


def in_parts(work: Callable[[slice], None], rows: int, at_once: int) -> None:
    """Call `work` for slices of up to `at_once` rows that cover 0 to `rows`, on all cores; its errors come through.

    Each core gets one long part: threads lose more by taking turns at the interpreter than by ending unevenly. `work`
    puts what it finds into its own slice of an array. It must not ask prepared geometries unguarded (see `Linker`).
    """

    def walk(part: range) -> None:
        for start in part[::at_once]:
            work(slice(start, min(start + at_once, part.stop)))

    length = max(FEWEST_ROWS, -(-rows // pa.cpu_count()))
    parts = [range(start, min(start + length, rows)) for start in range(0, rows, length)]
    if len(parts) < 2:
        for part in parts:
            walk(part)
        return
    with ThreadPoolExecutor(len(parts)) as pool:
        for _ in pool.map(walk, parts):
            pass
