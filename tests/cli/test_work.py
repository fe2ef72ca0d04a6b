"""`gridmap work`: a worker of its own."""

from __future__ import annotations

import os
import signal
import threading

from gridmap.office.jobs import File, ask, show_job
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.cli.conftest import Run


def test_the_jobs_that_wait_are_done_and_told(run: Run, demo_home: object) -> None:
    with open_office(demo_home) as office:  # type: ignore[arg-type]
        asked = ask(LOCAL_ADMINISTRATOR, office, "import", {"layer": "households"}, given=File("a.xlsx", b"none"))
        told = run("work", "--once")
        assert told.exit_code == 0, told.output
        assert asked.uuid in told.output
        assert show_job(LOCAL_ADMINISTRATOR, office, asked.uuid).state == "failed"
    assert "failed" in told.output or "失败" in told.output


def test_a_worker_ends_when_it_is_told_to(run: Run) -> None:
    kept = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    try:
        assert run("work").exit_code == 0
    finally:
        timer.cancel()
        for one, before in kept.items():
            signal.signal(one, before)
