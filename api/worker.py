"""The jobs of the office, done by threads of the service while it serves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gridmap.office.wiring import Office
from gridmap.office.work import work

# So long the end of the service waits for errands to look up; what does not is lost whole, and its job is told so.
STOPPING_SECONDS = 15.0


@contextmanager
def working(office: Office, *, threads: int) -> Iterator[None]:
    """Do jobs in so many threads within the block; at its end a job that runs is left to another worker."""
    stop = threading.Event()
    started = [threading.Thread(target=work, args=(office, stop), name="worker", daemon=True) for _ in range(threads)]
    for thread in started:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in started:
            thread.join(STOPPING_SECONDS)
