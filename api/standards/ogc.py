"""OGC API Features: the collections of the office for GIS programs and browsers.

Part 1 (GeoJSON, HTML), part 2 (systems of coordinates), part 3 (filters in CQL2, as text or JSON).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.errors import declared
from api.params import AsOf, Cell
from api.standards import ogc_rows
from api.standards.ogc_crs import Box
from api.standards.ogc_rows import offered, parameters, row_of, rows_of
from api.standards.ogc_told import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    CollectionBody,
    CollectionsBody,
    Conformance,
    FeatureBody,
    FeaturesBody,
    Format,
    Landing,
    Link,
    Table,
    Telling,
    telling,
)
from gridmap.layer import header, spoken
from gridmap.office.collections import Collection, collection, collections, office_name
from gridmap.words import say

CONFORMANCE = (
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "html", "geojson")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("filter", "features-filter", "queryables", "queryables-query-parameters")
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison"),
            *("accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus"),
            *("spatial-functions", "temporal-functions", "property-property", "arithmetic"),
        )
    ),
)
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "choice": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
}
_SHAPES = {"point": "geometry-point", "line": "geometry-any", "area": "geometry-any", "any": "geometry-any"}


def _answers(model: type[Any] | None, *kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return how an endpoint's answer is declared: a document, or its page."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"} if model else {"type": "object"}
    content = {kind: {"schema": schema} for kind in kinds}
    told = {"description": "OK", "content": {**content, HTML: {"schema": {"type": "string"}}}}
    return {200: told | ({"model": model} if model else {})}


ROUTER = APIRouter(prefix="/ogc", tags=["ogc"], responses=declared(404), default_response_class=Response)

InFormat = Annotated[Format | None, Query(alias="f", description="json or html (default: as Accept says)")]
Lang = Annotated[Literal["zh", "en"] | None, Query(alias="lang", description="the language of titles and reasons")]


def _telling(request: Request, asked: Asked, form: InFormat = None, _lang: Lang = None) -> Telling:
    return telling(request, asked, form)


def _wanted(
    asked: Asked,
    collectionId: Annotated[str, Path(max_length=64, description="a collection")],  # noqa: N803  the standard's own word
) -> Collection:
    return collection(asked.person, asked.office, collectionId)


Told = Annotated[Telling, Depends(_telling)]
_ALWAYS = frozenset({"f", "lang"})


@ROUTER.get("", dependencies=[Fresh(by_minute=False)], responses=_answers(Landing, JSON))
def landing(told: Told) -> Response:
    """Say where to begin."""
    parameters(told.request.query_params, _ALWAYS)
    lang = told.asked.lang
    title = say("api.ogc_title", lang, office=office_name(told.asked.person, told.asked.office))
    about = say("api.ogc_about", lang)
    links = [
        *told.selves(),
        told.link("service-desc", "ogc_definition", "api", type=OPENAPI),
        told.link("conformance", "ogc_conformance", "conformance"),
        told.link("data", "ogc_collections", "collections"),
    ]
    return told.told(Landing(title=title, description=about, links=links), title=title, facts=[about], links=links)


@ROUTER.get("/conformance", dependencies=[Fresh(by_minute=False)], responses=_answers(Conformance, JSON))
def conformance(told: Told) -> Response:
    """Say which parts of the standards are kept to."""
    parameters(told.request.query_params, _ALWAYS)
    title = say("api.ogc_conformance", told.asked.lang)
    links = [*told.selves(), told.link("up", "ogc_landing")]
    return told.told(Conformance(conformsTo=list(CONFORMANCE)), title=title, facts=CONFORMANCE, links=links)


@ROUTER.get("/api", responses={200: {"description": "OK", "content": {OPENAPI: {"schema": {"type": "object"}}}}})
def definition(told: Told) -> Response:
    """Describe these addresses as OpenAPI does, each named from /ogc on."""
    parameters(told.request.query_params, _ALWAYS)
    whole = told.request.app.openapi()
    paths = {path.removeprefix("/ogc") or "/": one for path, one in whole["paths"].items() if _ours(path)}
    described = {**whole, "paths": paths, "servers": [{"url": told.address()}]}
    return Response(orjson.dumps(described), media_type=OPENAPI)


def _ours(path: str) -> bool:
    return path == "/ogc" or path.startswith("/ogc/")


@ROUTER.get("/collections", dependencies=[Fresh(by_minute=False)], responses=_answers(CollectionsBody, JSON))
def list_collections(told: Told) -> Response:
    """List the collections that there are for the one who asks."""
    parameters(told.request.query_params, _ALWAYS)
    where = offered(told.asked)
    held = [_body(told, one, *where) for one in collections(told.asked.person, told.asked.office).values()]
    title = say("api.ogc_collections", told.asked.lang)
    links = [*told.selves(), told.link("up", "ogc_landing")]
    table = Table([title], [(told.address("collections", one.id), [one.title]) for one in held])
    return told.told(CollectionsBody(links=links, collections=held), title=title, links=links, table=table)


@ROUTER.get(
    "/collections/{collectionId}", dependencies=[Fresh(by_minute=False)], responses=_answers(CollectionBody, JSON)
)
def show_collection(told: Told, wanted: Annotated[Collection, Depends(_wanted)]) -> Response:
    """Say what a collection is."""
    parameters(told.request.query_params, _ALWAYS)
    body = _body(told, wanted, *offered(told.asked))
    body.links = [*told.selves(), *body.links[1:], told.link("up", "ogc_collections", "collections")]
    return told.told(body, title=body.title, links=body.links)


@ROUTER.get(
    "/collections/{collectionId}/queryables",
    dependencies=[Fresh(by_minute=False)],
    responses=_answers(None, SCHEMA, JSON),
)
def queryables(told: Told, wanted: Annotated[Collection, Depends(_wanted)]) -> Response:
    """Say what can be asked of the rows of a collection, as a JSON schema."""
    lang = told.asked.lang
    place = {"title": say("api.ogc_place", lang), "x-ogc-role": "primary-geometry", "format": _SHAPES[wanted.shape]}
    fields = _fields(wanted, lang)
    # The list by id is of a draft; GDAL up to 3.12 reads nothing else.
    listed = [{"id": name} for name in fields]
    body = {"properties": {**fields, "geometry": place}, "additionalProperties": False, "queryables": listed}
    return _schema(told, wanted, fields, body, "queryables")


@ROUTER.get(
    "/collections/{collectionId}/schema", dependencies=[Fresh(by_minute=False)], responses=_answers(None, SCHEMA, JSON)
)
def schema(told: Told, wanted: Annotated[Collection, Depends(_wanted)]) -> Response:
    """Say what a row of a collection is, as a JSON schema of its GeoJSON."""
    fields = _fields(wanted, told.asked.lang)
    body = {
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "properties": {"type": "object", "properties": fields},
        }
    }
    return _schema(told, wanted, fields, body, "schema")


def _fields(wanted: Collection, lang: str) -> dict[str, dict[str, Any]]:
    """Return the schema of each column."""
    return {
        one.name: {"title": header(one.name, wanted.layer, lang), **_SCHEMAS[one.type]}
        | ({"enum": list(one.choices)} if one.choices else {})
        for one in wanted.columns
    }


def _schema(
    told: Telling, wanted: Collection, fields: dict[str, dict[str, Any]], body: dict[str, Any], page: str
) -> Response:
    parameters(told.request.query_params, _ALWAYS)
    lang = told.asked.lang
    title = f"{_title(wanted, lang)}: {say(f'api.ogc_{page}', lang)}"
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": told.address("collections", wanted.name, page),
        "type": "object",
        "title": title,
        **body,
    }
    links = [*told.selves(SCHEMA), told.link("up", "ogc_collections", "collections", wanted.name)]
    rows = [("", [name, one["title"], one.get("type", "")]) for name, one in fields.items()]
    accepted = told.request.headers.get("accept", "")
    kind = JSON if JSON in accepted and SCHEMA not in accepted else SCHEMA
    return told.told(whole, title=title, links=links, kind=kind, table=Table(["", "", ""], rows))


def _query(
    *,
    on: Annotated[dt.date | None, Query(description="the day (default: today, or the last one of `datetime`)")] = None,
    as_of: AsOf = None,
    cell: Cell = None,
    bbox: Annotated[str | None, Query(max_length=200, description="four numbers, or six")] = None,
    bbox_crs: Annotated[str | None, Query(alias="bbox-crs", max_length=200)] = None,
    crs: Annotated[str | None, Query(max_length=200, description="the system of the answer")] = None,
    datetime: Annotated[str | None, Query(max_length=80, description="an instant, or an interval a/b")] = None,
    filter: Annotated[str | None, Query(description="a filter in CQL2")] = None,  # noqa: A002  the standard's own word
    filter_lang: Annotated[Literal["cql2-text", "cql-text", "cql2-json"], Query(alias="filter-lang")] = "cql2-text",
    filter_crs: Annotated[str | None, Query(alias="filter-crs", max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, description="rows a page, at the most 10000")] = 100,
    after: Annotated[str | None, Query(max_length=1000, description="where the page before ended")] = None,
    sortby: Annotated[str | None, Query(max_length=64, description="a property, with - before it downwards")] = None,
) -> ogc_rows.Query:
    return ogc_rows.Query(
        on=on,
        as_of=as_of,
        cell=cell,
        bbox=bbox,
        bbox_crs=bbox_crs,
        crs=crs,
        datetime=datetime,
        filter=filter,
        filter_lang=filter_lang,
        filter_crs=filter_crs,
        limit=limit,
        after=after,
        sortby=sortby,
    )


@ROUTER.get("/collections/{collectionId}/items", dependencies=[Fresh()], responses=_answers(FeaturesBody, GEOJSON))
def items(
    told: Told, wanted: Annotated[Collection, Depends(_wanted)], query: Annotated[ogc_rows.Query, Depends(_query)]
) -> Response:
    """Return rows of a collection on a day, by pages."""
    found = rows_of(told.request, told.asked, wanted, query)
    lang = told.asked.lang
    links = told.selves(GEOJSON)
    if found.page.next is not None:
        following = say("api.ogc_next", lang)
        links.append(Link(href=found.page.next, rel="next", type=GEOJSON, title=following))
    links.append(told.link("collection", "ogc_collections", "collections", wanted.name))
    rows = found.page.items
    body = {
        "type": "FeatureCollection",
        "features": [_feature(row, shape) for row, shape in zip(rows, found.shapes, strict=True)],
        "links": [link.model_dump() for link in links],
        "timeStamp": told.asked.office.clock.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
        "numberMatched": found.page.count,
        "numberReturned": len(rows),
    }
    counts = say("api.ogc_count", lang, shown=len(rows), all=found.page.count, on=found.on)
    names = [one.name for one in wanted.columns]
    table = Table(
        [header(one, wanted.layer, lang) for one in names],
        [(told.address("collections", wanted.name, "items", row["id"]), [row[one] for one in names]) for row in rows],
    )
    headers = {"Content-Crs": f"<{found.system.uri}>"}
    title = _title(wanted, lang)
    return told.told(body, title=title, facts=[counts], links=links, kind=GEOJSON, table=table, headers=headers)


@ROUTER.get(
    "/collections/{collectionId}/items/{featureId:path}",
    dependencies=[Fresh()],
    responses=_answers(FeatureBody, GEOJSON),
)
def item(
    *,
    told: Told,
    wanted: Annotated[Collection, Depends(_wanted)],
    featureId: Annotated[str, Path(max_length=300, description="a row's id")],  # noqa: N803  the standard's own word
    on: Annotated[dt.date | None, Query(description="the day (default: today)")] = None,
    as_of: AsOf = None,
    crs: Annotated[str | None, Query(max_length=200, description="the system of the answer")] = None,
) -> Response:
    """Return one row of a collection on a day."""
    parameters(told.request.query_params, _ALWAYS | {"on", "as_of", "crs"})
    found, shape, system = row_of(told.asked, wanted, featureId, ogc_rows.Query(on=on, as_of=as_of, crs=crs))
    lang = told.asked.lang
    links = [*told.selves(GEOJSON), told.link("collection", "ogc_collections", "collections", wanted.name)]
    body = {**_feature(dict(found), shape), "links": [link.model_dump() for link in links]}
    rows = [("", [header(one.name, wanted.layer, lang), found[one.name]]) for one in wanted.columns]
    title = f"{_title(wanted, lang)}: {featureId}"
    headers = {"Content-Crs": f"<{system.uri}>"}
    table = Table(["", ""], rows)
    return told.told(body, title=title, links=links, kind=GEOJSON, table=table, headers=headers)


def _feature(row: dict[str, Any], shape: object) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name != "id"}
    return {"type": "Feature", "id": row["id"], "geometry": shape, "properties": properties}


def _title(wanted: Collection, lang: str) -> str:
    return spoken(wanted.layer, lang) if wanted.layer is not None else say(f"api.ogc_{wanted.name}", lang)


def _body(told: Telling, wanted: Collection, there: Box | None, systems: Iterable[str]) -> CollectionBody:
    links = [
        told.link("self", "ogc_collections", "collections", wanted.name),
        told.link("items", "ogc_items", "collections", wanted.name, "items", type=GEOJSON),
        told.link("items", "ogc_items", "collections", wanted.name, "items", type=HTML, f="html"),
        told.link(f"{_REL}queryables", "ogc_queryables", "collections", wanted.name, "queryables", type=SCHEMA),
        told.link("queryables", "ogc_queryables", "collections", wanted.name, "queryables"),  # what GDAL looks for
        told.link("describedby", "ogc_schema", "collections", wanted.name, "schema", type=SCHEMA),
    ]
    uris = list(systems)
    extent = {} if there is None else {"spatial": {"bbox": [list(there)], "crs": uris[0]}}
    title = _title(wanted, told.asked.lang)
    return CollectionBody(id=wanted.name, title=title, extent=extent, crs=uris, storageCrs=uris[0], links=links)
