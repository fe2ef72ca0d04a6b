"""Real data: never copied into the repository, found by a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE_THE_REPOSITORY = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data (GRIDMAP_REAL_DATA, default ../shared/data).

    Where it is absent the test is skipped, or fails if GRIDMAP_REQUIRE_REAL_DATA is 1.
    """
    folder = Path(os.environ.get("GRIDMAP_REAL_DATA") or BESIDE_THE_REPOSITORY)
    if folder.is_dir():
        return folder
    reason = f"no real data at {folder}: set GRIDMAP_REAL_DATA"
    if os.environ.get("GRIDMAP_REQUIRE_REAL_DATA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
