"""The cookie of a session: for this host alone, never read by a script, never sent from another site's page."""

from __future__ import annotations

from fastapi import Request, Response

from api.access.client import on_this_machine, over_tls
from api.reading import office_of
from gridmap.errors import RefusedError

# The prefix lets a browser take the cookie only over TLS, from this host, for every path.
COOKIE = "__Host-gridmap"
# On this machine without TLS, where a browser refuses the prefix. Elsewhere nobody is known by it.
PLAIN_COOKIE = "gridmap"


def session_of(request: Request) -> str | None:
    """Return the session that the request's cookie names, whether it holds or not."""
    name = _name(request)
    return None if name is None else request.cookies.get(name)


def put_session(request: Request, response: Response, token: str) -> None:
    """Send a session to the browser, until that is closed. Raises RefusedError where others could read it: no TLS."""
    name = _name(request)
    if name is None:
        raise RefusedError("api.no_tls")
    response.set_cookie(name, token, path="/", secure=name == COOKIE, httponly=True, samesite="strict")


def drop_session(request: Request, response: Response) -> None:
    """Make the browser forget its session, and the pages that it keeps."""
    name = _name(request)
    if name is not None:
        response.delete_cookie(name, path="/", secure=name == COOKIE, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'


def refuse_plain(request: Request) -> None:
    """Raise RefusedError where a password or session could be read on its way: no TLS, and not on this machine."""
    if _name(request) is None:
        raise RefusedError("api.no_tls")


def _name(request: Request) -> str | None:
    if over_tls(request, office_of(request).settings):
        return COOKIE
    return PLAIN_COOKIE if on_this_machine(request) else None
