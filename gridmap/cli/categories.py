"""Commands about categories of issues and the items of the service counter: categories, services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, On, opened
from gridmap.cli.outcomes import plain, show_end
from gridmap.cli.output import FOUND, print_json, records, table, tell, words
from gridmap.intake.categories import CATEGORIES, SERVICE_ITEMS
from gridmap.layer import Layer, header
from gridmap.office import categories
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.importing import Terms
from gridmap.office.taking_in import FileReport
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

kinds = typer.Typer(help=help_of("help.categories"), no_args_is_help=True)
services = typer.Typer(help=help_of("help.services"), no_args_is_help=True)

_File = Annotated[Path, typer.Argument(help=help_of("categories.file"))]
_Target = Annotated[Path, typer.Argument(help=help_of("issue_files.target"))]
_Complete = Annotated[bool, typer.Option("--complete", help=help_of("categories.complete"))]
_Strict = Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))]
_Dry = Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))]


@kinds.command(help=help_of("help.categories_template"))
def template(target: _Target, home: Home = HOME) -> None:
    """Write the classes of digital city management as a workbook."""
    with opened(home) as office:
        day = office.clock.today()
        count = categories.write_city_template(LOCAL_ADMINISTRATOR, target, on=day, lang=LANG)
    tell("categories.template", count=count, path=target)


@kinds.command(help=help_of("help.categories_defaults"))
def defaults(on: On = None, home: Home = HOME, json: Json = False) -> None:
    """Keep the categories that the product ships."""
    with opened(home) as office:
        counts = keep_default_categories(LOCAL_ADMINISTRATOR, office, on=on or office.clock.today(), lang=LANG)
    print_json(counts) if json else _counts(counts)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The errands of one kind of rules."""

    listed: Callable[..., pd.DataFrame]
    imported: Callable[..., FileReport]
    exported: Callable[..., int]


def _rules(app: typer.Typer, name: str, layer: Layer, rules: _Rules) -> None:
    """Add the commands that both groups have: list, import, export."""

    @app.command("list", help=help_of(f"help.{name}_list"))
    def list_(on: On = None, home: Home = HOME, json: Json = False) -> None:
        with opened(home) as office:
            rows = rules.listed(LOCAL_ADMINISTRATOR, office, on=on or office.clock.today())
        _print(rows, layer, json=json)

    @app.command("import", help=help_of(f"help.{name}_import"))
    def import_(
        file: _File,
        on: On = None,
        complete: _Complete = False,
        strict: _Strict = False,
        dry_run: _Dry = False,
        home: Home = HOME,
        json: Json = False,
    ) -> None:
        with opened(home) as office:
            terms = Terms(on=on or office.clock.today(), complete=complete, strict=strict, dry_run=dry_run)
            report = rules.imported(LOCAL_ADMINISTRATOR, office, file, terms, lang=LANG)
        _finish(report, dry_run=dry_run, json=json)

    @app.command("export", help=help_of(f"help.{name}_export"))
    def export(target: _Target, on: On = None, home: Home = HOME) -> None:
        with opened(home) as office:
            day = on or office.clock.today()
            count = rules.exported(LOCAL_ADMINISTRATOR, office, target, on=day, lang=LANG)
        tell("export.done", count=count, path=target, on=day)


def _finish(report: FileReport, *, dry_run: bool, json: bool) -> None:
    if json:
        print_json(plain(report, kept=report.kept))
    else:
        _counts(report.counts)
        show_end(report, words("categories.kept") if report.kept else None, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(FOUND)


def _counts(counts: Mapping[str, int]) -> None:
    table(tuple(words(f"categories.count.{name}") for name in counts), [tuple(counts.values())])


def _print(rows: pd.DataFrame, layer: Layer, *, json: bool) -> None:
    if json:
        print_json(records(rows))
        return
    plain = rows.copy()
    if "clock" in plain:
        plain["clock"] = plain["clock"].map(lambda name: say(f"people.clock.{name}", LANG))
    table(tuple(header(str(name), layer, LANG) for name in plain.columns), list(plain.itertuples(index=False)))


_rules(
    kinds,
    "categories",
    CATEGORIES,
    _Rules(categories.list_categories, categories.import_categories, categories.export_categories),
)
_rules(
    services,
    "services",
    SERVICE_ITEMS,
    _Rules(categories.list_service_items, categories.import_service_items, categories.export_service_items),
)


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(kinds, name="categories")
    root.add_typer(services, name="services")
