"""The pure rooms live under a guard that refuses files, sockets, processes and databases."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.house.guarded import PLANTED
from tests.house.planting import ROOT


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
