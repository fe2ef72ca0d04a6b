"""A store in PostgreSQL: founded, its errors told, its audit only growing, its walls forced, copied and moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shapely import Point
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DBAPIError

from gridmap.errors import ArgumentError, ConflictError, GridmapError, RefusedError, StoreError
from gridmap.store import audit, copies, registers, triggers
from gridmap.store.engine import Store
from gridmap.store.pouring import digest, to_database, to_file
from gridmap.store.scope import EVERYWHERE, SCOPED
from gridmap.store.tables import lease, metadata, private
from gridmap.store.upgrade import at_head, upgrade
from tests.cluster import OWNER, SERVER, Cluster
from tests.store.conftest import FOUNDED
from tests.store.quarter import OWN, settle
from tests.store.town import HOUSES, bring_in, day, file, publish

SECRET = "王小明"


@pytest.fixture
def office(postgres: Cluster, founded: str) -> Iterator[Store]:
    """A new office in a database."""
    name = postgres.new_database(founded)
    made = Store.open(postgres.url(name, OWNER))
    yield made
    made.close()
    postgres.drop(name)


@pytest.fixture
def serving() -> str:
    """The account that a service uses: it owns nothing."""
    return SERVER


def name_of(store: Store) -> str:
    return str(store.address).rpartition("/")[2]


def digests(store: Store) -> dict[str, str]:
    with store.reading(EVERYWHERE) as tx:
        return {table.name: digest(tx.connection, table) for table in metadata.sorted_tables}


class TestFounding:
    def test_a_second_office_is_refused(self, office: Store) -> None:
        with pytest.raises(ConflictError, match="already"):
            Store.create(str(office.address), name="Other", zone="Asia/Shanghai", at=FOUNDED)

    def test_a_database_with_other_tables_is_refused(self, database: str) -> None:
        engine = create_engine(database)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE other (id integer)"))
        engine.dispose()
        with pytest.raises(StoreError) as refused:
            Store.create(database, name="Dapeng", zone="Asia/Shanghai", at=FOUNDED)
        assert refused.value.code == "store.not_empty"

    def test_an_empty_database_holds_no_store(self, database: str) -> None:
        with pytest.raises(StoreError) as refused:
            Store.open(database)
        assert refused.value.code == "store.absent"

    def test_without_postgis_it_says_who_must_act(self, postgres: Cluster) -> None:
        name = postgres.new_database("template1")
        with pytest.raises(StoreError, match="CREATE EXTENSION postgis"):
            Store.create(postgres.url(name, OWNER), name="Dapeng", zone="Asia/Shanghai", at=FOUNDED)
        postgres.drop(name)

    @pytest.mark.parametrize("address", ["postgresql://x/y", "sqlite:///x", "postgresql+psycopg://host", "%"])
    def test_another_address_is_refused_without_being_shown(self, address: str) -> None:
        from gridmap.store.address import checked

        with pytest.raises(ArgumentError) as refused:
            checked(address)
        assert refused.value.code == "store.address"

    def test_texts_sort_by_code_point_whatever_the_database_does(self, office: Store) -> None:
        with office.writing(EVERYWHERE) as tx:
            rows = [{"name": name, "holder": "x", "until": FOUNDED} for name in ("b", "B", "a", "é", "Z", "中")]
            tx.connection.execute(insert(lease), rows)
            names = tx.connection.execute(text("SELECT name FROM lease ORDER BY name")).scalars().all()
        assert names == sorted(names)
        with office.reading(EVERYWHERE) as tx:
            kinds = tx.connection.execute(
                text(
                    "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = 'public'"
                    " AND table_name = ANY(:ours) AND collation_name IS NOT NULL"
                ),
                {"ours": list(metadata.tables)},
            ).scalars()
            assert list(kinds) == ["C"]

    def test_after_a_large_import_the_tables_are_counted_anew(self, office: Store) -> None:
        """Else the first card of a cell took minutes, until the server counted them by itself."""
        counted = text("SELECT reltuples FROM pg_class WHERE oid = 'version'::regclass")
        for rows, known in ((1_000, -1), (1_001, 2_001)):
            with office.writing(EVERYWHERE) as tx:
                publish(tx, day(1)) if known < 0 else None
                bring_in(tx, file([{"code": f"{rows}-{number}"} for number in range(rows)]), day(1))
                assert tx.connection.execute(counted).scalar_one() == known

    def test_who_owns_no_table_imports_all_the_same(self, postgres: Cluster, office: Store, serving: str) -> None:
        office.admit(serving)
        with closing(Store.open(postgres.url(name_of(office), serving))) as served, served.writing(EVERYWHERE) as tx:
            publish(tx, day(1))
            _, plan = bring_in(tx, file([{"code": f"{number}"} for number in range(1_001)]), day(1))
            assert plan.counts()["added"] == len(registers.current(tx, HOUSES)) == 1_001

    def test_what_postgis_draws_follows_the_geometry(self, office: Store) -> None:
        with office.writing(EVERYWHERE) as tx:
            publish(tx, day(1))
            bring_in(tx, file([{"code": "A"}], places=[Point(114, 22.5)]), day(1))
            same = text(
                "SELECT count(*) FILTER (WHERE ST_AsBinary(geom) = geometry), count(geometry),"
                " min(ST_SRID(geom_3857)) FROM version"
            )
            assert tuple(tx.connection.execute(same).one()) == (1, 1, 3857)


class TestErrors:
    def test_an_unreachable_server_is_told_without_the_password(self) -> None:
        with pytest.raises(StoreError) as told:
            Store.open("postgresql+psycopg://me:hush@127.0.0.1:1/office")
        assert told.value.code == "store.cannot_connect"
        assert "hush" not in f"{told.value!s}{told.value!r}"

    def test_a_second_writer_waits_and_then_gives_up(self, office: Store) -> None:
        hasty = Store.open(office.address, wait=0.05)
        with office.writing(EVERYWHERE), pytest.raises(StoreError) as told, hasty.writing(EVERYWHERE):
            pass
        hasty.close()
        assert told.value.code == "store.busy"

    def test_a_reader_sees_one_snapshot_and_writes_nothing(self, office: Store) -> None:
        row = {"name": "tick", "holder": "x", "until": FOUNDED}
        with office.reading(EVERYWHERE) as tx:
            with office.writing(EVERYWHERE) as other:
                other.connection.execute(insert(lease), row)
            assert tx.connection.execute(text("SELECT count(*) FROM lease")).scalar() == 0
        with pytest.raises(StoreError) as told, office.reading(EVERYWHERE) as tx:
            tx.connection.execute(insert(lease), row)
        assert told.value.code == "store.read_only"

    def test_a_broken_rule_shows_no_value(self, office: Store) -> None:
        row = {"name": SECRET, "holder": SECRET, "until": FOUNDED}
        with pytest.raises(GridmapError) as told, office.writing(EVERYWHERE) as tx:
            tx.connection.execute(insert(lease), [row, row])
        assert told.value.code == "store.constraint"
        assert SECRET not in f"{told.value!s}{told.value.__cause__!s}"

    @pytest.mark.parametrize(("server", "held"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
    def test_what_is_acknowledged_is_on_the_servers_disk(
        self, office: Store, postgres: Cluster, server: str, held: str
    ) -> None:
        postgres.run(f"ALTER DATABASE {name_of(office)} SET synchronous_commit = {server}")
        with closing(Store.open(office.address)) as store, store.writing(EVERYWHERE) as tx:
            assert tx.connection.exec_driver_sql("SHOW synchronous_commit").scalar() == held

    def test_a_dry_run_uses_up_no_number(self, office: Store) -> None:
        numbers = []
        for kept in (False, True):
            with office.writing(EVERYWHERE) as tx:
                publish(tx, day(1)) if kept else None
                numbers.append(bring_in(tx, file([{"code": "A"}]), day(1))[0])
                if not kept:
                    tx.rollback()
        assert numbers == [1, 1]


def entry(store: Store, subject: str) -> None:
    with store.writing(EVERYWHERE) as tx:
        audit.append(tx, at=FOUNDED, account="local", action="look", subject=subject, detail={})


TAMPERING = [
    "UPDATE audit SET account = 'other' WHERE seq = 1",
    "DELETE FROM audit WHERE seq = 2",
    "TRUNCATE audit",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET count = 1",
    "INSERT INTO audit SELECT seq + 7, at, account, action, subject, detail, previous, 'x' FROM audit WHERE seq = 2",
]


class TestAudit:
    @pytest.mark.parametrize("statement", TAMPERING)
    def test_even_the_owner_only_adds(self, office: Store, statement: str) -> None:
        entry(office, "a")
        entry(office, "b")
        with pytest.raises(StoreError) as refused, office.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql(statement)
        assert refused.value.code == "store.append_only"
        with office.reading(EVERYWHERE) as tx:
            assert audit.verify(tx).ok

    def test_a_trigger_taken_off_is_seen(self, office: Store) -> None:
        entry(office, "a")
        with office.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_no_update")
            assert triggers.wrong(tx.connection) == ("audit_no_update",)
            assert audit.verify(tx).reason == "store.audit_unprotected"


class TestWalls:
    def test_without_a_setting_there_is_no_row(self, office: Store, postgres: Cluster, serving: str) -> None:
        settle(office)
        office.admit(serving)
        for account in (serving, OWNER):
            engine = create_engine(postgres.url(name_of(office), account))
            with engine.connect() as connection:
                for name in SCOPED.keys() - {"version_box"}:
                    assert connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() == 0, name
            engine.dispose()

    def test_who_serves_works_and_owns_nothing(self, office: Store, postgres: Cluster, serving: str) -> None:
        settle(office)
        office.admit(serving)
        with closing(Store.open(postgres.url(name_of(office), serving))) as served:
            entry(served, "a")
            with served.reading(OWN) as tx:
                assert tx.connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 1
                owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
                assert tx.connection.exec_driver_sql(owned).scalar() == 0
            served.scrub()

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE visit DISABLE ROW LEVEL SECURITY",
            "DROP POLICY scope_select ON visit",
            "SET ROLE gridmap_whole",
            f"SET ROLE {OWNER}",
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "UPDATE audit SET account = 'other'",
            "UPDATE audit_head SET count = 0",
            "TRUNCATE visit",
            "CREATE TABLE mine (id integer)",
            "SELECT * FROM pg_authid",
        ],
    )
    def test_who_serves_cannot_take_the_walls_down(
        self, office: Store, postgres: Cluster, serving: str, statement: str
    ) -> None:
        office.admit(serving)
        with (
            closing(Store.open(postgres.url(name_of(office), serving))) as served,
            pytest.raises(StoreError) as refused,
            served.writing(EVERYWHERE) as tx,
        ):
            tx.connection.exec_driver_sql(statement)
        assert refused.value.code == "store.no_right"

    def test_an_account_that_passes_row_security_serves_nobody_in_part(self, office: Store, postgres: Cluster) -> None:
        with (
            closing(Store.open(postgres.url(name_of(office)))) as free,
            pytest.raises(StoreError) as refused,
            free.reading(OWN),
        ):
            pass
        assert refused.value.code == "store.bypasses"

    @pytest.mark.parametrize(("role", "code"), [("nobody_here", "store.no_role"), (OWNER, "store.role_bypasses")])
    def test_a_role_that_is_absent_or_passes_the_walls_is_not_admitted(
        self, office: Store, role: str, code: str
    ) -> None:
        with pytest.raises(StoreError) as refused:
            office.admit(role)
        assert refused.value.code == code

    def test_a_wall_that_is_off_is_named(self, office: Store) -> None:
        with office.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql("ALTER TABLE visit NO FORCE ROW LEVEL SECURITY")
            tx.connection.exec_driver_sql("DROP POLICY scope_delete ON issue")
            assert triggers.wrong(tx.connection) == ("issue", "visit")

    def test_another_account_of_the_server_sees_nothing(self, office: Store, postgres: Cluster) -> None:
        stranger = postgres.role("stranger")
        engine = create_engine(postgres.url(name_of(office), stranger))
        with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.exec_driver_sql("SELECT count(*) FROM visit")
        engine.dispose()

    def test_a_refusal_is_the_same_for_what_is_there_and_what_is_not(self, office: Store) -> None:
        settle(office)
        said = set()
        for statement in (
            "INSERT INTO visit_private (visit_id, field, mark, value) VALUES (2, 'note', 'sensitive', 'x')",
            "INSERT INTO visit_private (visit_id, field, mark, value) VALUES (999, 'note', 'sensitive', 'x')",
        ):
            with pytest.raises(RefusedError) as refused, office.writing(OWN) as tx:
                tx.connection.exec_driver_sql(statement)
            said.add((refused.value.code, str(refused.value)))
        assert len(said) == 1


class TestCopies:
    def test_a_copy_is_a_store_file_with_the_same_rows(self, office: Store, tmp_path: Path) -> None:
        settle(office)
        entry(office, "a")
        path = copies.backup(office, tmp_path / "copy.db")
        with closing(Store.open(path)) as copied:
            assert digests(copied) == digests(office)
            with copied.reading(EVERYWHERE) as tx:
                assert audit.verify(tx).ok
            with copied.writing(EVERYWHERE) as tx:
                boxes = tx.connection.exec_driver_sql("SELECT count(*) FROM version_box").scalar()
                placed = tx.connection.exec_driver_sql("SELECT count(geometry) FROM version").scalar()
                assert boxes == placed
        assert path.stat().st_mode & 0o077 == 0

    def test_a_copy_comes_back_and_what_was_erased_stays_so(self, office: Store, tmp_path: Path) -> None:
        with office.writing(EVERYWHERE) as tx:
            publish(tx, day(1))
            bring_in(tx, file([{"code": "A", "name": SECRET}]), day(1))
        path = copies.backup(office, tmp_path / "copy.db")
        from gridmap.store.erasure import erase

        with office.writing(EVERYWHERE) as tx:
            erase(tx, HOUSES, "A", ["name"], reason="asked", at=FOUNDED, account="local")
        entry(office, "later")
        kept = copies.restore(str(office.address), path, at=FOUNDED, account="local", folder=tmp_path / "home")
        assert kept is not None
        assert kept.parent == tmp_path / "home" / "backups"
        with office.reading(EVERYWHERE) as tx:
            assert tx.connection.execute(private.select()).all() == []
            assert registers.features(tx, HOUSES, on=day(2))["key"].tolist() == ["A"]
            assert audit.verify(tx).ok
            assert triggers.wrong(tx.connection) == ()
        with closing(Store.open(kept)) as before, before.reading(EVERYWHERE) as tx:
            assert audit.read(tx)["subject"].tolist() == ["later"]

    def test_a_damaged_copy_changes_nothing(self, office: Store, tmp_path: Path) -> None:
        entry(office, "a")
        path = copies.backup(office, tmp_path / "copy.db")
        before = digests(office)
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(StoreError):
            copies.restore(str(office.address), path, at=FOUNDED, account="local", folder=tmp_path / "home")
        assert digests(office) == before

    def test_there_and_back_nothing_is_lost(self, database: str, office: Store, tmp_path: Path) -> None:
        settle(office)
        to_file(str(office.address), tmp_path / "moved.db")
        to_database(tmp_path / "moved.db", database)
        with closing(Store.open(database)) as moved:
            assert digests(moved) == digests(office)
            entry(moved, "goes on")
            with moved.writing(EVERYWHERE) as tx:
                assert bring_in(tx, file([{"code": "Z"}]), day(9))[0] > 1

    def test_at_head_there_is_nothing_to_upgrade(self, office: Store, tmp_path: Path) -> None:
        assert at_head(office.address)
        assert upgrade(office.address, dt.datetime.now(dt.UTC), folder=tmp_path) is None
