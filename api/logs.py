"""What the service logs: one JSON line a request, with its number, method, endpoint, status and time.

No query string, no address, no account and no value of anybody's stands in it. Of an error that was not foreseen the
kind and the places in the code are told, not its message: that may quote what was sent. uvicorn's own
access log is off.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson


class Lines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: at, level, logger, event, and the facts that came with the record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if _is_ours(record) else str(record.msg),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= told(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()


def told(error: BaseException) -> dict[str, object]:
    """Return what may be said of an error: its kind, and where in the code it came to be."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": type(error).__name__, "where": [f"{one.filename}:{one.lineno} {one.name}" for one in frames]}


def configuration() -> dict[str, Any]:
    """Return the logging configuration of the service; it takes the place of uvicorn's own."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Lines}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines", "stream": sys.stderr}},
        "root": {"handlers": ["out"], "level": "WARNING"},
        "loggers": {
            "gridmap": {"level": "INFO"},
            "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},
            "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def _is_ours(record: logging.LogRecord) -> bool:
    """Return whether a record's message is made of nothing that came from outside: of other libraries the template."""
    return record.name.split(".")[0] in ("gridmap", "uvicorn")
