"""Reading raw files in the confined process against the usual readers, which check nothing, in this process."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio

from gridmap.intake import raw

ROWS = 100_000


def main() -> None:
    rows = [
        [f"44030700{n:06d}", f"name {n}", n, n / 7, "大鹏街道王母社区", "x", 22.5, 114.5, "√", "2015.3.12"]
        for n in range(ROWS)
    ]
    with tempfile.TemporaryDirectory() as room:
        table, book, points = (Path(room) / name for name in ("a.csv", "a.xlsx", "a.geojson"))
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        sheet = openpyxl.Workbook(write_only=True)
        page = sheet.create_sheet()
        for row in rows:
            page.append(row)
        sheet.save(book)
        features = (
            f'{{"type":"Feature","properties":{{"code":"{n}","name":"n{n}"}},'
            f'"geometry":{{"type":"Point","coordinates":[{114 + n / 1e6},22.5]}}}}'
            for n in range(ROWS)
        )
        points.write_text(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}', encoding="utf-8")
        raw.read(points)  # the first call asks GDAL for its drivers
        print(f"{ROWS} rows{'':14}raw.read s   peer s   ratio")
        compare("csv, pandas", lambda: raw.read(table), lambda: pd.read_csv(table, header=None, dtype=str))
        compare("xlsx, openpyxl", lambda: raw.read(book), lambda: list_rows(book))
        compare(
            "xlsx, pandas calamine",
            lambda: raw.read(book),
            lambda: pd.read_excel(book, header=None, engine="calamine"),
        )
        compare("GeoJSON, pyogrio", lambda: raw.read(points), lambda: pyogrio.read_dataframe(points))


def list_rows(book: Path) -> int:
    return sum(1 for _ in openpyxl.load_workbook(book, read_only=True).worksheets[0].iter_rows(values_only=True))


def compare(what: str, ours: Callable[[], object], peer: Callable[[], object]) -> None:
    mine, theirs = min(timed(ours) for _ in range(2)), min(timed(peer) for _ in range(2))
    print(f"{what:24}{mine:10.2f}{theirs:9.2f}{mine / theirs:8.2f}")


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
