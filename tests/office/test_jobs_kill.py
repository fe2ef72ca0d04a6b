"""In either store: a worker that is killed at any moment has imported all or nothing, and the next one says so."""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import openpyxl
import pytest

from gridmap.office.auditing import verify_audit
from gridmap.office.jobs import File, ask, show_job
from gridmap.office.listing import list_features
from gridmap.office.undoing import list_imports
from gridmap.office.wiring import Office
from gridmap.office.work import FOLDER, keep_house, work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.cluster import Cluster
from tests.office.conftest import SOUTH, WEST, Sheet
from tests.office.kept import moved
from tests.office.struck import Kept, at_work

SEED = 20150402
HOMES = 200
LEASE = dt.timedelta(milliseconds=200)
DAY = dt.date(2015, 5, 1)
WORKERS, JOBS = 3, 9
HEADER = ("户编号", "经度", "纬度")
# How much of the time of one job lies before and after the kill, at most.
SPREAD = 1.5


def context() -> ForkServerContext:
    """Processes that start at once, for they come from one that has imported everything."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__])
    return made


def do_one(home: Path, url: str, begun: Connection) -> None:
    """Do one job, as a worker of its own does; `url`: where the office is kept in a database."""
    with at_work(home, url) as office:
        begun.send(True)
        work_once(office, lease=LEASE, beat=0.05)


def home_at(one: int) -> tuple[object, ...]:
    return (f"H{one}", WEST + 0.001 + one / 1e6, SOUTH + 0.001)


@pytest.fixture
def homes(sheet: Sheet) -> File:
    path = sheet("homes.xlsx", HEADER, *(home_at(one) for one in range(HOMES)))
    return File(path.name, path.read_bytes())


class TestInAFile:
    def test_a_killed_job_has_failed_and_its_import_is_whole_or_not_there(
        self, office: Office, homes: File, kill_rounds: int
    ) -> None:
        kill_often(office, "", homes, kill_rounds)


class TestInADatabase:
    @pytest.fixture
    def kept(self, office: Office, postgres: Cluster) -> Iterator[Kept]:
        office.store.close()
        with moved(postgres, office.home) as name:
            yield Kept(postgres, name, office.home)

    def test_a_killed_job_has_failed_and_its_import_is_whole_or_not_there(
        self, kept: Kept, homes: File, strikes: int
    ) -> None:
        with kept.opened() as office:
            kill_often(office, kept.url(), homes, strikes)

    def test_workers_that_look_at_once_take_each_job_once(self, kept: Kept, sheet: Sheet) -> None:
        """Each has connections of its own, as processes have."""
        with ExitStack() as end:
            workers = [end.enter_context(kept.opened()) for _ in range(WORKERS)]
            for number in range(JOBS):
                home = sheet(f"{number}.xlsx", HEADER, home_at(number))
                given = File(home.name, home.read_bytes())
                ask(LOCAL_ADMINISTRATOR, workers[0], "import", asked(0) | {"complete": False}, given=given)
            with ThreadPoolExecutor(WORKERS) as pool:
                done = list(pool.map(do_all, workers))
            uuids = [uuid for part in done for uuid in part]
            assert (len(uuids), len(set(uuids))) == (JOBS, JOBS)
            assert len(list_imports(LOCAL_ADMINISTRATOR, workers[0])) == JOBS
            assert {show_job(LOCAL_ADMINISTRATOR, workers[0], uuid).state for uuid in uuids} == {"done"}
            assert verify_audit(LOCAL_ADMINISTRATOR, workers[0]).ok


def do_all(office: Office) -> list[str]:
    """Do jobs until none waits; return which."""
    return [job.uuid for job in iter(lambda: work_once(office, beat=0.05), None)]


def asked(number: int) -> dict[str, object]:
    """What is asked for: the register of one day after the other."""
    day = DAY + dt.timedelta(days=number)
    return {"layer": "households", "on": day.isoformat(), "crs": "EPSG:4326", "complete": True}


def kill_often(office: Office, url: str, homes: File, rounds: int) -> None:
    """Ask for imports, and kill the worker at each."""
    moments, length, imports, killed, failed = random.Random(SEED), 0.5, 0, 0, 0
    for number in range(rounds + 1):
        day = DAY + dt.timedelta(days=number)
        rows = _halved(homes) if number % 2 else homes
        job = ask(LOCAL_ADMINISTRATOR, office, "import", asked(number), given=rows)
        listening, telling = context().Pipe(duplex=False)
        worker = context().Process(target=do_one, args=(office.home, url, telling))
        worker.start()
        assert listening.recv()
        begun = time.monotonic()
        if number:  # the first one is left alone, to know how long it takes
            time.sleep(moments.uniform(0, SPREAD * length))
            worker.kill()
        worker.join()
        length = time.monotonic() - begun if not number else length
        killed += worker.exitcode == -9
        listening.close()
        telling.close()
        time.sleep(LEASE.total_seconds() + 0.02)
        while work_once(office, beat=0.05) is not None:
            pass  # one that the killed worker had not taken yet is done now
        ended = show_job(LOCAL_ADMINISTRATOR, office, job.uuid)
        now = len(list_imports(LOCAL_ADMINISTRATOR, office))
        assert now - imports in {0, 1}
        if ended.state != "done":
            failed += 1
            assert ended.error is not None
            assert (ended.state, ended.error["code"]) == ("failed", "office.job_killed")
        imports = now
        keep_house(office)
        folder = office.home / FOLDER
        assert not folder.is_dir() or list(folder.iterdir()) == []
        assert len(list_features(LOCAL_ADMINISTRATOR, office, "households", on=day)) in {0, HOMES, HOMES // 2}
    assert 0 < failed <= killed
    assert verify_audit(LOCAL_ADMINISTRATOR, office).ok


def _halved(homes: File) -> File:
    """Return the register with every second home alone."""
    book = openpyxl.load_workbook(io.BytesIO(homes.content))
    page = book.active
    assert page is not None
    page.delete_rows(HOMES // 2 + 2, HOMES)
    out = io.BytesIO()
    book.save(out)
    return File(homes.name, out.getvalue())
