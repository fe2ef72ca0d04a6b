"""What the processes of the concurrency and kill tests do, and what must hold of a store whatever happened to them."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pandas as pd
import shapely

from gridmap.store import audit
from gridmap.store.engine import Store, Transaction
from gridmap.store.grids import edition_on
from gridmap.store.scope import EVERYWHERE
from gridmap.store.snapshot import faults_inside
from tests.store.town import LINK_COLUMNS, NOON, bring_in, day, file, link, publish

HOUSES_A_BATCH = 400


def processes() -> ForkServerContext:
    """Return a context whose processes start at once, for they come from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def found_town(path: Path) -> None:
    """Make a store with a grid of two cells."""
    store = Store.create(path, name="Town", zone="Asia/Shanghai", at=NOON)
    with store.writing(EVERYWHERE) as tx:
        publish(tx, day(1))
    store.close()


def import_batch(store: Store, street: str, number: int, begun: Connection | None = None) -> None:
    """Import every house of a street anew, from the `number`-th day on, and audit it: one transaction.

    Each house has a place, a link and a private value. `begun` is told when the transaction holds the writer's place.
    """
    rows = [{"code": f"{street}{i}", "people": number, "name": f"户主{number}"} for i in range(HOUSES_A_BATCH)]
    frame = file(rows, places=[shapely.Point(114 + i / 1000, 22.5) for i in range(HOUSES_A_BATCH)])
    with store.writing(EVERYWHERE) as tx:
        if begun is not None:
            begun.send(number)
        edition = edition_on(tx, day(1))
        assert edition is not None
        links = pd.DataFrame([link(i, edition.id, "C1") for i in range(HOUSES_A_BATCH)], columns=list(LINK_COLUMNS))
        batch, _ = bring_in(tx, frame, day(number), links=links)
        note(tx, "import", f"batch {batch}")


def note(tx: Transaction, action: str, subject: str) -> int:
    """Append one audit row."""
    return audit.append(tx, at=dt.datetime.now(dt.UTC), account="clerk", action=action, subject=subject, detail={})


def import_until_killed(path: Path, first: int, begun: Connection) -> None:
    """Import the same street again and again, day after day from the `first` on."""
    store = Store.open(path)
    for number in range(first, first + 10_000):
        import_batch(store, "A", number, begun)


def import_streets(path: Path, streets: str, begun: Connection) -> None:
    """Import one street after the other."""
    store = Store.open(path)
    for street in streets:
        import_batch(store, street, 2, begun)
    store.close()


def note_often(path: Path, who: int, times: int) -> None:
    """Append audit rows, a transaction each."""
    store = Store.open(path)
    for time in range(times):
        with store.writing(EVERYWHERE) as tx:
            note(tx, "note", f"{who} {time}")
    store.close()


def batches_kept(path: Path) -> int:
    """Return how many batches are kept, having asserted that the store is whole and no batch half there."""
    with closing(sqlite3.connect(path)) as raw:
        assert faults_inside(raw) == 0
        batches = raw.execute("SELECT id, counts ->> 'added' + counts ->> 'changed' FROM batch").fetchall()
        written = dict(raw.execute("SELECT batch_id, count(*) FROM version GROUP BY batch_id").fetchall())
        assert written == dict(batches)
        assert set(written.values()) <= {HOUSES_A_BATCH}
        for hanging in ("private", "link", "version_box"):
            assert raw.execute(f"SELECT count(*) FROM {hanging}").fetchone() == (len(batches) * HOUSES_A_BATCH,)
        open_rows = "SELECT count(*) FROM version WHERE valid_to IS NULL GROUP BY feature_id"
        assert set(raw.execute(open_rows).fetchall()) <= {(1,)}
    store = Store.open(path)
    with store.reading(EVERYWHERE) as tx:
        assert audit.verify(tx).ok
        audited = audit.read(tx)["subject"].tolist()
    store.close()
    assert {subject for subject in audited if subject.startswith("batch")} == {
        f"batch {number}" for number, _ in batches
    }
    return len(batches)
