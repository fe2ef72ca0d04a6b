"""What a layer is: the declaration that each file of `layers/` makes, and the frozen registry of them.

A layer file holds one `LAYER = Layer(...)`. Names and headers stand in the declaration itself, in both languages, so
that adding a layer adds one file and touches no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.words import known, say

GeometryKind = Literal["point", "line", "area"]
FieldType = Literal["text", "integer", "number", "boolean", "day", "choice"]
Mark = Literal["public", "personal", "sensitive"]
Shape = Literal["circle", "square", "triangle", "diamond", "star", "pentagon", "cross", "line", "fill"]

GEOMETRY_KINDS: tuple[str, ...] = get_args(GeometryKind)
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
MARKS: tuple[str, ...] = get_args(Mark)

# Columns that every register may have beside its layer's own fields.
RESERVED = ("cell", "cell_reason", "geometry", "lon", "lat", "wkt", "place_key", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of a `choice` field: what is stored, how it reads, and what registers write for it.

    `fill` and `rim` (`#rrggbb`) draw the features that hold it, where the layer's style goes `by` this field; an
    empty fill is hollow, an empty rim the common one.
    """

    value: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    fill: str = ""
    rim: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layer.

    `unit` is the unit of measure of a number. `aliases` are further headers under which registers keep the field.
    `low` and `high` bound a number, both included. `mark` says who may see it (DESIGN 4, Personal data).
    """

    name: str
    zh: str
    en: str
    type: FieldType = "text"
    mark: Mark = "public"
    unit: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None

    def headers(self) -> tuple[str, ...]:
        """Return every header this field is known by."""
        return (self.name, self.zh, self.en, *self.aliases)


@dataclass(frozen=True, slots=True)
class Style:
    """How one thing of the layer is drawn: a `#rrggbb` colour and a shape of its own.

    `by` names a choice field whose values have colours of their own (a lamp's status); empty draws all alike.
    """

    colour: str
    shape: Shape = "circle"
    by: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of thing on the map. `key` names the field that tells its features apart (a required public text)."""

    name: str
    zh: str
    en: str
    geometry: GeometryKind
    key: str
    fields: tuple[Field, ...]
    style: Style
    gap_kinds: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    sensitive: bool = False
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", MappingProxyType({f.name: f for f in self.fields}))

    def named(self, mark: Mark) -> tuple[str, ...]:
        """Return the names of the fields that bear `mark`."""
        return tuple(f.name for f in self.fields if f.mark == mark)


class Registry(Mapping[str, Layer]):
    """The frozen set of layers, by name, in the order given.

    Raises ArgumentError for a duplicate layer, field or header, an unknown type, kind or mark, a key that is not a
    required public text field, a style by a field that is no choice, and (where `gap_kinds` is given) a gap kind that
    nobody computes.
    """

    def __init__(self, layers: Iterable[Layer], gap_kinds: Iterable[str] | None = None) -> None:
        known = None if gap_kinds is None else frozenset(gap_kinds)
        held: dict[str, Layer] = {}
        for layer in layers:
            if layer.name in held:
                raise ArgumentError("layer.duplicate_layer", layer=layer.name)
            _check(layer, known)
            held[layer.name] = layer
        self._layers = MappingProxyType(held)

    def __getitem__(self, name: str) -> Layer:
        try:
            return self._layers[name]
        except KeyError:
            raise NotFoundError("layer.unknown_layer", layer=name, allowed=", ".join(self._layers)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._layers

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)


def _check(layer: Layer, gap_kinds: frozenset[str] | None) -> None:
    _allowed(layer.name, "geometry", layer.geometry, GEOMETRY_KINDS)
    headers: dict[str, str] = {}
    names: set[str] = set()
    for one in layer.fields:
        if one.name in names or one.name in RESERVED:
            raise ArgumentError("layer.duplicate_field", layer=layer.name, field=one.name)
        names.add(one.name)
        _check_field(layer.name, one)
        for header in one.headers():
            if headers.setdefault(header.casefold(), one.name) != one.name:
                raise ArgumentError("layer.duplicate_header", layer=layer.name, field=one.name, header=header)
    key = layer.by_name.get(layer.key)
    if key is None or key.type != "text" or not key.required or key.mark != "public":
        raise ArgumentError("layer.key", layer=layer.name, key=layer.key)
    if layer.style.by and (layer.style.by not in names or layer.by_name[layer.style.by].type != "choice"):
        raise ArgumentError("layer.style_by", layer=layer.name, field=layer.style.by)
    for kind in layer.gap_kinds:
        if gap_kinds is not None:
            _allowed(layer.name, "gap_kinds", kind, tuple(sorted(gap_kinds)))


def _check_field(layer: str, one: Field) -> None:
    _allowed(layer, f"{one.name}.type", one.type, FIELD_TYPES)
    _allowed(layer, f"{one.name}.mark", one.mark, MARKS)
    if bool(one.choices) != (one.type == "choice"):
        raise ArgumentError("layer.choices", layer=layer, field=one.name)


def _allowed(layer: str, argument: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ArgumentError(
            "layer.not_allowed", layer=layer, argument=argument, value=value, allowed=", ".join(allowed)
        )


def spoken(one: Choice | Field | Layer, lang: str) -> str:
    """Return what a choice, a field or a layer is called in `lang`."""
    return one.zh if lang == "zh" else one.en


def header(column: str, layer: Layer | None, lang: str) -> str:
    """Return the header of a frame's column: its field's name, else the common word for it, else the column's own."""
    if layer is not None and column in layer.by_name:
        return spoken(layer.by_name[column], lang)
    code = f"columns.{column}"
    return say(code, lang) if known(code) else column
