"""Routes at the terminal, as somebody meets them who has the demo office."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.cli.conftest import Run

CADRE = "W001"


def told(run: Run, *words: str) -> Any:
    done = run("route", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def called(plan: dict[str, Any]) -> list[str]:
    return [stop["key"] for stop in plan["stops"] if stop["route"] is not None]


def test_an_evening_is_planned_shown_changed_and_planned_again(run: Run) -> None:
    plan = told(run, "--cadre", CADRE)
    assert (plan["plan"], plan["on"], [one["cadre"] for one in plan["routes"]]) == ("P2015-0002", "2015-12-31", [CADRE])
    keys = called(plan)
    assert len(keys) >= 3
    assert all(stop["cadres"] == [CADRE] for stop in plan["stops"])

    shown = run("route", "show")
    assert shown.exit_code == 0
    assert f"{CADRE} Made-up Worker 1" in shown.stdout
    assert all(key in shown.stdout for key in keys)

    moved = told(run, "move", "P2015-0002", "--cadre", CADRE, "--order", "2,1")
    assert (moved["replaces"], called(moved)) == ("P2015-0002", [keys[1], keys[0]])
    by_hand = [stop["key"] for stop in moved["stops"] if (stop["left_out"] or {}).get("code") == "routes.by_hand"]
    assert sorted(by_hand) == sorted(keys[2:])

    again = told(run, "again", "P2015-0002", "--cadre", CADRE, "--at", "20:15")
    assert min(stop["arrive"] for stop in again["stops"] if stop["arrive"]) >= "2015-12-31 12:15"
    listed = told(run, "list")
    assert [one["number"] for one in listed] == ["P2015-0004", "P2015-0003", "P2015-0002", "P2015-0001"]
    assert again["replaces"] == "P2015-0002"


def test_the_demo_has_planned_its_evening_and_drawn_it(run: Run, demo_made: tuple[Path, str]) -> None:
    home, said = demo_made
    assert "Plan P2015-0001 for 2015-12-31: routes 2, stops " in said
    first = told(run, "show", "P2015-0001")["routes"][0]["cadre"]
    assert (home / "maps" / f"route-{first}.html").exists()


def test_when_somebody_wishes_to_be_visited_is_told_to_nobody(run: Run) -> None:
    done = run("route", "--cadre", CADRE, "--json")
    assert "windows" not in json.loads(done.stdout)["stops"][0]
    assert "daytime" not in done.stdout


def test_a_plan_speaks_the_language_asked_for(run: Run, demo_home: Path) -> None:
    run("route", "--cadre", CADRE)
    asked = [str(Path(sys.executable).with_name("gridmap")), "--lang", "zh", "route", "show", "--home", str(demo_home)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run(asked, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert "计划 P2015-0002（2015-12-31）：1 条路线" in shown.stdout
    assert "原因" in shown.stdout
    assert "look-back" not in shown.stdout


def test_a_week_and_a_walk(run: Run) -> None:
    week = told(run, "week", "2016-W01", "--cadre", CADRE)
    assert (week["asked"]["on"], week["asked"]["until"]) == ("2016-01-04", "2016-01-10")
    walk = run("route", "walk", "--cell", "4403070100012", "--budget", "5000")
    assert walk.exit_code == 0
    assert "evening" in walk.stdout
    parts = told(run, "walk", "--cell", "4403070100012", "--budget", "5000")
    assert all(one["properties"]["metres"] <= 5000 for one in parts["features"])


def test_crews_repair_the_dark_lamps(run: Run) -> None:
    plan = told(run, "lamps", "--cadre", CADRE, "--until", "2016-01-04")
    assert {stop["layer"] for stop in plan["stops"]} == {"streetlights"}
    assert called(plan)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ("--cadre X9", 3, "X9"),
        ("--begin 7pm", 2, "7pm: give a time of day, as in 19:30"),
        ("--start 114.5", 2, "114.5"),
        ("--start 200,1", 2, "degrees"),
        ("--mode swim", 2, "walk, ebike, car"),
        ("--tier king", 2, "grid_worker"),
        ("--cell 9", 3, "cell 9"),
        ("--on 2014-01-01", 3, "no roads"),
        ("--cadre W001 --on 2015-12-31 --most 0", 2, "most"),
        ("show P9", 3, "P9"),
        ("show --on 2015-12-30", 3, "no plan for 2015-12-30"),
        ("week 2016-53", 2, "as in 2016-W01"),
        ("week 2016-W54", 2, "as in 2016-W01"),
        ("move P9 --cadre W001 --order a", 2, "as in 3,1,2"),
        ("again P9 --cadre W001 --at 20:15", 3, "P9"),
        ("lamps --until 2016-01-05", 2, "--cadre"),
        ("lamps --cadre W001 --until 2015-01-05", 2, "2015-01-05"),
        ("walk --cell 9", 3, "cell 9"),
    ],
)
def test_what_is_asked_wrongly_is_said(run: Run, asked: str, code: int, said: str) -> None:
    done: Result = run("route", *asked.split())
    assert (done.exit_code, said in done.output) == (code, True), done.output
