"""The wall of a store: no statement, however it is written, sees or touches a row out of the transaction's scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    ColumnElement,
    Executable,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.exc import OperationalError

from gridmap.errors import RefusedError, StoreError
from gridmap.store.engine import Store, Transaction
from gridmap.store.frames import last_count, next_number
from gridmap.store.ledger_erasure import erase_issue, erasures
from gridmap.store.scope import EVERYWHERE, OPEN, SCOPED
from gridmap.store.tables import (
    closure,
    feature,
    issue,
    issue_event,
    link,
    metadata,
    plan,
    private,
    sheet,
    version,
    version_box,
    visit,
    visit_private,
)
from tests.store.quarter import NOWHERE, ONE, OTHER, OWN, TEN, digest, settle
from tests.store.town import NOON

TABLES = {**metadata.tables, "version_box": version_box}
# A table's own number, or of a side row the number of the row it hangs on.
NUMBER = {
    "private": "version_id",
    "link": "version_id",
    "visit_private": "visit_id",
    "issue_private": "event_id",
    "issue_feature": "issue_id",
    "programme_issue": "issue_id",
    "sheet_stop": "sheet_id",
}
# The boxes are of a file alone: see the wall there.
READ = sorted(SCOPED.keys() - {"ledger_erasure", "version_box"})


@pytest.fixture
def town(store: Store) -> Store:
    settle(store)
    return store


def number_of(name: str) -> ColumnElement[Any]:
    return TABLES[name].c[NUMBER.get(name, "id")]


def numbers(tx: Transaction, statement: Executable) -> list[object]:
    return sorted(tx.connection.execute(statement).scalars())


class TestTheTableOfRules:
    def test_every_table_is_scoped_or_open_for_a_reason(self) -> None:
        assert SCOPED.keys() | OPEN.keys() == TABLES.keys()
        assert not SCOPED.keys() & OPEN.keys()
        assert all(len(reason) > 20 for reason in OPEN.values())

    def test_every_table_with_a_cell_or_hanging_on_a_scoped_one_is_scoped(self) -> None:
        for name, table in metadata.tables.items():
            hangs = {key.column.table.name for key in table.foreign_keys} & SCOPED.keys()
            if hangs or ("cell" in table.c and name not in {"assignment", "stand_in", "closure"}):
                assert name in SCOPED, name


class TestReading:
    @pytest.mark.parametrize("name", READ)
    def test_each_table_shows_the_rows_of_the_scope_alone(self, town: Store, name: str) -> None:
        number = number_of(name)
        for scope, expected in ((OWN, [ONE]), (OTHER, [TEN]), (OWN | OTHER, [ONE, TEN]), (EVERYWHERE, None)):
            with town.reading(scope) as tx:
                seen = numbers(tx, select(number))
                assert seen == ([ONE, TEN, NOWHERE] if expected is None else expected), scope

    def test_what_was_erased_of_the_ledger_is_for_everywhere_alone(self, town: Store) -> None:
        with town.reading(OWN) as tx:
            assert tx.connection.execute(text("SELECT count(*) FROM ledger_erasure")).scalar() == 0

    def test_who_erases_in_a_part_records_it_and_reads_no_record(self, town: Store) -> None:
        said = {"reason": "asked", "at": NOON, "account": "a"}
        with town.writing(OWN) as tx:
            assert erase_issue(tx, f"I{ONE}", **said) == 2, "what was said, and the photo"
            assert erasures(tx) == []
        with town.reading(EVERYWHERE) as tx:
            assert erasures(tx)[-1].uuid == f"I{ONE}"

    def test_a_root_that_no_edition_has_and_an_empty_scope_hold_nothing(self, town: Store) -> None:
        for scope in (frozenset({"9"}), frozenset[str](), frozenset({"1.1.", "1.1%", "%"})):
            with town.reading(scope) as tx:
                assert [tx.connection.execute(select(func.count()).select_from(TABLES[n])).scalar() for n in READ] == (
                    [0] * len(READ)
                )

    def test_the_root_above_both_holds_both(self, town: Store) -> None:
        with town.reading(frozenset({"1"})) as tx:
            assert numbers(tx, select(visit.c.id)) == [ONE, TEN]

    def test_one_transaction_leaves_nothing_to_the_next(self, town: Store) -> None:
        for scope, expected in ((OWN, [ONE]), (OTHER, [TEN]), (OWN, [ONE]), (EVERYWHERE, [1, 2, 3]), (OTHER, [TEN])):
            for begin in (town.reading, town.writing):
                with begin(scope) as tx:
                    assert numbers(tx, select(visit.c.id)) == expected

    def test_two_scopes_at_once_keep_apart(self, town: Store) -> None:
        with town.reading(OWN) as own, town.reading(OTHER) as other, town.writing(OWN) as third:
            assert [numbers(tx, select(issue.c.id)) for tx in (own, other, third)] == [[ONE], [TEN], [ONE]]


other_visit = visit.alias("other")
inside = select(visit.c.id.label("id")).cte("inside")
within = select(visit.c.id.label("id")).subquery()
# Each way of asking for the visits, from the list of those that leaked past criteria of the mapper.
WAYS: dict[str, Executable] = {
    "core": select(visit.c.id),
    "all columns": select(visit),
    "alias": select(other_visit.c.id),
    "union": union_all(select(visit.c.id), select(other_visit.c.id)),
    "subquery": select(within.c.id),
    "cte": select(inside.c.id),
    "in": select(feature.c.id).where(feature.c.id.in_(select(visit.c.feature_id))),
    "exists": select(feature.c.id).where(exists().where(visit.c.feature_id == feature.c.id)),
    "join": select(visit.c.id).join(feature, feature.c.id == visit.c.feature_id),
    "outer join": select(visit.c.id).select_from(closure.outerjoin(visit, visit.c.cell == closure.c.cell)).distinct(),
    "raw": text("SELECT id FROM visit"),
    "raw, quoted": text('SELECT "id" FROM "visit"'),
    "raw, other case": text("select ID from VISIT"),
    "raw, from nothing": text("SELECT (SELECT max(id) FROM visit)"),
    "raw, recursive": text("WITH RECURSIVE n(id) AS (SELECT min(id) FROM visit UNION SELECT v.id FROM visit v) "
                           "SELECT id FROM n"),
    "raw, window": text("SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM visit) AS t"),
}  # fmt: skip
COUNTS: dict[str, Executable] = {
    "count": select(func.count()).select_from(visit),
    "count of a column": select(func.count(visit.c.id)),
    "scalar subquery": select(select(func.count(visit.c.id)).scalar_subquery()),
    "raw count": text("SELECT count(*) FROM visit"),
    "product": select(func.count()).select_from(visit.join(other_visit, literal(True))),
    "exists or not": text("SELECT count(*) FROM feature WHERE EXISTS (SELECT 1 FROM visit v WHERE v.cell = '1.10.1')"
                          " OR EXISTS (SELECT 1 FROM visit v WHERE v.cell IS NULL) OR id = 1"),
}  # fmt: skip


class TestWaysToAsk:
    @pytest.mark.parametrize("way", WAYS)
    def test_no_way_of_asking_shows_more(self, town: Store, way: str) -> None:
        for begin in (town.reading, town.writing):
            with begin(OWN) as tx:
                assert {row[0] for row in tx.connection.execute(WAYS[way])} - {None} == {ONE}

    @pytest.mark.parametrize("way", COUNTS)
    def test_no_way_of_counting_counts_more(self, town: Store, way: str) -> None:
        with town.reading(OWN) as tx:
            assert tx.connection.execute(COUNTS[way]).scalar() == 1

    def test_a_statement_prepared_for_one_scope_shows_the_next_its_own(self, town: Store) -> None:
        for scope, expected in ((OWN, ONE), (OTHER, TEN)) * 3:
            with town.reading(scope) as tx:
                assert tx.connection.execute(select(visit.c.id)).scalars().all() == [expected]


PAST_THE_VIEW = [
    "SELECT id FROM main.visit",
    "SELECT count(*) FROM main.visit",
    'SELECT id FROM "main".visit',
    "SELECT id FROM [main].[visit]",
    "SELECT id FROM `main` . `visit`",
    "SELECT id FROM main/**/.visit",
    "SELECT id FROM main -- \n . visit",
    "WITH visit AS (SELECT * FROM main.visit) SELECT id FROM visit",
    "SELECT * FROM version_box_node",
    "INSERT INTO scope_cell VALUES ('1.10.1')",
    "DELETE FROM temp.scope_cell",
    "DROP VIEW temp.visit",
    "DROP VIEW visit",
    "CREATE TEMP VIEW mine AS SELECT 1",
    "CREATE TEMP TABLE mine (a)",
    "ATTACH DATABASE ':memory:' AS mine",
    "PRAGMA recursive_triggers=OFF",
    "PRAGMA query_only=OFF",
    "PRAGMA writable_schema=ON",
    "VACUUM",
]


@pytest.mark.of_the_file
class TestTheWallOfAFile:
    @pytest.mark.parametrize("statement", PAST_THE_VIEW)
    def test_nothing_goes_past_the_views_or_takes_them_down(self, town: Store, statement: str) -> None:
        for begin in (town.reading, town.writing):
            with pytest.raises((RefusedError, OperationalError)), begin(OWN) as tx:
                tx.connection.execute(text(statement))
            with begin(OWN) as tx:
                assert numbers(tx, select(visit.c.id)) == [ONE]

    @pytest.mark.parametrize("name", READ)
    def test_the_driver_itself_refuses_a_table_past_its_view(self, town: Store, name: str) -> None:
        """Beneath the hook that reads statements, the authorizer of the connection judges."""
        with town.reading(OWN) as tx:
            driver: Any = tx.connection.connection.driver_connection
            for what in ("*", "count(*)"):
                with pytest.raises(Exception, match="prohibited|not authorized"):
                    driver.execute(f"SELECT {what} FROM main.{name}").fetchall()
                with pytest.raises(Exception, match="prohibited|not authorized"):
                    driver.execute(f"WITH {name} AS (SELECT {what} FROM main.{name}) SELECT * FROM {name}").fetchall()

    def test_the_wall_stands_after_the_file_was_rewritten(self, town: Store) -> None:
        with town.reading(OWN) as tx:
            assert numbers(tx, select(version_box.c.id)) == [ONE]
        town.scrub()
        with town.reading(OWN) as tx:
            assert numbers(tx, select(version_box.c.id)) == [ONE]

    def test_reading_does_not_write(self, town: Store) -> None:
        with pytest.raises(StoreError), town.reading(OWN) as tx:
            tx.connection.execute(update(visit).values(mode="x"))

    def test_the_boxes_are_added_to_and_nothing_else(self, town: Store) -> None:
        with town.writing(OWN) as tx:
            tx.connection.execute(insert(version_box), {"id": 9, "min_x": 1, "max_x": 1, "min_y": 1, "max_y": 1})
        for statement in (delete(version_box), update(version_box).values(min_x=0)):
            with pytest.raises(RefusedError), town.writing(OWN) as tx:
                tx.connection.execute(statement)


@pytest.fixture
def unchanged(town: Store) -> Iterator[Store]:
    """The town, whose rows out of 1.1 are the same after the test."""
    before = digest(town)
    yield town
    after = digest(town)
    for name, table in metadata.tables.items():
        if name in SCOPED:
            at = list(table.c.keys()).index(NUMBER.get(name, "id"))
            kept = [[row for row in rows if row[at] in {TEN, NOWHERE}] for rows in (before[name], after[name])]
            assert kept[0] == kept[1], name


class TestChanging:
    @pytest.mark.parametrize("name", sorted(SCOPED.keys() - {"version_box", "ledger_erasure"}))
    def test_a_bulk_update_touches_the_rows_of_the_scope_alone(self, unchanged: Store, name: str) -> None:
        table = TABLES[name]
        column = next((one for one in table.c if not one.foreign_keys and not one.primary_key), table.c[0])
        held = {column.name: column}
        with unchanged.writing(OWN) as tx:
            assert tx.connection.execute(update(table).values(held)).rowcount == 1

    @pytest.mark.parametrize("name", ["visit_private", "private", "issue_private", "photo", "link", "exemption"])
    def test_a_bulk_delete_takes_the_rows_of_the_scope_alone(self, unchanged: Store, name: str) -> None:
        with unchanged.writing(OWN) as tx:
            assert tx.connection.execute(delete(TABLES[name])).rowcount == 1

    def test_a_row_out_of_scope_is_neither_changed_nor_given_back(self, unchanged: Store) -> None:
        with unchanged.writing(OWN) as tx:
            changed = update(visit).where(visit.c.id == TEN).values(mode="x")
            assert tx.connection.execute(changed).rowcount == 0
            assert tx.connection.execute(changed.returning(visit.c.id)).all() == []
            gone = delete(visit_private).where(visit_private.c.visit_id == TEN).returning(visit_private.c.value)
            assert tx.connection.execute(gone).all() == []
            assert tx.connection.execute(text("UPDATE visit SET mode = 'y' WHERE id = 2")).rowcount == 0

    def test_a_row_is_not_made_out_of_scope(self, unchanged: Store) -> None:
        for cell in ("1.10.1", "1", "9", None):
            with pytest.raises(RefusedError, match="part of the office"), unchanged.writing(OWN) as tx:
                row = {"id": 9, "uuid": "I9", "number": "2015-00009", "cell": cell}
                tx.connection.execute(insert(issue), row)

    def test_a_row_is_not_moved_out_of_scope(self, unchanged: Store) -> None:
        for cell in ("1.10.1", "1", None):
            with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
                tx.connection.execute(update(issue).values(cell=cell))
        with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
            tx.connection.execute(update(issue_event).values(issue_id=TEN))

    def test_rows_of_the_scope_are_made_and_changed(self, unchanged: Store) -> None:
        with unchanged.writing(OWN) as tx:
            tx.connection.execute(insert(issue), {"uuid": "I9", "number": "2015-00009", "cell": "1.1.1"})
            tx.connection.execute(update(issue).where(issue.c.uuid == "I9").values(cell="1.1"))
            assert tx.connection.execute(delete(issue).where(issue.c.uuid == "I9")).rowcount == 1

    def test_a_side_row_is_not_hung_on_a_row_out_of_scope(self, unchanged: Store) -> None:
        rows: list[tuple[str, dict[str, object]]] = [
            ("visit_private", {"visit_id": TEN, "field": "x", "mark": "sensitive", "value": "1"}),
            ("private", {"version_id": TEN, "field": "x", "mark": "sensitive", "value": "1"}),
            ("issue_feature", {"issue_id": ONE, "feature_id": TEN}),
            ("issue_feature", {"issue_id": TEN, "feature_id": ONE}),
            ("sheet_stop", {"sheet_id": ONE, "stop": 2, "feature_id": TEN}),
            ("version", {"id": 9, "feature_id": TEN, "valid_from": None, "batch_id": ONE, "fields": {}}),
            ("visit", {"id": 9, "uuid": "V9", "cell": "1.1.1", "feature_id": TEN}),
        ]
        for name, row in rows:
            with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
                whole = _like(tx, name, row)
                tx.connection.execute(insert(TABLES[name]), whole)

    def test_a_link_does_not_claim_what_lies_elsewhere(self, unchanged: Store) -> None:
        for number in (TEN, NOWHERE):
            with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
                row = {"version_id": number, "edition_id": 1, "part": 7, "code": "1.1.1", "how": "x", "differs": False}
                tx.connection.execute(insert(link), row)
        with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
            row = {"version_id": ONE, "edition_id": 1, "part": 7, "code": "1.10.1", "how": "x", "differs": False}
            tx.connection.execute(insert(link), row)

    def test_insert_from_select_takes_from_the_scope_alone(self, unchanged: Store) -> None:
        copied = select(visit_private.c.visit_id, literal("copy"), visit_private.c.mark, visit_private.c.value)
        columns = ["visit_id", "field", "mark", "value"]
        copying = insert(visit_private).from_select(columns, copied).execution_options(preserve_rowcount=True)
        with unchanged.writing(OWN) as tx:
            assert tx.connection.execute(copying).rowcount == 1
            raw = "INSERT INTO visit_private SELECT visit_id, 'raw', mark, value FROM visit_private WHERE field='note'"
            assert tx.connection.execute(text(raw)).rowcount == 1
            held = "WITH h AS (SELECT * FROM visit_private) DELETE FROM visit_private WHERE field IN (SELECT 'raw')"
            tx.connection.execute(text(held))
            left = select(visit_private.c.field).order_by(visit_private.c.field)
            assert tx.connection.execute(left).scalars().all() == ["copy", "note"]

    def test_a_house_is_imported_into_the_scope_and_not_beside_it(self, unchanged: Store) -> None:
        with unchanged.writing(OWN) as tx:
            _import(tx, "1.1.1")
            assert numbers(tx, select(feature.c.id)) == [ONE, 4]
            assert numbers(tx, select(private.c.version_id)) == [ONE, 4]
        for cell in ("1.10.1", None):
            with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
                _import(tx, cell, key="H5")

    def test_the_whole_office_changes_every_row(self, town: Store) -> None:
        with town.writing(EVERYWHERE) as tx:
            assert tx.connection.execute(update(visit).values(mode="x")).rowcount == 3


def _like(tx: Transaction, name: str, row: dict[str, object]) -> dict[str, object]:
    """A row like the one in 1.1, but for what is given."""
    table = TABLES[name]
    kept = tx.connection.execute(select(table)).mappings().first()
    assert kept is not None
    given = {name: value for name, value in row.items() if value is not None}
    return dict(kept) | given


def _import(tx: Transaction, cell: str | None, key: str = "H4") -> None:
    number = next_number(tx.connection, version)
    tx.connection.execute(insert(feature), {"id": number, "layer": "houses", "key": key})
    tx.connection.execute(insert(version), _like(tx, "version", {"id": number, "feature_id": number, "batch_id": ONE}))
    tx.connection.execute(insert(private), _like(tx, "private", {"version_id": number}))
    row = {"version_id": number, "edition_id": 1, "part": 0, "code": cell, "how": "x", "differs": False}
    tx.connection.execute(insert(link), row)


_ROW = "INTO issue (id, uuid, number, cell) VALUES"
UPSERTS = (
    f"INSERT {_ROW} (9, 'I2', 'n', '1.1.1') ON CONFLICT (uuid) DO UPDATE SET cell = '1.1.1'",
    f"INSERT {_ROW} (2, 'I9', 'n', '1.1.1') ON CONFLICT (id) DO UPDATE SET cell = '1.1.1'",
)
UPSERTS_OF_A_FILE = (
    f"INSERT OR REPLACE {_ROW} (2, 'I2', 'n', '1.1.1')",
    f"INSERT OR IGNORE {_ROW} (2, 'I2', 'n', '1.1.1')",
    f"REPLACE {_ROW} (2, 'I2', 'n', '1.1.1')",
    "UPDATE OR REPLACE issue SET id = 2 WHERE id = 1",
)


class TestWhatConflictsSay:
    def test_a_name_that_is_taken_out_of_scope_is_refused_without_naming_anything(self, unchanged: Store) -> None:
        said = set()
        rows: list[tuple[str, dict[str, object]]] = [
            ("visit", {"id": 9, "uuid": "V2", "feature_id": ONE}),
            ("issue", {"id": 9, "uuid": "I2", "number": "2015-00007"}),
            ("issue", {"id": 9, "uuid": "I9", "number": "2015-00002"}),
            ("feature", {"id": 9, "layer": "houses", "key": "H2"}),
            ("visit", {"id": 9, "uuid": "V1", "feature_id": ONE}),
            ("visit", {"id": TEN, "uuid": "V9", "feature_id": ONE}),
        ]
        for name, row in rows:
            with pytest.raises(RefusedError) as refused, unchanged.writing(OWN) as tx:
                tx.connection.execute(insert(TABLES[name]), _like(tx, name, row))
            said.add(str(refused.value))
        assert len(said) == 1
        (only,) = said
        assert not any(name in only for name in ("V2", "I2", "H2", "uuid", "UNIQUE", "key"))

    def test_no_upsert_goes_over_a_row_out_of_scope(self, unchanged: Store) -> None:
        for statement in UPSERTS if isinstance(unchanged.address, str) else (*UPSERTS, *UPSERTS_OF_A_FILE):
            with pytest.raises(RefusedError), unchanged.writing(OWN) as tx:
                tx.connection.execute(text(statement))

    def test_a_feature_with_a_visit_out_of_scope_is_not_deleted(self, town: Store) -> None:
        with pytest.raises(RefusedError), town.writing(OWN) as tx:
            tx.connection.execute(delete(feature))


class TestNumbers:
    def test_they_go_on_where_the_whole_office_is(self, town: Store) -> None:
        for scope in (OWN, OTHER, EVERYWHERE, frozenset({"9"})):
            with town.writing(scope) as tx:
                assert [next_number(tx.connection, table) for table in (visit, feature, version, issue_event)] == [
                    4
                ] * 4
                assert last_count(tx.connection, issue, "2015-") == 3
                assert last_count(tx.connection, sheet, "2015-") == 3
                assert last_count(tx.connection, plan, "P2015-") == 3
                assert last_count(tx.connection, plan, "P2016-") == 0

    def test_a_row_without_a_number_is_given_the_next_one(self, town: Store) -> None:
        with town.writing(OWN) as tx:
            made = tx.connection.execute(insert(issue), {"uuid": "I9", "number": "2015-00009", "cell": "1.1.1"})
            assert made.inserted_primary_key is not None
            assert made.inserted_primary_key[0] == 4
