"""Errand: hand figures out as a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.office.auditing import note
from gridmap.office.figure_names import FigureNames
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.reports.workbook import write_workbook

FORMATS = (".xlsx",)


def export_figures(
    person: Person, office: Office, frame: pd.DataFrame, target: Path, *, names: FigureNames, on: dt.date
) -> None:
    """Write figures that `person` was given to `target` (.xlsx), whole or not at all, under the headers of `names`.

    Shares stay numbers, 0 to 1; what is 0/0 is an empty cell. Raises ArgumentError for another ending.
    """
    refuse_unless(person, "export")
    if target.suffix not in FORMATS:
        raise ArgumentError(
            "office.export_format", file=target.name, suffix=target.suffix or "-", allowed=", ".join(FORMATS)
        )
    detail = {"on": on.isoformat(), "rows": len(frame), "format": target.suffix}
    with office.writing(person) as tx:
        note(tx, person, action="export", subject="figures", detail=detail)
    write_workbook(frame.rename(columns=names.column), None, target, on=on, lang=names.lang)
