"""An office of the tests, kept in a file or in a database; there it is served by an account that owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gridmap.office.moving import move_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import DATABASE_VARIABLE
from tests.cluster import OWNER, SERVER, Cluster

IN_A_FILE, IN_A_DATABASE = "file", "database"
BOTH = (IN_A_FILE, IN_A_DATABASE)


@contextmanager
def moved(cluster: Cluster, home: Path) -> Iterator[str]:
    """Move the office in `home` from its file into a database of its own, whose name is given; at the end that goes.

    Whoever opens the office while the block lasts does so as the account that serves.
    """
    name = cluster.new_database()
    try:
        with account(cluster, name, OWNER):
            move_office(LOCAL_ADMINISTRATOR, home, database=cluster.url(name, OWNER), serving_role=SERVER)
        with account(cluster, name, SERVER):
            yield name
    finally:
        cluster.drop(name)


@contextmanager
def account(cluster: Cluster, name: str, user: str) -> Iterator[None]:
    """Open the office of a database with an account of the server while the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, cluster.url(name, user))
        yield
