"""Commands about programmes: begin, add, list."""

from __future__ import annotations

from typing import Annotated

import typer

from gridmap.cli.language import help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, opened
from gridmap.cli.output import print_json, records, table, tell, words
from gridmap.office import programmes
from gridmap.people.person import LOCAL_ADMINISTRATOR

app = typer.Typer(help=help_of("help.programmes"), no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="PROGRAMME", help=help_of("programmes.name"))]


@app.command(help=help_of("help.programmes_begin"))
def begin(
    name: _Name,
    note: Annotated[str, typer.Option("--note", help=help_of("programmes.note"))] = "",
    home: Home = HOME,
) -> None:
    """Begin a programme."""
    with opened(home) as office:
        programmes.begin_programme(LOCAL_ADMINISTRATOR, office, name, text=note)
    tell("programmes.begun", name=name)


@app.command(help=help_of("help.programmes_add"))
def add(
    name: _Name,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER...", help=help_of("issues.numbers"))],
    home: Home = HOME,
) -> None:
    """Put issues into a programme."""
    with opened(home) as office:
        count = programmes.put_in_programme(LOCAL_ADMINISTRATOR, office, name, numbers)
    tell("programmes.added", name=name, count=count)


@app.command("list", help=help_of("help.programmes_list"))
def list_(on: On = None, as_of: AsOf = None, home: Home = HOME, json: Json = False) -> None:
    """Print the totals of each programme."""
    with opened(home) as office:
        rows = programmes.list_programmes(LOCAL_ADMINISTRATOR, office, on=on, as_of=as_of)
    if json:
        print_json(records(rows))
        return
    spoken = rows.assign(closed_share=rows["closed_share"].map("{:.1%}".format, na_action="ignore"))
    table(tuple(words(f"programmes.column.{name}") for name in rows.columns), list(spoken.itertuples(index=False)))
    tell("programmes.totals")


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="programmes")
