"""The made-up Dapeng as files of the kind that offices have: GeoJSON, GeoPackage, workbooks and old csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from openpyxl import Workbook

from gridmap.grid.crs import from_wgs84
from gridmap.layer import Layer, Registry, header, spoken
from gridmap.maps.geojson import CENTIMETRE, write_geojson
from gridmap.office.dapeng.clerk import write_households
from gridmap.office.dapeng.made import dapeng
from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.people import People, people
from gridmap.office.dapeng.size import Size
from gridmap.words import DEFAULT_LANGUAGE, say
from gridmap.words.spellings import PARTS, POST_KINDS, ROSTER_HEADERS, TIERS
from gridmap.words.spellings_categories import SERVICE_HEADERS

_WORKBOOK_ROWS = 50_000  # a register with more rows is csv
_FILE_ROWS = 250_000  # and in several files: one may hold 300,000
_ZH, _EN = 0, 1  # where spellings keep each language

Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register: the layer it is of, where it lies, and the CRS to name for it (null: the file says)."""

    layer: str
    path: Path
    crs: str | None


@dataclass(frozen=True, slots=True)
class Files:
    """The files of territory, cells (three levels) and roster; the registers in the order of their import.

    `survey`: what the survey of October finds of the lamps, whose register knows nothing of their state before.
    `services`: the items of the service counter.
    """

    territory: Path
    cells: Path
    roster: Path
    registers: tuple[RegisterFile, ...]
    survey: Path
    services: Path


def write_dapeng(
    folder: Path, seed: int, layers: Registry, *, size: Size | None = None, lang: str = DEFAULT_LANGUAGE
) -> Files:
    """Write the Dapeng of a seed into `folder`, which must exist, over what lies there under the same names.

    Rows that cannot be used stand beside the good ones: five in the household register (a number that is missing, one
    that is taken, a day that is none, a count in words, longitude and latitude swapped), three among the shops
    (GB18030, in the coordinates of phone maps), two among the lamps. Headers and words are in `lang`.
    """
    made = dapeng(seed, size, lang=lang)
    write_geojson(made.territory, folder / "territory.geojson")
    write_geojson(made.cells, folder / "cells.geojson")
    write_geojson(made.features["roads"], folder / "roads.geojson")
    _write_lights(made.features["streetlights"], folder / "streetlights.gpkg", layers["streetlights"], lang)
    _write_roster(people(made.cells, Names(lang), size), folder / "roster.xlsx", lang)
    registers = [
        RegisterFile("roads", folder / "roads.geojson", None),
        RegisterFile("streetlights", folder / "streetlights.gpkg", None),
        *_homes(made.features["households"], folder, layers["households"], lang),
        *_shops(made.features["businesses"], folder, layers["businesses"], lang),
    ]
    for name in ("rentals", "organisations", "enterprises", "care_places"):
        registers += _plain(made.features[name], folder, layers[name], lang)
    survey = write_survey(
        made.features["streetlights"][["pole", "status"]],
        folder / "streetlights-survey.csv",
        layers["streetlights"],
        lang,
    )
    return Files(
        territory=folder / "territory.geojson",
        cells=folder / "cells.geojson",
        roster=folder / "roster.xlsx",
        registers=tuple(registers),
        survey=survey,
        services=_write_services(folder / "services.csv", (size or Size()).service_items, lang),
    )


def _write_services(path: Path, count: int, lang: str) -> Path:
    """Write the items of the service counter: what there really are is the office's own list."""
    numbers = range(1, count + 1)
    at = _ZH if lang == "zh" else _EN
    items = {
        "number": [f"{one:02}" for one in numbers],
        "name": [say("dapeng.service_item", lang, number=number) for number in numbers],
    }
    frame = pd.DataFrame({SERVICE_HEADERS[name][at]: values for name, values in items.items()})
    frame.to_csv(path, index=False, encoding="utf-8")
    return path


def write_survey(found: pd.DataFrame, path: Path, layer: Layer, lang: str) -> Path:
    """Write what somebody found of lamps, pole and status alone, as a csv in the words of `lang`; return its path."""
    worded = _worded(found, layer, lang)
    worded.rename(columns=lambda name: header(name, layer, lang)).to_csv(path, index=False, encoding="utf-8")
    return path


def _write_lights(lamps: gpd.GeoDataFrame, path: Path, layer: Layer, lang: str) -> None:
    """A GeoPackage as a lighting company's GIS writes it: no state is known, one pole has no number, one flickers."""
    worded = _worded(lamps.assign(status="unknown"), layer, lang)
    bad = worded.iloc[:2].copy()
    bad["pole"], bad["status"] = [None, "X00001"], [worded["status"].iloc[0], say("dapeng.flickering", lang)]
    path.unlink(missing_ok=True)
    both = gpd.GeoDataFrame(pd.concat([worded.iloc[:20], bad, worded.iloc[20:]]), crs=lamps.crs)
    both.rename(columns=lambda name: header(name, layer, lang)).to_file(path, driver="GPKG", layer=layer.name)


