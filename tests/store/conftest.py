"""A new office's store, and the instants of its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridmap.store.engine import Store


@pytest.fixture
def noon() -> datetime:
    """Return noon of the day the office began (UTC)."""
    return datetime(2015, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of an office that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, noon: datetime) -> Iterator[Store]:
    """Return the store of a new office."""
    made = Store.create(home / "office.db", name="Dapeng", zone="Asia/Shanghai", at=noon)
    yield made
    made.close()
