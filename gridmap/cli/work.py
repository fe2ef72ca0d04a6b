"""Command: a worker of its own, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, opened
from gridmap.cli.output import tell, words
from gridmap.office.job_words import told_error
from gridmap.office.work import keep_house, work_once
from gridmap.office.work import work as work_until

_Once = Annotated[bool, typer.Option("--once", help=help_of("work.once"))]


def work(once: _Once = False, home: Home = HOME) -> None:
    """Do the jobs of the office until the process is told to stop (SIGTERM, Ctrl+C)."""
    with opened(home) as office:
        if not once:
            tell("work.begun")
            work_until(office, _stop())
            return
        keep_house(office)
        while (job := work_once(office)) is not None:
            why = "" if job.error is None else told_error(job.error, LANG).sentence
            tell("work.did", job=job.uuid, kind=job.kind, state=words(f"work.{job.state}"), why=why)
        tell("work.none")


def _stop() -> threading.Event:
    """Return what is set when the process is told to stop; a job that runs then is left to another worker."""
    stop = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    return stop


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(help=help_of("help.work"))(work)
