"""The made-up town as files of the kind that offices have: title rows, merged cells, text dates, and some bad rows."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.grid.crs import from_wgs84
from gridmap.layer import Layer, Registry, header, spoken
from gridmap.maps.geojson import CENTIMETRE, write_geojson
from gridmap.office.town import Town, town
from gridmap.words import DEFAULT_LANGUAGE, say

_WGS84 = "EPSG:4326"
_FIRST_ROW = 3  # below the title and the headers
_WRONG_EVERY = 60  # rows of the household register


@dataclass(frozen=True, slots=True)
class TownFile:
    """A register of the town: the layer it is of, where it lies, and the CRS to name for it (null: the file says)."""

    layer: str
    path: Path
    crs: str | None


@dataclass(frozen=True, slots=True)
class TownFiles:
    """The file of cells (three levels), and the registers in the order in which they are to be imported."""

    cells: Path
    registers: tuple[TownFile, ...]


def write_town(folder: Path, seed: int, layers: Registry, *, lang: str = DEFAULT_LANGUAGE) -> TownFiles:
    """Write the town of a seed into `folder`, which must exist, over what lies there under the same names.

    `cells.geojson`; `roads.geojson`; `streetlights.gpkg` (EPSG:4547, two bad rows, three lamps outside all cells);
    `households.xlsx` (longitude and latitude in EPSG:4490, five kinds of bad row, some rows with a cell code alone);
    `shops.csv` (GB18030, coordinates as phone maps give them: gcj02, three bad rows). Headers and words are in `lang`.
    """
    made = town(seed, lang=lang)
    write_geojson(made.cells, folder / "cells.geojson")
    write_geojson(made.roads, folder / "roads.geojson")
    _write_lights(made, folder / "streetlights.gpkg", layers["streetlights"], lang)
    _write_households(made, folder / "households.xlsx", layers["households"], lang)
    _write_shops(made, folder / "shops.csv", layers["businesses"], lang)
    return TownFiles(
        folder / "cells.geojson",
        (
            TownFile("roads", folder / "roads.geojson", None),
            TownFile("streetlights", folder / "streetlights.gpkg", None),
            TownFile("households", folder / "households.xlsx", "EPSG:4490"),
            TownFile("businesses", folder / "shops.csv", "gcj02"),
        ),
    )


def _write_lights(made: Town, path: Path, layer: Layer, lang: str) -> None:
    """A GeoPackage as a lighting company's GIS writes it; one pole without number, one state that nobody knows."""
    lamps = made.streetlights.copy()
    lamps["status"] = lamps["status"].map(
        {choice.value: spoken(choice, lang) for choice in layer.by_name["status"].choices}
    )
    lamps.loc[20, "pole"] = None
    lamps.loc[40, "status"] = say("town.flickering", lang)
    path.unlink(missing_ok=True)
    lamps.rename(columns=lambda name: header(name, layer, lang)).to_file(path, driver="GPKG", layer=layer.name)


def _write_households(made: Town, path: Path, layer: Layer, lang: str) -> None:
    """A workbook as a clerk keeps it."""
    placed = made.households.to_crs("EPSG:4490")
    frame = pd.DataFrame(placed.drop(columns="geometry"))
    frame["lon"], frame["lat"] = placed.geometry.x.round(CENTIMETRE), placed.geometry.y.round(CENTIMETRE)
    frame["away"] = frame["away"].map({True: say("town.yes", lang), False: say("town.no", lang)})
    days = [_written(number, day, lang) for number, day in enumerate(frame["registered_on"])]
    frame["registered_on"] = pd.Series(days, dtype="object")
    frame = frame.sort_values(["cell", "household_no"], na_position="first", kind="stable")
    names = [str(name) for name in frame.columns]
    values = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    rows = [*_with_bad_rows([dict(zip(names, row, strict=True)) for row in values], lang)]
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = spoken(layer, lang)
    sheet.append([say("town.title", lang)])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(names))
    sheet.append([header(name, layer, lang) for name in names])
    for row in rows:
        sheet.append(list(row.values()))
    _merge_equal(sheet, [row["cell"] for row in rows], names.index("cell") + 1)
    total = int(made.households["people"].sum())
    sheet.append([say("town.total", lang), *[None] * (names.index("people") - 1), total])
    sheet.append([say("town.note", lang)])
    book.save(path)


def _written(number: int, day: str, lang: str) -> object:
    """A day as different hands write it: with dots, with slashes or in words, or as Excel's own."""
    at = dt.date.fromisoformat(day)
    if number % 4 == 0:
        return at
    if number % 4 == 1:
        return say("town.day", lang, year=at.year, month=at.month, day=at.day)
    return f"{at.year}.{at.month}.{at.day}" if number % 4 == 2 else f"{at.year}/{at.month:02}/{at.day:02}"


def _with_bad_rows(rows: Sequence[dict[str, object]], lang: str) -> Iterator[dict[str, object]]:
    """The rows, and between them five that cannot be used, each in a way of its own."""
    wrong: list[dict[str, object]] = [
        {"household_no": None},
        {"household_no": rows[0]["household_no"]},
        {"registered_on": "2015.13.45"},
        {"people": say("town.some", lang)},
        {"lon": rows[0]["lat"], "lat": rows[0]["lon"]},
    ]
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _WRONG_EVERY == 0 and wrong:
            yield row | {"household_no": f"X{number:05}"} | wrong.pop(0)


def _merge_equal(sheet: Worksheet, codes: Sequence[object], column: int) -> None:
    """Write a code that holds for several rows once, in a merged block."""
    start = _FIRST_ROW
    for code, group in groupby(codes):
        end = start + len(list(group)) - 1
        if code is not None and end > start:
            sheet.merge_cells(start_row=start, end_row=end, start_column=column, end_column=column)
        start = end + 1


def _write_shops(made: Town, path: Path, layer: Layer, lang: str) -> None:
    """A csv out of an old system: a kind that is none, a licence that Excel has cut, a longitude that is no number."""
    shops = made.businesses.to_crs(_WGS84)
    frame = pd.DataFrame(shops.drop(columns="geometry"))
    points = np.asarray(shops.geometry.array, dtype=object)
    lon, lat = from_wgs84(shapely.get_x(points), shapely.get_y(points), "gcj02")
    frame["lon"], frame["lat"] = [f"{x:.6f}" for x in lon], [f"{y:.6f}" for y in lat]
    frame["kind"] = frame["kind"].map({choice.value: spoken(choice, lang) for choice in layer.by_name["kind"].choices})
    frame.loc[10, "kind"] = say("town.tent", lang)
    frame.loc[20, "licence"] = "4.40308E+14"
    frame.loc[30, "lon"] = "NaN"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([header(str(name), layer, lang) for name in frame.columns])
        writer.writerows(frame.itertuples(index=False))
