"""Command: the demo office."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from gridmap.cli.gaps import explained, show_gaps
from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, opened
from gridmap.cli.output import progress_bar, table, tell, words
from gridmap.cli.registers import show_import
from gridmap.cli.routes import show_kept
from gridmap.cli.serve import PORT, serving
from gridmap.layer import Registry, spoken
from gridmap.office import gapping
from gridmap.office.dapeng.size import Size
from gridmap.office.demo import draw_demo, linked_where, make_demo, plan_tonight
from gridmap.office.demo_accounts import demo_accounts
from gridmap.office.routing import show_plan
from gridmap.office.wiring import load_layers
from gridmap.people.person import LOCAL_ADMINISTRATOR

_SHOWN_GAPS = 5  # of a kind
_Households = Annotated[int | None, typer.Option("--households", min=10, help=help_of("demo.households"))]
_Accounts = Annotated[bool, typer.Option("--accounts", help=help_of("demo.accounts"))]
_Serve = Annotated[bool, typer.Option("--serve/--no-serve", help=help_of("demo.serve"))]
_Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=help_of("serve.port"))]


def demo(
    households: _Households = None,
    accounts: _Accounts = False,
    serve: _Serve = False,
    port: _Port = PORT,
    home: Home = HOME,
) -> None:
    """Make the demo office and print what was linked, where, what was refused, and what is missing."""
    size = None if households is None else Size().scaled(households)
    with progress_bar("demo.progress"):
        made = make_demo(LOCAL_ADMINISTRATOR, home, lang=LANG, size=size)
    tell("demo.made", path=made.files)
    tell("demo.made_up")
    if made.grid:
        tell("grid.published", edition=made.grid.edition, cells=made.grid.cells, on="2015-01-01")
    layers = load_layers()
    for report in made.imports:
        show_import(report, spoken(layers[report.layer], LANG))
    if made.entered:
        tell("demo.entered", **asdict(made.entered))
        tell("demo.made_up_year")
    _show_where(layers, *linked_where(LOCAL_ADMINISTRATOR, home))
    found = _show_gaps(home)
    _show_tonight(home, found)
    for path in draw_demo(LOCAL_ADMINISTRATOR, home, lang=LANG):
        tell("demo.map", path=path)
    tell("demo.figures", home=home)
    tell("demo.next", home=home)
    if accounts or serve:
        _show_accounts(home)
    if serve:
        serving(home, port=port)


def _show_accounts(home: Path) -> None:
    """One sign-in for each role: what is shown here is kept nowhere."""
    tell("demo.accounts_told")
    rows = [(one.name, one.password, one.cadre or "") for one in demo_accounts(LOCAL_ADMINISTRATOR, home)]
    table((words("column.account"), words("column.password"), words("column.cadre")), rows)


def _show_gaps(home: Path) -> gpd.GeoDataFrame:
    """The gaps of the day at which the demo's clock stands."""
    with opened(home) as office:
        found = gapping.find(LOCAL_ADMINISTRATOR, office, on=office.clock.today())
    tell("demo.gaps", most=_SHOWN_GAPS)
    show_gaps(explained(found), most=_SHOWN_GAPS)
    return found


def _show_tonight(home: Path, gaps: gpd.GeoDataFrame) -> None:
    """The evening of those with the most gaps."""
    made = plan_tonight(LOCAL_ADMINISTRATOR, home, gaps, lang=LANG)
    if made is None:
        return
    number, page = made
    tell("demo.tonight")
    with opened(home) as office:
        show_kept(office, show_plan(LOCAL_ADMINISTRATOR, office, number), json=False)
    tell("demo.route", path=page, plan=number, home=home)


def _show_where(layers: Registry, counts: pd.DataFrame, where: pd.DataFrame) -> None:
    names = {one: spoken(layers[one], LANG) for one in counts["layer"]}
    rows = [
        (words("demo.nowhere") if pd.isna(row["code"]) else row["code"], row["name"], *(row[one] for one in names))
        for _, row in where.iterrows()
    ]
    tell("demo.where")
    table((words("column.code"), words("column.name"), *names.values()), rows)


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(help=help_of("help.demo"))(demo)
