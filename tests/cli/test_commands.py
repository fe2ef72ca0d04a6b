"""Every command does its errand, speaks plainly, and exits with the code that says what happened."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import geopandas as gpd
import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from gridmap import cli
from gridmap.cli import main
from gridmap.cli.language import chosen
from gridmap.cli.main import app
from gridmap.cli.options import pairs
from tests.cli.conftest import Run

COMMANDS = (
    "init doctor upgrade backup restore import undo imports list export erase expire demo gaps coverage "
    "grid-check grid-repair grid-import grid-export grid-editions audit-verify audit-list"
).split()


def test_the_demo_says_what_was_linked_where_and_what_was_refused(demo_made: tuple[Path, str]) -> None:
    home, said = demo_made
    assert "made up" in said
    assert "in no cell" in said
    assert "households.faults.xlsx" in said
    assert (home / "files" / "households.faults.xlsx").is_file()


def test_the_demo_twice_changes_nothing(run: Run) -> None:
    before = json.loads(run("imports", "--json").stdout)
    assert run("demo", "--households", "400").exit_code == 0
    assert json.loads(run("imports", "--json").stdout) == before


def test_the_demo_refuses_the_home_of_a_real_office(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert CliRunner().invoke(app, ["init", "--name", "Dapeng", "--home", home]).exit_code == 0
    refused = CliRunner().invoke(app, ["demo", "--home", home])
    assert refused.exit_code == 3
    assert "another office" in refused.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    asked = CliRunner().invoke(app, [*command.split("-"), "--help"], catch_exceptions=False)
    assert asked.exit_code == 0
    assert "Usage" in asked.stdout


def test_a_list_is_masked_and_says_how_many_of_how_many(run: Run) -> None:
    listed = run("list", "households", "--limit", "3", "--on", "2015-06-01")
    assert "3 of 451 rows" in listed.stdout
    assert "Made-up Head" not in listed.stdout
    assert "2015-12-31 18:30" in listed.stderr, "a demo office says that its clock stands still"


def test_a_reveal_needs_a_reason_and_is_listed_in_the_audit(run: Run) -> None:
    assert run("list", "households", "--reveal", "head").exit_code == 2
    shown = run("list", "households", "--reveal", "head", "--reason", "a call", "--limit", "1")
    assert "Made-up Head" in shown.stdout
    (newest, *_) = json.loads(run("audit", "list", "--json").stdout)
    assert (newest["action"], newest["detail"]["reason"]) == ("reveal", "a call")


def test_a_list_as_json_is_geojson(run: Run) -> None:
    lamps = json.loads(run("list", "streetlights", "--json").stdout)
    assert lamps["type"] == "FeatureCollection"
    assert len(lamps["features"]) == 5100


def test_the_tally_counts_every_layer(run: Run) -> None:
    rows = {row["layer"]: row for row in json.loads(run("list", "--json").stdout)}
    assert rows["streetlights"] == {"layer": "streetlights", "features": 5100, "placed": 5100, "linked": 5097}


def test_an_import_with_bad_rows_exits_1_and_one_that_cannot_be_read_2(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("household number", "people"), ("N1", 3), ("N2", "some"), ("N3", -1)):
        book.active.append(row)
    book.save(tmp_path / "new.xlsx")
    report = run("import", "households", str(tmp_path / "new.xlsx"), "--json")
    assert report.exit_code == 1
    said = json.loads(report.stdout)
    assert (said["added"], said["rejected"], said["unplaced"]) == (1, 2, 1)
    assert [fault["row"] for fault in said["faults"]] == [3, 4]
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no zip")
    assert run("import", "households", str(tmp_path / "broken.xlsx")).exit_code == 2


def test_places_are_joined_from_a_file_or_a_kept_layer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("business number,business name,at\nX1,Corner,R0001\nX2,Nowhere,none\n")
    doors = gpd.GeoDataFrame({"door": ["R0001"]}, geometry=gpd.points_from_xy([114.625], [22.425]), crs=4326)
    doors.to_file(tmp_path / "doors.geojson")
    words = ("import", "businesses", str(tmp_path / "shops.csv"), "--map", "at=place_key")
    report = json.loads(run(*words, "--places", f"{tmp_path / 'doors.geojson'}:door", "--json").stdout)
    assert (report["added"], report["unplaced"]) == (2, 1)
    assert run(*words, "--places", "doors").exit_code == 2


def test_an_import_is_undone_unless_something_stands_on_it(run: Run, tmp_path: Path) -> None:
    assert run("undo", "1").exit_code == 0
    assert run("undo", "1").exit_code == 3
    assert run("undo", "99").exit_code == 3


def test_grid_check_and_repair_on_files(run: Run, tmp_path: Path) -> None:
    cells = tmp_path / "cells.geojson"
    assert run("grid", "export", str(cells)).exit_code == 0
    clean = run("grid", "check", str(cells), "--lengths", "12,13,15")
    assert (clean.exit_code, clean.stdout.strip()) == (0, "No defect.")
    frame = gpd.read_file(cells).to_crs("EPSG:4547")
    small = frame["level"] == "small"
    frame.loc[frame[small].index[0], "geometry"] = frame.loc[frame[small].index[0], "geometry"].buffer(
        -0.3, join_style="mitre"
    )
    frame.to_file(tmp_path / "slit.gpkg")
    found = run("grid", "check", str(tmp_path / "slit.gpkg"), "--out", str(tmp_path / "defects.geojson"))
    assert found.exit_code == 1
    assert "slit" in found.stdout
    assert len(gpd.read_file(tmp_path / "defects.geojson"))
    mended = CliRunner().invoke(app, ["grid", "repair", str(tmp_path / "slit.gpkg"), str(tmp_path / "mended.gpkg")])
    assert mended.exit_code == 0, mended.output
    assert "slit" not in run("grid", "check", str(tmp_path / "mended.gpkg")).stdout


def test_a_grid_is_published_and_listed(run: Run, tmp_path: Path) -> None:
    cells = tmp_path / "cells.geojson"
    run("grid", "export", str(cells))
    published = run("grid", "import", str(cells), "--on", "2015-07-01", "--edition", "summer", "--json")
    assert json.loads(published.stdout)["edition"] == 2
    editions = json.loads(run("grid", "editions", "--json").stdout)
    assert [(one["name"], one["valid_from"]) for one in editions][-1] == ("summer", "2015-07-01")


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "xlsx", "parquet"])
def test_a_layer_is_exported_in_every_format(run: Run, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"out.{ending}"
    assert run("export", "businesses", str(target)).exit_code == 0
    assert target.stat().st_size > 0


def test_backup_erase_restore_leaves_the_erased_value_erased(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "office.db"
    copy.parent.mkdir()
    assert run("backup", str(copy)).exit_code == 0
    assert run("erase", "households", "H00001", "--reason", "asked").exit_code == 0
    assert run("restore", str(copy)).exit_code == 0
    listed = json.loads(run("list", "households", "--json", "--reveal", "head", "--reason", "a look").stdout)
    heads = {one["properties"]["key"]: one["properties"]["head"] for one in listed["features"]}
    assert heads["H00001"] is None
    assert heads["H00002"]
    assert run("audit", "verify").exit_code == 0


def test_doctor_finds_the_store_at_head_and_the_neighbours_in_place(run: Run) -> None:
    states = {row["code"]: row["state"] for row in json.loads(run("doctor", "--json").stdout)}
    assert states["doctor.store_at_head"] == "ok"
    assert states["doctor.neighbour"] == "ok"


def test_a_broken_audit_exits_1(run: Run, demo_home: Path) -> None:
    with closing(sqlite3.connect(demo_home / "office.db")) as intruder, intruder:
        intruder.execute("DROP TRIGGER audit_no_update") if _has_trigger(intruder) else None
        intruder.execute("UPDATE audit SET account = 'somebody' WHERE seq = 2")
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert "row 2" in broken.stdout


def _has_trigger(intruder) -> bool:
    names = {row[0] for row in intruder.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for name in names:
        if name != "audit_no_update":
            intruder.execute(f'DROP TRIGGER "{name}"')
    return "audit_no_update" in names


def test_an_absent_office_exits_5_and_says_what_to_do(tmp_path: Path) -> None:
    asked = CliRunner().invoke(app, ["list", "--home", str(tmp_path / "nowhere")])
    assert asked.exit_code == 5
    assert "gridmap init" in asked.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("list", "--on", "31.12.2015"), "2015-10-31"),
        (("imports", "--as-of", "2015-12-31"), "offset"),
        (("import", "households", "x.csv", "--map", "head"), "NAME=VALUE"),
        (("list", "dragons"), "streetlights"),
        (("grid", "check", "cells.geojson", "--lengths", "12,12,15"), "12,13,15"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_allowed(run: Run, words: tuple[str, ...], hint: str) -> None:
    answered = run(*words)
    assert answered.exit_code in {2, 3}
    assert hint in " ".join(answered.stderr.replace("│", " ").split())


def test_hostile_text_cannot_move_the_cursor(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("business number,business name\nX1,\x1b[2Jgone[bold]\n")
    run("import", "businesses", str(tmp_path / "shops.csv"))
    listed = run("list", "businesses", "--limit", "500")
    assert "\x1b[2J" not in listed.stdout
    assert "gone[bold]" in listed.stdout


@pytest.mark.parametrize(
    ("argv", "environment", "expected"),
    [
        (["gridmap", "--lang", "zh"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["gridmap", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["gridmap"], {"GRIDMAP_LANG": "zh", "LC_ALL": "en_US"}, "zh"),
        (["gridmap"], {"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        (["gridmap", "--lang", "fr"], {}, "en"),
    ],
)
def test_the_language_is_the_option_else_the_variable_else_the_locale(
    argv: list[str], environment: dict[str, str], expected: str
) -> None:
    assert chosen(argv, environment) == expected


def test_help_speaks_chinese_where_the_locale_does() -> None:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "GRIDMAP_LANG": "zh", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", "from gridmap.cli.main import run; run()", "--help"]
    asked = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, encoding="utf-8")
    assert "网格" in asked.stdout


def test_pairs_keep_what_follows_the_first_equals_sign() -> None:
    assert pairs(["户主=head", "a = b=c"], option="--map") == {"户主": "head", "a": "b=c"}


def test_the_table_of_commands_holds_what_the_modules_declare() -> None:
    declared: dict[str, set[str]] = {}
    for found in iter_modules(cli.__path__, f"{cli.__name__}."):
        module = import_module(found.name)
        if not hasattr(module, "declare"):
            continue
        part = typer.Typer()
        module.declare(part)
        commands = [one.name or getattr(one.callback, "__name__", "") for one in part.registered_commands]
        for name in [*commands, *(group.name for group in part.registered_groups)]:
            declared.setdefault(str(name), set()).add(found.name.rpartition(".")[2])
    groups = {"visit_sheets", "issue_acts", "route_outputs"}  # declare into the group of another module
    declared = {name: modules - groups for name, modules in declared.items() if modules - groups}
    assert set(declared) == set(main._COMMANDS)
    assert all(modules <= set(main._COMMANDS[name]) for name, modules in declared.items())


def test_a_command_loads_no_more_than_it_needs() -> None:
    """What draws pictures and solves plans is heavy: a list of visits pays for neither."""
    script = "import sys; from gridmap.cli.main import _loaded; _loaded('visits'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"matplotlib", "folium", "pyvrp"} & set(done.stdout.split())
