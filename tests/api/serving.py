"""The service in a process of its own, which tests kill, and clients that write to it all the while."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import api.endpoints
import api.standards
import api.web
from gridmap.cli.serve import serving
from gridmap.settings import DATABASE_VARIABLE

BATCH = 5
UNREACHABLE = 503
"""The service lives, what it keeps things in does not answer: to be asked again."""
_PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    body: Any = None
    replayed: bool = False


@dataclass(slots=True)
class Post:
    """What a client sends, with its key."""

    path: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


def context() -> ForkServerContext:
    """Processes that start at once, for they come from one that has imported everything."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__, *modules()])
    return made


def modules() -> list[str]:
    """Return the names of what the service loads when it starts."""
    rooms = (api.endpoints, api.standards, api.web)
    return [f"{room.__name__}.{found.name}" for room in rooms for found in iter_modules(room.__path__)]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(home: Path, port: int, database: str = "") -> None:
    """Do what `gridmap serve` does; what it says goes into a file beside the home."""
    os.environ[DATABASE_VARIABLE] = database
    log = os.open(home.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    serving(home, port=port)


def start(home: Path, port: int, database: str = "") -> ForkServerProcess:
    """Start the service, and return when it answers; `database`: where the office is kept, if in no file."""
    process = context().Process(target=serve, args=(home, port, database))
    process.start()
    until = time.monotonic() + _PATIENCE
    while send(port, "", "GET", "/ready").status != 200:
        assert process.is_alive(), home.with_suffix(".log").read_text(encoding="utf-8")[-3000:]
        assert time.monotonic() < until, "it did not begin to answer"
        time.sleep(0.05)
    return process


@contextmanager
def served(home: Path, port: int) -> Iterator[ForkServerProcess]:
    """The service for as long as the block lasts."""
    process = start(home, port)
    try:
        yield process
    finally:
        process.terminate()
        process.join(_PATIENCE)


def send(port: int, token: str, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
    """Ask once, over a line of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key is not None:
        headers["Idempotency-Key"] = key
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        line.request(method, path, None if body is None else json.dumps(body), headers)
        got = line.getresponse()
        return Answer(got.status, json.loads(got.read()), got.headers.get("Idempotency-Replayed") == "true")
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        line.close()


def post(port: int, token: str, one: Post) -> Answer:
    return send(port, token, "POST", one.path, one.body, key=one.key)


def visits(count: int = BATCH) -> Post:
    """A batch of visits at one household."""
    seen = [
        {
            "id": str(uuid.uuid4()),
            "at": "2015-03-12T19:30:00+08:00",
            "lead": "7",
            "layer": "households",
            "key": "H1",
            "outcome": "met",
        }
        for _ in range(count)
    ]
    return Post("/visits", {"visits": seen})


def issue() -> Post:
    return Post(
        "/issues",
        {
            "id": str(uuid.uuid4()),
            "source": "own_check",
            "by": "7",
            "category": "streetlight",
            "cell": "440307010001101",
        },
    )


class Writer(threading.Thread):
    """Posts one thing after the other; what got no answer it sends again, until it is told to stop."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self._port, self._token = port, token
        self.stop = threading.Event()
        self.done: list[tuple[Post, Answer]] = []
        self.strange: list[Answer] = []

    def run(self) -> None:
        """Write."""
        number = 0
        while not self.stop.is_set():
            number += 1
            self._through(issue() if number % 3 == 0 else visits())

    def _through(self, one: Post) -> None:
        while True:
            answer = post(self._port, self._token, one)
            if 200 <= answer.status < 300:
                self.done.append((one, answer))
                return
            if answer.status == 409 and answer.body["code"] == "office.key_at_work":
                # Whoever had begun it is dead; its ids see to it that with another key, too, it is done once.
                one.key = str(uuid.uuid4())
            elif answer.status and answer.status != UNREACHABLE:
                self.strange.append(answer)
                return
            time.sleep(0.02)
