"""Another site's page may not act with what a browser sends by itself: a cookie, a remembered password of basic."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from gridmap.errors import RefusedError

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_PORTS = {"http": 80, "https": 443}


def refuse_foreign(connection: HTTPConnection, *, wanted: bool) -> None:
    """Raise RefusedError for a request that changes something and was sent by another site's page.

    Looked at is Origin, where it is absent Referer. `wanted`: one of them must be there, as browsers send it; else a
    program that sends neither is let through.
    """
    if connection.scope["method"] in SAFE:
        return
    given = connection.headers.get("origin") or connection.headers.get("referer")
    if given is None and not wanted:
        return
    if given is None or _place(given) != _place(f"{connection.url.scheme}://{connection.headers.get('host', '')}"):
        raise RefusedError("api.origin")


def _place(address: str) -> tuple[str, int | None] | None:
    """Return host and port; the port that the scheme has by itself is none. Null for what is no address.

    Schemes are not compared: behind a proxy the service does not speak TLS itself.
    """
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        return None
    if found.scheme not in _PORTS or not found.hostname:
        return None
    return found.hostname, None if port in (None, *_PORTS.values()) else port
