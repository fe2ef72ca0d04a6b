"""Duties: the rules of a day, and the states of what they oblige to."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.access.asking import Asked
from api.access.fresh import LEDGER, Fresh
from api.errors import declared
from api.paging import Page, Paged
from api.params import AsOf, Cell, On
from gridmap.office.duties import WantedStates, states_below
from gridmap.office.duty_rules import list_duties

ROUTER = APIRouter(tags=["duties"], responses=declared(404))
State = Literal["upcoming", "due", "overdue", "met", "missed", "exempt"]


@ROUTER.get("/duties", dependencies=[Fresh("rules", by_minute=False)])
def duties(*, asked: Asked, paged: Paged, on: On) -> Page:
    """List the duties in force on a day."""
    return paged.of(list_duties(asked.person, asked.office, on=on), key="duty")


@ROUTER.get("/duties/states", dependencies=[Fresh("grid", "registers", "roster", "rules", *LEDGER)])
def states(
    *,
    asked: Asked,
    paged: Paged,
    on: On,
    as_of: AsOf = None,
    cell: Cell = None,
    duty: Annotated[list[str] | None, Query(max_length=64, description="only this duty; may be repeated")] = None,
    state: Annotated[list[State] | None, Query(max_length=6, description="only this state; may be repeated")] = None,
    layer: Annotated[str | None, Query(max_length=64, description="only features of this layer")] = None,
) -> Page:
    """List the states of the duties by the end of a day."""
    wanted = WantedStates(duty, state, cell, layer)
    rows = states_below(asked.person, asked.office, wanted, on=on, as_of=as_of)
    return paged.of(rows, key=("duty", "begin", "layer", "subject"))
