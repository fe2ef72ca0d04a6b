"""The service of Cambridge's office, 100,000 features: 50 users for a minute on two cores, readers and writers.

Each user asks, waits for the answer, thinks for about a second (`--think`), and asks again. Every answer must be a
success; what was written must be in the store afterwards. The peer of the table is the same service of the same office
in a PostgreSQL database (`--database postgresql+psycopg://...`, empty), where one is named.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.service_office import CATEGORY, FEATURES, ME, SOURCE, build
from gridmap.office.cell_lists import list_cells
from gridmap.office.issue_lists import list_issues
from gridmap.office.tokens import new_token
from gridmap.office.visit_lists import list_visits
from gridmap.office.wiring import open_office

Ask = tuple[str, str, object]
# How often each is asked, in a hundred requests.
MIX = {
    "who": 14,
    "cells": 8,
    "card": 10,
    "features in a box": 16,
    "tile": 16,
    "gaps": 8,
    "gaps by kind": 2,
    "issues": 8,
    "visits": 4,
    "coverage": 2,
    "figures": 2,
    "record a visit": 6,
    "report an issue": 4,
}
WRITES = ("record a visit", "report an issue")
_PATIENCE = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Town:
    """What the users ask about: codes of small cells, how many rentals there are, the box of the city, one token."""

    cells: list[str]
    rentals: int
    box: tuple[float, float, float, float]
    token: str = field(repr=False)


@dataclass(slots=True)
class Noted:
    """Seconds of every answer by what was asked, what failed, what was acknowledged."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    visits: set[str] = field(default_factory=set)
    issues: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


