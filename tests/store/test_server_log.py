"""What the database's server writes into its own log of statements that fail: no value of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from shapely import Point, to_wkb
from sqlalchemy import Column, Table, insert

from gridmap.errors import GridmapError
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE, SCOPED
from gridmap.store.tables import metadata
from gridmap.store.types import Day, Geometry, Instant, Json
from tests.cluster import OWNER, QUIET, SERVER, Cluster
from tests.store.conftest import FOUNDED

SECRET = "王小明的秘密"
PRIVATE = [
    table for table in metadata.sorted_tables if any(one.info.get("mark", "public") != "public" for one in table.c)
]


@pytest.fixture(scope="module")
def name(postgres: Cluster, founded: str) -> Iterator[str]:
    """A database with a new office, which is served."""
    made = postgres.new_database(founded)
    with closing(Store.open(postgres.url(made, OWNER))) as store:
        store.admit(SERVER)
    yield made
    postgres.drop(made)


def secret(column: Column[Any]) -> object:
    """A value of the column that tells the secret, where it can."""
    values: dict[type, object] = {
        Json: {"is": SECRET},
        Instant: FOUNDED,
        Day: FOUNDED.date(),
        Geometry: to_wkb(Point(114, 22)),
    }
    plain: dict[type, object] = {str: SECRET, bytes: SECRET.encode(), int: 1, float: 1.0, bool: True}
    kind = type(column.type)
    return values[kind] if kind in values else plain[column.type.python_type]


def break_rules_of(table: Table, store: Store) -> None:
    """Put a row in twice, and one that lacks something else than the secret."""
    row = {one.name: secret(one) for one in table.c if one.computed is None}
    lacking = next(one.name for one in table.c if not one.nullable and one.info.get("mark", "public") == "public")
    for rows in ([row, row], [row | {lacking: None}]):
        with pytest.raises(GridmapError) as refused, store.writing(EVERYWHERE) as tx:
            tx.connection.execute(insert(table).values(rows))
        assert SECRET not in f"{refused.value!s}{refused.value!r}"


def written(cluster: Cluster, name: str, user: str, tables: Sequence[Table] = PRIVATE) -> str:
    """Return what the log has more after the tables' rules were broken by an account."""
    before = cluster.log.stat().st_size
    with closing(Store.open(cluster.url(name, user))) as store:
        for table in tables:
            break_rules_of(table, store)
    return cluster.log.read_bytes()[before:].decode()


@pytest.fixture
def talkative(postgres: Cluster, name: str) -> Iterator[Cluster]:
    """The server, whose log is not silent about what is done by who serves, and tells the parameters of errors."""
    told = f"ALTER DATABASE {name} %s log_parameter_max_length_on_error"
    postgres.run(*(f"ALTER ROLE {SERVER} RE{switch.partition(' = ')[0]}" for switch in QUIET))
    postgres.run(f"{told % 'SET'} = -1")
    yield postgres
    postgres.run(*(f"ALTER ROLE {SERVER} {switch}" for switch in QUIET), told % "RESET")


@pytest.mark.parametrize("user", [OWNER, SERVER])
def test_of_a_broken_rule_no_value_is_written(postgres: Cluster, name: str, user: str) -> None:
    log = written(postgres, name, user)
    assert log.count("ERROR:") == 2 * len(PRIVATE)
    assert SECRET not in log


def test_of_an_account_that_was_not_altered_as_documented_values_are_written(talkative: Cluster, name: str) -> None:
    """So that the test above is not blind; and why docs/stores.md asks for it."""
    assert SECRET in written(talkative, name, SERVER)


def test_of_what_lies_in_cells_no_value_is_written_whatever_the_server_is_set_to(talkative: Cluster, name: str) -> None:
    """PostgreSQL tells no row behind row security, and no parameter of a session that says so."""
    scoped = [table for table in PRIVATE if table.name in SCOPED]
    log = written(talkative, name, SERVER, scoped)
    assert log.count("ERROR:") == 2 * len(scoped)
    assert SECRET not in log


def test_how_accounts_are_altered_is_documented() -> None:
    said = (Path(__file__).parents[2] / "docs" / "stores.md").read_text(encoding="utf-8")
    for user in ("keeper", "server"):
        for switch in QUIET:
            assert f"ALTER ROLE {user} {switch};" in said
