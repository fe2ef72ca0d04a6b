"""The demo office: made twice it is the same, and its figures follow the size asked for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from gridmap.office import gapping
from gridmap.office.dapeng.size import Size
from gridmap.office.demo import linked_where, make_demo
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR


def test_a_demo_office_made_twice_is_the_same_and_has_its_honest_gaps(tmp_path: Path) -> None:
    first = make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home", size=Size().scaled(100))
    counts, where = linked_where(LOCAL_ADMINISTRATOR, tmp_path / "home")
    rows = counts.set_index("layer")["features"]
    assert (rows["households"], rows["businesses"], rows["streetlights"]) == (113, 75, 5100)
    assert len(where) == 7 + 1, "the communities, and the row of what is in none"
    again = make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home", size=Size().scaled(100))
    assert first.grid is not None
    assert again.grid is None
    assert not again.roster.kept
    assert first.entered is not None
    assert again.entered is None
    assert not again.imports
    with open_office(tmp_path / "home") as office:
        kinds = ("uncovered_area", "unattended_cell", "unlinked_feature")
        found = gapping.find(LOCAL_ADMINISTRATOR, office, on=dt.date(2015, 12, 31), kinds=kinds)
    assert found["kind"].value_counts().to_dict() == {"unattended_cell": 4, "unlinked_feature": 3, "uncovered_area": 1}
