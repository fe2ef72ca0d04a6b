"""The pure rooms live under a guard that refuses files, sockets, processes and databases."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from tests.house.guarded import PLANTED
from tests.house.planting import PURE_ROOMS, ROOT


def live(*planted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.house.guarded", *planted], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_no_public_function_of_a_pure_room_reaches_outside() -> None:
    done = live()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [], "not called under the guard: let them live in tests/house/guarded.py"


@pytest.mark.parametrize("planted", PLANTED)
def test_the_guard_catches_what_reaches_outside(planted: str) -> None:
    done = live(planted)
    assert done.returncode != 0
    assert "ReachedOutsideError" in done.stderr


def unseeded(tree: ast.Module) -> list[int]:
    """Return the lines that make a random generator without a seed."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) == "default_rng"
        and not node.args + node.keywords
    ]


def test_randomness_in_pure_rooms_comes_from_a_seed() -> None:
    assert unseeded(ast.parse("rng = np.random.default_rng()")) == [1]
    files = [path for room in PURE_ROOMS for path in (ROOT / "gridmap" / room).rglob("*.py")]
    assert [path.name for path in files if unseeded(ast.parse(path.read_text(encoding="utf-8")))] == []
