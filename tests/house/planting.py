"""A copy of the packages in which violations are planted, and what import-linter and ruff say about it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("gridmap", "layers", "api")
# From the top down; rooms of one floor are siblings.
FLOORS = (
    ("gridmap.cli",),
    ("gridmap.office",),
    ("gridmap.intake", "gridmap.store", "gridmap.maps", "gridmap.reports"),
    ("gridmap.routes", "gridmap.gaps"),
    ("gridmap.streets", "gridmap.ledger"),
    ("gridmap.people",),
    ("gridmap.grid",),
    ("gridmap.layer",),
    ("gridmap.settings",),
    ("gridmap.errors",),
    ("gridmap.words",),
)
FILES = ("gridmap.layer", "gridmap.settings", "gridmap.errors")
PURE_ROOMS = ("grid", "people", "ledger", "streets", "gaps", "routes")


def copy_house(target: Path) -> Path:
    """Copy the packages and their rules to `target`, with every room of the plan present."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    for room in (room for floor in FLOORS for room in floor):
        if room not in FILES:
            place = target / room.replace(".", "/")
            place.mkdir(exist_ok=True)
            (place / "__init__.py").touch()
    return target


def plant(house: Path, files: Mapping[str, str]) -> None:
    """Write each text to its path below `house`; an existing file gets the text at its end."""
    for name, text in files.items():
        with (house / name).open("a", encoding="utf-8") as file:
            file.write(text)


def broken_contracts(house: Path) -> str:
    """Return what import-linter says of `house`, empty if every contract is kept."""
    # PYTHONPATH: the copy is read, not the package installed beside this test.
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def broken_rules(house: Path) -> set[tuple[str, str]]:
    """Return what ruff says of `house`: (file, rule)."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=json", *PACKAGES],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        (Path(found["filename"]).relative_to(house.resolve()).as_posix(), found["code"])
        for found in json.loads(done.stdout)
    }
