"""Each change of what the office knows gives its subject another mark; what changes nothing leaves all as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from gridmap.store import copies, revisions
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import issue, metadata, version_box, visit
from tests.store.quarter import OWN, settle
from tests.store.town import NOON

TABLES = {**metadata.tables, "version_box": version_box}
MARKED = sorted(set().union(*revisions.SUBJECTS.values()))


@pytest.fixture
def town(store: Store) -> Iterator[Store]:
    settle(store)
    return store


def marks(store: Store) -> dict[str, str]:
    with store.reading(EVERYWHERE) as tx:
        return revisions.marks(tx)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {subject for subject in after if before.get(subject) != after[subject]}


def test_every_table_has_one_subject_or_none_by_name() -> None:
    named = [*MARKED, *revisions.UNMARKED]
    assert len(named) == len(set(named))
    assert set(named) == set(TABLES)
    assert sum(len(tables) for tables in revisions.SUBJECTS.values()) == len(MARKED)


@pytest.mark.parametrize("name", MARKED)
def test_no_statement_on_a_table_leaves_its_mark_as_it_was(town: Store, name: str) -> None:
    if name not in metadata.tables and isinstance(town.address, str):
        return  # the boxes are a table in a file alone
    table = TABLES[name]
    column = next(iter(table.c))
    statements = (
        update(table).values({column.name: column}).where(text("1 = 0")),
        delete(table).where(text("1 = 0")),
        insert(table).from_select(table.c, select(*table.c).where(text("1 = 0"))),
        text(f"/* raw */ update  {name.upper()}\nset {column.name} = {column.name} where 1 = 0"),
        text(f'WITH a AS (SELECT 1) DELETE FROM "{name}" WHERE 1 = 0'),
    )
    (subject,) = (subject for subject, tables in revisions.SUBJECTS.items() if name in tables)
    for statement in statements:
        before = marks(town)
        with town.writing(EVERYWHERE) as tx:
            tx.connection.execute(statement)
        assert changed(before, marks(town)) == {subject}


def test_every_subject_has_a_mark_from_the_first_and_filling_renews_those_it_touches(store: Store) -> None:
    first = marks(store)
    assert first, "that there are marks is known from the first; one that is not there yet comes with a change"
    assert first.keys() <= revisions.SUBJECTS.keys()
    settle(store)
    assert changed(first, marks(store)) == revisions.SUBJECTS.keys() - {"roster"}


def test_reading_a_dry_run_and_a_failure_change_no_mark(town: Store) -> None:
    before = marks(town)
    with town.reading(EVERYWHERE) as tx:
        tx.connection.execute(select(visit)).all()
    with town.writing(EVERYWHERE) as tx:
        tx.connection.execute(select(visit)).all()
    with town.writing(EVERYWHERE) as tx:
        tx.connection.execute(update(visit).values(mode="x"))
        tx.rollback()
    with pytest.raises(KeyError), town.writing(EVERYWHERE) as tx:
        tx.connection.execute(update(visit).values(mode="x"))
        raise KeyError
    assert marks(town) == before


def test_what_is_no_ones_subject_changes_no_mark(town: Store) -> None:
    before = marks(town)
    with town.writing(EVERYWHERE) as tx:
        tx.connection.execute(delete(metadata.tables["session"]))
        row = {"name": "tick", "holder": "a", "until": NOON}
        tx.connection.execute(insert(metadata.tables["lease"]), row)
    assert marks(town) == before


def test_a_change_within_a_scope_counts_and_another_open_store_sees_it(town: Store) -> None:
    before = marks(town)
    with closing(Store.open(town.address)) as other:
        with town.writing(OWN) as tx:
            tx.connection.execute(update(issue).values(cell=issue.c.cell))
        assert changed(before, marks(other)) == {"issues"}


def test_each_commit_gives_another_mark(town: Store) -> None:
    seen = set()
    for _ in range(5):
        with town.writing(EVERYWHERE) as tx:
            tx.connection.execute(update(visit).values(mode="x"))
        seen.add(marks(town)["visits"])
    assert len(seen) == 5


def test_a_copy_that_is_brought_back_has_new_marks_of_everything(town: Store, tmp_path: Path) -> None:
    before = marks(town)
    copy = copies.backup(town, tmp_path / "copy.db")
    copies.restore(town.address, copy, at=NOON, account="admin", folder=tmp_path / "kept")
    assert changed(before, marks(town)) == revisions.SUBJECTS.keys()
