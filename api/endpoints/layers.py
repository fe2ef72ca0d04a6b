"""Layers: what things on the map there are, with their fields."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from gridmap.layer import Field, Layer, spoken
from gridmap.office.feature_cards import layers_seen
from gridmap.office.homes import tells_a_home

ROUTER = APIRouter(tags=["layers"], responses=declared())


class ChoiceBody(BaseModel):
    """One allowed value of a field."""

    value: str
    label: str


class FieldBody(BaseModel):
    """A field of a layer; `mark` says who may see it: public, personal, sensitive."""

    name: str
    label: str
    type: str
    mark: str
    unit: str
    choices: list[ChoiceBody]


class LayerBody(BaseModel):
    """A layer. `home`: the place of a feature tells where somebody lives, and is shown to who answers there alone."""

    name: str
    label: str
    geometry: str
    key: str
    sensitive: bool
    home: bool
    fields: list[FieldBody]
    gap_kinds: list[str]
    colour: str
    shape: str


@ROUTER.get("/layers", dependencies=[Fresh("grid", by_minute=False)])
def layers(asked: Asked) -> list[LayerBody]:
    """List the layers that exist for who asks."""
    return [_layer(layer, asked.lang) for layer in layers_seen(asked.person, asked.office)]


def _layer(layer: Layer, lang: str) -> LayerBody:
    return LayerBody(
        name=layer.name,
        label=spoken(layer, lang),
        geometry=layer.geometry,
        key=layer.key,
        sensitive=layer.sensitive,
        home=tells_a_home(layer),
        fields=[_field(one, lang) for one in layer.fields],
        gap_kinds=list(layer.gap_kinds),
        colour=layer.style.colour,
        shape=layer.style.shape,
    )


def _field(one: Field, lang: str) -> FieldBody:
    choices = [ChoiceBody(value=choice.value, label=spoken(choice, lang)) for choice in one.choices]
    return FieldBody(
        name=one.name, label=spoken(one, lang), type=one.type, mark=one.mark, unit=one.unit, choices=choices
    )
