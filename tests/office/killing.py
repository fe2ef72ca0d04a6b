"""Processes that do an errand over and over, and are killed at any moment."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

# How many errands long the time is in which the kill falls.
SPREAD = 2.5
_BEGUN = -1

Work = Callable[..., None]


def context() -> ForkServerContext:
    """Processes that start at once, for they come from one that has imported everything."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.office.test_kills"])
    return made


class Victim:
    """A process that works: it says that it has begun, then the number of each errand that has come to its end."""

    def __init__(self, work: Work, *given: Any) -> None:
        self._listening, telling = context().Pipe(duplex=False)
        self._process: ForkServerProcess = context().Process(target=_working, args=(work, given, telling))
        self._process.start()
        telling.close()
        assert self._listening.recv() == _BEGUN

    def heard(self) -> int:
        """Return the number of the next errand that has come to its end."""
        number = self._listening.recv()
        assert isinstance(number, int)
        return number

    def kill(self) -> list[int]:
        """Kill it; return the numbers that it had told and nobody has heard yet."""
        self._process.kill()
        self._process.join()
        assert self._process.exitcode == -9, "it was at work"
        self._process.close()
        told = []
        try:
            while True:
                told.append(self._listening.recv())
        except (EOFError, OSError):
            self._listening.close()
        return told


def _working(work: Work, given: tuple[Any, ...], telling: Connection) -> None:
    telling.send(_BEGUN)
    work(*given, telling.send)


def pace(work: Work, *given: Any) -> tuple[float, list[int]]:
    """Return how many seconds an errand takes, the shortest of three, and the numbers of those that were done."""
    victim = Victim(work, *given)
    numbers, ends = [], []
    for _ in range(4):
        numbers.append(victim.heard())
        ends.append(time.monotonic())
    return min(after - before for before, after in pairwise(ends)), numbers + victim.kill()


def killed(moments: random.Random, length: float, work: Work, *given: Any) -> list[int]:
    """Let it work, kill it at a moment of the next few errands, and return the numbers of those that it had done."""
    victim = Victim(work, *given)
    time.sleep(moments.uniform(0, SPREAD * length))
    return victim.kill()
