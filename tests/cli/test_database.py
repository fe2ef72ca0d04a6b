"""An office in a database from the terminal: founded, looked at, copied, moved into a file and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from gridmap.cli.main import app
from gridmap.office.doctor import examine
from gridmap.settings import DATABASE_VARIABLE, read_settings
from tests.cluster import OWNER, QUIET, Cluster

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder without an office."""
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the office of that folder; the variable gives the password, as on a server."""
    monkeypatch.setenv(DATABASE_VARIABLE, database)

    def invoke(*words: str, code: int = 0) -> Result:
        said = CliRunner().invoke(app, [*words, "--home", str(home)])
        assert said.exit_code == code, said.output
        return said

    return invoke


def test_an_office_lives_in_a_database(run: Run, home: Path, database: str, postgres: Cluster, tmp_path: Path) -> None:
    said = run("init", "--name", "大鹏")
    assert DATABASE_VARIABLE in said.stdout
    assert postgres.password not in said.stdout
    assert read_settings(home).database
    assert not (home / "office.db").exists()
    run("init", "--name", "other", code=3)
    run("audit", "verify")
    run("upgrade")
    run("backup", str(tmp_path / "copy.db"))
    run("restore", str(tmp_path / "copy.db"))
    assert "restore" in run("audit", "list").stdout
    assert len(list((home / "backups").iterdir())) == 1


def test_it_moves_into_a_file_and_back(
    run: Run, home: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", "--name", "大鹏")
    run("move", "--to-file")
    assert (home / "office.db").exists()
    assert read_settings(home).database == ""
    run("audit", "verify")
    run("move", code=3)  # the database holds the office still
    name = postgres.new_database()
    monkeypatch.setenv(DATABASE_VARIABLE, postgres.url(name, "keeper"))
    postgres.role("moved_server")
    run("move", "--serving-role", "moved_server")
    assert not (home / "office.db").exists()
    run("audit", "verify")
    monkeypatch.setenv(DATABASE_VARIABLE, postgres.url(name, "moved_server"))
    run("audit", "verify")
    run("upgrade")
    postgres.drop(name)


def test_the_doctor_says_whether_the_servers_log_shows_values(run: Run, home: Path, postgres: Cluster) -> None:
    def said() -> dict[str, object]:
        return {one.code: one.inputs for one in examine(home, dt.date(2026, 1, 1)) if "server_log" in one.code}

    run("init", "--name", "大鹏")
    assert said() == {"doctor.server_log_silent": {}}
    postgres.run(f"ALTER ROLE {OWNER} RESET ALL")
    told = ", ".join(switch.removeprefix("SET ") for switch in QUIET)
    assert said() == {"doctor.server_log": {"settings": told}}
    postgres.run(*(f"ALTER ROLE {OWNER} {switch}" for switch in QUIET))
