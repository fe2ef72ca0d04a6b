"""Commands about what is missing: gaps, coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, opened
from gridmap.cli.output import print_bytes, print_json, progress_bar, records, shown, table, tell, words
from gridmap.layer import Registry, spoken
from gridmap.maps.geojson import to_geojson
from gridmap.office import gapping
from gridmap.office.exporting import export_gaps
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import known, say

_LEVELS = ("office", "big", "middle", "small")
_Kinds = Annotated[list[str] | None, typer.Option("--kind", help=help_of("gaps.kind"))]
_Under = Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))]
_Out = Annotated[Path | None, typer.Option("--out", help=help_of("gaps.out"))]
_Level = Annotated[str | None, typer.Option("--level", help=help_of("coverage.only"))]


def gaps(
    kind: _Kinds = None,
    cell: _Under = None,
    on: On = None,
    as_of: AsOf = None,
    out: _Out = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print what is missing on a day, and say why."""
    with opened(home) as office, progress_bar("gaps.progress"):
        day = on or office.clock.today()
        found = explained(
            gapping.find(LOCAL_ADMINISTRATOR, office, on=day, as_of=as_of, kinds=kind or None, under=cell)
        )
        if out is not None:
            export_gaps(LOCAL_ADMINISTRATOR, office, found, out, on=day, lang=LANG)
    if json:
        print_bytes(to_geojson(found))
        return
    show_gaps(found)
    tell("gaps.count", count=len(found), on=day)
    if out is not None:
        tell("gaps.written", path=out)


def explained(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the gaps with `why`: the sentence of each reason in the language of this terminal."""
    sentences = [
        say(code, LANG, **{name: shown(value) if value is None else value for name, value in inputs.items()})
        for code, inputs in zip(found["reason"], found["inputs"], strict=True)
    ]
    return found.assign(why=pd.Series(sentences, index=found.index, dtype=object))


def show_gaps(found: gpd.GeoDataFrame, *, most: int | None = None) -> None:
    """Print explained gaps, a line each (`most`: so many of a kind), and how many there are of each kind."""
    if found.empty:
        tell("gaps.none")
        return
    shorter = found if most is None else found.groupby("kind", sort=False).head(most)
    rows = [
        (
            kind_name(one.kind),
            one.subject,
            one.small or one.middle or one.big,
            _measured(one.measure, one.unit),
            one.since,
            one.responsible_name or one.responsible,
            one.why,
        )
        for one in shorter.itertuples(index=False)
    ]
    headers = ("gap", "subject", "cell", "measure", "since", "responsible", "why")
    table(tuple(words(f"column.{name}") for name in headers), rows)
    counts = found.groupby(["kind", "unit"], sort=False)["measure"].agg(["size", "sum"])
    # Features of a cell and of those below it are the same ones: their sum says nothing.
    summary = [
        (kind_name(kind), int(size), None if unit == "features" else _measured(float(measure), unit))
        for (kind, unit), size, measure in counts.itertuples()
    ]
    table(tuple(words(f"column.{name}") for name in ("gap", "gaps", "measure")), summary)


def kind_name(kind: str) -> str:
    """Return what a kind of gap is called; one that the catalogue does not know yet has its own name."""
    code = f"gaps.kind.{kind}"
    return say(code, LANG) if known(code) else kind


def _measured(measure: float, unit: str) -> str | None:
    if not unit:
        return None
    return f"{measure:,.0f} {say(f'gaps.unit.{unit}', LANG)}"


def coverage(level: _Level = None, on: On = None, home: Home = HOME, json: Json = False) -> None:
    """Print how much is covered, by cell."""
    if level is not None and level not in _LEVELS:
        raise typer.BadParameter(", ".join(_LEVELS), param_hint="--level")
    with opened(home) as office, progress_bar("gaps.progress"):
        day = on or office.clock.today()
        rows = gapping.coverage(LOCAL_ADMINISTRATOR, office, on=day).reset_index()
        layers = office.layers
    kept = rows if level is None else rows[rows["level"] == level]
    if json:
        print_json(records(kept))
        return
    table(tuple(_header(str(name), layers) for name in kept.columns), list(kept.itertuples(index=False)))


def _header(column: str, layers: Registry) -> str:
    layer = column.removeprefix("layer:")
    return spoken(layers[layer], LANG) if layer != column else words(f"coverage.{column}")


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (gaps, coverage):
        app.command(command.__name__, help=help_of(f"help.{command.__name__}"))(command)
