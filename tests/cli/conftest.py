"""The demo office, made once, and the command line run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the demo office was made, and what that printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    asked = ["demo", "--no-serve", "--households", "400", "--home", str(home)]
    made = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert made.exit_code == 0, made.output
    return home, made.stdout


@pytest.fixture
def demo_home(demo_made: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the demo office, for one test alone."""
    home = tmp_path / "home"
    shutil.copytree(demo_made[0], home)
    home.chmod(0o700)
    return home


@pytest.fixture
def run(demo_home: Path) -> Run:
    """Run a command on the copy of the demo office."""

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--home", str(demo_home)], catch_exceptions=False)

    return invoke
