"""Errands: who answers for a place, a cell or a feature on a day, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.grid.grid import Grid
from gridmap.office.auditing import note
from gridmap.office.derived import remembered
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless, refuse_unless_in
from gridmap.people.answers import Post, answer_chain, posts_on, who_answers
from gridmap.people.person import Person
from gridmap.people.roster import Roster
from gridmap.store import grids, people, registers
from gridmap.store.engine import Transaction

REVEALED = (people.PHONE,)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for a cell on a day.

    `cadre` with his public facts (`name`, `tier`, `unit`) is null where the coordinating team above the office answers.
    `how`, `since` and `at` (the cell whose post answers) as `people.answers.who_answers` gives them. `chain` as
    `people.answers.answer_chain`, with `name`, `absent_name` and `cell_name`. `phone` is there only if it was revealed.
    """

    cell: str
    cell_name: str | None
    on: dt.date
    cadre: str | None
    name: str | None
    tier: str | None
    unit: str | None
    how: str
    since: str | None
    at: str | None
    chain: pd.DataFrame = field(repr=False)
    phone: str | None = field(default=None, repr=False)


def answers_on(office: Office, tx: Transaction, edition_id: int, on: dt.date) -> pd.DataFrame:
    """Return who answers for every cell of an edition on a day, as `people.answers.who_answers` gives it.

    It belongs to all who ask: change nothing in it.
    """

    def made() -> pd.DataFrame:
        return who_answers(office.grid(tx, edition_id), roster_of(office, tx), on)

    return remembered(office, tx, ("answers", edition_id, on), made, subjects=("grid", "roster"))


def roster_of(office: Office, tx: Transaction) -> Roster:
    """Return the roster, as `store.people.roster` gives it; it belongs to all who ask: change nothing in it."""
    return remembered(office, tx, ("roster",), lambda: people.roster(tx), subjects=("roster",))


def who(
    person: Person, office: Office, code: str, *, on: dt.date, reveal: Sequence[str] = (), reason: str = ""
) -> Answer:
    """Return who answers for a cell of any level on a day.

    `reveal` may name `phone`; it needs a `reason`, kept in the audit before the number is returned. Raises
    NotFoundError for a day without a grid and for a cell that it does not have.
    """
    refuse_unless(person, "read")
    _check_reveal(person, reveal, reason)
    with office.reading(person) as tx:
        grid = _grid_on(office, tx, on)
        roster = roster_of(office, tx)
        posts = remembered(office, tx, ("posts on", on), lambda: posts_on(roster, on), subjects=("roster",))
        answer = _answer(person, grid, roster, code, on, posts=posts)
    return _revealed(person, office, answer, reason) if reveal else answer


def who_at(
    person: Person,
    office: Office,
    lon: float,
    lat: float,
    *,
    on: dt.date,
    reveal: Sequence[str] = (),
    reason: str = "",
) -> Answer:
    """Return who answers for a place (EPSG:4326, degrees) on a day: for the small cell that holds it.

    Raises NotFoundError outside all cells, with the nearest one and its distance, ArgumentError for no place on earth.
    """
    refuse_unless(person, "read")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ArgumentError("office.no_place", lon=lon, lat=lat)
    with office.reading(person) as tx:
        grid = _grid_on(office, tx, on)
    place = gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326)
    code: object = grid.link(place).iloc[0]
    if not isinstance(code, str):
        near = grid.nearest(place).iloc[0]
        raise NotFoundError("office.no_cell_at", lon=lon, lat=lat, nearest=near["code"], distance=near["distance_m"])
    return who(person, office, code, on=on, reveal=reveal, reason=reason)


def who_of_feature(person: Person, office: Office, layer_name: str, key: str, *, on: dt.date) -> Answer:
    """Return who answers for a feature on a day: for the cell that it is linked to; of a line, its longest piece.

    A sensitive layer exists only for those who may reveal. Raises NotFoundError for a feature that is not in force or
    in no cell.
    """
    refuse_unless(person, "read")
    layer = office.layers[layer_name]
    if layer.sensitive and not may(person, "reveal"):
        raise RefusedError("people.refused", role=person.role, act="reveal")
    with office.reading(person) as tx:
        found = registers.features(tx, layer, on=on, keys=[key])
    if found.empty:
        raise NotFoundError("office.no_feature", layer=layer.name, key=key, on=on)
    code = found["cell"].iloc[0]
    if not isinstance(code, str):
        raise NotFoundError("office.feature_in_no_cell", layer=layer.name, key=key, on=on)
    return who(person, office, code, on=on)


def _grid_on(office: Office, tx: Transaction, on: dt.date) -> Grid:
    edition = grids.edition_on(tx, on)
    if edition is None:
        raise NotFoundError("office.no_edition", on=on)
    return office.grid(tx, edition.id)


def _answer(person: Person, grid: Grid, roster: Roster, code: str, on: dt.date, *, posts: Mapping[str, Post]) -> Answer:
    if code not in set(grid.cells["code"]):
        raise NotFoundError("store.unknown_cell", cell=code, on=on.isoformat())
    refuse_unless_in(person, "read", code, grid.closure())
    chain = answer_chain(grid, roster, code, on, posts)
    cadres = roster.cadres.set_index("cadre")
    cell_names = grid.cells.set_index("code")["name"]
    for column, of, named in (
        ("name", "cadre", cadres["name"]),
        ("absent_name", "absent", cadres["name"]),
        ("cell_name", "cell", cell_names),
    ):
        chain[column] = pd.Series([named.get(one) for one in chain[of]], index=chain.index, dtype=object)
    (first,) = chain[chain["answers"]].to_dict("records")
    known = cadres.loc[first["cadre"]] if first["cadre"] in cadres.index else {}
    return Answer(
        cell=code,
        cell_name=cell_names.get(code),
        on=on,
        cadre=first["cadre"],
        name=first["name"],
        tier=known.get("tier"),
        unit=known.get("unit"),
        how=first["how"] if first["cell"] in (code, None) else "parent",
        since=first["since"],
        at=first["cell"],
        chain=chain,
    )


def _check_reveal(person: Person, reveal: Sequence[str], reason: str) -> None:
    if not reveal:
        return
    refuse_unless(person, "reveal")
    unknown = [name for name in reveal if name not in REVEALED]
    if unknown:
        raise ArgumentError("office.not_revealed", fields=", ".join(unknown), allowed=", ".join(REVEALED))
    if not reason.strip():
        raise ArgumentError("office.reveal_reason")


def _revealed(person: Person, office: Office, answer: Answer, reason: str) -> Answer:
    """Return the answer with the telephone, once the audit has kept who asks for it and why."""
    if answer.cadre is None:
        return answer
    phone = reveal_phones(person, office, [answer.cadre], reason=reason).get(answer.cadre)
    return replace(answer, phone=phone)


def reveal_phones(
    person: Person, office: Office, cadres: Sequence[str], *, fields: Sequence[str] = REVEALED, reason: str
) -> dict[str, str]:
    """Return the telephones of cadres; who reveals them, of whom and why is in the audit before.

    `fields` must be `phone` alone. Raises RefusedError, or ArgumentError for another field or an empty reason.
    """
    _check_reveal(person, fields, reason)
    detail = {"fields": list(REVEALED), "cadres": sorted(cadres), "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject="roster", detail=detail)
    with office.reading(person) as tx:
        return people.phones(tx, cadres)
