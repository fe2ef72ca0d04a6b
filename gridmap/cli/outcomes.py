"""What an import tells at its end, whatever it took in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rich.markup import escape

from gridmap.cli.language import LANG
from gridmap.cli.output import out, show_faults, tell
from gridmap.errors import Fault


class Outcome(Protocol):
    """The report of an import."""

    @property
    def file(self) -> str:
        """The bare name of the file."""

    @property
    def rows(self) -> int:
        """The rows read, good and bad."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What became of them."""

    @property
    def faults(self) -> Sequence[Fault]:
        """Every fault of every row."""

    @property
    def unread(self) -> Sequence[str]:
        """Headers and sheets that mean nothing."""

    @property
    def fault_sheet(self) -> Path | None:
        """Where the bad rows were written."""

    @property
    def refused(self) -> bool:
        """Whether the faults refused the whole file."""


def show_end(report: Outcome, kept: str | None, *, dry_run: bool) -> None:
    """Print what was not read, the first faults, where the bad rows are, and what was kept.

    `kept`: the sentence for that; null where there was nothing to change.
    """
    if report.unread:
        tell("import.unread", headers=", ".join(report.unread))
    if report.faults:
        show_faults(report.faults)
        tell("import.sheet_written", path=report.fault_sheet)
    if report.refused:
        tell("import.refused")
    elif dry_run:
        tell("import.dry")
    elif kept is None:
        tell("import.nothing")
    else:
        out.print(escape(kept))


def plain(report: Outcome, **more: object) -> dict[str, object]:
    """Return a report as plain data, its faults as sentences; `more` stands before them."""
    return {
        "file": report.file,
        "rows": report.rows,
        **more,
        "refused": report.refused,
        "unread": list(report.unread),
        "counts": dict(report.counts),
        "faults": [fault.say(LANG) for fault in report.faults],
        "fault_sheet": report.fault_sheet,
    }
