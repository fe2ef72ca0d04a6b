"""The command `gridmap figures`: what has been reached, always n of N, and what stands behind each number."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, opened, parse_day
from gridmap.cli.output import local, print_json, progress_bar, records, table, tell, words
from gridmap.office import figuring
from gridmap.office.figure_export import export_figures
from gridmap.office.figure_names import FigureNames, figure_names
from gridmap.office.figure_tables import figure_table
from gridmap.people.person import LOCAL_ADMINISTRATOR

_By = Annotated[str | None, typer.Option("--by", metavar="|".join(figuring.BY), help=help_of("figures.by"))]
_Level = Annotated[str, typer.Option("--level", metavar="|".join(figuring.LEVELS), help=help_of("figures.level"))]
_Follow = Annotated[str | None, typer.Option("--follow", metavar="KEY", help=help_of("figures.follow"))]
_Out = Annotated[Path | None, typer.Option("--out", help=help_of("figures.out"))]
_Since = Annotated[
    dt.date | None, typer.Option("--since", parser=parse_day, metavar="DAY", help=help_of("figures.since"))
]
# Of the figures by group, those that fit on a screen; a file and JSON have them all.
_ON_SCREEN = (
    *("eligible", "covered", "covered_share", "visits", "contact_share"),
    *("filed", "closed", "closed_share", "open", "overdue", "due", "on_time", "on_time_share", "median_days"),
)


def figures(
    on: On = None,
    as_of: AsOf = None,
    since: _Since = None,
    by: _By = None,
    level: _Level = "big",
    follow: _Follow = None,
    out: _Out = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the figures of a day, the same by group, or the rows behind one of them."""
    if by is not None and follow is not None:
        raise typer.BadParameter(words("figures.one"), param_hint="--follow")
    me = LOCAL_ADMINISTRATOR
    with opened(home) as office, progress_bar("figures.progress"):
        day = on or office.clock.today()
        names = figure_names(office, on=day, lang=LANG)
        if follow is not None:
            frame = figuring.follow(me, office, follow, on=day, as_of=as_of, since=since)
        elif by is not None:
            frame = figuring.figures_by(me, office, by=by, on=day, as_of=as_of, since=since, level=level).reset_index()
        elif json and out is None:
            print_json(figuring.figures(me, office, on=day, as_of=as_of, since=since))
            return
        else:
            frame = names.table(figure_table(me, office, on=day, as_of=as_of, since=since))
        if out is not None:
            export_figures(me, office, frame, out, names=names, on=day)
        frame = local(frame, office.clock.zone)
    if json:
        print_json(records(frame))
    elif by is not None:
        _show_groups(frame, names)
    elif follow is not None:
        table(tuple(names.column(str(name)) for name in frame), list(frame.itertuples(index=False)))
        tell("figures.behind", key=follow, count=len(frame), counted=f"{frame['counted'].astype(float).sum():,.0f}")
    else:
        _show_table(frame)
    if out is not None:
        tell("figures.written", path=out)


def _show_table(frame: pd.DataFrame) -> None:
    """Print the figures section by section: n of N with the share, and the change on the week and the year before."""
    sections = frame["section"].mask(frame["section"].duplicated(), "")
    numbers = [frame[name].tolist() for name in ("n", "of", "share", "week_before", "year_before")]
    rows = [
        (section, figure, *_said(*held))
        for section, figure, *held in zip(sections, frame["figure"], *numbers, strict=True)
    ]
    columns = ("section", "figure", "number", "share", "week_before", "year_before")
    table(tuple(words(f"figures.column.{name}") for name in columns), rows)


def _said(n: float, of: float, share: float, *before: float) -> tuple[str | None, ...]:
    """Return a figure as the table shows it: number, share, and by how much it has changed since each time before.

    A share changes by points of a hundred.
    """
    if math.isnan(of):
        changes = (None if math.isnan(n - then) else _signed(n - then) for then in before)
        return _number(n), None, *changes
    points = (
        None if math.isnan(share - then) else words("figures.points", change=_signed(100 * (share - then), 1))
        for then in before
    )
    return words("figures.n_of", n=_number(n), of=_number(of)), _share(share), *points


def _show_groups(frame: pd.DataFrame, names: FigureNames) -> None:
    kept = [str(frame.columns[0]), *(name for name in _ON_SCREEN if name in frame)]
    shares = {name: [_share(one) for one in frame[name].tolist()] for name in kept if name.endswith("_share")}
    table(tuple(names.column(name) for name in kept), list(frame[kept].assign(**shares).itertuples(index=False)))


def _number(value: float) -> str | None:
    if math.isnan(value):
        return None
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"


def _signed(change: float, digits: int = 0) -> str:
    """Return a change with its sign; none as 0."""
    said = f"{change:+,.{digits}f}"
    return said if said.strip("+-0.") else "0"


def _share(value: float) -> str:
    """Return a share as a table shows it; 0/0 is n/a."""
    return words("figures.none") if math.isnan(value) else words("figures.per_cent", share=100 * value)


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(help=help_of("help.figures"))(figures)
