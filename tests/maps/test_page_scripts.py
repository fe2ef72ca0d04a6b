"""The scripts of a page are its own, whatever a name in it holds."""

from __future__ import annotations

import pytest

from gridmap.errors import ArgumentError
from gridmap.maps.pages.render import render
from gridmap.maps.pages.scripts import scripts
from tests.pages import hostile_page, quay_page


def test_a_page_with_hostile_names_has_the_same_scripts() -> None:
    assert scripts(render(hostile_page()).decode()) == scripts(render(quay_page()).decode())


@pytest.mark.parametrize(
    "foreign", ["<script>alert(1)</script>", "<script src=x></script>", "<SCRIPT>alert(1)</SCRIPT>"]
)
def test_one_more_is_refused(foreign: str) -> None:
    page = render(quay_page()).decode()
    with pytest.raises(ArgumentError) as told:
        scripts(page.replace("</body>", f"{foreign}</body>"))
    assert told.value.code == "maps.page_scripts"
