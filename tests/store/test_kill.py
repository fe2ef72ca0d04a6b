"""An import that is killed at any moment leaves the store as it was before it, or as it is after it."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.store.importing import batches_kept, found_town, import_until_killed, processes

SEED = 20150401
# How many transactions long the time is in which the kill falls.
SPREAD = 2.0


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Return the store file of a town with a grid and no houses yet."""
    path = tmp_path / "home" / "office.db"
    found_town(path)
    return path


def importing(path: Path, first: int) -> tuple[ForkServerProcess, Connection]:
    """Start a process that imports without end; the connection tells when each transaction begins."""
    listening, telling = processes().Pipe(duplex=False)
    process = processes().Process(target=import_until_killed, args=(path, first, telling))
    process.start()
    telling.close()
    return process, listening


def kill(process: ForkServerProcess, listening: Connection) -> None:
    process.kill()
    process.join()
    assert process.exitcode == -9
    process.close()
    listening.close()


def length_of_an_import(path: Path) -> float:
    """Return the seconds from one transaction's beginning to the next one's, the shortest of three."""
    process, listening = importing(path, 2)
    begun = []
    for _ in range(4):
        listening.recv()
        begun.append(time.monotonic())
    kill(process, listening)
    return min(after - before for before, after in pairwise(begun))


def test_a_killed_import_is_all_there_or_not_at_all(town: Path, kill_rounds: int) -> None:
    moments = random.Random(SEED)
    length = length_of_an_import(town)
    kept, interrupted = batches_kept(town), 0
    assert kept >= 3, "three transactions were over before the fourth began"
    for day in range(100, 100 * (kill_rounds + 1), 100):
        process, listening = importing(town, day)
        assert listening.recv() == day
        time.sleep(moments.uniform(0, SPREAD * length))
        kill(process, listening)
        now = batches_kept(town)
        assert now >= kept
        kept, interrupted = now, interrupted + (now == kept)
    assert interrupted > 0, "no import was killed before it was whole"
