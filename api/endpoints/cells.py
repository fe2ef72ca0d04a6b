"""Cells: the list of a day, the card of one, and the cells of an edition with their geometry."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh, lasting
from api.endpoints.who import AnswerBody, told
from api.errors import declared
from api.geojson import GEOJSON, collection
from api.paging import Page, Paged, plain_figures, records
from api.params import AsOf, Cell, On, OnLevel
from gridmap.office.cell_cards import cell_card
from gridmap.office.cell_lists import edition_cells, list_cells

ROUTER = APIRouter(tags=["cells"], responses=declared(404))
Code = Annotated[str, Path(max_length=64, description="the code of a cell of any level")]

Edition = Annotated[int, Path(ge=1, le=2**53, description="the number of an edition")]


class CellBody(BaseModel):
    """The card of a cell on a day; lists within are rows by column."""

    code: str
    level: str
    parent: str | None
    children: list[str]
    edition: int
    answer: AnswerBody
    figures: dict[str, float | int | None]
    duties: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    open_issues: int
    overdue_issues: int
    first_issues: list[dict[str, Any]]
    editions: list[dict[str, Any]]
    posts: list[dict[str, Any]]


@ROUTER.get("/cells", dependencies=[Fresh("grid", "roster", by_minute=False)])
def cells(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    cell: Cell = None,
    level: OnLevel = None,
    geometry: Annotated[bool, Query(description="with each cell's polygon; better once, of its edition")] = False,
) -> Page:
    """List the cells of a day and who answers for each."""
    rows = list_cells(asked.person, asked.office, on=on, under=cell, level=level)
    return paged.of(rows, key="code", geometry=geometry)


@ROUTER.get("/cells/{code}", dependencies=[Fresh("grid", "registers", "roster", "rules", *LEDGER)])
def card(*, asked: Asked, code: Code, on: On, as_of: AsOf = None) -> CellBody:
    """Tell all of one cell: who answers and why, figures, duties, gaps, open issues, history."""
    found = cell_card(asked.person, asked.office, code, on=on, as_of=as_of)
    return CellBody(
        code=code,
        level=found.level,
        parent=found.parent,
        children=list(found.children),
        edition=found.edition,
        answer=told(found.answer),
        figures=plain_figures(found.figures),
        duties=records(found.duties),
        gaps=records(found.gaps),
        open_issues=found.issues["open"],
        overdue_issues=found.issues["overdue"],
        first_issues=records(found.first_issues),
        editions=records(found.editions),
        posts=records(found.posts),
    )


@ROUTER.get("/grid/{edition}/cells", response_class=Response, responses=GEOJSON)
def of_edition(
    *,
    asked: Asked,
    request: Request,
    edition: Edition,
) -> Response:
    """Give the cells of an edition as GeoJSON: it never changes, so keep it, and poll /cells for the rest."""
    lasting(request, asked)
    return collection(edition_cells(asked.person, asked.office, edition), key="code")
