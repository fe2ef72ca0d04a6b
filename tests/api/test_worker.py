"""The service does the jobs itself, unless its settings leave them to others."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.main import service
from gridmap.office.jobs import File, ask, show_job
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import write_settings
from tests.office.conftest import CLOCK


@pytest.mark.parametrize(("threads", "state"), [(2, "failed"), (0, "queued")])
def test_jobs_are_done_while_it_serves(office: Office, threads: int, state: str) -> None:
    write_settings(office.home, replace(office.settings, job_threads=threads))
    asked = ask(LOCAL_ADMINISTRATOR, office, "import", {"layer": "households"}, given=File("a.xlsx", b"none"))
    with TestClient(service(office.home, clock=CLOCK, works=True)):
        working = [one for one in threading.enumerate() if one.name == "worker"]
        assert len(working) == threads
        until = time.monotonic() + 20
        while threads and show_job(LOCAL_ADMINISTRATOR, office, asked.uuid).ended_at is None:
            assert time.monotonic() < until, "nobody does it"
            time.sleep(0.05)
    assert show_job(LOCAL_ADMINISTRATOR, office, asked.uuid).state == state
    assert not any(one.is_alive() for one in working)
