"""The service: `uvicorn --factory api.main:create`, or `gridmap serve`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from logging.config import dictConfig
from pathlib import Path
from pkgutil import iter_modules

from anyio import to_thread
from fastapi import FastAPI, Request, Response

import api.endpoints
import api.standards
import api.web
from api.access.around import Around
from api.access.fresh import NotModified
from api.access.limits import Limits
from api.access.schemes import describe_schemes
from api.errors import handle_errors
from api.logs import configuration
from api.worker import working
from gridmap.office.clock import Clock
from gridmap.office.wiring import open_office
from gridmap.settings import default_home

# The interpreter lets one thread work at a time, and each statement of a transaction waits for its turn: with many
# threads, or long turns, whoever writes would hold the one writer's place for seconds.
_THREADS = 6
_TURN_SECONDS = 0.001
# They are looked through in this order: a map asks for many tiles at once.
_ROOMS = (api.standards, api.endpoints, api.web)


def create() -> FastAPI:
    """Return the service of the office that `GRIDMAP_HOME` names, and log as it does."""
    dictConfig(configuration())
    sys.setswitchinterval(_TURN_SECONDS)
    return service(default_home(), works=True)


def service(home: Path, *, clock: Clock | None = None, works: bool = False) -> FastAPI:
    """Return the service of the office in `home`; `works`: it does the jobs, too.

    Raises StoreError or SettingsError if the office cannot be opened.
    """
    office = open_office(home, clock=clock)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        with office, working(office, threads=office.settings.job_threads if works else 0):
            yield

    app = FastAPI(title="gridmap", version="0.1.0", lifespan=life, docs_url=None, redoc_url=None)
    app.state.office = office
    handle_errors(app)
    app.add_exception_handler(NotModified, _not_modified)
    for room in _ROOMS:
        for found in iter_modules(room.__path__):
            router = getattr(import_module(f"{room.__name__}.{found.name}"), "ROUTER", None)
            if router is not None:
                app.include_router(router)
    describe_schemes(app)
    app.add_middleware(Limits)
    app.add_middleware(Around)
    return app


async def _not_modified(_: Request, __: Exception) -> Response:
    return Response(status_code=304)