def question(name: str, town: Town, rng: np.random.Generator) -> Ask:
    """Return a request of a kind: method, address, body."""
    west, south, east, north = town.box
    lon, lat = rng.uniform(west, east), rng.uniform(south, north)
    cell = town.cells[rng.integers(len(town.cells))]
    key = f"R{rng.integers(town.rentals):06}"
    now = dt.datetime.now(dt.UTC).isoformat()
    x, y = _tile(lon, lat, 15)
    asked: dict[str, Callable[[], Ask]] = {
        "who": lambda: ("GET", f"/who?cell={cell}", None),
        "cells": lambda: ("GET", f"/cells?cell={cell[:11]}", None),
        "card": lambda: ("GET", f"/cells/{cell}", None),
        "features in a box": lambda: (
            "GET",
            f"/features/streetlights?bbox={lon:.5f},{lat:.5f},{lon + 0.004:.5f},{lat + 0.003:.5f}",
            None,
        ),
        "tile": lambda: ("GET", f"/tiles/rentals,streetlights/15/{x}/{y}", None),
        "gaps": lambda: ("GET", f"/gaps?cell={cell[:12]}&limit=50", None),
        "gaps by kind": lambda: ("GET", f"/gaps/kinds?cell={cell[:11]}", None),
        "issues": lambda: ("GET", f"/issues?cell={cell[:11]}&limit=50", None),
        "visits": lambda: ("GET", f"/visits?cell={cell[:11]}&limit=50", None),
        "coverage": lambda: ("GET", "/coverage?level=big", None),
        "figures": lambda: ("GET", "/figures", None),
        "record a visit": lambda: (
            "POST",
            "/visits",
            {
                "visits": [
                    {
                        "id": str(uuid.uuid4()),
                        "at": now,
                        "lead": "0",
                        "layer": "rentals",
                        "key": key,
                        "outcome": "met",
                    }
                ]
            },
        ),
        "report an issue": lambda: (
            "POST",
            "/issues",
            {
                "id": str(uuid.uuid4()),
                "source": SOURCE,
                "by": "0",
                "category": CATEGORY,
                "features": [["rentals", key]],
            },
        ),
    }
    return asked[name]()


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    wide = 1 << zoom
    sine = np.sin(np.radians(lat))
    return int((lon / 360 + 0.5) * wide), int((0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * wide)


def user(number: int, port: int, town: Town, noted: Noted, until: float, *, think: float, only: list[str]) -> None:
    """Ask, think, ask again."""
    rng = np.random.default_rng(number)
    names, shares = [*only], np.array([MIX[name] for name in only], dtype=float)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    time.sleep(rng.uniform(0, think))
    while time.monotonic() < until:
        name = str(rng.choice(names, p=shares / shares.sum()))
        method, address, body = question(name, town, rng)
        begun = time.perf_counter()
        status, said = send(line, method, address, body, town.token)
        seconds = time.perf_counter() - begun
        with noted.lock:
            noted.took[name].append(seconds)
            if status >= 300:
                noted.failed.append(f"{status} {method} {address.partition('?')[0]} {said[:200]!r}")
            elif name == "record a visit":
                noted.visits.add(body["visits"][0]["id"])  # type: ignore[index]
            elif name == "report an issue":
                noted.issues.add(body["id"])  # type: ignore[index]
        time.sleep(rng.exponential(think) if think else 0)
    line.close()


def send(line: http.client.HTTPConnection, method: str, address: str, body: object, token: str) -> tuple[int, bytes]:
    """Return status and body of an answer, 599 where there was none; a closed line is opened anew."""
    headers = {"Authorization": f"Bearer {token}"}
    sent = None
    if body is not None:
        sent = json.dumps(body).encode()
        headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    for again in (True, False):
        try:
            line.request(method, address, sent, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            line.close()
            if not again or not isinstance(
                error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError
            ):
                return 599, type(error).__name__.encode()
    return 599, b""


@contextmanager
def served(home: Path, workers: int) -> Iterator[int]:
    """Serve the office on a free port, and stop at the end."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    words = [sys.executable, "-c", "from gridmap.cli.main import run; run()"]
    words += ["serve", "--port", str(port), "--workers", str(workers), "--home", str(home)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                line.request("GET", "/ready")
                if line.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.1)
            finally:
                line.close()
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def reached(database: str) -> Iterator[None]:
    """Let this process and those that it starts know the whole address, which no settings keep: it has a password."""
    if database:
        os.environ["GRIDMAP_DATABASE"] = database
    try:
        yield
    finally:
        os.environ.pop("GRIDMAP_DATABASE", None)


def town_of(home: Path, rentals: int) -> Town:
    """Return what is asked about, and a token that may write."""
    with open_office(home) as office:
        cells = list_cells(ME, office, on=office.clock.today(), level="small")
        west, south, east, north = cells.total_bounds
        token = new_token(ME, office, label="bench", role="clerk").token
    return Town(cells["code"].tolist(), rentals, (west, south, east, north), token)


def run(home: Path, town: Town, options: argparse.Namespace) -> Noted:
    """Let the users work; return what they noted."""
    noted = Noted()
    with served(home, options.workers) as port:
        _first_answers(port, town, options)
        until = time.monotonic() + options.seconds
        given, how = (port, town, noted, until), {"think": options.think, "only": options.only or list(MIX)}
        users = [threading.Thread(target=user, args=(number, *given), kwargs=how) for number in range(options.users)]
        for one in users:
            one.start()
        for one in users:
            one.join()
    return noted


def _first_answers(port: int, town: Town, options: argparse.Namespace) -> None:
    """Let each worker work out what it keeps; say how long the first answers took, one after the other."""
    first = Noted()
    asked = [name for name in options.only or MIX if name not in WRITES]
    for name in asked * (3 * options.workers):
        user(len(first.took[name]), port, town, first, time.monotonic() + 0.001, think=0, only=[name])
    slowest = sorted(((max(took), name) for name, took in first.took.items() if took), reverse=True)[:4]
    print("first answers: " + ", ".join(f"{name} {seconds:.1f} s" for seconds, name in slowest))


def lost(home: Path, noted: Noted) -> int:
    """Return how many visits and issues were acknowledged and are not in the store."""
    with open_office(home) as office:
        kept = {*list_visits(ME, office)["visit"], *list_issues(ME, office)["issue"]}
    return len((noted.visits | noted.issues) - kept)


def show(title: str, noted: Noted, seconds: float, peer: Noted | None = None) -> None:
    """Print requests, p50 and p95 in milliseconds of each kind, of reads and of writes, and the ratio to the peer's."""
    count = sum(map(len, noted.took.values()))
    print(f"{title}: {count} requests, {count / seconds:.1f} a second, {len(noted.failed)} failed")
    for text in sorted(set(noted.failed))[:10]:
        print(f"  {text}")
    print(f"{'':20} {'n':>6} {'p50 ms':>9} {'p95 ms':>9}" + (f" {'of peer':>9}" if peer else ""))
    groups = {name: [name] for name in MIX if name in noted.took}
    groups["all reads"] = [name for name in noted.took if name not in WRITES]
    groups["all writes"] = [name for name in noted.took if name in WRITES]
    for name, parts in groups.items():
        took = _all(noted, parts)
        if len(took):
            ratio = f" {np.median(took) / np.median(_all(peer, parts)):9.2f}" if peer else ""
            print(f"{name:20} {len(took):6} {1000 * np.median(took):9.1f} {1000 * np.quantile(took, 0.95):9.1f}{ratio}")


def _all(noted: Noted, parts: list[str]) -> np.ndarray:
    return np.concatenate([noted.took[name] for name in parts]) if parts else np.array([])


def main() -> None:
    """Build, serve, ask, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=FEATURES)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between an answer and the next question")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", action="append", choices=list(MIX), help="only this kind; may be repeated")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database, for a peer")
    options = parser.parse_args()
    print(f"{options.users} users, {options.workers} workers, {os.cpu_count()} cores, {options.features} features")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Noted] = {}
        for title, database in (("database", options.database), ("file", "")):
            if title == "database" and not database:
                continue
            home, files = Path(folder) / title / "home", Path(folder) / title / "files"
            files.mkdir(parents=True)
            with reached(database):
                rentals = build(home, files, features=options.features, database=database)
                found[title] = run(home, town_of(home, rentals), options)
                gone = lost(home, found[title])
            show(title, found[title], options.seconds, found.get("database") if title == "file" else None)
            print(f"acknowledged and lost: {gone}")
            if gone or found[title].failed:
                sys.exit(1)


if __name__ == "__main__":
    main()
