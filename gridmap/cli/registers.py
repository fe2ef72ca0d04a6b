"""Commands about registers: import, undo, imports, list, export, erase, expire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, Reason, opened, pairs
from gridmap.cli.outcomes import show_end
from gridmap.cli.output import (
    FOUND,
    local,
    print_bytes,
    print_json,
    progress_bar,
    records,
    table,
    tell,
    words,
)
from gridmap.layer import Field, spoken
from gridmap.maps.geojson import to_geojson
from gridmap.office import erasing
from gridmap.office.exporting import export_features
from gridmap.office.importing import ImportReport, Source, Terms, import_register
from gridmap.office.listing import list_features, tally
from gridmap.office.places import known_places, places_in_file
from gridmap.office.undoing import list_imports, undo_import
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR

_Layer = Annotated[str, typer.Argument(metavar="LAYER", help=help_of("option.layer"))]
_Reveal = Annotated[list[str] | None, typer.Option("--reveal", help=help_of("option.reveal"))]
_Under = Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))]


def import_(
    layer: _Layer,
    file: Annotated[Path, typer.Argument(help=help_of("import.file"))],
    mapping: Annotated[list[str] | None, typer.Option("--map", help=help_of("import.map"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=help_of("option.crs"))] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help=help_of("import.sheet"))] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help=help_of("import.where"))] = None,
    places: Annotated[str | None, typer.Option("--places", help=help_of("import.places"))] = None,
    on: On = None,
    clear: Annotated[bool, typer.Option("--clear", help=help_of("import.clear"))] = False,
    complete: Annotated[bool, typer.Option("--complete", help=help_of("import.complete"))] = False,
    strict: Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a register in."""
    kept = {name: frozenset(values.split("|")) for name, values in pairs(where, option="--where").items()}
    with opened(home) as office, progress_bar("import.progress") as progress:
        day = on or office.clock.today()
        source = Source(
            path=file,
            mapping=pairs(mapping, option="--map"),
            crs=crs,
            sheet=sheet,
            where=kept,
            known=_places(office, places, crs, day),
        )
        terms = Terms(on=day, clear=clear, complete=complete, strict=strict, dry_run=dry_run)
        report = import_register(LOCAL_ADMINISTRATOR, office, layer, source, terms, lang=LANG, progress=progress)
        name = spoken(office.layers[layer], LANG)
    print_json(_plain(report, dry_run=dry_run)) if json else show_import(report, name, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(FOUND)


def _places(office: Office, spelled: str | None, crs: str | None, on: dt.date) -> gpd.GeoDataFrame | None:
    """Return the places that `FILE:COLUMN` or `LAYER:FIELD` names."""
    if spelled is None:
        return None
    name, colon, column = spelled.rpartition(":")
    if not colon or not name or not column:
        raise typer.BadParameter(words("bad_places", given=spelled))
    if name in office.layers:
        return known_places(LOCAL_ADMINISTRATOR, office, name, column, on=on)
    return places_in_file(Path(name), column, crs=crs)


def show_import(report: ImportReport, layer: str, *, dry_run: bool = False) -> None:
    """Print what an import did: the counts, what was not read, the first faults, and where the fault sheet lies."""
    tell("import.head", file=report.file, layer=layer, rows=report.rows)
    table(tuple(words(f"import.count.{name}") for name in report.counts), [tuple(report.counts.values())])
    show_end(report, None if report.batch is None else words("import.kept", batch=report.batch), dry_run=dry_run)


def _plain(report: ImportReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "file": report.file,
        "layer": report.layer,
        "rows": report.rows,
        **report.counts,
        "batch": report.batch,
        "dry_run": dry_run,
        "refused": report.refused,
        "unread": list(report.unread),
        "fault_sheet": str(report.fault_sheet) if report.fault_sheet else None,
        "faults": [
            {
                "sheet": fault.sheet,
                "row": fault.row,
                "column": fault.column,
                "value": fault.shown_value(),
                "code": fault.code,
                "message": fault.reason(LANG),
            }
            for fault in report.faults
        ],
    }


def undo(
    batch: Annotated[int, typer.Argument(help=help_of("undo.batch"))], home: Home = HOME, json: Json = False
) -> None:
    """Take an import back."""
    with opened(home) as office:
        counts = undo_import(LOCAL_ADMINISTRATOR, office, batch)
    print_json(dict(counts)) if json else tell(
        "undo.done", batch=batch, removed=counts["removed"], reopened=counts["reopened"]
    )


def imports(home: Home = HOME, as_of: AsOf = None, json: Json = False) -> None:
    """Print every import."""
    with opened(home) as office:
        rows = local(list_imports(LOCAL_ADMINISTRATOR, office, as_of=as_of), office.clock.zone)
    if json:
        print_json(records(rows))
        return
    plain = rows.drop(columns=["digest", "account"])
    table(tuple(words(f"column.{name}") for name in plain.columns), list(plain.itertuples(index=False)))


def list_(
    layer: Annotated[str | None, typer.Argument(metavar="[LAYER]", help=help_of("list.layer"))] = None,
    on: On = None,
    cell: _Under = None,
    reveal: _Reveal = None,
    reason: Reason = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=help_of("option.limit"))] = 50,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the rows of a layer on a day, or what is kept of every layer."""
    with opened(home) as office:
        day = on or office.clock.today()
        if layer is None:
            counts = tally(LOCAL_ADMINISTRATOR, office, on=day)
            _show_tally(office, records(counts), json=json)
            return
        rows = list_features(LOCAL_ADMINISTRATOR, office, layer, on=day, under=cell, reveal=reveal or (), reason=reason)
        if json:
            print_bytes(to_geojson(rows))
            return
        fields = office.layers[layer].by_name
    plain = pd.DataFrame(rows.drop(columns=["geometry", "key"]).head(limit))
    for name in fields.keys() & set(plain.columns):
        said = {choice.value: spoken(choice, LANG) for choice in fields[name].choices}
        plain[name] = plain[name].replace(said) if said else plain[name]
    plain["link_how"] = [words(f"link.{how}") if isinstance(how, str) else None for how in plain["link_how"]]
    table(tuple(_header(str(name), fields) for name in plain.columns), list(plain.itertuples(index=False)))
    tell("list.shown", shown=len(plain), count=len(rows), on=day)


def _header(name: str, fields: Mapping[str, Field]) -> str:
    if name not in fields:
        return words(f"column.{name}")
    return spoken(fields[name], LANG)


def _show_tally(office: Office, rows: list[dict[str, object]], *, json: bool) -> None:
    if json:
        print_json(rows)
        return
    layers = office.layers
    named = [(spoken(layers[str(row["layer"])], LANG), *list(row.values())[1:]) for row in rows]
    table(tuple(words(f"column.{name}") for name in ("layer", "features", "placed", "linked")), named)


def export(
    layer: _Layer,
    target: Annotated[Path, typer.Argument(help=help_of("export.target"))],
    on: On = None,
    cell: _Under = None,
    reveal: _Reveal = None,
    reason: Reason = "",
    home: Home = HOME,
) -> None:
    """Hand a layer out as a file."""
    with opened(home) as office, progress_bar("export.progress"):
        day = on or office.clock.today()
        count = export_features(
            LOCAL_ADMINISTRATOR,
            office,
            layer,
            target,
            on=day,
            under=cell,
            reveal=reveal or (),
            reason=reason,
            lang=LANG,
        )
    tell("export.done", count=count, path=target, on=day)


def erase(
    layer: _Layer,
    key: Annotated[str, typer.Argument(help=help_of("erase.key"))],
    reason: Reason,
    field: Annotated[list[str] | None, typer.Option("--field", help=help_of("erase.field"))] = None,
    home: Home = HOME,
) -> None:
    """Remove the personal values of one feature."""
    with opened(home) as office:
        removed = erasing.erase(LOCAL_ADMINISTRATOR, office, layer, key, reason=reason, fields=field)
    tell("erase.done", count=removed, layer=layer, key=key)


def expire(home: Home = HOME, json: Json = False) -> None:
    """Remove the values whose retention days are over."""
    with opened(home) as office:
        removed = erasing.expire(LOCAL_ADMINISTRATOR, office)
    if json:
        print_json(removed)
    elif not removed:
        tell("expire.nothing")
    else:
        table((words("column.field"), words("column.values")), list(removed.items()))


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (import_, undo, imports, list_, export, erase, expire):
        name = command.__name__.rstrip("_")
        app.command(name, help=help_of(f"help.{name}"))(command)
