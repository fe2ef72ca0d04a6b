"""What the service takes at all: so many requests of one address, bodies so large. Looked at before any is read."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.client import address_of
from api.access.rates import ADDRESSES
from api.errors import tell
from api.reading import office_of
from gridmap.errors import GridmapError, RefusedError
from gridmap.office.wiring import Office
from gridmap.people.delay import place_of

MEGABYTE = 1 << 20
# What is written by hand or by a script, in bytes; files are larger (setting `upload_megabytes`).
_WRITTEN = frozenset({"", "application/json", "application/x-www-form-urlencoded", "text/plain"})
# For probes; they cost nothing.
_FREE = frozenset({"/health"})


class Limits:
    """Refuses what is too much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through if its address has not asked too often, and its body only so far as it is allowed."""
        if scope["type"] != "http" or scope["path"] in _FREE:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        office = office_of(request)
        megabytes = _allowed(request, office)
        try:
            place = place_of(address_of(request, office.settings))
            ADDRESSES.of(request.app).take(place, office.settings.requests_a_minute_address)
            length = request.headers.get("content-length", "")
            if length.isdecimal() and int(length) > megabytes * MEGABYTE:
                raise RefusedError("api.too_large", megabytes=megabytes)
        except GridmapError as error:
            await tell(request, error)(scope, receive, send)
            return
        await self.app(scope, _counted(receive, megabytes), send)


def _allowed(request: Request, office: Office) -> int:
    """Return how many megabytes the body may have. Of nobody a file is never taken."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = "authorization" in request.headers or "cookie" in request.headers
    return office.settings.upload_megabytes if known and kind not in _WRITTEN else 1


def _counted(receive: Receive, megabytes: int) -> Receive:
    left = megabytes * MEGABYTE

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            # Of the libraries that read bodies, each lets this one through as it is.
            raise HTTPException(413, str(megabytes))
        return message

    return counted
