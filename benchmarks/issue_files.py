"""A register of issues through the errand beside plain pandas and sqlite; a photo redrawn beside Pillow alone.

The peer reads the same csv with pandas and writes the same number of rows into a bare sqlite table: no check, no cell,
no identity, no flow. What the errand adds costs the rest.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import sqlite3
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from PIL import Image, ImageOps

from benchmarks.link import best, show
from gridmap.intake.photos import read_photo
from gridmap.office.clock import FixedClock
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.importing import Source
from gridmap.office.issue_files import IssueSource, import_issues
from gridmap.office.setup import found_office
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR

ZONE = ZoneInfo("Asia/Shanghai")
CLOCK = FixedClock(dt.datetime(2016, 6, 1, 12, tzinfo=ZONE), ZONE)
WRITTEN = "%Y-%m-%d %H:%M:%S"
STEPS = 6  # report, file, assign, start, finish, close


def tickets(path: Path, count: int) -> Path:
    """Write that many closed tickets of one year as a csv."""
    draw = np.random.default_rng(5)
    opened = pd.Timestamp("2015-01-01") + pd.to_timedelta(draw.integers(0, 360 * 86_400, count), unit="s")
    closed = opened + pd.to_timedelta(draw.integers(60, 10 * 86_400, count), unit="s")
    frame = pd.DataFrame(
        {
            "number": [f"T{number}" for number in range(count)],
            "opened": opened.strftime(WRITTEN),
            "closed": closed.strftime(WRITTEN),
            "result": "solved",
            "unit": "works",
            "lon": draw.uniform(114.4, 114.6, count).round(5),
            "lat": draw.uniform(22.5, 22.7, count).round(5),
        }
    )
    frame.to_csv(path, index=False)
    return path


def by_errand(path: Path) -> None:
    """Take the tickets into a new office."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        found_office(LOCAL_ADMINISTRATOR, home, name="bench", clock=CLOCK)
        with open_office(home, clock=CLOCK) as office:
            keep_default_categories(LOCAL_ADMINISTRATOR, office, on=dt.date(2015, 1, 1))
            report = import_issues(LOCAL_ADMINISTRATOR, office, IssueSource(Source(path, crs="EPSG:4326"), "road"))
        assert not report.faults


def by_hand(path: Path) -> None:
    """Read the tickets with pandas, and write a row for each step into a bare table."""
    frame = pd.read_csv(path, dtype=str)
    for name in ("opened", "closed"):
        frame[name] = pd.to_datetime(frame[name]).astype("int64")
    rows = list(frame.itertuples(index=False, name=None)) * STEPS
    with tempfile.TemporaryDirectory() as folder:
        kept = sqlite3.connect(Path(folder) / "bench.db")
        with kept:
            kept.execute("CREATE TABLE step (number, opened, closed, result, unit, lon, lat)")
            kept.executemany("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        kept.close()


def redrawn(path: Path) -> None:
    """Redraw a photo with Pillow in this process, with no wall around it."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((2048, 2048), Image.Resampling.LANCZOS)
        upright.convert("RGB").save(io.BytesIO(), "JPEG", quality=85, optimize=True)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--tickets", type=int, default=8_000)
    ask.add_argument("--rounds", type=int, default=2)
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = tickets(Path(folder) / "tickets.csv", given.tickets)
        photo = Path(folder) / "photo.jpg"
        small = np.random.default_rng(5).integers(0, 255, (375, 500, 3), dtype=np.uint8)
        Image.fromarray(small).resize((4000, 3000)).save(photo, quality=90)
        taken = best(
            given.rounds,
            errand=lambda: by_errand(path),
            peer=lambda: by_hand(path),
            photo=lambda: read_photo(photo),
            pillow=lambda: redrawn(photo),
        )
    print(f"{'':<52} {'ratio':>6}   wanted")
    title = f"{given.tickets:,} tickets, {given.tickets * STEPS:,} steps"
    told = f"errand {taken['errand']:.2f} s, pandas and sqlite {taken['peer']:.2f} s"
    show(f"{title}: errand / pandas and sqlite", taken["errand"] / taken["peer"], "< 20", told)
    show(
        f"{title}: steps a second", given.tickets * STEPS / taken["errand"], "> 2000", "a new office founded each time"
    )
    told = f"walled {taken['photo']:.2f} s, bare {taken['pillow']:.2f} s"
    show("a photo of 12 Mpx: in its walls / Pillow alone", taken["photo"] / taken["pillow"], "< 3", told)


if __name__ == "__main__":
    main()
