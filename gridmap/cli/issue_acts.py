"""Commands that take a step with an issue: one for each act of the flow, its options from the flow's own table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from inspect import Parameter, Signature
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from uuid import uuid4

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, opened, pairs, parse_instant
from gridmap.cli.output import print_json, tell, words
from gridmap.ledger.flow import FLOW, Issue, Step, allowed
from gridmap.ledger.issues import QUANTITIES, RESULTS, Event
from gridmap.ledger.said import PRIVATE
from gridmap.office.issues import act
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

# Where an issue is is said when it is reported.
_NOT_ASKED = frozenset({"cell", "features", "lon", "lat", "source"})
_Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER...", help=help_of("issues.numbers"))]
_By = Annotated[str | None, typer.Option("--by", metavar="CADRE", help=help_of("issues.by"))]
_At = Annotated[
    dt.datetime | None,
    typer.Option("--at", parser=parse_instant, metavar="INSTANT", help=help_of("issues.at")),
]
# How each thing that an act may say is asked for.
_OPTIONS = MappingProxyType(
    {
        "category": Annotated[str | None, typer.Option("--category", help=help_of("issues.category"))],
        "unit": Annotated[str | None, typer.Option("--unit", help=help_of("issues.unit"))],
        "holder": Annotated[str | None, typer.Option("--holder", metavar="CADRE", help=help_of("issues.holder"))],
        "follower": Annotated[str | None, typer.Option("--follower", metavar="CADRE", help=help_of("issues.follower"))],
        "leader": Annotated[str | None, typer.Option("--leader", metavar="CADRE", help=help_of("issues.leader"))],
        "due_at": Annotated[
            dt.datetime | None,
            typer.Option("--due", parser=parse_instant, metavar="INSTANT", help=help_of("issues.due")),
        ],
        "result": Annotated[
            str | None, typer.Option("--result", metavar="|".join(RESULTS), help=help_of("issues.result"))
        ],
        "quantities": Annotated[
            list[str] | None,
            typer.Option("--quantity", metavar=f"{'|'.join(QUANTITIES)}=N", help=help_of("issues.quantity")),
        ],
        "until": Annotated[str | None, typer.Option("--until", metavar="DAY", help=help_of("issues.until"))],
        "of": Annotated[str | None, typer.Option("--of", metavar="NUMBER", help=help_of("issues.of"))],
        "satisfied": Annotated[
            bool | None, typer.Option("--satisfied/--dissatisfied", help=help_of("issues.satisfied"))
        ],
        "reply": Annotated[str | None, typer.Option("--reply", help=help_of("issues.reply"))],
        "note": Annotated[str | None, typer.Option("--note", help=help_of("issues.note"))],
    }
)


def declare(issues: typer.Typer) -> None:
    """Add a command for each act, but the report, to the group `issues`."""
    for step in FLOW:
        if step.before:
            issues.command(step.act.replace("_", "-"), help=_help(step))(_command(step))


def spoken_state(state: str) -> str:
    """Return what a state is called."""
    return say(f"ledger.state.{state}", LANG)


def spoken_acts(acts: tuple[str, ...]) -> str:
    """Return acts as they are typed."""
    return ", ".join(name.replace("_", "-") for name in acts) or "–"


def _help(step: Step) -> str:
    comma = say("ledger.flow.comma", LANG)
    return words(
        "issues.act_help",
        act=say(f"ledger.act.{step.act}", LANG),
        before=comma.join(map(spoken_state, step.before)),
        by=comma.join(say(f"ledger.relation.{name}", LANG) for name in step.by or ("anyone",)),
    )


def _command(step: Step) -> Callable[..., None]:
    def command(**given: object) -> None:
        _take(step, given)

    parameters = list(_parameters(step))
    # typer reads the options of a command from its signature
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    command.__name__ = step.act
    return command


def _parameters(step: Step) -> Iterator[Parameter]:
    yield Parameter("numbers", Parameter.KEYWORD_ONLY, annotation=_Numbers)
    yield Parameter("by", Parameter.KEYWORD_ONLY, default=None, annotation=_By)
    yield Parameter("at", Parameter.KEYWORD_ONLY, default=None, annotation=_At)
    for name in dict.fromkeys((*step.needs, *step.may)):
        if name not in _NOT_ASKED:
            yield Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_OPTIONS[name])
    yield Parameter("home", Parameter.KEYWORD_ONLY, default=HOME, annotation=Home)
    yield Parameter("json", Parameter.KEYWORD_ONLY, default=False, annotation=Json)


def _take(step: Step, given: dict[str, object]) -> None:
    numbers, home, json = given["numbers"], given["home"], given["json"]
    assert isinstance(numbers, list)
    assert isinstance(home, Path)
    said = dict(_said(step, given))
    private = {name: str(said.pop(name)) for name in PRIVATE if name in said}
    actor = given["by"] if isinstance(given["by"], str) else None
    with opened(home) as office:
        at = given["at"] if isinstance(given["at"], dt.datetime) else office.clock.now()
        events = [Event(str(uuid4()), number, step.act, at, actor, said, private) for number in numbers]
        after = act(LOCAL_ADMINISTRATOR, office, events)
        zone = office.clock.zone
    if json:
        print_json([_plain(number, issue) for number, issue in zip(numbers, after, strict=True)])
        return
    for number, issue in zip(numbers, after, strict=True):
        due = "–" if issue.due_at is None else f"{issue.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        tell(
            "issues.after",
            number=number,
            state=spoken_state("deferred" if issue.deferred else issue.state),
            due=due,
            allowed=spoken_acts(allowed(issue)),
        )


def _said(step: Step, given: dict[str, object]) -> Iterator[tuple[str, object]]:
    for name in dict.fromkeys((*step.needs, *step.may)):
        value = given.get(name)
        if value is None or value == []:
            continue
        if isinstance(value, dt.datetime):
            yield name, value.isoformat()
        elif name == "quantities" and isinstance(value, list):
            yield name, quantities(value)
        else:
            yield name, value


def quantities(texts: list[str]) -> dict[str, float]:
    """Return `people=3` texts as numbers. Raises typer.BadParameter for one that is none."""
    found = {}
    for name, text in pairs(texts, option="--quantity").items():
        try:
            number = float(text)
        except ValueError:
            raise typer.BadParameter(words("bad_pair", option="--quantity", given=f"{name}={text}")) from None
        found[name] = int(number) if number.is_integer() else number
    return found


def _plain(number: str, issue: Issue) -> dict[str, object]:
    names = ("state", "category", "unit", "holder", "follower", "leader", "due_at", "deferred", "result")
    held = {name: getattr(issue, name) for name in names}
    return {"number": number, **held, "quantities": dict(issue.quantities), "allowed": list(allowed(issue))}
