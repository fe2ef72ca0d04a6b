"""If-Match: an edit names the state it was made upon, by the tag that came with it.

A tag reads `"<state>-<answer>"`: `state` (of `office.matching.state_of`) is the same for all who see the thing,
`answer` tells what was sent to whom (see `fresh`). An edit compares the state alone.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from api.access.asking import Asked
from gridmap.errors import RefusedError
from gridmap.office.matching import ANY_STATE, state_of


def mark_state(request: Request, *facts: object) -> None:
    """Put the state of the thing that is answered into the tag of the answer."""
    answer = getattr(request.state, "tag", "").strip('"')
    request.state.tag = f'"{state_of(*facts)}-{answer}"' if answer else f'"{state_of(*facts)}"'


def seen_states(
    _: Asked,
    given: Annotated[
        str | None, Header(alias="If-Match", max_length=8000, description="the tag of what was seen; wanted, else 428")
    ] = None,
) -> frozenset[str]:
    """Return the states that If-Match names. Raises RefusedError (428) where the header is absent."""
    if given is None:
        raise RefusedError("api.match_wanted")
    # A weak tag matches nothing: it does not say that the states are the same.
    tags = [one.strip() for one in given.split(",") if not one.strip().startswith("W/")]
    return frozenset(one if one == ANY_STATE else one.strip('"').partition("-")[0] for one in tags)


Seen = Annotated[frozenset[str], Depends(seen_states)]
