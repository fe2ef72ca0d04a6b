"""Features by layer: lists, one with all that is known of it; looking in a personal field, and revealing one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.endpoints.who import AnswerBody, told
from api.errors import declared
from api.paging import Page, Paged, records
from api.params import AsOf, Bbox, Cell, Day, On
from gridmap.office.feature_cards import feature_card, list_seen, reveal_features, search_features

ROUTER = APIRouter(tags=["features"], responses=declared(404))
LayerName = Annotated[str, Path(max_length=64, description="a layer, of /layers")]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Key = Annotated[str, Field(min_length=1, max_length=200)]


class Search(BaseModel):
    """A text to look for in a field; of a personal one with a reason, which the audit keeps; the text it never does."""

    model_config = ConfigDict(extra="forbid")

    field: Name
    text: str = Field(max_length=200)
    cell: str | None = Field(default=None, max_length=64)
    on: Day | None = None
    reason: str = Field(default="", max_length=500)


class Reveal(BaseModel):
    """Which masked fields of which features are asked for, and why."""

    model_config = ConfigDict(extra="forbid")

    keys: list[Key] = Field(min_length=1, max_length=100)
    fields: list[Name] = Field(min_length=1, max_length=32)
    on: Day | None = None
    reason: str = Field(min_length=1, max_length=500)


class Rows(BaseModel):
    """Rows, all of them."""

    items: list[dict[str, Any]]
    count: int


class FeatureBody(BaseModel):
    """A feature on a day. `answer` is null where it lies in no cell."""

    layer: str
    feature: dict[str, Any]
    answer: AnswerBody | None
    duties: list[dict[str, Any]]
    visits: list[dict[str, Any]]


@ROUTER.get("/features/{layer}", dependencies=[Fresh("grid", "registers", "roster", by_minute=False)])
def features(
    *,
    asked: Asked,
    paged: Paged,
    layer: LayerName,
    on: On,
    bbox: Bbox,
    cell: Cell = None,
    geometry: Annotated[bool, Query(description="with each feature's place")] = True,
) -> Page:
    """List the features of a layer on a day; the place of a home for those who answer there alone."""
    rows = list_seen(asked.person, asked.office, layer, on=on, under=cell, bbox=bbox)
    return paged.of(rows, key="key", geometry=geometry)


@ROUTER.get("/features/{layer}/{key:path}", dependencies=[Fresh("grid", "registers", "roster", "rules", *LEDGER)])
def feature(
    *,
    asked: Asked,
    layer: LayerName,
    key: Annotated[str, Path(max_length=200, description="the key of a feature")],
    on: On,
    as_of: AsOf = None,
) -> FeatureBody:
    """Tell all of one feature: its cell and who answers, its duties, the visits that may be seen."""
    found = feature_card(asked.person, asked.office, layer, key, on=on, as_of=as_of)
    (row,) = records(found.feature)
    return FeatureBody(
        layer=layer,
        feature=row,
        answer=None if found.answer is None else told(found.answer),
        duties=records(found.duties),
        visits=records(found.visits),
    )


@ROUTER.post("/features/{layer}/search")
def search(*, asked: Asked, layer: LayerName, body: Search) -> Rows:
    """Look for a text in a field, personal ones too; the rows are masked as in the list."""
    on = body.on or asked.office.clock.today()
    rows = search_features(
        asked.person, asked.office, layer, body.field, body.text, on=on, under=body.cell, reason=body.reason
    )
    return Rows(items=records(rows), count=len(rows))


@ROUTER.post("/features/{layer}/reveal")
def reveal(*, asked: Asked, layer: LayerName, body: Reveal) -> Rows:
    """Reveal masked fields of features; who, which and why is in the audit before a value leaves."""
    on = body.on or asked.office.clock.today()
    rows = reveal_features(asked.person, asked.office, layer, body.keys, body.fields, on=on, reason=body.reason)
    return Rows(items=records(rows), count=len(rows))
