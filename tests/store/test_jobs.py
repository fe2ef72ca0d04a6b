"""Jobs in either store: taken once however many look, beaten for, ended by whoever holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from gridmap.store import jobs
from gridmap.store.engine import Store
from gridmap.store.jobs import End, File
from gridmap.store.scope import EVERYWHERE
from tests.cluster import OWNER, Cluster
from tests.store.town import NOON

SOON, LATER = NOON + dt.timedelta(minutes=1), NOON + dt.timedelta(hours=1)


@pytest.fixture(params=["file", "database"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store in a file, and one in a database."""
    if request.param == "file":
        made = Store.create(tmp_path / "home" / "office.db", name="Town", zone="Asia/Shanghai", at=NOON)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.url(cluster.new_database(), OWNER)
        made = Store.create(address, name="Town", zone="Asia/Shanghai", at=NOON)
    yield made
    made.close()


def added(store: Store, *, account: str = "clerk", given: File | None = None) -> str:
    uuid = str(uuid4())
    with store.writing(EVERYWHERE) as tx:
        jobs.add_job(tx, uuid, kind="import", asked={"on": "x"}, account=account, at=NOON, given=given)
    return uuid


def test_each_job_is_taken_once_the_oldest_first(store: Store) -> None:
    wanted = [added(store) for _ in range(8)]

    def take(holder: int) -> list[str]:
        found = []
        for _ in range(16):
            with store.writing(EVERYWHERE) as tx:
                job = jobs.take_job(tx, holder=str(holder), now=NOON, until=SOON)
            if job is not None:
                found.append(job.uuid)
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, range(4)))
    assert sorted(uuid for part in taken for uuid in part) == sorted(wanted)
    assert all(part == sorted(part, key=wanted.index) for part in taken)


def test_a_beat_is_of_the_holder_alone_and_hears_of_a_cancellation(store: Store) -> None:
    uuid = added(store)
    with store.writing(EVERYWHERE) as tx:
        jobs.take_job(tx, holder="a", now=NOON, until=SOON)
        assert jobs.beat(tx, uuid, holder="b", until=LATER) is None
        assert jobs.beat(tx, uuid, holder="a", until=LATER, done=3, total=9) is False
        jobs.cancel_job(tx, uuid, at=NOON)
        assert jobs.beat(tx, uuid, holder="a", until=LATER, done=4, total=9) is True
        assert jobs.fail_lapsed(tx, now=SOON, error={}) == []
        assert jobs.fail_lapsed(tx, now=LATER, error={"code": "x"}) == [uuid]
        assert jobs.beat(tx, uuid, holder="a", until=LATER) is None
        found = jobs.existing_job(tx, uuid, account="clerk")
    assert (found.state, found.done, found.total, found.error) == ("failed", 4, 9, {"code": "x"})


def test_the_file_that_is_read_goes_at_the_end_and_the_other_stays(store: Store) -> None:
    uuid = added(store, given=File("in.xlsx", b"\x00rows"))
    with store.writing(EVERYWHERE) as tx:
        assert jobs.file_of_job(tx, uuid, "in") == File("in.xlsx", b"\x00rows")
        jobs.take_job(tx, holder="a", now=NOON, until=SOON)
        end = End("done", {"rows": 1}, out=File("out.xlsx", b"faults"))
        assert jobs.end_job(tx, uuid, holder="a", at=SOON, end=end)
    with store.writing(EVERYWHERE) as tx:
        assert jobs.file_of_job(tx, uuid, "in") is None
        assert jobs.existing_job(tx, uuid, account=None).out == "out.xlsx"
        assert jobs.drop_files(tx, before=SOON) == 0
        assert jobs.drop_files(tx, before=LATER) == 1
        assert jobs.drop_jobs(tx, before=LATER) == 1
        assert not jobs.next_job(tx)


def test_a_list_is_of_an_account_or_of_all(store: Store) -> None:
    with store.reading(EVERYWHERE) as tx:
        assert list(jobs.jobs(tx, account=None).columns) == list(jobs.LISTED)
    mine, yours = added(store), added(store, account="other")
    with store.reading(EVERYWHERE) as tx:
        assert jobs.jobs(tx, account="clerk")["uuid"].tolist() == [mine]
        assert jobs.jobs(tx, account=None)["uuid"].tolist() == [yours, mine]
        assert jobs.unfinished_of(tx, "other") == 1


def test_what_is_put_back_is_taken_anew(store: Store) -> None:
    uuid = added(store)
    with store.writing(EVERYWHERE) as tx:
        jobs.take_job(tx, holder="a", now=NOON, until=SOON)
        jobs.put_back(tx, uuid, holder="b")
        assert jobs.running_jobs(tx) == {uuid}
        jobs.put_back(tx, uuid, holder="a")
        assert jobs.running_jobs(tx) == frozenset()
        assert jobs.take_job(tx, holder="b", now=NOON, until=SOON) is not None
