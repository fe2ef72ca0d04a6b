"""How OGC API Features is told: documents as JSON, or as pages without a script, of the same content."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import orjson
from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from api.access.asking import Asking
from gridmap.words import say

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA = "application/schema+json"
# As plain JSON: GDAL reads no OpenAPI that says it is of version 3.1.
OPENAPI = JSON
Format = Literal["json", "html"]

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE = (Path(__file__).parent / "templates" / "ogc.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class Link(BaseModel):
    """An address, and what it is to the document that names it."""

    href: str
    rel: str
    type: str
    title: str = ""


class Landing(BaseModel):
    """Where to begin."""

    title: str
    description: str
    links: list[Link]


class Conformance(BaseModel):
    """The parts of standards that are kept to."""

    conformsTo: list[str]  # noqa: N815  the standard's own word


class CollectionBody(BaseModel):
    """What a collection is, where it lies, in which systems it is given."""

    id: str
    title: str
    extent: dict[str, Any] = {}
    itemType: str = "feature"  # noqa: N815  the standard's own word
    crs: list[str]
    storageCrs: str  # noqa: N815  the standard's own word
    links: list[Link]


class CollectionsBody(BaseModel):
    """The collections that there are for the one who asks."""

    links: list[Link]
    collections: list[CollectionBody]


class FeatureBody(BaseModel):
    """A row as GeoJSON."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    links: list[Link] = []


class FeaturesBody(BaseModel):
    """Rows as GeoJSON, and how many there are in all."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[FeatureBody]
    links: list[Link]
    timeStamp: str  # noqa: N815  the standard's own word
    numberMatched: int  # noqa: N815  the standard's own word
    numberReturned: int  # noqa: N815  the standard's own word


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as a page shows them: names of the columns, and of each row its values and the address of its own page."""

    names: Sequence[str]
    rows: Sequence[tuple[str, Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Telling:
    """How one request is answered."""

    request: Request
    asked: Asking
    format: Format

    def address(self, *parts: str, **query: str) -> str:
        """Return an address below /ogc; `query` follows it."""
        path = "/".join(["ogc", *(quote(part, safe="") for part in parts)])
        more = "?" + "&".join(f"{name}={quote(text)}" for name, text in query.items()) if query else ""
        return f"{self.request.base_url}{path}{more}"

    def link(self, rel: str, title: str, *parts: str, type: str = JSON, **query: str) -> Link:  # noqa: A002
        """Return a link to an address below /ogc; `title` is a word of the service."""
        return Link(href=self.address(*parts, **query), rel=rel, type=type, title=say(f"api.{title}", self.asked.lang))

    def selves(self, own: str = JSON) -> list[Link]:
        """Return the links of a document to itself and to its other form."""
        found = []
        for name, kind in (("json", own), ("html", HTML)):
            address = str(self.request.url.include_query_params(f=name))
            found.append(Link(href=address, rel="self" if name == self.format else "alternate", type=kind))
        return found

    def told(
        self,
        body: BaseModel | dict[str, Any],
        *,
        title: str,
        links: Sequence[Link],
        kind: str = JSON,
        facts: Sequence[str] = (),
        table: Table | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a document, or its page: a title, facts, links and maybe a table."""
        if self.format == "json":
            plain = body.model_dump() if isinstance(body, BaseModel) else body
            content = orjson.dumps(plain, option=orjson.OPT_SERIALIZE_NUMPY)
            return Response(content, media_type=kind, headers=dict(headers or {}))
        shown = [link for link in links if link.rel != "self"]
        page = _TEMPLATES.get_template("ogc.html").render(
            style=_STYLE, lang=self.asked.lang, say=self._say, title=title, facts=facts, links=shown, table=table
        )
        policy = {"Content-Security-Policy": _POLICY}
        return Response(page, media_type=f"{HTML}; charset=utf-8", headers={**(headers or {}), **policy})

    def _say(self, code: str) -> str:
        return say(code, self.asked.lang)


def telling(request: Request, asked: Asking, format: Format | None) -> Telling:  # noqa: A002  the standard's own word
    """Return how a request is answered: as `f` says, else as the first kind that its Accept header names."""
    if format is not None:
        return Telling(request, asked, format)
    accepted = [one.partition(";")[0].strip() for one in request.headers.get("accept", "").split(",")]
    first = next((one for one in accepted if one == HTML or "json" in one or one == "*/*"), JSON)
    return Telling(request, asked, "html" if first == HTML else "json")
