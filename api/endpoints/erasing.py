"""Personal values are taken out for good, with a reason: of a feature, an issue, a photo, a cadre, or as days are over.

A second time there is nothing left to take: nothing changes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked
from api.endpoints.features import LayerName
from api.endpoints.issues import Named
from api.endpoints.photos import Number
from api.errors import declared
from api.texts import Key, Name, Reason
from gridmap.office.erasing import erase, expire
from gridmap.office.issue_cards import erase_issue
from gridmap.office.photos import erase_photo
from gridmap.office.rostering import erase_phone

ROUTER = APIRouter(tags=["erasing"], responses=declared(404))
Fields = Annotated[list[Name], Field(min_length=1, max_length=32)]


class Erase(BaseModel):
    """Why it is erased; the audit keeps it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason


class EraseWords(Erase):
    """What people wrote or said of an issue; all of it where no `fields` are named."""

    fields: Fields | None = None


class EraseFeature(EraseWords):
    """Whose values are erased: the key of a feature."""

    key: Key


class ErasePhone(Erase):
    """Whose telephone is erased: the number of a cadre on the roster."""

    cadre: Name


class Erased(BaseModel):
    """How many values there were."""

    erased: int


class Expired(BaseModel):
    """How many values there were whose days are over, by `layer.field`."""

    expired: dict[str, int]


@ROUTER.post("/features/{layer}/erase")
def erase_feature(asked: Asked, layer: LayerName, given: EraseFeature) -> Erased:
    """Erase the personal values of a feature, with what was noted of its visits; the feature itself stays."""
    removed = erase(asked.person, asked.office, layer, given.key, reason=given.reason, fields=given.fields)
    return Erased(erased=removed)


@ROUTER.post("/issues/{issue}/erase")
def erase_words(asked: Asked, issue: Named, given: EraseWords) -> Erased:
    """Erase what people wrote or said of an issue; the issue and what happened to it stay."""
    return Erased(erased=erase_issue(asked.person, asked.office, issue, reason=given.reason, fields=given.fields))


@ROUTER.post("/issues/{issue}/photos/{photo}/erase")
def erase_picture(asked: Asked, issue: Named, photo: Number, given: Erase) -> Erased:
    """Erase a photo of an issue; the issue stays."""
    return Erased(erased=erase_photo(asked.person, asked.office, photo, issue=issue, reason=given.reason))


@ROUTER.post("/roster/phones/erase")
def erase_telephone(asked: Asked, given: ErasePhone) -> Erased:
    """Erase the telephone of a cadre; his posts stay."""
    return Erased(erased=erase_phone(asked.person, asked.office, given.cadre, reason=given.reason))


@ROUTER.post("/expire")
def expire_values(asked: Asked) -> Expired:
    """Erase all values that may be kept no longer: see the settings' `retention_days`."""
    return Expired(expired=expire(asked.person, asked.office))
