"""The HTML around the data: a folium map whose scripts and styles stand in the page itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from gridmap.errors import NotFoundError
from gridmap.maps.style import page_style

_MAP_ID = "gridmap"
# What a reader of the page could take for something to fetch: addresses in remarks, pictures that no page uses.
_STRIPPED = re.compile(r"https://leafletjs\.com|//# sourceMappingURL=\S+")
_STRIPPED_OF_STYLES = re.compile(r"/\*.*?\*/|background-image: url\(images/[^)]*\);", re.DOTALL)


class OfflineMap(folium.Map):
    """A folium map that names no address: whoever puts it into a figure puts the scripts there too."""

    default_js = []  # noqa: RUF012 - folium declares it, of instances
    default_css = []  # noqa: RUF012

    def get_name(self) -> str:
        """Return the same name always, so that the same page gives the same bytes."""
        return _MAP_ID


class Script(MacroElement):
    """A script that runs when the map it is a child of stands, as it is."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Script"
        self._id = _MAP_ID
        self.text = text


class Verbatim(Element):
    """A piece of the page that no template engine reads: braces in it stay what they are."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def shell(title: str, lang: str, island: str, *, script: str = "page.js", styles: Sequence[str] = ()) -> bytes:
    """Return the page around its data island, in UTF-8: `script` draws it, `styles` come after those of all pages.

    Raises NotFoundError where Leaflet was not built.
    """
    figure = Figure(title=escape(title))
    drawn = OfflineMap(
        tiles=None, zoom_control=False, zoom_snap=0.25, zoom_delta=1, attribution_control=False, fade_animation=False
    )
    drawn.add_child(Script(asset(script)))
    figure.add_child(drawn, name=_MAP_ID)
    texts = {"leaflet": asset("leaflet.css"), "look": page_style()} | {
        name: asset(name) for name in ("page.css", *styles)
    }
    for name, text in texts.items():
        figure.header.add_child(Verbatim(f"<style>{text}</style>"), name=f"style_{name}")
    figure.header.add_child(Verbatim(f"<script>{asset('leaflet.js')}</script>"), name="leaflet")
    figure.html.add_child(Verbatim(f'<script type="application/json" id="data">{island}</script>'), name="data")
    html = figure.render()
    return html.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else lang}">', 1).encode()


@cache
def asset(name: str) -> str:
    """Return a script or style of `maps/assets`. Raises NotFoundError where it was not built."""
    file = files("gridmap.maps").joinpath("assets", name)
    if not file.is_file():
        raise NotFoundError("maps.page_asset", file=name)
    text = file.read_text(encoding="utf-8")
    text = _STRIPPED.sub("", text)
    return _STRIPPED_OF_STYLES.sub("", text) if name.endswith(".css") else text
