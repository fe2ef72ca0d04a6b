"""QGIS styles (QML): symbols, Chinese or English field names, and the words of choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from gridmap.layer import Choice, Layer
from gridmap.maps.style import INK, MARKER_PX, RIM_PX, ROAD_PX, Line, rgba
from gridmap.words import say

# gridmap's shapes as QGIS names its simple markers.
_MARKERS = {
    "circle": "circle",
    "square": "square",
    "triangle": "triangle",
    "diamond": "diamond",
    "star": "star",
    "pentagon": "pentagon",
    "cross": "cross_fill",
}


def layer_qml(layer: Layer, headers: Mapping[str, str], lang: str) -> str:
    """Return the style of a layer: its symbol (one a choice where its style goes `by` a field), names and choices.

    `headers` maps each column of the table to what it is called in `lang`.
    """
    root = _root()
    if layer.style.by:
        _by_choice(root, layer, lang)
    else:
        _single(root, layer.geometry, _look(layer, layer.style.colour, INK))
    _fields(root, headers, {f.name: f.choices for f in layer.fields if f.choices}, lang)
    return tostring(root, encoding="unicode")


def cells_qml(border: Line, headers: Mapping[str, str], lang: str) -> str:
    """Return the style of one level of cells: a border and no fill."""
    root = _root()
    look = {
        "style": "no",
        "outline_style": "solid",
        "outline_color": _colour(border.colour, border.opacity),
        "outline_width": f"{border.width_px}",
        "outline_width_unit": "Pixel",
    }
    _single(root, "area", look)
    _fields(root, headers, {}, lang)
    return tostring(root, encoding="unicode")


def _root() -> Element:
    return Element("qgis", version="3.22.0", styleCategories="Symbology|Fields|Forms")


def _colour(colour: str, opacity: float = 1.0) -> str:
    return ",".join(str(part) for part in rgba(colour, opacity))


def _look(layer: Layer, fill: str, rim: str) -> dict[str, str]:
    """The properties of one symbol layer; an empty fill is hollow."""
    if layer.geometry == "line":
        return {"line_color": _colour(fill or rim), "line_width": f"{ROAD_PX}", "line_width_unit": "Pixel"}
    look = {
        "color": _colour(fill or rim, 1.0 if fill else 0.0),
        "outline_color": _colour(rim),
        "outline_style": "solid",
        "outline_width": f"{RIM_PX}",
        "outline_width_unit": "Pixel",
    }
    if layer.geometry == "area":
        return {**look, "style": "solid" if fill else "no"}
    return {**look, "name": _MARKERS[layer.style.shape], "size": f"{MARKER_PX}", "size_unit": "Pixel"}


def _symbol(parent: Element, geometry: str, name: str, look: Mapping[str, str]) -> None:
    kind, drawn = {
        "point": ("marker", "SimpleMarker"),
        "line": ("line", "SimpleLine"),
        "area": ("fill", "SimpleFill"),
    }[geometry]
    symbol = SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    part = SubElement(symbol, "layer", {"class": drawn, "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(part, "Option", type="Map")
    for key, value in look.items():
        SubElement(options, "Option", type="QString", name=key, value=value)
    for key, value in look.items():  # QGIS before 3.18 reads these alone
        SubElement(part, "prop", k=key, v=value)


def _single(root: Element, geometry: str, look: Mapping[str, str]) -> None:
    renderer = SubElement(
        root, "renderer-v2", type="singleSymbol", enableorderby="0", forceraster="0", symbollevels="0"
    )
    _symbol(SubElement(renderer, "symbols"), geometry, "0", look)


def _by_choice(root: Element, layer: Layer, lang: str) -> None:
    renderer = SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr=layer.style.by,
        enableorderby="0",
        forceraster="0",
        symbollevels="0",
    )
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    drawn = [(c.value, _word(c, lang), c.fill, c.rim or INK) for c in layer.by_name[layer.style.by].choices]
    drawn.append(("", say("maps.not_stated", lang), "", INK))  # QGIS hides what no category takes
    for number, (value, label, fill, rim) in enumerate(drawn):
        SubElement(categories, "category", value=value, label=label, symbol=str(number), render="true")
        _symbol(symbols, layer.geometry, str(number), _look(layer, fill, rim))


def _word(choice: Choice, lang: str) -> str:
    return choice.zh if lang == "zh" else choice.en


def _fields(root: Element, headers: Mapping[str, str], choices: Mapping[str, Iterable[Choice]], lang: str) -> None:
    """Name the columns, and let QGIS show a choice by its word while the file keeps its value."""
    configuration = SubElement(root, "fieldConfiguration")
    aliases = SubElement(root, "aliases")
    for number, (name, header) in enumerate(headers.items()):
        SubElement(aliases, "alias", index=str(number), field=name, name=header)
        if name in choices:
            widget = SubElement(SubElement(configuration, "field", name=name), "editWidget", type="ValueMap")
            options = SubElement(SubElement(widget, "config"), "Option", type="Map")
            pairs = SubElement(options, "Option", type="List", name="map")
            for choice in choices[name]:
                pair = SubElement(pairs, "Option", type="Map")
                SubElement(pair, "Option", type="QString", name=_word(choice, lang), value=choice.value)
