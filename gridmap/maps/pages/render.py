"""From frames to one HTML file: everything is inlined, nothing is fetched."""

from __future__ import annotations

from gridmap.maps.pages.data import island
from gridmap.maps.pages.page import Page, check
from gridmap.maps.pages.shell import shell


def render(page: Page, *, private: bool = False) -> bytes:
    """Return a map page as UTF-8 HTML that works from a file, with no network and no address of any other host.

    The same page gives the same bytes. Sensitive layers are refused unless the page is `private` (for those who are
    responsible); fields that are not public are left out always. Raises ArgumentError as `pages.page.check` does,
    NotFoundError where the scripts were not built (`make setup`).
    """
    check(page, private=private)
    return shell(page.title, page.lang, island(page))
