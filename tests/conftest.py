"""Rules for every test: no office of the user is touched, properties are repeatable unless torture is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, settings

from tests.cluster import OWNER, Cluster, programs, running

TORTURE = os.environ.get("GRIDMAP_TORTURE") == "1"
TORTURE_FACTOR = 20
KEPT_VARIABLES = frozenset(
    {"GRIDMAP_REAL_DATA", "GRIDMAP_REQUIRE_REAL_DATA", "GRIDMAP_REQUIRE_POSTGIS", "GRIDMAP_TORTURE"}
)

# A busy machine is slow, not wrong: no deadline, no complaint about slow examples.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "torture", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("torture" if TORTURE else "ci")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Under torture, a property that asks for a number of examples of its own gets many times as many."""
    if not TORTURE:
        return
    profile = settings.get_profile("torture").max_examples
    for item in items:
        function = getattr(item, "obj", None)
        asked = getattr(function, "_hypothesis_internal_use_settings", None)
        if asked is not None and asked.max_examples != profile:
            many = settings(asked, max_examples=asked.max_examples * TORTURE_FACTOR)
            function._hypothesis_internal_use_settings = many


@pytest.fixture(autouse=True)
def _no_office_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name.startswith("GRIDMAP_") and name not in KEPT_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDMAP_HOME", str(tmp_path_factory.getbasetemp() / "no-office-here"))


@pytest.fixture(scope="session")
def kill_rounds() -> int:
    """Return how often a kill test kills: 20 times, 200 under torture."""
    return 200 if TORTURE else 20


@pytest.fixture(scope="session")
def strikes() -> int:
    """Return how often a kill test strikes at an office in a database: 6 times, 60 under torture."""
    return 60 if TORTURE else 6


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Return a running PostgreSQL with PostGIS, of these tests alone.

    Where it is not installed the test is skipped, or fails if GRIDMAP_REQUIRE_POSTGIS is 1.
    """
    place = programs()
    if place is None:
        reason = "no PostgreSQL with PostGIS here: sudo apt-get install postgresql postgresql-15-postgis-3"
        if os.environ.get("GRIDMAP_REQUIRE_POSTGIS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with running(place) as cluster:
        cluster.prepare()
        yield cluster


@pytest.fixture
def database(postgres: Cluster) -> Iterator[str]:
    """Return the address of an empty database with PostGIS, of an account that owns it and is no superuser."""
    name = postgres.new_database()
    yield postgres.url(name, OWNER)
    postgres.drop(name)
