"""Figures: every figure of a day, as a table with those of the week and the year before, and by group."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.errors import declared
from api.paging import Page, Paged, plain_figures
from api.params import AsOf, Day, On, OnLevel
from gridmap.office.figure_names import figure_names
from gridmap.office.figure_tables import figure_table
from gridmap.office.figuring import figures as figures_of
from gridmap.office.figuring import figures_by

ROUTER = APIRouter(tags=["figures"], responses=declared(404))
Since = Annotated[Day | None, Query(description="rates are of what was due since (default: 1 January)")]
By = Annotated[Literal["cell", "unit", "category", "source", "week"], Path(description="what tells the groups apart")]
FRESH = Fresh("grid", "registers", "roster", "rules", *LEDGER)


class FiguresBody(BaseModel):
    """Every figure of a day under a flat key; a share is 0 to 1, null for 0/0."""

    on: dt.date
    figures: dict[str, float | int | None]


@ROUTER.get("/figures", dependencies=[FRESH])
def figures(*, asked: Asked, on: On, as_of: AsOf = None, since: Since = None) -> FiguresBody:
    """Give every figure of a day."""
    found = figures_of(asked.person, asked.office, on=on, as_of=as_of, since=since)
    return FiguresBody(on=on, figures=plain_figures(found))


@ROUTER.get("/figures/table", dependencies=[FRESH])
def table(*, asked: Asked, paged: Paged, on: On, as_of: AsOf = None, since: Since = None) -> Page:
    """List the figures of a day for reading, in words, beside those of the week and the year before."""
    rows = figure_table(asked.person, asked.office, on=on, as_of=as_of, since=since)
    named = figure_names(asked.office, on=on, lang=asked.lang).table(rows)
    rows = rows.assign(line=range(1, len(rows) + 1), section_name=named["section"], figure_name=named["figure"])
    return paged.of(rows, key="line")


@ROUTER.get("/figures/by/{what}", dependencies=[FRESH])
def grouped(
    *,
    asked: Asked,
    paged: Paged,
    what: By,
    on: On,
    as_of: AsOf = None,
    since: Since = None,
    level: OnLevel = None,
) -> Page:
    """List the figures by group: by cell of a level (default: big), unit, category, source or week."""
    rows = figures_by(asked.person, asked.office, by=what, on=on, as_of=as_of, since=since, level=level or "big")
    rows = rows.rename_axis("group").reset_index()
    names = figure_names(asked.office, on=on, lang=asked.lang)
    rows.insert(1, "group_name", [names.group(what, str(one)) for one in rows["group"]])
    return paged.of(rows, key="group")
