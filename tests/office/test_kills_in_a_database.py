"""In a database, too: whoever is ended at any moment loses nothing that was acknowledged, and leaves nothing half."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from gridmap.office.acting import act
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.office.copying import backup, restore
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.listing import list_features
from gridmap.office.reporting import report
from gridmap.office.visiting import record
from gridmap.people.person import LOCAL_ADMINISTRATOR as ME
from gridmap.store.backends import guards, postgres
from gridmap.store.migrating import SCRIPTS
from gridmap.store.migrations import HEAD
from gridmap.store.snapshot import faults_inside
from gridmap.store.upgrade import revision, upgrade
from tests.cluster import OWNER, Cluster
from tests.office.conftest import CLOCK
from tests.office.kept import moved
from tests.office.killing import pace
from tests.office.lived import found, life, on_clock, told
from tests.office.struck import STRIKES, Kept, as_account, at_work, persist, struck
from tests.office.test_kills import BATCH, evening, left_in
from tests.office.visited import middle_of, uid

SEED = 20150406
HOMES = 100
DAY = dt.date(2015, 6, 1)
HELD = ("feature", "version", "private", "link", "audit", "audit_head", "batch", "visit", "issue_event")

Say = Callable[[int], None]


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office of the village after its year, in a file."""
    folder = tmp_path_factory.mktemp("village")
    found(folder / "home", folder)
    return folder / "home"


@pytest.fixture
def kept(village: Path, postgres: Cluster, tmp_path: Path) -> Iterator[Kept]:
    """The same, in a database."""
    home = tmp_path / "home"
    shutil.copytree(village, home)
    with moved(postgres, home) as name:
        yield Kept(postgres, name, home)


@pytest.fixture
def moments() -> random.Random:
    return random.Random(SEED)


def numbers_from(first: int) -> range:
    return range(first, first + 10_000)


def audit_of(kept: Kept) -> Counter[str]:
    """Return how often each thing was done, having looked at whether the chain and the walls are whole."""
    with kept.opened() as office:
        assert verify_audit(ME, office).ok
        return Counter(read_audit(ME, office, limit=100_000)["action"])


def record_on(home: Path, url: str, first: int, say: Say) -> None:
    """Record batches of visits, one after the other."""
    with at_work(home, url) as office:
        for number in numbers_from(first):
            persist(lambda: record(ME, office, evening(number)))  # noqa: B023  done before the next
            say(number)


def test_no_visit_that_was_acknowledged_is_lost_and_no_batch_is_half_there(
    kept: Kept, moments: random.Random, strikes: int
) -> None:
    before = visits_of(kept)
    acts = audit_of(kept)["visit"]
    length, done = pace(record_on, kept.home, kept.url(), 0)
    following = done[-1] + 1
    for number in range(strikes):
        strike = STRIKES[number % len(STRIKES)]
        following += len(struck(moments, length, kept, strike, record_on, kept.home, kept.url(), following))
        assert visits_of(kept) - before in {following * BATCH, (following + 1) * BATCH}
        with kept.opened() as office:
            again = record(ME, office, evening(following))
        assert (again.recorded, again.repeated) in {(BATCH, 0), (0, BATCH)}
        following += 1
    assert audit_of(kept)["visit"] - acts == following


def close_on(home: Path, url: str, first: int, say: Say) -> None:
    """Report issues and bring each to its end, in one go."""
    with at_work(home, url) as office:
        spring = on_clock(office, "2015-06-30T23:00")
        for number in numbers_from(first):
            name = f"killed {number}"
            persist(lambda: report(ME, spring, [told(name, "2015-06-01T19:00")]))  # noqa: B023  as above
            persist(lambda: act(ME, spring, life(name, "2015-06-01", "2015-06-02", lamps=1)))  # noqa: B023
            say(number)


