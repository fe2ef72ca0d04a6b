"""Command: the demo office."""

from __future__ import annotations

import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home
from gridmap.cli.output import progress_bar, table, tell, words
from gridmap.cli.registers import show_import
from gridmap.layer import Registry, spoken
from gridmap.office.demo import linked_where, make_demo
from gridmap.office.wiring import load_layers
from gridmap.people.person import LOCAL_ADMINISTRATOR


def demo(home: Home = HOME) -> None:
    """Make the demo office and print what was linked, where, and what was refused."""
    with progress_bar("demo.progress"):
        made = make_demo(LOCAL_ADMINISTRATOR, home, lang=LANG)
    tell("demo.made", path=made.files)
    tell("demo.made_up")
    if made.grid:
        tell("grid.published", edition=made.grid.edition, cells=made.grid.cells, on="2015-01-01")
    layers = load_layers()
    for report in made.imports:
        show_import(report, spoken(layers[report.layer], LANG))
    _show_where(layers, *linked_where(LOCAL_ADMINISTRATOR, home))
    tell("demo.next", home=home)


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
