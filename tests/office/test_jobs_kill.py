"""A worker that is killed at any moment: its import is whole or not there, the next worker marks its job as failed."""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import openpyxl
import pytest

from gridmap.office.auditing import verify_audit
from gridmap.office.jobs import File, ask, show_job
from gridmap.office.listing import list_features
from gridmap.office.undoing import list_imports
from gridmap.office.wiring import Office, open_office
from gridmap.office.work import FOLDER, keep_house, work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import CLOCK, SOUTH, WEST, Sheet

SEED = 20150402
HOMES = 200
LEASE = dt.timedelta(milliseconds=200)
DAY = dt.date(2015, 5, 1)
# How much of the time of one job lies before and after the kill, at most.
SPREAD = 1.5


def context() -> ForkServerContext:
    """Processes that start at once, for they come from one that has imported everything."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__])
    return made


def do_one(home: Path, begun: Connection) -> None:
    """Do one job, as a worker of its own does."""
    with open_office(home, clock=CLOCK) as office:
        begun.send(True)
        work_once(office, lease=LEASE, beat=0.05)


@pytest.fixture
def homes(sheet: Sheet) -> File:
    rows = [(f"H{one}", WEST + 0.001 + one / 1e6, SOUTH + 0.001) for one in range(HOMES)]
    path = sheet("homes.xlsx", ("户编号", "经度", "纬度"), *rows)
    return File(path.name, path.read_bytes())


def test_a_killed_job_has_failed_and_its_import_is_whole_or_not_there(
    office: Office, homes: File, kill_rounds: int
) -> None:
    moments, length, imports, killed, failed = random.Random(SEED), 0.5, 0, 0, 0
    for number in range(kill_rounds + 1):
        day = DAY + dt.timedelta(days=number)
        asked = {"layer": "households", "on": day.isoformat(), "crs": "EPSG:4326", "complete": True}
        rows = _halved(homes) if number % 2 else homes
        job = ask(LOCAL_ADMINISTRATOR, office, "import", asked, given=rows)
        listening, telling = context().Pipe(duplex=False)
        worker = context().Process(target=do_one, args=(office.home, telling))
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
