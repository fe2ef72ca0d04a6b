"""A service that is killed, or whose disk is full: what it acknowledged is kept, once, and nothing is half there."""

from __future__ import annotations

import random
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.office.auditing import verify_audit
from gridmap.office.issues import keep_default_categories
from gridmap.office.tokens import new_token
from gridmap.office.wiring import STORE_FILE, Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import write_settings
from gridmap.store.snapshot import faults_inside
from tests.api.serving import BATCH, Answer, Writer, free_port, issue, post, send, served, start, visits
from tests.office.visited import FOUNDED, settle

SEED = 20150404
WRITERS = 3
GREAT = 200  # visits in a batch that soon fills the room there is
MOST_POSTS = 100


@pytest.fixture
def visited(office: Office, tmp_path: Path) -> Office:
    """The village with its households and categories; its service takes any number of requests."""
    settle(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    write_settings(office.home, replace(office.settings, requests_a_minute=0, requests_a_minute_address=0))
    return office


def token_of(office: Office) -> str:
    return new_token(LOCAL_ADMINISTRATOR, office, label="writer", role="clerk").token


def kept(office: Office) -> tuple[set[str], set[str]]:
    """Return the ids of the visits and issues kept, having looked at whether the store and its audit are sound."""
    with closing(sqlite3.connect(office.home / STORE_FILE)) as raw:
        assert faults_inside(raw) == 0
        called = [row for (row,) in raw.execute("SELECT uuid FROM visit")]
        raised = [row for (row,) in raw.execute("SELECT uuid FROM issue")]
        assert raw.execute(
            "SELECT count(*) FROM issue WHERE id NOT IN (SELECT issue_id FROM issue_event)"
        ).fetchone() == (0,)
    assert verify_audit(LOCAL_ADMINISTRATOR, office).ok
    assert len(set(called)) == len(called)
    assert len(set(raised)) == len(raised)
    return set(called), set(raised)


def ids_in(body: dict[str, object]) -> set[str]:
    """Return the ids of what a post holds."""
    held = body.get("visits")
    return {one["id"] for one in held} if isinstance(held, list) else {str(body["id"])}


def test_what_a_killed_service_acknowledged_is_kept_once(visited: Office, kill_rounds: int) -> None:
    moments, port, token = random.Random(SEED), free_port(), token_of(visited)
    writers = [Writer(port, token) for _ in range(WRITERS)]
    service = start(visited.home, port)
    for writer in writers:
        writer.start()
    for _ in range(kill_rounds):
        before = sum(len(writer.done) for writer in writers)
        while sum(len(writer.done) for writer in writers) == before:
            assert service.is_alive()
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.5))
        service.kill()
        service.join()
        called, _ = kept(visited)
        assert len(called) % BATCH == 0, "no batch is half there"
        service = start(visited.home, port)
    for writer in writers:
        writer.stop.set()
        writer.join()
    assert [answer for writer in writers for answer in writer.strange] == []
    done = [pair for writer in writers for pair in writer.done]
    for one, answer in done[-20:]:
        again = post(port, token, one)
        assert (again.status, again.body, again.replayed) == (answer.status, answer.body, True)
    service.terminate()
    service.join()
    called, raised = kept(visited)
    assert called | raised == set().union(*(ids_in(one.body) for one, _ in done))


def fill(port: int, token: str) -> tuple[list[set[str]], Answer]:
    """Post visits until the room is used up; return the ids of what was acknowledged and the answer that was not."""
    acknowledged = []
    for _ in range(MOST_POSTS):
        one = visits(GREAT)
        answer = post(port, token, one)
        if answer.status != 201:
            return acknowledged, answer
        acknowledged.append(ids_in(one.body))
    pytest.fail("the room was never used up")


def out_of_room(office: Office, port: int, give_room: Callable[[], object]) -> None:
    """Assert what holds of a service whose room is used up, and gets some again."""
    token = token_of(office)
    acknowledged, refused = fill(port, token)
    assert (refused.status, refused.body["code"]) in {(507, "store.full"), (503, "store.disk")}
    assert refused.body["error"] == "StoreError"
    assert refused.body["sentence"]
    assert send(port, token, "GET", "/visits?limit=1").status == 200, "it goes on reading"
    assert post(port, token, visits(GREAT)).status == refused.status
    give_room()
    after = [visits(GREAT), issue()]
    assert [post(port, token, one).status for one in after] == [201, 201]
    called, raised = kept(office)
    assert called == set().union(*acknowledged, ids_in(after[0].body))
    assert raised == ids_in(after[1].body)


def test_a_service_whose_disk_takes_no_more_says_so_and_goes_on(visited: Office) -> None:
    port = free_port()
    with served(visited.home, port) as service:
        assert service.pid is not None
        size = max(path.stat().st_size for path in visited.home.glob(f"{STORE_FILE}*"))
        before = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (size + 200_000, resource.RLIM_INFINITY))
        out_of_room(visited, port, lambda: resource.prlimit(service.pid, resource.RLIMIT_FSIZE, before))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of some megabytes; where none may be mounted, the test is skipped."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_service_whose_disk_is_full_says_so_and_goes_on(visited: Office, small_disk: Path) -> None:
    home, port = small_disk / "home", free_port()
    subprocess.run(["cp", "-a", str(visited.home), str(home)], check=True)
    with open_office(home) as office, served(home, port):
        stuffing = small_disk / "stuffing"
        stuffing.write_bytes(b"x" * (16 * 1024 * 1024 - used(small_disk) - 300_000))
        out_of_room(office, port, stuffing.unlink)


def used(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
