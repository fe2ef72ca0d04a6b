"""The options that several commands share, and how their texts become values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import help_of
from gridmap.cli.output import err, words
from gridmap.office.wiring import Office, open_office
from gridmap.settings import HOME_VARIABLE, default_home


def parse_day(text: str) -> dt.date:
    """Return the day of an ISO text such as 2015-10-31. Raises typer.BadParameter for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(words("bad_day", given=text)) from None


def parse_instant(text: str) -> dt.datetime:
    """Return the instant of an ISO text with an offset. Raises typer.BadParameter for anything else."""
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter(words("bad_instant", given=text))
    return instant


def parse_degrees(text: str, *, option: str) -> tuple[float, float]:
    """Return the longitude and latitude of `LON,LAT`. Raises typer.BadParameter for anything else."""
    try:
        lon, lat = (float(part) for part in text.replace("\uff0c", ",").split(","))
    except ValueError:
        raise typer.BadParameter(words("who.bad_place", given=text), param_hint=option) from None
    return lon, lat


def pairs(texts: Iterable[str] | None, *, option: str) -> dict[str, str]:
    """Return `NAME=VALUE` texts as a mapping. Raises typer.BadParameter for a text without `=`."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise typer.BadParameter(words("bad_pair", option=option, given=text))
        found[name.strip()] = value.strip()
    return found


Home = Annotated[Path, typer.Option("--home", envvar=HOME_VARIABLE, help=help_of("option.home"))]
Json = Annotated[bool, typer.Option("--json", help=help_of("option.json"))]
On = Annotated[dt.date | None, typer.Option("--on", parser=parse_day, metavar="DAY", help=help_of("option.on"))]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", parser=parse_instant, metavar="INSTANT", help=help_of("option.as_of")),
]
Reason = Annotated[str, typer.Option("--reason", help=help_of("option.reason"))]

BasemapFile = Annotated[Path | None, typer.Option("--basemap", help=help_of("map.basemap"))]
BasemapDatum = Annotated[str, typer.Option("--crs", help=help_of("map.crs"))]
BasemapPoints = Annotated[Path | None, typer.Option("--points", help=help_of("map.points"))]

HOME = default_home()


def opened(home: Path) -> Office:
    """Return the office of a home, to be used in a `with`; a demo office says on each screen that it is one."""
    office = open_office(home)
    if office.settings.demo_instant:
        err.print(words("demo.clock", instant=office.clock.now().astimezone(office.clock.zone)), style="dim")
    return office
