"""Many processes write at once and none loses anything; none waits for ever."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import func, select

from gridmap.store import audit, copies
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import feature
from tests.store.importing import (
    HOUSES_A_BATCH,
    batches_kept,
    found_town,
    import_batch,
    import_streets,
    note_often,
    processes,
)

WRITERS = 8
NOTES = 15
STREETS = "ABCD"


def test_eight_writers_beside_an_import_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "home" / "office.db"
    found_town(path)
    context = processes()
    listening, telling = context.Pipe(duplex=False)
    importer = context.Process(target=import_streets, args=(path, STREETS, telling))
    writers = [context.Process(target=note_often, args=(path, who, NOTES)) for who in range(WRITERS)]
    importer.start()
    assert listening.recv() == 2
    for process in writers:
        process.start()
    for process in (importer, *writers):
        process.join(120)
        assert process.exitcode == 0
        process.close()
    listening.close()
    telling.close()

    assert batches_kept(path) == len(STREETS)
    store = Store.open(path)
    with store.reading(EVERYWHERE) as tx:
        subjects = audit.read(tx)["subject"].tolist()
    store.close()
    noted = [subject for subject in subjects if not subject.startswith("batch")]
    assert sorted(noted) == sorted(f"{who} {time}" for who in range(WRITERS) for time in range(NOTES))
    assert [subject for subject in reversed(noted) if subject.startswith("3 ")] == [
        f"3 {time}" for time in range(NOTES)
    ]


def test_a_backup_beside_an_import_is_before_or_after_each_batch(tmp_path: Path) -> None:
    path = tmp_path / "home" / "office.db"
    found_town(path)
    context = processes()
    listening, telling = context.Pipe(duplex=False)
    importer = context.Process(target=import_streets, args=(path, STREETS, telling))
    importer.start()
    store = Store.open(path)
    kept = []
    for number in range(len(STREETS)):
        listening.recv()
        copy = copies.backup(store, tmp_path / f"copy{number}.db")
        kept.append(batches_kept(copy))
    importer.join(120)
    assert importer.exitcode == 0
    importer.close()
    listening.close()
    telling.close()
    store.close()
    assert kept == sorted(kept)
    assert batches_kept(path) == len(STREETS)


def test_threads_share_a_store(tmp_path: Path) -> None:
    path = tmp_path / "home" / "office.db"
    found_town(path)
    store = Store.open(path)
    counts: list[int] = []

    def look() -> None:
        with store.reading(EVERYWHERE) as tx:
            counts.append(tx.connection.execute(select(func.count()).select_from(feature)).scalar_one())

    threads = [
        *(threading.Thread(target=import_batch, args=(store, street, 2)) for street in STREETS),
        *(threading.Thread(target=look) for _ in range(8)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    look()
    store.close()
    assert len(counts) == 9
    assert all(count % HOUSES_A_BATCH == 0 for count in counts)
    assert counts[-1] == len(STREETS) * HOUSES_A_BATCH
    assert batches_kept(path) == len(STREETS)
