"""The command `gridmap`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Annotated

import typer
from typer._click.core import Command, Context
from typer.core import TyperGroup
from typer.main import get_group

from gridmap import __version__
from gridmap.cli.language import help_of
from gridmap.cli.output import fail, out
from gridmap.errors import GridmapError
from gridmap.words import LANGUAGES

# Which modules declare each command: only those of the command that is typed are loaded.
_COMMANDS = MappingProxyType(
    {
        **dict.fromkeys(("init", "doctor", "upgrade", "backup", "restore", "move"), ("offices",)),
        "grid": ("grids",),
        **dict.fromkeys(("import", "undo", "imports", "list", "export", "erase", "expire"), ("registers",)),
        **dict.fromkeys(("roster", "who"), ("people",)),
        "calendar": ("calendars",),
        "duties": ("duties",),
        "visits": ("visits",),
        "issues": ("issues", "issue_files"),
        "tick": ("issues",),
        **dict.fromkeys(("categories", "services"), ("categories",)),
        "programmes": ("programmes",),
        **dict.fromkeys(("gaps", "coverage"), ("gaps",)),
        "figures": ("figures",),
        "map": ("maps",),
        "route": ("routes",),
        "audit": ("audits",),
        **dict.fromkeys(("account", "token"), ("accounts",)),
        "serve": ("serve",),
        "work": ("work",),
        "demo": ("demo",),
    }
)


@cache
def _loaded(name: str) -> Command:
    """Return a command, its modules loaded."""
    part = typer.Typer(rich_markup_mode=None)
    for module in _COMMANDS[name]:
        import_module(f"gridmap.cli.{module}").declare(part)
    return get_group(part).commands[name]


class _Door(TyperGroup):
    """Loads a command when it is typed; turns every error of the house into its sentence and exit code."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return a command by its name, null if there is none."""
        del ctx
        return _loaded(cmd_name) if cmd_name in _COMMANDS else None

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


def run() -> None:
    """Run the command line."""
    app()
