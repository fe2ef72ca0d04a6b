"""What other programs read of an office: its collections, what each row of them tells, and for whom they exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from gridmap.errors import NotFoundError
from gridmap.layer import Layer
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless, sees
from gridmap.people.person import Person

ColumnType = Literal["text", "integer", "number", "boolean", "day", "instant", "choice"]
Shape = Literal["point", "line", "area", "any"]

LEVELS = ("big", "middle", "small")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a collection: its name, what stands in it, and for a choice the values that there are."""

    name: str
    type: ColumnType = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Rows of one kind. `layer`: whose features they are (null: they are none). `level`: of which cells they are.

    `times`: the columns that tell from when to when a row holds, an open end null; a day in `valid_to` is the first on
    which it does not. `cells`: the columns with the cell that a row lies in.
    """

    name: str
    shape: Shape
    columns: tuple[Column, ...]
    times: tuple[str, str] | None = None
    cells: tuple[str, ...] = ("cell",)
    layer: Layer | None = None
    level: str | None = None


def _cells(level: str) -> Collection:
    texts = ("code", "level", "parent", "name", "cadre", "cadre_name", "how", "since")
    types: Mapping[str, ColumnType] = {"since": "day"}
    columns = (*(Column(name, types.get(name, "text")) for name in texts), Column("attended", "boolean"))
    return Collection(f"cells_{level}", "area", columns, cells=("code",), level=level)


def _of_layer(layer: Layer) -> Collection:
    fields = (
        Column(one.name, one.type, tuple(choice.value for choice in one.choices))
        for one in layer.fields
        if one.mark == "public"
    )
    linked = (Column("cell"), Column("link_how"), Column("valid_from", "day"), Column("valid_to", "day"))
    return Collection(layer.name, layer.geometry, (*fields, *linked), ("valid_from", "valid_to"), layer=layer)


_GAPS = Collection(
    "gaps",
    "any",
    (
        *(Column(name) for name in ("kind", "subject", "small", "middle", "big")),
        Column("measure", "number"),
        Column("unit"),
        Column("since", "day"),
        *(Column(name) for name in ("responsible", "responsible_name", "reason")),
    ),
    ("since", ""),
    ("small", "middle", "big"),
)
_ISSUES = Collection(
    "issues",
    "point",
    (
        *(Column(name) for name in ("number", "state", "category", "source", "cell", "unit", "holder", "holder_name")),
        *(Column(name, "instant") for name in ("reported_at", "filed_at", "due_at", "done_at", "closed_at")),
        *(Column(name, "boolean") for name in ("deferred", "overdue")),
        Column("result"),
    ),
    ("reported_at", "closed_at"),
)
_LEGS = Collection(
    "route_legs",
    "line",
    (
        *(Column(name) for name in ("plan", "cadre", "cadre_name", "companion")),
        Column("day", "day"),
        *(Column(name, "instant") for name in ("begin", "finish", "back")),
        Column("metres", "integer"),
        Column("part", "boolean"),
    ),
    ("begin", "back"),
    (),
)
_STOPS = Collection(
    "route_stops",
    "point",
    (
        *(Column(name) for name in ("plan", "cadre", "cadre_name")),
        Column("position", "integer"),
        *(Column(name) for name in ("layer", "key", "issue", "cell")),
        Column("priority", "integer"),
        *(Column(name, "instant") for name in ("arrive", "leave")),
    ),
    ("arrive", "leave"),
)


def collections(person: Person, office: Office) -> dict[str, Collection]:
    """Return the collections that exist for `person`, by name: cells by level, layers, gaps, issues, routes.

    A sensitive layer is there for those who may reveal, and for leaders and cadres, who see what they answer for;
    routes for those who may plan.
    """
    return {name: made() for name, made in _existing(person, office).items()}


def collection(person: Person, office: Office, name: str) -> Collection:
    """Return a collection by name. Raises NotFoundError for one that does not exist for `person`."""
    held = _existing(person, office)
    if name not in held:
        raise NotFoundError("office.no_collection", allowed=", ".join(held))
    return held[name]()


def _existing(person: Person, office: Office) -> dict[str, Callable[[], Collection]]:
    """Return how each of the collections that exist for `person` is told, by name."""
    refuse_unless(person, "read")
    found: dict[str, Callable[[], Collection]] = {f"cells_{level}": partial(_cells, level) for level in LEVELS}
    for layer in office.layers.values():
        if sees(layer, person, responsible=bool(person.cadre)):
            found[layer.name] = partial(_of_layer, layer)
    held = [_GAPS, _ISSUES]
    if may(person, "plan") and (person.role == "cadre" or may(person, "export")):
        held += [_LEGS, _STOPS]
    return found | {one.name: partial(_the_same, one) for one in held}


def _the_same(one: Collection) -> Collection:
    return one


def office_name(person: Person, office: Office) -> str:
    """Return the name of the office."""
    refuse_unless(person, "read")
    return office.store.office().name