def test_an_issue_that_is_being_closed_is_as_it_was_or_closed(kept: Kept, moments: random.Random, strikes: int) -> None:
    length, done = pace(close_on, kept.home, kept.url(), 0)
    following = done[-1] + 1
    whole = len(life("x", "2015-06-01", "2015-06-02")) + 1
    for number in range(strikes):
        strike = STRIKES[number % len(STRIKES)]
        following += len(struck(moments, length, kept, strike, close_on, kept.home, kept.url(), following))
        rows = kept.ask(
            "SELECT i.uuid, (array_agg(e.state ORDER BY e.id DESC))[1], count(*) FROM issue i"
            " JOIN issue_event e ON e.issue_id = i.id GROUP BY 1"
        )
        left = {name: (state, events) for name, state, events in rows}
        for one in range(following):
            assert left[uid(f"killed {one}")] == ("closed", whole)
        last = left.get(uid(f"killed {following}"))
        assert last in {None, ("reported", 1), ("closed", whole)}
    audit_of(kept)


def homes(folder: Path, number: int) -> Path:
    """The register of a number: all homes, or every second one."""
    path = folder / f"homes {number % 2}.xlsx"
    if not path.exists():
        made = openpyxl.Workbook()
        assert made.active is not None
        made.active.append(("户编号", "户主", "经度", "纬度"))
        for one in range(0, HOMES, number % 2 + 1):
            made.active.append((f"N{one}", f"户主{one}", *middle_of(0, 0)))
        made.save(path)
    return path


def import_on(home: Path, url: str, folder: Path, first: int, say: Say) -> None:
    """Import the registers of one day after the other, each of which ends half of the homes or begins it anew."""
    with at_work(home, url) as office:
        for number in numbers_from(first):
            terms = Terms(on=DAY + dt.timedelta(days=number), complete=True)
            source = Source(homes(folder, number), crs="EPSG:4326")
            persist(lambda: import_register(ME, office, "households", source, terms))  # noqa: B023  as above
            say(number)


