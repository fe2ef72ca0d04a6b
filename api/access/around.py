"""Around every request: its number, one line in the log, and the headers that every answer has."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.fresh import KEPT
from gridmap.office.freshness import at_once

LOG = logging.getLogger("gridmap.service")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


class Around:
    """The outermost layer of the service."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number the request, answer it, and log method, endpoint, status and time: no query, no address, no person."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["number"] = secrets.token_hex(8)
        begun, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _head(MutableHeaders(scope=message), state, status)
            await send(message)

        try:
            with at_once():
                await self.app(scope, receive, answer)
        finally:
            endpoint = getattr(scope.get("route"), "path", "none")
            facts = {
                "request": state["number"],
                "method": scope["method"],
                "endpoint": endpoint,
                "status": status,
                "milliseconds": round(1000 * (time.perf_counter() - begun), 1),
            }
            LOG.info("request", extra={"facts": facts})


def _head(headers: MutableHeaders, state: dict[str, str], status: int) -> None:
    """Put on an answer what each has; what an endpoint has said itself stands."""
    headers["X-Request-Id"] = state["number"]
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", _NOTHING_RUNS)
    tag = state.get("tag")
    if tag is not None and status in (200, 201, 304):
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", KEPT)
    headers.setdefault("Cache-Control", "no-store")
    headers.add_vary_header("Cookie, Authorization, Accept, Accept-Language")
