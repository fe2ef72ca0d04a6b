"""Duties are ended, and subjects exempted from them for days, with a reason that no list shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict

from api.access.asking import Asked
from api.access.once import Once
from api.errors import declared
from api.params import Day
from api.texts import Key, Reason
from gridmap.office.duty_rules import end_duty, exempt

ROUTER = APIRouter(tags=["duties"], route_class=Once, responses=declared(404, 409))
Duty = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$", description="the name of a duty, of /duties")]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class EndIn(_Given):
    """The first day on which the duty is no longer in force (default: today)."""

    on: Day | None = None


class ExemptionIn(_Given):
    """Who or what is exempt on the days [begin, end): the key of a feature, or the number of a cadre."""

    subject: Key
    begin: Day
    end: Day | None = None
    reason: Reason


class Exempted(BaseModel):
    """The number of an exemption."""

    exemption: int


@ROUTER.post("/duties/{duty}/end", status_code=204, response_class=Response)
def end(asked: Asked, duty: Duty, given: EndIn) -> None:
    """End a duty; what it obliged to until then stays as it was."""
    end_duty(asked.person, asked.office, duty, on=given.on or asked.office.clock.today())


@ROUTER.post("/duties/{duty}/exemptions", status_code=201)
def exempt_subject(asked: Asked, duty: Duty, given: ExemptionIn) -> Exempted:
    """Exempt a subject from a duty for some days."""
    number = exempt(
        asked.person,
        asked.office,
        duty,
        given.subject,
        reason=given.reason,
        from_day=given.begin,
        to_day=given.end,
    )
    return Exempted(exemption=number)
