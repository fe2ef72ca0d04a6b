"""What is asked at once: all that is looked up for it may be as old as its beginning, so marks are read once for it.

A request of the service is one. Whatever it writes ends what it has looked up before: it sees what it did itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

Marks = Mapping[str, str]


@dataclass(slots=True)
class Moment:
    """When it began (`time.monotonic_ns`), and the marks of change that were read since, once they were needed."""

    begun: int = field(default_factory=time.monotonic_ns)
    marks: Marks | None = None


_NOW: ContextVar[Moment | None] = ContextVar("moment", default=None)


@contextmanager
def at_once() -> Iterator[None]:
    """Let all within the block, and in the threads that it hands work to, be asked at once."""
    token = _NOW.set(Moment())
    try:
        yield
    finally:
        _NOW.reset(token)


def begun() -> int:
    """Return when what is asked now began: whatever was read since is new enough for it."""
    moment = _NOW.get()
    return time.monotonic_ns() if moment is None else moment.begun


def begin_anew() -> int:
    """Forget what was read before, and return when that was: from now on only what is read later is new enough."""
    moment = _NOW.get()
    now = time.monotonic_ns()
    if moment is not None:
        moment.begun, moment.marks = now, None
    return now


def ahead(read: Callable[[], Marks]) -> None:
    """Read the marks of change with something else that is looked up, for what is asked at once after it."""
    moment = _NOW.get()
    if moment is not None and moment.marks is None:
        moment.marks = read()


def marks_once(read: Callable[[], Marks]) -> Marks:
    """Return the marks of change, read now unless they were since it began."""
    moment = _NOW.get()
    if moment is None:
        return read()
    if moment.marks is None:
        moment.marks = read()
    return moment.marks
