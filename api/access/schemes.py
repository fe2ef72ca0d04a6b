"""How one is known, said in the description of the service: a session's cookie, or a token as Bearer or by basic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.access.asking import asking
from api.access.cookies import COOKIE

SCHEMES: dict[str, dict[str, str]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "set by POST /session; what changes something is sent with Origin, too",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "a token of `gridmap token new`"},
    "token_as_password": {
        "type": "http",
        "scheme": "basic",
        "description": "a token as the password, with any name: for map programs",
    },
}


def describe_schemes(app: FastAPI) -> None:
    """Put the ways to be known into the description of the service, and which endpoints want one."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        known = app.openapi_schema
        whole = describe()
        if known is None:
            whole.setdefault("components", {})["securitySchemes"] = SCHEMES
            for method, path in _asked_of_somebody(app):
                whole["paths"][path][method]["security"] = [{name: []} for name in SCHEMES]
        return whole

    app.openapi = described  # type: ignore[method-assign]  # so FastAPI has it done


def _asked_of_somebody(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Name the endpoints that ask who comes."""
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant is not None and _asks(dependant):
            path = str(route.path_format)
            yield from ((method.lower(), path) for method in route.methods or ())


def _asks(dependant: Dependant) -> bool:
    return dependant.call is asking or any(_asks(one) for one in dependant.dependencies)
