"""The features and the gaps of a page as plain data, without any field that is not public."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import orjson
import shapely

from gridmap.gaps.shape import NAMES
from gridmap.layer import Field, Layer
from gridmap.maps.frames import plain, shapes
from gridmap.maps.geojson import WGS84
from gridmap.maps.pages.cells import fragments, rounded
from gridmap.maps.style import GAP_SHAPES, GAPS, INK, OTHER_GAP, OTHER_SHAPE
from gridmap.words import LANGUAGES, known, say

# What a card may tell beside the fields of its layer: the items of a service window.
BESIDE = ("services",)


def layer_data(layer: Layer, frame: gpd.GeoDataFrame) -> dict[str, object]:
    """Return a layer's name, looks and public fields, and of each feature the values, the cell, the look and the place.

    Columns that are no public field of the layer are left out, but for those of BESIDE. Points are [lon, lat], other
    shapes GeoJSON.
    """
    beside = [name for name in BESIDE if name in frame.columns]
    fields = [one for one in layer.fields if one.mark == "public" and one.name in frame.columns]
    drawn = rounded(shapes(frame.to_crs(WGS84)))
    looks, look = _looks(layer, frame)
    columns = [_values(frame, one) for one in fields]
    return {
        "name": layer.name,
        "zh": layer.zh,
        "en": layer.en,
        "geometry": layer.geometry,
        "form": layer.style.shape,
        "key": next(number for number, one in enumerate(fields) if one.name == layer.key),
        "fields": [*(_field(one) for one in fields), *(_word(name) for name in beside)],
        "rows": [list(row) for row in zip(*columns, *(plain(frame[name]) for name in beside), strict=True)],
        "cell": plain(frame["cell"]) if "cell" in frame.columns else [None] * len(frame),
        "looks": looks,
        "look": look,
        "at": _places(drawn) if layer.geometry == "point" else fragments(drawn),
    }


def _values(frame: gpd.GeoDataFrame, one: Field) -> list[object]:
    return [
        value if isinstance(value, (bool, int, float, str, type(None))) else str(value)
        for value in plain(frame[one.name])
    ]


def _field(one: Field) -> dict[str, object]:
    choices = {choice.value: {"zh": choice.zh, "en": choice.en} for choice in one.choices}
    return {"zh": one.zh, "en": one.en, "unit": one.unit} | ({"choices": choices} if choices else {})


def _word(name: str) -> dict[str, object]:
    return {"unit": "", **{lang: say(f"columns.{name}", lang) for lang in LANGUAGES}}


def _looks(layer: Layer, frame: gpd.GeoDataFrame) -> tuple[list[dict[str, str]], list[int]]:
    """Return the looks of a layer, and the number of each feature's own: by the choice that it holds, else the last."""
    plainly = {"fill": layer.style.colour, "rim": INK, "zh": "", "en": ""}
    by = layer.style.by
    if not by or by not in frame.columns or layer.by_name[by].mark != "public":
        return [plainly], [0] * len(frame)
    choices = layer.by_name[by].choices
    looks = [{"fill": one.fill, "rim": one.rim or INK, "zh": one.zh, "en": one.en} for one in choices]
    number = {one.value: at for at, one in enumerate(choices)}
    missing = {"fill": "", "rim": INK} | {lang: say("maps.not_stated", lang) for lang in LANGUAGES}
    return [*looks, missing], [number.get(str(value), len(looks)) for value in plain(frame[by])]


def _places(points: np.ndarray) -> list[list[float] | None]:
    return [None if one is None else [float(at) for at in shapely.get_coordinates(one)[0]] for one in points]


def gap_data(gaps: gpd.GeoDataFrame) -> dict[str, object]:
    """Return the kinds at hand with their looks, and of each gap what a card says, in both languages, and its shape."""
    here = set(gaps["kind"])
    order = [kind for kind in NAMES if kind in here] + sorted(here - set(NAMES))
    rows = gaps.assign(shape=fragments(rounded(shapes(gaps.to_crs(WGS84)))))
    who = "responsible_name" if "responsible_name" in gaps.columns else "responsible"
    return {
        "kinds": [_kind(kind) for kind in order],
        "kind": [order.index(kind) for kind in gaps["kind"]],
        **{name: plain(rows[name]) for name in ("subject", "small", "middle", "big", "since", "measure", "shape")},
        "who": plain(rows[who]),
        "unit": {lang: [_said("gaps.unit.", unit, lang) for unit in plain(rows["unit"])] for lang in LANGUAGES},
        "reason": {lang: _reasons(gaps, lang) for lang in LANGUAGES},
    }


def _kind(kind: str) -> dict[str, object]:
    look = GAPS.get(kind, OTHER_GAP)
    form = GAP_SHAPES.get(kind, OTHER_SHAPE) if look.draw == "point" else "circle"
    names = {lang: _said("gaps.kind.", kind, lang) for lang in LANGUAGES}
    look_of = {"colour": look.colour, "draw": look.draw, "width": look.width_px, "dash": list(look.dash)}
    return names | look_of | {"form": form}


def _said(start: str, name: object, lang: str) -> str:
    return "" if not name else say(f"{start}{name}", lang) if known(f"{start}{name}") else str(name)


def _reasons(gaps: gpd.GeoDataFrame, lang: str) -> list[str]:
    said = []
    for reason, inputs in zip(plain(gaps["reason"]), gaps["inputs"], strict=True):
        code = str(reason or "")
        there = {name: "–" if value is None else value for name, value in inputs.items()}
        said.append(say(code, lang, **there) if known(code) else code)
    return said


def json(data: object) -> str:
    """Return JSON that can stand in a script element: no `<` in it, so that no value can end the element."""
    return orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY).decode().replace("<", "\\u003c")
