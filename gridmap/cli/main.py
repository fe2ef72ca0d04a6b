"""The command `gridmap`."""

from __future__ import annotations

from typing import Annotated

import typer
from typer._click.core import Context
from typer.core import TyperGroup

from gridmap import __version__
from gridmap.cli import (
    audits,
    calendars,
    categories,
    demo,
    duties,
    figures,
    gaps,
    grids,
    issue_files,
    issues,
    maps,
    offices,
    people,
    programmes,
    registers,
    routes,
    visits,
)
from gridmap.cli.language import help_of
from gridmap.cli.output import fail, out
from gridmap.errors import GridmapError
from gridmap.words import LANGUAGES


class _Door(TyperGroup):
    """Turns every error of the house into its sentence and exit code."""

    def invoke(self, ctx: Context) -> object:
        try:
            return super().invoke(ctx)
        except GridmapError as error:
            raise fail(error) from None


app = typer.Typer(
    name="gridmap",
    cls=_Door,
    help=help_of("app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        out.print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    lang: Annotated[str | None, typer.Option("--lang", help=help_of("option.lang"))] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help=help_of("option.version"))
    ] = False,
) -> None:
    # The language itself was settled before the commands were declared (cli/language.py).
    if lang is not None and lang not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--lang")


for group in (
    offices,
    registers,
    visits,
    gaps,
    maps,
    audits,
    demo,
    people,
    calendars,
    issues,
    programmes,
    duties,
    figures,
    issue_files,
    categories,
):
    group.declare(app)
app.add_typer(grids.app, name="grid")
app.add_typer(routes.app, name="route")


def run() -> None:
    """Run the command line."""
    app()
