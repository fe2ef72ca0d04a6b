"""Photos of issues: they come in as files and are drawn anew; looked at by those who deal with it, or with a reason."""

from __future__ import annotations

import tempfile
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from api.access.asking import Asked, Asking
from api.access.fresh import LEDGER, Fresh
from api.access.once import Once
from api.endpoints.issues import Named
from api.errors import declared
from api.paging import records
from api.texts import Reason
from gridmap.office.photos import add_photo, list_photos, look_at_photo

ROUTER = APIRouter(tags=["photos"], responses=declared(404))
Number = Annotated[int, Path(ge=1, le=2**53, description="the number of a photo")]
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}, "description": "the picture"}}
# A picture runs nothing and shows itself alone, whatever its bytes are taken for.
_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


class PhotoAdded(BaseModel):
    """The number of a photo, and whether it is new: the same picture is kept once an issue."""

    photo: int
    new: bool


class Photos(BaseModel):
    """The photos of an issue, the oldest first, without their pictures."""

    items: list[dict[str, Any]]
    count: int


class Look(BaseModel):
    """Why a photo is looked at."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason


def add(asked: Asked, issue: Named, file: UploadFile) -> PhotoAdded:
    """Add a photo (JPEG, PNG, WebP) to an issue; it is drawn anew: what the file tells in secret stays outside."""
    ending = _ENDINGS.get(file.content_type or "", ".unknown")
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        path = File(folder) / f"photo{ending}"
        with path.open("xb") as kept:
            while part := file.file.read(1 << 20):
                kept.write(part)
        number, new = add_photo(asked.person, asked.office, issue, path)
    return PhotoAdded(photo=number, new=new)


ROUTER.add_api_route("/issues/{issue}/photos", add, methods=["POST"], status_code=201, route_class_override=Once)


@ROUTER.get("/issues/{issue}/photos", dependencies=[Fresh("grid", "registers", "roster", "rules", *LEDGER)])
def photos(asked: Asked, issue: Named) -> Photos:
    """List the photos of an issue."""
    rows = list_photos(asked.person, asked.office, issue)
    return Photos(items=records(rows), count=len(rows))


@ROUTER.get("/issues/{issue}/photos/{photo}", response_class=Response, responses=_PICTURE)
def photo(asked: Asked, issue: Named, photo: Number) -> Response:
    """Show a photo to a leader or cadre who deals with the issue; anybody else who may gives a reason, by POST."""
    return _picture(asked, issue, photo, "")


@ROUTER.post("/issues/{issue}/photos/{photo}/reveal", response_class=Response, responses=_PICTURE)
def reveal(asked: Asked, issue: Named, photo: Number, given: Look) -> Response:
    """Show a photo with a reason; who and why is in the audit before it leaves."""
    return _picture(asked, issue, photo, given.reason)


def _picture(asked: Asking, issue: str, photo: int, reason: str) -> Response:
    jpeg = look_at_photo(asked.person, asked.office, photo, issue=issue, reason=reason)
    return Response(jpeg, media_type="image/jpeg", headers=_HEADERS)
