"""The texts and numbers that bodies are made of: bounded, and such as every store keeps."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

# No database keeps a text with the null character.
_NO_NULL = r"^[^\x00]*$"

Name = Annotated[str, StringConstraints(max_length=64, pattern=_NO_NULL)]
Key = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NULL)]
Line = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NULL)]
Words = Annotated[str, StringConstraints(max_length=8000, pattern=_NO_NULL)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_NO_NULL)]
Much = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


def sent(given: BaseModel) -> dict[str, Any]:
    """Return what was sent of a body, without what was not named."""
    return given.model_dump(exclude_unset=True)
