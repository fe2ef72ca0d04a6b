"""Issues through the errands: reports and steps in one batch beside plain inserts of the same rows by sqlite3.

The peer writes a bare row for each into one table with the same durability. The errands look up cell and people of the
day, check state, relation and what is said of each step, work out deadlines, number the issues, and audit the batch.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid5

from benchmarks.visits import ZONE, settle
from gridmap.ledger.issues import Event
from gridmap.office.issues import Report, act, keep_default_categories, report
from gridmap.people.person import LOCAL_ADMINISTRATOR

SPACE = UUID("9d3c0b5e-51f5-4a6e-9a4e-3f2f8c6f0a11")
BEGIN = dt.datetime(2015, 3, 2, 9, 0, tzinfo=ZONE)
# A plain life, and who takes each step: W0 followed it, W1 has it in hands.
LIFE: tuple[tuple[str, str | None, dict[str, object]], ...] = (
    ("file", None, {}),
    ("assign", None, {"holder": "W1"}),
    ("start", "W1", {}),
    ("finish", "W1", {}),
    ("close", "W0", {"result": "solved"}),
)


def reports(count: int) -> list[Report]:
    """Return issues in many cells, one every ten minutes."""
    return [
        Report(
            id=str(uuid5(SPACE, str(number))),
            at=BEGIN + dt.timedelta(minutes=10 * number),
            source="own_check",
            by="W0",
            category="other",
            lon=114 + (number * 37 % 997) / 1000,
            lat=22 + (number * 61 % 991) / 1000,
        )
        for number in range(count)
    ]


def lives(told: Sequence[Report]) -> list[Event]:
    """Return the steps of each issue, an hour apart."""
    return [
        Event(str(uuid5(UUID(one.id), name)), one.id, name, one.at + dt.timedelta(hours=hour), actor, said)
        for one in told
        for hour, (name, actor, said) in enumerate(LIFE, start=1)
    ]


def plain(path: Path, ids: Sequence[str]) -> None:
    """Insert a bare row for each id in one transaction, as durable as the office's."""
    with sqlite3.connect(path) as peer:
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE IF NOT EXISTS row (id TEXT PRIMARY KEY, text TEXT)")
        peer.executemany("INSERT INTO row VALUES (?, ?)", [(one, "x" * 200) for one in ids])
    peer.close()


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--issues", type=int, default=2_000)
    asked = parser.parse_args()
    told = reports(asked.issues)
    steps = lives(told)
    with tempfile.TemporaryDirectory() as folder, settle(Path(folder) / "home") as office:
        keep_default_categories(LOCAL_ADMINISTRATOR, office, on=dt.date(2015, 1, 1))
        print(f"{'':8}  {'rows':>8}  {'gridmap /s':>11}  {'sqlite3 /s':>11}  {'times':>6}")
        for name, rows, work in (
            ("reports", [one.id for one in told], lambda: report(LOCAL_ADMINISTRATOR, office, told)),
            ("steps", [one.id for one in steps], lambda: act(LOCAL_ADMINISTRATOR, office, steps)),
        ):
            ours = seconds(work)
            theirs = seconds(lambda rows=rows, name=name: plain(Path(folder) / f"{name}.db", rows))
            count = len(rows)
            print(f"{name:8}  {count:8}  {count / ours:11,.0f}  {count / theirs:11,.0f}  {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
