"""Commands about duties: duties, duties explain, duties rules, duties edit, duties end, duties exempt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from typer._click.core import Context

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, Reason, opened, parse_day
from gridmap.cli.output import print_json, progress_bar, records, shown, table, tell, words
from gridmap.ledger.states import STATES
from gridmap.office import duties, duty_rules
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.people.roster import TIERS
from gridmap.words import say

app = typer.Typer(help=help_of("help.duties"), invoke_without_command=True)

_LATE = ("overdue", "missed")
_SHOWN = 40
_Names = Annotated[list[str] | None, typer.Option("--duty", metavar="DUTY", help=help_of("duties.name"))]
_Only = Annotated[list[str] | None, typer.Option("--state", metavar="STATE", help=help_of("duties.state"))]
_Since = Annotated[
    dt.date | None, typer.Option("--since", parser=parse_day, metavar="DAY", help=help_of("duties.since"))
]
_Duty = Annotated[str, typer.Argument(metavar="DUTY", help=help_of("duties.one"))]
_Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help=help_of("duties.subject"))]
_Reveal = Annotated[bool, typer.Option("--reveal", help=help_of("duties.reveal"))]
_From = Annotated[dt.date | None, typer.Option("--from", parser=parse_day, metavar="DAY", help=help_of("duties.from"))]


@app.callback()
def duties_(
    context: Context,
    duty: _Names = None,
    state: _Only = None,
    since: _Since = None,
    on: On = None,
    as_of: AsOf = None,
    reveal: _Reveal = False,
    reason: Reason = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the states of the duties on a day."""
    if context.invoked_subcommand is not None:
        return
    unknown = [one for one in state or () if one not in STATES]
    if unknown:
        raise typer.BadParameter(", ".join(STATES), param_hint="--state")
    with opened(home) as office, progress_bar("duties.progress"):
        day = on or office.clock.today()
        rows = duties.duty_states(
            LOCAL_ADMINISTRATOR,
            office,
            on=day,
            as_of=as_of,
            names=duty or None,
            only=state or None,
            since=since,
            reveal=reveal,
            reason=reason,
        )
        rules = duty_rules.list_duties(LOCAL_ADMINISTRATOR, office, on=day)
    if json:
        print_json(records(rows))
    else:
        show_states(rows, rules, day, each=bool(duty or state))


def show_states(rows: pd.DataFrame, rules: pd.DataFrame, day: dt.date, *, each: bool) -> None:
    """Print how many subjects of each duty and period are in each state; with `each` the subjects themselves too."""
    called = dict(zip(rules["duty"], rules[LANG], strict=True))
    if each:
        few = rows.head(_SHOWN)
        lines = [
            (
                called.get(one["duty"], one["duty"]),
                one["period"],
                one["subject_name"] or one["subject"],
                one["cell"],
                f"{one['count']}/{one['needed']}",
                say(f"ledger.duty_state.{one['state']}", LANG),
                one["answering_name"] or one["answering"],
            )
            for one in records(few)
        ]
        headers = ("duty", "period", "subject", "cell", "visits", "state", "responsible")
        table(tuple(words(f"duties.column.{name}") for name in headers), lines)
        if len(rows) > _SHOWN:
            tell("duties.rest", count=len(rows) - _SHOWN)
    counts = pd.get_dummies(rows["state"]).reindex(columns=list(STATES), fill_value=0)
    counts = counts.groupby([rows["duty"], rows["begin"], rows["period"]]).sum()
    summary = [(called.get(duty, duty), period, *told) for (duty, _, period), *told in counts.itertuples()]
    states = tuple(say(f"ledger.duty_state.{state}", LANG) for state in STATES)
    table((words("duties.column.duty"), words("duties.column.period"), *states), summary)
    tell("duties.count", count=len(rows), on=day, late=int(rows["state"].isin(_LATE).sum()))


