"""The command `gridmap figures`: what has been reached, always n of N, and what stands behind each number."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, opened, parse_day
from gridmap.cli.output import local, print_json, progress_bar, records, table, tell, words
from gridmap.ledger.ratios import DUTY_RATIOS, ISSUE_RATIOS
from gridmap.office import figuring
from gridmap.office.figure_export import export_figures
from gridmap.office.figure_names import FigureNames, figure_names
from gridmap.office.figure_tables import figure_table
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR

_By = Annotated[str | None, typer.Option("--by", metavar="|".join(figuring.BY), help=help_of("figures.by"))]
_Level = Annotated[str, typer.Option("--level", metavar="|".join(figuring.LEVELS), help=help_of("figures.level"))]
_Follow = Annotated[str | None, typer.Option("--follow", metavar="KEY", help=help_of("figures.follow"))]
_Out = Annotated[Path | None, typer.Option("--out", help=help_of("figures.out"))]
_Since = Annotated[
    dt.date | None, typer.Option("--since", parser=parse_day, metavar="DAY", help=help_of("figures.since"))
]
_ME = LOCAL_ADMINISTRATOR
_SHARES = {**ISSUE_RATIOS, **DUTY_RATIOS}
# Of the figures by group, those that fit on a screen; a file and JSON have them all.
_ON_SCREEN = ("covered_share", "contact_share", "closed_share", "open", "overdue", "on_time_share", "median_days")


class _Terms(TypedDict):
    on: dt.date
    as_of: dt.datetime | None
    since: dt.date | None


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
    with opened(home) as office, progress_bar("figures.progress"):
        day = on or office.clock.today()
        names = figure_names(office, on=day, lang=LANG)
        terms: _Terms = {"on": day, "as_of": as_of, "since": since}
        if json and out is None and by is None and follow is None:
            print_json(figuring.figures(_ME, office, **terms))
            return
        frame = _asked(office, by, level, follow, terms)
        spoken = _spoken(frame, by, follow, names)
        if out is not None:
            export_figures(_ME, office, spoken, out, names=names, on=day)
        frame, spoken = local(frame, office.clock.zone), local(spoken, office.clock.zone)
    if json:
        print_json(records(frame))
    elif by is not None:
        _show_groups(spoken)
    elif follow is not None:
        _show_rows(spoken, follow, names)
    else:
        _show_table(spoken)
    if out is not None and not json:
        tell("figures.written", path=out)


def _asked(office: Office, by: str | None, level: str, follow: str | None, terms: _Terms) -> pd.DataFrame:
    if follow is not None:
        return figuring.follow(_ME, office, follow, **terms)
    if by is not None:
        return figuring.figures_by(_ME, office, by=by, level=level, **terms).reset_index()
    return figure_table(_ME, office, **terms)


def _spoken(frame: pd.DataFrame, by: str | None, follow: str | None, names: FigureNames) -> pd.DataFrame:
    """Return the frame with sections, figures and groups as they are called."""
    if follow is not None:
        return frame
    return names.table(frame) if by is None else frame.assign(**{by: [names.group(by, one) for one in frame[by]]})


def _show_rows(frame: pd.DataFrame, key: str, names: FigureNames) -> None:
    said = frame.dropna(axis=1, how="all")
    table(tuple(names.column(str(name)) for name in said), list(said.itertuples(index=False)))
    tell("figures.behind", key=key, count=len(frame), counted=f"{frame['counted'].astype(float).sum():,.0f}")


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


def _show_groups(frame: pd.DataFrame) -> None:
    """Print the figures by group, a share as n of N with its per cent."""
    by = str(frame.columns[0])
    kept = [name for name in _ON_SCREEN if name in frame]
    table(
        (words(f"figures.by.{by}"), *(words(f"figures.group.{name}") for name in kept)),
        [(one[by], *(_grouped(one, name) for name in kept)) for one in frame.to_dict("records")],
    )


def _grouped(one: Mapping[Hashable, Any], name: str) -> str | None:
    if name not in _SHARES:
        return _number(float(one[name]))
    n, of = (_number(float(one[count])) for count in _SHARES[name])
    return words("figures.share_of", n=n, of=of, share=_share(float(one[name])))


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
