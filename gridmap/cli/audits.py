"""Commands about the audit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, opened
from gridmap.cli.output import FOUND, local, print_json, records, shown, table, tell
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

app = typer.Typer(help=help_of("help.audit"), no_args_is_help=True)


@app.command(help=help_of("help.audit_verify"))
def verify(home: Home = HOME, json: Json = False) -> None:
    """Recompute the chain."""
    with opened(home) as office:
        report = verify_audit(LOCAL_ADMINISTRATOR, office)
    if json:
        print_json(asdict(report))
    elif report.ok:
        tell("audit.whole", rows=report.rows, signed=report.signed, head=report.head)
    else:
        tell("audit.broken", seq=shown(report.first_bad_seq), reason=say(report.reason or "", LANG))
    if not report.ok:
        raise typer.Exit(FOUND)


@app.command("list", help=help_of("help.audit_list"))
def list_rows(
    home: Home = HOME,
    limit: Annotated[int, typer.Option("--limit", min=1, help=help_of("option.limit"))] = 50,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Print the newest rows."""
    with opened(home) as office:
        rows = local(read_audit(LOCAL_ADMINISTRATOR, office, limit=limit, as_of=as_of), office.clock.zone)
    if json:
        print_json(records(rows))
    else:
        table(tuple(say(f"cli.column.{name}", LANG) for name in rows.columns), list(rows.itertuples(index=False)))


def declare(parent: typer.Typer) -> None:
    """Add the group to `parent`."""
    parent.add_typer(app, name="audit")
