"""Files that come in, as jobs; and imports that are undone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.access.asking import Asked, Asking
from api.access.once import Once
from api.endpoints.jobs import JobBody, Key, accepted
from api.errors import declared
from gridmap.office.jobs import File, ask
from gridmap.office.undoing import undo_import

# A job is done once by its own key, so that its file need not be held to compare it.
ROUTER = APIRouter(tags=["imports"], responses=declared(404, 409))
_UNDOING = APIRouter(route_class=Once)

_MOST = 200


_Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
_Pair = Annotated[str, Field(max_length=400, pattern=r"^[^\x00-\x1f=]+=[^\x00-\x1f]+$")]
_Pairs = Annotated[list[_Pair], Field(max_length=_MOST)]
_ByLevel = Annotated[list[_Text], Field(max_length=3)]
_OTHERS = ("big", "middle", "small", "territory")


class _Sent(BaseModel):
    """What comes in, and whether it is only looked at."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    dry_run: bool = False


class _OneFile(_Sent):
    """A file that comes in."""

    file: UploadFile


class _Strict(_OneFile):
    """`strict`: one fault refuses the file."""

    strict: bool = False


class Notice(_Strict):
    """A year's notice of public holidays, or a table of days."""


class Rows(_Strict):
    """A file of rows in force from the day `on`. `complete`: what is kept and not in it ends."""

    on: dt.date | None = None
    complete: bool = False


class Register(Rows):
    """A register. `mapping`: HEADER=FIELD; `where`: COLUMN=VALUE|VALUE; `clear`: an empty cell clears."""

    mapping: _Pairs = []
    where: _Pairs = []
    crs: _Text | None = None
    sheet: _Text | None = None
    clear: bool = False


class Visits(_Strict):
    """Visits, and what their rows may leave out."""

    mapping: _Pairs = []
    sheet: _Text | None = None
    layer: _Text | None = None
    lead: _Text | None = None
    day: dt.date | None = None
    time: Annotated[str | None, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = None


class Issues(_Strict):
    """Issues, and what their rows do not say themselves."""

    mapping: _Pairs = []
    where: _Pairs = []
    crs: _Text | None = None
    sheet: _Text | None = None
    category: _Text = ""
    source: _Text = "phone"


class GridFile(_Sent):
    """A grid that is in force from the day `on`: one `file`, or one of each level, `big`, `middle`, `small`.

    `territory`: the land that the cells should cover. `code`, `name_column`: a column, or LEVEL=COLUMN of each level.
    `parents`: by the digits of codes, by a column `parent`, or by cover.
    """

    file: UploadFile | None = None
    big: UploadFile | None = None
    middle: UploadFile | None = None
    small: UploadFile | None = None
    territory: UploadFile | None = None
    on: dt.date | None = None
    name: _Text | None = None
    crs: _Text | None = None
    code: _ByLevel = []
    name_column: _ByLevel = []
    parent: _Text | None = None
    parents: Literal["prefix", "column", "covers"] = "prefix"


class Undone(BaseModel):
    """What undoing an import took back."""

    counts: dict[str, int]


_MULTIPART = Form(media_type="multipart/form-data")


@ROUTER.post("/imports/roster", status_code=202)
def import_roster(asked: Asked, response: Response, given: Annotated[Rows, _MULTIPART], key: Key = None) -> JobBody:
    """Take in a roster: posts, absences, stand-ins, telephones."""
    return _asked_for(asked, response, "roster", given, key)


@ROUTER.post("/imports/grid", status_code=202)
def import_grid(asked: Asked, response: Response, given: Annotated[GridFile, _MULTIPART], key: Key = None) -> JobBody:
    """Take in a grid as a new edition; `dry_run` counts its defects alone."""
    return _asked_for(asked, response, "grid", given, key)


@ROUTER.post("/imports/visits", status_code=202)
def import_visits(asked: Asked, response: Response, given: Annotated[Visits, _MULTIPART], key: Key = None) -> JobBody:
    """Take in a sheet of visits."""
    return _asked_for(asked, response, "visits", given, key)


@ROUTER.post("/imports/issues", status_code=202)
def import_issues(asked: Asked, response: Response, given: Annotated[Issues, _MULTIPART], key: Key = None) -> JobBody:
    """Take in a register of issues."""
    return _asked_for(asked, response, "issues", given, key)


@ROUTER.post("/imports/categories", status_code=202)
def import_categories(asked: Asked, response: Response, given: Annotated[Rows, _MULTIPART], key: Key = None) -> JobBody:
    """Take in categories of issues."""
    return _asked_for(asked, response, "categories", given, key)


@ROUTER.post("/imports/service-items", status_code=202)
def import_service_items(
    asked: Asked, response: Response, given: Annotated[Rows, _MULTIPART], key: Key = None
) -> JobBody:
    """Take in the items of the service counter."""
    return _asked_for(asked, response, "service_items", given, key)


@ROUTER.post("/imports/calendar", status_code=202)
def import_calendar(asked: Asked, response: Response, given: Annotated[Notice, _MULTIPART], key: Key = None) -> JobBody:
    """Take in a year's notice of public holidays."""
    return _asked_for(asked, response, "calendar", given, key)


@ROUTER.post("/imports/{layer}", status_code=202)
def import_register(
    asked: Asked,
    response: Response,
    layer: Annotated[str, Path(max_length=64)],
    given: Annotated[Register, _MULTIPART],
    key: Key = None,
) -> JobBody:
    """Take in a register of a layer; the job gives back a fault sheet with its bad rows."""
    return _asked_for(asked, response, "import", given, key, layer=layer)


@_UNDOING.post("/imports/{batch}/undo")
def undo(asked: Asked, batch: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Undone:
    """Take back what an import of a register did, unless something stands on it."""
    return Undone(counts=dict(undo_import(asked.person, asked.office, batch)))


ROUTER.include_router(_UNDOING)


def _asked_for(asked: Asking, response: Response, kind: str, given: _Sent, key: str | None, **others: str) -> JobBody:
    """Ask for the job that takes a file in."""
    said = given.model_dump(mode="json", exclude={"file", "mapping", "where", *_OTHERS}, exclude_none=True)
    for name in ("mapping", "where"):
        pairs = (one.partition("=") for one in getattr(given, name, ()))
        said[name] = {left.strip(): right.strip() for left, _, right in pairs}
    said["where"] = {name: values.split("|") for name, values in said["where"].items()}
    files = {name: _read(getattr(given, name)) for name in ("file", *_OTHERS) if getattr(given, name, None) is not None}
    file = files.pop("file", None)
    job = ask(asked.person, asked.office, kind, {**said, **others}, given=file, others=files, key=key, lang=asked.lang)
    return accepted(asked, response, job)


def _read(sent: UploadFile) -> File:
    return File(sent.filename or "", sent.file.read())
