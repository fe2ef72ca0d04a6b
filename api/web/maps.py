"""Map pages over HTTP: they run what they bring with them, as nobody, and fetch nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.params import Cell, On
from gridmap.office.map_pages import map_page
from gridmap.office.map_scene import Wanted

ROUTER = APIRouter(tags=["web"], responses=declared(404))
View = Literal["gaps", "coverage", "issues", "routes"]
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"description": "a page", "content": {"text/html": {"schema": {"type": "string"}}}}
}


@ROUTER.get("/maps/{view}", dependencies=[Fresh()], response_class=Response, responses=PAGE)
def map_of(*, asked: Asked, view: Annotated[View, Path()], on: On, cell: Cell = None) -> Response:
    """Give the map of a day as one page that works without a network, and prints; cut to the scope of who asks."""
    page = map_page(asked.person, asked.office, view, Wanted(on, cell), lang=asked.lang)
    headers = {
        "Content-Security-Policy": policy(page.scripts),
        "X-Frame-Options": "SAMEORIGIN",
        "Content-Language": "zh-CN" if asked.lang == "zh" else "en",
    }
    return Response(page.text, media_type="text/html; charset=utf-8", headers=headers)


def policy(scripts: Iterable[str]) -> str:
    """Return the policy under which exactly these scripts run, in a page that is nobody's and may open nothing.

    A dialog it may open: that of the printer.
    """
    digests = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in digests)
    return (
        f"sandbox allow-scripts allow-modals; default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
