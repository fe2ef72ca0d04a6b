"""An upgrade that is killed at any moment leaves the tables of before, or those of after, with all that they held."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gridmap.store.engine import Store
from gridmap.store.migrating import SCRIPTS
from gridmap.store.migrations import HEAD
from gridmap.store.snapshot import faults_inside
from gridmap.store.upgrade import revision, upgrade
from tests.office.killing import Victim
from tests.store.importing import found_town, import_batch
from tests.store.town import NOON

pytestmark = pytest.mark.of_the_file

SEED = 20150405
HELD = ("feature", "version", "private", "link", "audit", "audit_head", "batch")
REBUILD = f"""
from alembic import op
import sqlalchemy as sa

revision, down_revision = "planted", "{HEAD}"

def upgrade():
    for table in ("version", "audit", "feature"):
        with op.batch_alter_table(table, recreate="always") as rebuilt:
            rebuilt.add_column(sa.Column("planted", sa.Text()))
"""


def upgrade_one(path: Path, scripts: Path, say: Callable[[int], None]) -> None:
    """Upgrade the store, then wait to be killed."""
    upgrade(path, NOON, scripts=scripts)
    say(0)
    time.sleep(600)


def held(path: Path) -> dict[str, int]:
    """Return how many rows each table holds, having looked at whether the file is sound."""
    with closing(sqlite3.connect(path)) as raw:
        assert faults_inside(raw) == 0
        return {table: int(raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in HELD}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A store file with some hundred versions of houses."""
    path = tmp_path / "town" / "office.db"
    found_town(path)
    store = Store.open(path)
    for number, street in enumerate("AB"):
        import_batch(store, street, 2 + number)
    store.close()
    return path


def test_a_killed_upgrade_is_done_or_not_and_can_be_done_again(town: Path, tmp_path: Path, kill_rounds: int) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "planted.py").write_text(REBUILD, encoding="utf-8")
    moments, before, length = random.Random(SEED), held(town), 0.0
    ends = {HEAD: 0, "planted": 0}
    for number in range(kill_rounds + 1):
        home = tmp_path / f"home {number}"
        home.mkdir(mode=0o700)
        path = Path(shutil.copy(town, home / "office.db"))
        begun = time.monotonic()
        victim = Victim(upgrade_one, path, scripts)
        if not number:  # the first one is left alone, to know how long it takes
            victim.heard()
            length = time.monotonic() - begun
        else:
            time.sleep(moments.uniform(0, 1.2 * length))
        told = victim.kill()
        found = revision(path)
        ends[found] += 1
        assert found == "planted" or told == []
        assert held(path) == before
        upgrade(path, NOON, scripts=scripts)
        assert (revision(path), held(path)) == ("planted", before)
        for kept in (home / "backups").iterdir():
            assert kept.suffix == ".db", "what a killed one left half done is gone"
            assert (revision(kept), held(kept)) == (HEAD, before)
        shutil.rmtree(home)
    assert ends[HEAD] > 0, "no upgrade was killed before its end"
