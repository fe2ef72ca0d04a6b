"""Freshness: an answer is asked for again and again, and sent again only if it may have become another one.

The tag of an answer is made of the marks of the data, the day, the minute where deadlines run, who asks (scope, role,
cadre), the language and the address. Whoever it is for alone may keep it, and asks each time whether it still holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
from fastapi import Request, params

from api.access.asking import Asked, Asking
from gridmap.office.freshness import LEDGER, data_marks

__all__ = ["LEDGER", "Fresh", "NotModified", "fresh", "lasting"]

KEPT = "private, must-revalidate"


class NotModified(Exception):  # noqa: N818  it is an answer, not an error
    """What the client holds is what it would get."""


def fresh(*subjects: str, by_minute: bool = True) -> Callable[[Request, Asked], None]:
    """Return a dependency that answers 304 where nothing can have changed.

    `subjects`: whose marks count (none named: all). `by_minute`: the answer may change with the clock alone, as what
    is overdue does; else only with the office's day.
    """

    def look(request: Request, asked: Asked) -> None:
        marks = data_marks(asked.office)
        person = asked.person
        now = asked.office.clock.now()
        facts = [
            {name: mark for name, mark in marks.items() if not subjects or name in subjects},
            asked.office.clock.today().isoformat(),
            now.strftime("%H:%M") if by_minute else "",
            sorted(person.scope) if person.scope is not None else None,
            person.role,
            person.cadre,
            asked.lang,
            request.url.path,
            sorted(request.query_params.multi_items()),
            request.headers.get("accept", ""),
        ]
        tag = f'"{hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]}"'
        request.state.tag = tag
        for held in request.headers.get("if-none-match", "").split(","):
            same = held.strip().removeprefix("W/")
            # The state of the thing may stand before it, see `matching`.
            if same == tag or same.endswith(f"-{tag[1:]}"):
                request.state.tag = same
                raise NotModified

    return look


def lasting(request: Request, asked: Asking) -> None:
    """Answer 304 to whoever holds what never changes at this address, as an edition's cells: only his scope may."""
    scope = asked.person.scope
    facts = [sorted(scope) if scope is not None else None, str(request.url.path), asked.office.store.office().name]
    tag = f'"{hashlib.sha256(orjson.dumps(facts)).hexdigest()[:32]}"'
    request.state.tag = tag
    if tag in [held.strip().removeprefix("W/") for held in request.headers.get("if-none-match", "").split(",")]:
        raise NotModified


def Fresh(*subjects: str, by_minute: bool = True) -> params.Depends:  # noqa: N802  reads like FastAPI's own
    """Return what goes into the `dependencies` of an endpoint: see `fresh`."""
    return params.Depends(fresh(*subjects, by_minute=by_minute))
