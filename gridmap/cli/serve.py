"""Command: the service, until it is told to stop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from gridmap.cli.language import help_of
from gridmap.cli.options import HOME, Home, opened
from gridmap.cli.output import tell
from gridmap.settings import HOME_VARIABLE

LOOPBACK = "127.0.0.1"
PORT = 8015
_STOPPING_SECONDS = 20
_WAITING = 2048
_AT_ONCE = 512
_LONGEST_HEAD = 32 * 1024  # bytes of a request's line and headers

_Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=help_of("serve.port"))]
_Host = Annotated[str, typer.Option("--host", help=help_of("serve.host"))]
_Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help=help_of("serve.workers"))]


def serve(port: _Port = PORT, host: _Host = LOOPBACK, workers: _Workers = 1, home: Home = HOME) -> None:
    """Serve the office until the process is told to stop (SIGTERM, Ctrl+C); requests under way are answered first."""
    serving(home, port=port, host=host, workers=workers)


def serving(home: Path, *, port: int, host: str = LOOPBACK, workers: int = 1) -> None:
    """Serve the office in `home`. Raises StoreError or SettingsError before anything is served if it cannot be."""
    opened(home).store.close()
    os.environ[HOME_VARIABLE] = str(home)
    tell("serve.at", address=f"http://{host}:{port}")
    uvicorn.run(
        "api.main:create",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who may speak for others is a setting of the office, looked at for each request
        log_level="warning",
        backlog=_WAITING,
        limit_concurrency=_AT_ONCE,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_graceful_shutdown=_STOPPING_SECONDS,
    )


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(help=help_of("help.serve"))(serve)