def test_an_import_is_all_there_or_not_at_all(kept: Kept, tmp_path: Path, moments: random.Random, strikes: int) -> None:
    for number in range(2):
        homes(tmp_path, number)
    length, done = pace(import_on, kept.home, kept.url(), tmp_path, 0)
    following = done[-1] + 1
    for number in range(strikes):
        strike = STRIKES[number % len(STRIKES)]
        more = struck(moments, length, kept, strike, import_on, kept.home, kept.url(), tmp_path, following)
        following += len(more)
        with kept.opened() as office:
            on = DAY + dt.timedelta(days=following)
            assert len(list_features(ME, office, "households", on=on)) in {HOMES, HOMES // 2}
            on = DAY + dt.timedelta(days=following - 1)
            assert len(list_features(ME, office, "households", on=on)) == HOMES // ((following - 1) % 2 + 1)
        half = kept.ask(
            "SELECT b.id FROM batch b LEFT JOIN version v ON v.batch_id = b.id GROUP BY b.id, b.counts"
            " HAVING count(v.id) <> (b.counts::json ->> 'added')::int + (b.counts::json ->> 'changed')::int"
        )
        assert half == []
    audit_of(kept)


def back_up_on(home: Path, url: str, folder: Path, first: int, say: Say) -> None:
    """Copy the office away again and again while it changes."""
    with at_work(home, url) as office:
        for number in numbers_from(first):
            persist(lambda: record(ME, office, evening(number)))  # noqa: B023  as above
            persist(lambda: backup(ME, office, folder / f"{number}.db"))  # noqa: B023
            say(number)


def test_a_backup_has_its_name_only_when_it_is_whole(
    kept: Kept, tmp_path: Path, moments: random.Random, strikes: int
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir(mode=0o700)
    before = visits_of(kept)
    length, done = pace(back_up_on, kept.home, kept.url(), folder, 0)
    following = done[-1] + 1
    for number in range(strikes):
        strike = STRIKES[number % len(STRIKES)]
        more = struck(moments, length, kept, strike, back_up_on, kept.home, kept.url(), folder, following)
        for one in more:
            assert (folder / f"{one}.db").is_file()
            assert (folder / f"{one}.db.head").is_file()
        for copy in folder.glob("*.db"):
            assert visits_in(copy) == before + (int(copy.stem) + 1) * BATCH
            following = max(following, int(copy.stem) + 1)
            copy.unlink()
        with kept.opened() as office:
            record(ME, office, evening(following))
        following += 1
    audit_of(kept)
    with kept.opened() as office:
        last = backup(ME, office, folder / "last.db")
    assert left_in(folder) == []
    restore(ME, tmp_path / "elsewhere", last, clock=CLOCK)


def restore_on(home: Path, url: str, folder: Path, first: int, say: Say) -> None:
    """Bring back one copy after the other."""
    as_account(url)
    for number in numbers_from(first):
        persist(lambda: restore(ME, home, folder / f"{number % 2}.db", clock=CLOCK))  # noqa: B023  as above
        say(number)


def test_a_restored_office_is_the_one_before_or_the_one_of_the_copy(
    kept: Kept, tmp_path: Path, moments: random.Random, strikes: int
) -> None:
    folder, before = tmp_path / "copies", visits_of(kept)
    folder.mkdir(mode=0o700)
    with kept.opened() as office:
        for number in range(2):
            record(ME, office, evening(number))
            backup(ME, office, folder / f"{number}.db")
    length, done = pace(restore_on, kept.home, kept.url(OWNER), folder, 0)
    following = done[-1] + 1
    for number in range(strikes // 2):
        strike = STRIKES[number % len(STRIKES)]
        following += len(
            struck(moments, length, kept, strike, restore_on, kept.home, kept.url(OWNER), folder, following)
        )
        assert (visits_of(kept) - before) // BATCH - 1 in {(following - 1) % 2, following % 2}
        audit_of(kept)
        for put_aside in (kept.home / "backups").glob(f"{kept.name}*.db"):
            assert visits_in(put_aside) - before in {BATCH, 2 * BATCH}
            put_aside.unlink()


PLANTED = f"""
from alembic import op
import sqlalchemy as sa

revision, down_revision = "planted", "{HEAD}"

def upgrade():
    for table in ("version", "audit", "feature"):
        op.add_column(table, sa.Column("planted", sa.Text()))
        op.execute(f"UPDATE {{table}} SET planted = 'x'")
"""


def upgrade_one(url: str, scripts: Path, folder: Path, say: Say) -> None:
    """Upgrade the store, then wait to be killed."""
    persist(lambda: upgrade_again(url, scripts, folder))
    say(0)
    time.sleep(600)


def upgrade_again(url: str, scripts: Path, folder: Path) -> None:
    upgrade(url, dt.datetime(2015, 12, 31, tzinfo=dt.UTC), folder=folder, scripts=scripts)


def test_an_upgrade_is_done_or_not_and_can_be_done_again(
    kept: Kept, tmp_path: Path, moments: random.Random, strikes: int
) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "planted.py").write_text(PLANTED, encoding="utf-8")
    before, ends = held(kept), Counter[str]()
    begun = time.monotonic()
    for number in range(strikes + 1):
        one = Kept(kept.cluster, kept.cluster.new_database(kept.name), tmp_path / f"home {number}")
        one.home.mkdir(mode=0o700)
        told: list[int] = []
        if not number:  # the first one is left alone, to know how long it takes
            upgrade_again(one.url(OWNER), scripts, one.home)
            length = time.monotonic() - begun
        else:
            strike = STRIKES[number % len(STRIKES)]
            told = struck(moments, length / 2, one, strike, upgrade_one, one.url(OWNER), scripts, one.home)
        at_revision = revision(one.url(OWNER))
        ends[at_revision] += 1
        assert at_revision == "planted" or told == []
        assert held(one) == before
        upgrade_again(one.url(OWNER), scripts, one.home)
        assert (revision(one.url(OWNER)), held(one)) == ("planted", before)
        with postgres.connected(one.url(OWNER), "read") as connection:
            assert guards.wrong(connection) == ()
        for copy in (one.home / "backups").iterdir():
            assert copy.suffix == ".db", "what a killed one left half done is gone"
            assert visits_in(copy) == before["visit"]
        one.cluster.drop(one.name)
    assert ends[HEAD] > 0, "no upgrade was killed before its end"


def held(kept: Kept) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {table: int(kept.ask(f"SELECT count(*) FROM {table}")[0][0]) for table in HELD}


def visits_of(kept: Kept) -> int:
    return held(kept)["visit"]


def visits_in(path: Path) -> int:
    """Return how many visits a copy holds, having looked at whether it is sound."""
    with closing(sqlite3.connect(path)) as raw:
        assert faults_inside(raw) == 0
        return int(raw.execute("SELECT count(*) FROM visit").fetchone()[0])
