"""What the office's own page shows: nothing to whoever has no cell, and it says so in words."""

from __future__ import annotations

import datetime as dt

import pytest

from gridmap.errors import RefusedError
from gridmap.office.front import Looked, front
from gridmap.office.map_pages import map_page
from gridmap.office.map_scene import Wanted
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.words import LANGUAGES

DAY = dt.date(2015, 12, 31)
NOWHERE = Person("nowhere", "reader", frozenset({"no such cell"}))


@pytest.mark.parametrize("view", ["gaps", "coverage", "issues"])
def test_whoever_has_no_cell_is_told_so_and_sees_no_map(office: Office, view: str) -> None:
    said = []
    with pytest.raises(RefusedError) as on_the_page:
        front(NOWHERE, office, Looked(view, DAY))
    with pytest.raises(RefusedError) as on_the_map:
        map_page(NOWHERE, office, view, Wanted(DAY))
    for refused in (on_the_page.value, on_the_map.value):
        said += [refused.say(lang) for lang in LANGUAGES]
    assert all("2015-12-31" in one and "None" not in one for one in said)
    assert len(set(said)) == len(LANGUAGES)
