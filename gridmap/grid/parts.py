"""Many rows in parts, on all cores: for calls that neither share what they change nor hold the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

ROWS_AT_ONCE = 1 << 17


def in_parts(work: Callable[[slice], None], rows: int) -> None:
    """Call `work` for slices that cover 0 to `rows`, in threads if there are several; its errors come through.

    `work` puts what it finds into its own slice of an array. It must not ask prepared geometries (see `Linker`).
    """
    parts = [slice(start, min(start + ROWS_AT_ONCE, rows)) for start in range(0, rows, ROWS_AT_ONCE)]
    if len(parts) < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(work, parts):
            pass
