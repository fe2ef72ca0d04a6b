"""The scripts that stand in a page: whoever serves it lets these run, and no other."""

from __future__ import annotations

import re

from gridmap.errors import ArgumentError

# Leaflet, what folium says of it, and the map with what draws it.
_RUNNING = 3
_SCRIPT = re.compile(r"<script(?P<more>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def scripts(page: str) -> tuple[str, ...]:
    """Return the texts of the scripts of a page, as they stand in it; its data are none.

    Raises ArgumentError for a page with more or fewer than each page has: one came in with a name of somebody else's.
    """
    found = tuple(one["text"] for one in _SCRIPT.finditer(page) if not one["more"].strip())
    if len(found) != _RUNNING or page.lower().count("<script") != _RUNNING + 1:
        raise ArgumentError("maps.page_scripts", argument="page", count=len(found), allowed=_RUNNING)
    return found
