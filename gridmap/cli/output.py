"""What a terminal shows: tables, JSON, progress, faults, and the exit codes.

Exit codes: 0 done; 1 done, and something was found (rejected rows, defects, a broken chain); 2 the input cannot be used;
3 not found, or it contradicts what is kept; 4 refused; 5 the store cannot be used.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gridmap.cli.language import LANG
from gridmap.errors import ConflictError, Fault, GridmapError, InputError, NotFoundError, RefusedError, StoreError
from gridmap.words import say

FOUND = 1
_EXITS: tuple[tuple[type[GridmapError], int], ...] = (
    (InputError, 2),
    (NotFoundError, 3),
    (ConflictError, 3),
    (RefusedError, 4),
    (StoreError, 5),
)
_SHOWN_FAULTS = 20

# A pipe has no width: nothing is folded there.
_WIDE = 10_000
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def words(code: str, **inputs: object) -> str:
    """Return the sentence `cli.<code>` in the language of this terminal."""
    return say(f"cli.{code}", LANG, **inputs)


def tell(code: str, **inputs: object) -> None:
    """Print the sentence `cli.<code>`."""
    out.print(escape(words(code, **inputs)))


def fail(error: GridmapError) -> typer.Exit:
    """Print an error on stderr and return the exit to raise."""
    err.print(escape(error.say(LANG)), style="red")
    return typer.Exit(next((code for kind, code in _EXITS if isinstance(error, kind)), 2))


def table(headers: Sequence[str], rows: Iterator[Sequence[object]] | Sequence[Sequence[object]]) -> None:
    """Print a table; what is missing is a dash. Hostile text stays text."""
    grid = Table(box=None, header_style="bold", pad_edge=False, show_header=any(headers))
    for header in headers:
        grid.add_column(header, overflow="fold")
    for row in rows:
        grid.add_row(*(escape(shown(value)) for value in row))
    out.print(grid)


def local(frame: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Return the frame with its instants in the office's zone."""
    instants = frame.select_dtypes("datetimetz").columns
    return frame.assign(**{name: frame[name].dt.tz_convert(zone) for name in instants})


def shown(value: object) -> str:
    """Return a value as a table shows it; control characters are made visible, so that no text moves the cursor."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(held)}" for name, held in value.items())
    if isinstance(value, bool | np.bool_):
        return words("yes") if value else words("no")
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(value))


def print_json(data: object) -> None:
    """Print plain data as JSON; days and instants are ISO texts, missing values null."""
    sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2, default=_plain).decode() + "\n")


def print_bytes(data: bytes) -> None:
    """Print bytes that are a whole JSON document."""
    sys.stdout.write(data.decode() + "\n")


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a frame without geometry as plain data, missing values as null."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def show_faults(faults: Sequence[Fault]) -> None:
    """Print the first faults, a line each, and how many more there are."""
    for fault in faults[:_SHOWN_FAULTS]:
        out.print("  " + escape(fault.say(LANG)))
    if len(faults) > _SHOWN_FAULTS:
        out.print("  " + escape(say("faults.rest", LANG, count=len(faults) - _SHOWN_FAULTS)))


@contextmanager
def progress_bar(code: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr while something runs that may take over a second; gives `progress(done, total)`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(words(code), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain(value: object) -> object:
    if value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
