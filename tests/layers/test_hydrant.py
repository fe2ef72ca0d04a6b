"""A fire-hydrant layer, added as one file, works from import to export; nothing else in the house knows of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import openpyxl
import orjson
import pyogrio
import pytest
import shapely
from openpyxl import Workbook
from typer.testing import CliRunner

import layers
from gridmap.cli.main import app
from gridmap.maps.geojson import write_geojson

DECLARATION = '''
"""Fire hydrants."""

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="hydrants",
    zh="消火栓",
    en="hydrants",
    geometry="point",
    key="hydrant_no",
    fields=(
        Field("hydrant_no", "消火栓编号", "hydrant number", mark="public", required=True, aliases=("栓号",)),
        Field("pressure", "水压", "pressure", type="number", unit="MPa", low=0, high=2, aliases=("出水压力",)),
        Field(
            "state",
            "状态",
            "state",
            type="choice",
            choices=(Choice("sound", "完好", "sound", fill="#0072B2"), Choice("blocked", "遮挡", "blocked")),
        ),
        Field("keeper", "维护人", "keeper", mark="personal"),
        Field("tested_on", "试水日期", "tested on", type="day"),
    ),
    style=Style("#0072B2", "triangle", by="state"),
    gap_kinds=("unlinked_feature",),
)
'''
WEST, SOUTH, STEP = 114.62, 22.42, 0.01


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the clerk works."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def hydrants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One more file among the layers."""
    folder = tmp_path_factory.mktemp("more_layers")
    (folder / "hydrants.py").write_text(DECLARATION, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "__path__", [*layers.__path__, str(folder)])
        yield
    sys.modules.pop("layers.hydrants", None)


@pytest.fixture(scope="module")
def cells(desk: Path) -> Path:
    """One big cell, one middle cell in it, two small cells side by side in that."""
    west, east = (shapely.box(WEST + i * STEP, SOUTH, WEST + (i + 1) * STEP, SOUTH + STEP) for i in range(2))
    both = shapely.union(west, east)
    frame = gpd.GeoDataFrame(
        {
            "code": ["440307999001", "4403079990011", "440307999001101", "440307999001102"],
            "level": ["big", "middle", "small", "small"],
        },
        geometry=[both, both, west, east],
        crs="EPSG:4326",
    )
    write_geojson(frame, desk / "cells.geojson")
    return desk / "cells.geojson"


@pytest.fixture(scope="module")
def register(desk: Path) -> Path:
    """Three hydrants: one in each cell, and one whose pressure no hydrant has."""
    book = Workbook()
    for row in (
        ("栓号", "出水压力", "状态", "维护人", "试水日期", "经度", "纬度"),
        ("X01", 0.35, "完好", "某甲", "2015.3.12", WEST + 0.5 * STEP, SOUTH + 0.5 * STEP),
        ("X02", 0.1, "遮挡", "某乙", None, WEST + 1.5 * STEP, SOUTH + 0.5 * STEP),
        ("X03", 35, "完好", "某丙", None, WEST + 1.5 * STEP, SOUTH + 0.5 * STEP),
    ):
        book.worksheets[0].append(row)
    book.save(desk / "hydrants.xlsx")
    return desk / "hydrants.xlsx"


class Terminal:
    """The command line of one office."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __call__(self, *words: object, status: int = 0) -> str:
        done = CliRunner().invoke(app, [*map(str, words), "--home", str(self._home)])
        assert done.exit_code == status, done.output
        return done.stdout


@pytest.fixture(scope="module")
def terminal(desk: Path, hydrants: None, cells: Path, register: Path) -> Terminal:
    """An office with its grid, into which the register has come."""
    terminal = Terminal(desk / "home")
    terminal("init", "--name", "office")
    terminal("grid", "import", cells, "--on", "2015-01-01")
    report = orjson.loads(
        terminal("import", "hydrants", register, "--crs", "EPSG:4326", "--on", "2015-06-01", "--json", status=1)
    )
    assert (report["added"], report["rejected"]) == (2, 1)
    return terminal


def test_its_rows_are_linked_listed_and_masked(terminal: Terminal) -> None:
    rows = orjson.loads(terminal("list", "hydrants", "--on", "2015-06-01", "--json"))
    first, second = (feature["properties"] for feature in rows["features"])
    assert second["cell"] == "440307999001102"
    assert (first["hydrant_no"], first["pressure"], first["state"]) == ("X01", 0.35, "sound")
    assert first["cell"] == "440307999001101"
    assert "keeper" not in first


def test_it_is_written_in_every_format_with_its_own_words_and_symbols(terminal: Terminal, tmp_path: Path) -> None:
    for ending in ("gpkg", "geojson", "parquet", "xlsx"):
        terminal("export", "hydrants", tmp_path / f"out.{ending}", "--on", "2015-06-01")
    for frame in (
        gpd.read_file(tmp_path / "out.gpkg", layer="hydrants"),
        gpd.read_file(tmp_path / "out.geojson"),
        gpd.read_parquet(tmp_path / "out.parquet"),
    ):
        assert frame["hydrant_no"].tolist() == ["X01", "X02"]
        assert frame["state"].tolist() == ["sound", "blocked"]
        assert "keeper" not in frame
    style = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="layer_styles")["styleQML"].item()
    assert 'attr="state"' in style
    headers, first, *_ = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows(values_only=True)
    row = dict(zip(headers, first, strict=True))
    assert row.get("状态", row.get("state")) in {"完好", "sound"}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet", "xlsx"])
def test_what_was_exported_comes_back_as_no_change(terminal: Terminal, tmp_path: Path, ending: str) -> None:
    """The linked cell was once taken for what the register says."""
    terminal("export", "hydrants", tmp_path / f"out.{ending}", "--on", "2015-06-01")
    words = ("import", "hydrants", tmp_path / f"out.{ending}", "--crs", "EPSG:4326", "--on", "2015-07-01", "--dry-run")
    report = orjson.loads(terminal(*words, "--json"))
    assert {name: report[name] for name in ("added", "changed", "unchanged", "rejected")} == {
        "added": 0,
        "changed": 0,
        "unchanged": 2,
        "rejected": 0,
    }