def _homes(homes: gpd.GeoDataFrame, folder: Path, layer: Layer, lang: str) -> Iterator[RegisterFile]:
    frame = _worded(_located(homes, "EPSG:4490"), layer, lang)
    if len(frame) > _WORKBOOK_ROWS:
        yield from _in_csv(frame, folder, layer, lang, crs="EPSG:4490")
        return
    write_households(frame, folder / "households.xlsx", layer, lang)
    yield RegisterFile(layer.name, folder / "households.xlsx", "EPSG:4490")


def _shops(shops: gpd.GeoDataFrame, folder: Path, layer: Layer, lang: str) -> Iterator[RegisterFile]:
    """Out of an old system: a kind that is none, a licence that Excel has cut, a longitude that is no number."""
    frame = _worded(_located(shops, "gcj02"), layer, lang)
    bad = frame.iloc[:3].astype(object)
    bad[layer.key] = ["X00001", "X00002", "X00003"]
    if len(bad):
        for at, (column, value) in enumerate(
            (("kind", say("dapeng.tent", lang)), ("licence", "4.40308E+14"), ("lon", "NaN"))
        ):
            bad.loc[bad.index[min(at, len(bad) - 1)], column] = value
    yield from _in_csv(
        pd.concat([frame.iloc[:20].astype(object), bad, frame.iloc[20:]]), folder, layer, lang, crs="gcj02"
    )


def _plain(features: gpd.GeoDataFrame, folder: Path, layer: Layer, lang: str) -> Iterator[RegisterFile]:
    """A workbook with headers and rows alone."""
    frame = _worded(_located(features, "EPSG:4490"), layer, lang)
    if len(frame) > _WORKBOOK_ROWS:
        yield from _in_csv(frame, folder, layer, lang, crs="EPSG:4490")
        return
    path = folder / f"{layer.name}.xlsx"
    book = Workbook()
    _fill(book, spoken(layer, lang), [header(str(name), layer, lang) for name in frame.columns], frame)
    book.save(path)
    yield RegisterFile(layer.name, path, "EPSG:4490")


def _in_csv(frame: pd.DataFrame, folder: Path, layer: Layer, lang: str, *, crs: str) -> Iterator[RegisterFile]:
    """GB18030, in as many files as it takes."""
    starts = range(0, max(len(frame), 1), _FILE_ROWS)
    for number, start in enumerate(starts, start=1):
        path = folder / (f"{layer.name}.csv" if len(starts) == 1 else f"{layer.name}-{number}.csv")
        with path.open("w", encoding="gb18030", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([header(str(name), layer, lang) for name in frame.columns])
            rows = frame.iloc[start : start + _FILE_ROWS]
            writer.writerows(rows.astype(object).where(rows.notna(), "").itertuples(index=False))
        yield RegisterFile(layer.name, path, crs)


def _located(features: gpd.GeoDataFrame, crs: str) -> pd.DataFrame:
    """Longitude and latitude in `crs` as columns instead of the geometry; none where it is missing."""
    phone = crs == "gcj02"
    placed = features.to_crs("EPSG:4326" if phone else crs)
    points = np.asarray(placed.geometry.array, dtype=object)
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    if phone:
        lon, lat = from_wgs84(lon, lat, "gcj02")
    frame = pd.DataFrame(placed.drop(columns="geometry"))
    return frame.assign(lon=np.round(lon, CENTIMETRE), lat=np.round(lat, CENTIMETRE))


def _worded(frame: Frame, layer: Layer, lang: str) -> Frame:
    """Choices and yes or no as words."""
    worded = frame.copy()
    for name in frame.columns:
        field = layer.by_name.get(str(name))
        if field is not None and field.type == "choice":
            worded[name] = frame[name].map({choice.value: spoken(choice, lang) for choice in field.choices})
        elif field is not None and field.type == "boolean":
            worded[name] = frame[name].map({True: say("dapeng.yes", lang), False: say("dapeng.no", lang)})
    return worded


def _fill(book: Workbook, title: str, headers: list[str], frame: pd.DataFrame) -> None:
    sheet = book.create_sheet(title)
    if "Sheet" in book.sheetnames:
        book.remove(book["Sheet"])
    sheet.append(headers)
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        sheet.append(list(row))


def _write_roster(made: People, path: Path, lang: str) -> None:
    """Three sheets: posts, absences, stand-ins."""
    at = _ZH if lang == "zh" else _EN
    posts = made.posts.copy()
    for column, words in (("tier", TIERS), ("part", PARTS), ("kind", POST_KINDS)):
        posts[column] = posts[column].map({value: spelt[at] for value, spelt in words.items()})
    posts["chief"] = posts["chief"].map({True: say("dapeng.yes", lang)})
    book = Workbook()
    for code, frame in (("posts", posts), ("absences", made.absences), ("stand_ins", made.stand_ins)):
        _fill(book, say(f"dapeng.{code}", lang), [ROSTER_HEADERS[str(name)][at] for name in frame.columns], frame)
    book.save(path)
