"""A service, its connections to the database, or the database are ended at any moment: what it acknowledged is kept."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.office.auditing import verify_audit
from gridmap.office.tokens import new_token
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import write_settings
from tests.api.serving import BATCH, Writer, free_port, post, start
from tests.api.test_kills import WRITERS, ids_in
from tests.cluster import Cluster
from tests.office.kept import moved
from tests.office.lived import found
from tests.office.struck import STRIKES, Kept, the_worker

SEED = 20150407


@pytest.fixture
def kept(postgres: Cluster, tmp_path: Path) -> Iterator[Kept]:
    """The village after its year, whose service takes any number of requests."""
    found(tmp_path / "home", tmp_path)
    with moved(postgres, tmp_path / "home") as name:
        made = Kept(postgres, name, tmp_path / "home")
        with made.opened() as office:
            write_settings(office.home, replace(office.settings, requests_a_minute=0, requests_a_minute_address=0))
        yield made


def ids_of(kept: Kept, table: str) -> list[str]:
    """The ids of all visits, or issues."""
    return [row for (row,) in kept.ask(f"SELECT uuid FROM {table}")]


def test_what_the_service_acknowledged_is_kept_once(kept: Kept, strikes: int) -> None:
    with kept.opened() as office:
        token = new_token(LOCAL_ADMINISTRATOR, office, label="writer", role="clerk").token
    before = {table: set(ids_of(kept, table)) for table in ("visit", "issue")}
    moments, port = random.Random(SEED), free_port()
    writers = [Writer(port, token) for _ in range(WRITERS)]
    service = start(kept.home, port, kept.url())
    for writer in writers:
        writer.start()
    for number in range(strikes):
        strike = STRIKES[number % len(STRIKES)]
        done = sum(len(writer.done) for writer in writers)
        while sum(len(writer.done) for writer in writers) == done:
            assert service.is_alive()
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.5))
        if strike is the_worker:
            service.kill()
            service.join()
            service = start(kept.home, port, kept.url())
        else:
            strike(kept)
    for writer in writers:
        writer.stop.set()
        writer.join()
    assert [answer for writer in writers for answer in writer.strange] == []
    acknowledged = [pair for writer in writers for pair in writer.done]
    for one, answer in acknowledged[-20:]:
        again = post(port, token, one)
        assert (again.status, again.body, again.replayed) == (answer.status, answer.body, True)
    service.terminate()
    service.join()
    called, raised = (ids_of(kept, table) for table in ("visit", "issue"))
    assert len(called) == len(set(called))
    assert (len(called) - len(before["visit"])) % BATCH == 0, "no batch is half there"
    wanted = set().union(*(ids_in(one.body) for one, _ in acknowledged))
    assert {*called, *raised} - before["visit"] - before["issue"] == wanted
    assert kept.ask("SELECT uuid FROM issue WHERE id NOT IN (SELECT issue_id FROM issue_event)") == []
    with kept.opened() as office:
        assert verify_audit(LOCAL_ADMINISTRATOR, office).ok
