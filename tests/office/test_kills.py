"""Whoever is killed at any moment leaves an office in which what was done is whole, and nothing else is there."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gridmap.ledger.visits import Visit
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.office.clock import FixedClock
from gridmap.office.copying import backup, restore
from gridmap.office.jobs import ask, show_job
from gridmap.office.route_plans import Asked
from gridmap.office.visiting import record
from gridmap.office.wiring import STORE_FILE, Office, open_office
from gridmap.office.work import work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR as ME
from gridmap.store.snapshot import faults_inside
from tests.office import hamlet
from tests.office.conftest import CLOCK, Sheet
from tests.office.killing import killed, pace
from tests.office.visited import ZONE, at, settle, visit

SEED = 20150403
BATCH = 20
LEASE = dt.timedelta(milliseconds=200)

Say = Callable[[int], None]


def evening(number: int) -> list[Visit]:
    """The batch of visits of a number."""
    begun = at("2015-03-12T19:30") + dt.timedelta(minutes=number)
    return [visit(f"{number} {one}", at=begun) for one in range(BATCH)]


def visits_in(path: Path) -> int:
    """Return how many visits a store file keeps, having looked at whether it is sound."""
    with closing(sqlite3.connect(path)) as raw:
        assert faults_inside(raw) == 0
        (count,) = raw.execute("SELECT count(*) FROM visit").fetchone()
    return int(count)


def left_in(folder: Path) -> list[str]:
    """Return the names of what was left half done."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.fixture
def moments() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def visited(office: Office, tmp_path: Path) -> Office:
    """The village with the households that are called at."""
    settle(office, tmp_path)
    return office


def record_on(home: Path, first: int, say: Say) -> None:
    """Record batches of visits, one after the other."""
    with open_office(home, clock=CLOCK) as office:
        for number in range(first, first + 10_000):
            record(ME, office, evening(number))
            say(number)


def test_no_visit_that_was_acknowledged_is_lost_and_no_batch_is_half_there(
    visited: Office, moments: random.Random, kill_rounds: int
) -> None:
    length, done = pace(record_on, visited.home, 0)
    following = done[-1] + 1
    for _ in range(kill_rounds):
        told = killed(moments, length, record_on, visited.home, following)
        following += len(told)
        kept = visits_in(visited.home / STORE_FILE)
        assert kept in {following * BATCH, (following + 1) * BATCH}
        # Whoever got no answer sends it again: then it is there once.
        again = record(ME, visited, evening(following))
        assert (again.recorded, again.repeated) in {(BATCH, 0), (0, BATCH)}
        following += 1
    for number in range(following):
        assert record(ME, visited, evening(number)).repeated == BATCH
    assert verify_audit(ME, visited).ok
    assert Counter(read_audit(ME, visited, limit=100_000)["action"])["visit"] == following


def back_up_on(home: Path, folder: Path, first: int, say: Say) -> None:
    """Copy the office away again and again while it changes."""
    with open_office(home, clock=CLOCK) as office:
        for number in range(first, first + 10_000):
            record(ME, office, evening(number))
            backup(ME, office, folder / f"{number}.db")
            say(number)


def test_a_backup_has_its_name_only_when_it_is_whole(
    visited: Office, tmp_path: Path, moments: random.Random, kill_rounds: int
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir(mode=0o700)
    length, done = pace(back_up_on, visited.home, folder, 0)
    following = done[-1] + 1
    for _ in range(kill_rounds):
        for number in killed(moments, length, back_up_on, visited.home, folder, following):
            assert (folder / f"{number}.db").is_file()
            assert (folder / f"{number}.db.head").is_file()
        for copy in folder.glob("*.db"):
            assert visits_in(copy) == (int(copy.stem) + 1) * BATCH
            following = max(following, int(copy.stem) + 1)
            copy.unlink()
        record(ME, visited, evening(following))
        following += 1
    assert verify_audit(ME, visited).ok
    last = backup(ME, visited, folder / "last.db")
    assert left_in(folder) == []
    restore(ME, tmp_path / "elsewhere", last, clock=CLOCK)


def restore_on(home: Path, folder: Path, first: int, say: Say) -> None:
    """Bring back one copy after the other."""
    for number in range(first, first + 10_000):
        restore(ME, home, folder / f"{number % 2}.db", clock=CLOCK)
        say(number)


def test_a_restored_office_is_the_one_before_or_the_one_of_the_copy(
    visited: Office, tmp_path: Path, moments: random.Random, kill_rounds: int
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir(mode=0o700)
    for number in range(2):
        record(ME, visited, evening(number))
        backup(ME, visited, folder / f"{number}.db")
    visited.store.close()
    length, done = pace(restore_on, visited.home, folder, 0)
    following = done[-1] + 1
    for _ in range(kill_rounds):
        following += len(killed(moments, length, restore_on, visited.home, folder, following))
        kept = visits_in(visited.home / STORE_FILE) // BATCH - 1
        assert kept in {(following - 1) % 2, following % 2}
        with open_office(visited.home, clock=CLOCK) as office:
            assert verify_audit(ME, office).ok
        for put_aside in (visited.home / "backups").glob("*.db"):
            assert visits_in(put_aside) in {BATCH, 2 * BATCH}
            put_aside.unlink()
    restore(ME, visited.home, folder / "0.db", clock=CLOCK)
    assert left_in(visited.home) == []
    assert left_in(visited.home / "backups") == []


def plan_one(home: Path, say: Say) -> None:
    """Do the job that waits, then wait to be killed."""
    with open_office(home, clock=FixedClock(at("2015-05-20T18:00"), ZONE)) as office:
        work_once(office, lease=LEASE, beat=0.05)
        say(0)
        time.sleep(600)


def test_a_plan_whose_worker_is_killed_is_whole_or_not_there_and_its_job_is_told_as_failed(
    office: Office, sheet: Sheet, tmp_path: Path, moments: random.Random, kill_rounds: int
) -> None:
    hamlet.settle(office, sheet, tmp_path)
    length, before, failed = 1.0, 0, 0
    for _ in range(kill_rounds):
        job = ask(ME, office, "plan", Asked(hamlet.DAY, iterations=50).kept())
        begun = time.monotonic()
        told = killed(moments, length / 2, plan_one, office.home)
        time.sleep(LEASE.total_seconds() + 0.02)
        while work_once(office, beat=0.05) is not None:
            pass  # one that the killed worker had not taken yet is done now
        length = time.monotonic() - begun if not before else length
        ended = show_job(ME, office, job.uuid)
        plans = plans_in(office.home / STORE_FILE)
        assert ended.state in {"done", "failed"}
        assert plans - before in ({1} if ended.state == "done" else {0, 1})
        if ended.state == "failed":
            assert ended.error is not None
            assert ended.error["code"] == "office.job_killed"
            assert told == []
        failed, before = failed + (ended.state == "failed"), plans
    assert failed > 0, "no worker was killed at work"
    assert verify_audit(ME, office).ok


def plans_in(path: Path) -> int:
    """Return how many plans a store file keeps, having looked at whether each has its routes and their stops."""
    with closing(sqlite3.connect(path)) as raw:
        assert faults_inside(raw) == 0
        routes = raw.execute(
            "SELECT (SELECT count(*) FROM plan_route r WHERE r.plan_id = p.id), "
            "(SELECT count(*) FROM plan_stop s WHERE s.plan_id = p.id) FROM plan p"
        ).fetchall()
    assert len(set(routes)) <= 1
    assert all(all(counts) for counts in routes)
    return len(routes)
