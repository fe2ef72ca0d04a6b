"""Idempotency-Key: a post that comes again, because its answer was lost, is answered as before and done once.

`APIRouter(route_class=Once)` for endpoints that write. Not for those that only read by POST: their answers would be
kept. Where nothing was done (an error), nothing is kept, and the same key may come again.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.access.asking import asking
from gridmap.office.repeats import Begun, Repeat, begin, keep, let_go
from gridmap.office.wiring import Office

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
# An answer larger than this is no answer to a post that writes.
_LONGEST_ANSWER = 1 << 20
_HEADERS_KEPT = ("content-type", "location", "etag")


def _key(
    key: Annotated[
        str | None,
        Header(alias=HEADER, min_length=1, max_length=255, description="the same key is done once, and answered again"),
    ] = None,
) -> None:
    """Name the header in the description of the endpoints that know it."""


class Once(APIRoute):
    """An endpoint whose posts are done once for each key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "POST" in (options.get("methods") or ()):
            options["dependencies"] = [*(options.get("dependencies") or ()), Depends(_key)]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that looks for the key before anything is done."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            asked = await run_in_threadpool(asking, request)
            found = await run_in_threadpool(begin, asked.person, asked.office, key, await _asked(request))
            if isinstance(found, Repeat):
                return _again(found)
            try:
                answer = await handle(request)
            except Exception:
                await run_in_threadpool(let_go, asked.office, found)
                raise
            await run_in_threadpool(_settle, asked.office, found, answer)
            return answer

        return once


async def _asked(request: Request) -> bytes:
    """Return all that tells one post from another."""
    head = [request.method, request.url.path, request.url.query, request.headers.get("content-type", "")]
    return orjson.dumps(head) + await request.body()


def _settle(office: Office, begun: Begun, answer: Response) -> None:
    """Keep the answer; of one that failed or is too large nothing."""
    body = getattr(answer, "body", None)
    if not isinstance(body, bytes) or answer.status_code >= 400 or len(body) > _LONGEST_ANSWER:
        let_go(office, begun)
        return
    headers = {name: answer.headers[name] for name in _HEADERS_KEPT if name in answer.headers}
    kept = orjson.dumps([headers, body.decode("utf-8", "replace")]).decode()
    keep(office, begun, Repeat(answer.status_code, kept))


def _again(repeat: Repeat) -> Response:
    headers, body = orjson.loads(repeat.body)
    return Response(body, repeat.status, headers={**headers, REPLAYED: "true"})