@app.command(help=help_of("help.duties_explain"))
def explain(
    duty: _Duty,
    subject: _Subject,
    period: Annotated[str | None, typer.Option("--period", metavar="PERIOD", help=help_of("duties.period"))] = None,
    on: On = None,
    as_of: AsOf = None,
    reveal: _Reveal = False,
    reason: Reason = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Say which visits counted for a subject, and why the others did not."""
    with opened(home) as office:
        day = on or office.clock.today()
        found = duties.explain_duty(
            LOCAL_ADMINISTRATOR, office, duty, subject, period, on=day, as_of=as_of, reveal=reveal, reason=reason
        )
        zone = office.clock.zone
    if json:
        print_json(records(found))
        return
    lines = [
        (
            "" if one["at"] is None else f"{found['at'].dt.tz_convert(zone).iloc[row]:%Y-%m-%d %H:%M}",
            one["lead"],
            "→" if one["counted"] else "",
            say(str(one["reason"]), LANG, **found["inputs"].iloc[row]),
        )
        for row, one in enumerate(records(found.drop(columns="inputs")))
    ]
    table(tuple(words(f"duties.column.{name}") for name in ("at", "lead", "counted", "why")), lines)
    tell("duties.explained", count=len(found), counted=int(found["counted"].sum()))


@app.command(help=help_of("help.duties_rules"))
def rules(on: On = None, home: Home = HOME, json: Json = False) -> None:
    """Print the rules in force on a day."""
    with opened(home) as office:
        day = on or office.clock.today()
        found = duty_rules.list_duties(LOCAL_ADMINISTRATOR, office, on=day)
        lines = [
            (one["duty"], one[LANG], _about(office, one), _often(one), one["valid_from"]) for one in records(found)
        ]
    if json:
        print_json(records(found))
        return
    table(tuple(words(f"duties.column.{name}") for name in ("name", "duty", "about", "often", "valid_from")), lines)
    tell("duties.rules", count=len(found), on=day)


def _about(office: Office, one: dict[str, object]) -> str:
    """Return whom a duty is about, in the reader's words."""
    named = [str(name) for name in str(one["about"]).split(", ")]
    return ", ".join(
        words(f"roster.tier.{name}")
        if name in TIERS
        else (office.layers[name].zh if LANG == "zh" else office.layers[name].en)
        if name in office.layers
        else words("duties.closed_issues")
        for name in named
    )


def _often(one: dict[str, object]) -> str:
    days = shown(one["days"])
    often = words("duties.often", count=one["count"], period=words(f"duties.per.{one['period']}", days=days))
    over = one["average_over"]
    return often if over is None else words("duties.on_average", often=often, period=words(f"duties.over.{over}"))


@app.command(help=help_of("help.duties_edit"))
def edit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_of("duties.file"))],
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a duty in from a file."""
    with opened(home) as office:
        report = duty_rules.edit_duty(LOCAL_ADMINISTRATOR, office, file, on=on or office.clock.today())
    if json:
        print_json({"duty": report.duty.name, "on": report.on, "became": report.became})
    else:
        tell(f"duties.became.{report.became}", duty=report.duty.name, on=report.on)


@app.command(help=help_of("help.duties_end"))
def end(duty: _Duty, on: On = None, home: Home = HOME) -> None:
    """End a duty."""
    with opened(home) as office:
        day = on or office.clock.today()
        duty_rules.end_duty(LOCAL_ADMINISTRATOR, office, duty, on=day)
    tell("duties.became.ended", duty=duty, on=day)


@app.command(help=help_of("help.duties_exempt"))
def exempt(
    duty: _Duty,
    subject: _Subject,
    reason: Reason,
    begin: _From = None,
    until: Annotated[
        dt.date | None, typer.Option("--to", parser=parse_day, metavar="DAY", help=help_of("duties.to"))
    ] = None,
    home: Home = HOME,
) -> None:
    """Exempt a subject from a duty."""
    with opened(home) as office:
        day = begin or office.clock.today()
        # a person names the last day, a term ends on the day after it
        after = None if until is None else until + dt.timedelta(days=1)
        duty_rules.exempt(LOCAL_ADMINISTRATOR, office, duty, subject, reason=reason, from_day=day, to_day=after)
    tell("duties.exempted", duty=duty, subject=subject, begin=day, until=shown(until))


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="duties")
