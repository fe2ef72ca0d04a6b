"""The one table from errors to HTTP statuses, and the one shape in which an error is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.reading import lang_of
from gridmap.errors import (
    ConflictError,
    Fault,
    FaultsError,
    GridmapError,
    InputError,
    NotFoundError,
    RefusedError,
    SettingsError,
    StoreError,
)
from gridmap.words import say

LOG = logging.getLogger("gridmap.service")

STATUSES: tuple[tuple[type[GridmapError], HTTPStatus], ...] = (
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (RefusedError, HTTPStatus.FORBIDDEN),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (SettingsError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
# Errors of one class that a client treats otherwise than their kin.
BY_CODE: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        "api.bad_request": HTTPStatus.BAD_REQUEST,
        "api.match_wanted": HTTPStatus.PRECONDITION_REQUIRED,
        "api.oidc_absent": HTTPStatus.NOT_IMPLEMENTED,
        "api.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "api.too_many": HTTPStatus.TOO_MANY_REQUESTS,
        "office.changed_since": HTTPStatus.PRECONDITION_FAILED,
        "office.no_session": HTTPStatus.UNAUTHORIZED,
        "office.no_token": HTTPStatus.UNAUTHORIZED,
        "office.sign_in_busy": HTTPStatus.SERVICE_UNAVAILABLE,
        "office.sign_in_refused": HTTPStatus.UNAUTHORIZED,
        "office.sign_in_wait": HTTPStatus.TOO_MANY_REQUESTS,
        "store.full": HTTPStatus.INSUFFICIENT_STORAGE,
    }
)
# Codes of what the standards want told as 400 begin so.
_ASKED_WRONG = ("api.filter_", "api.ogc_")
_BY_STATUS = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: "api.no_such_page",
        HTTPStatus.METHOD_NOT_ALLOWED: "api.no_such_method",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "api.too_large",
    }
)
_BUSY_SECONDS = 5


class FaultBody(BaseModel):
    """One thing wrong at one place of what was sent; never the value itself where it is personal."""

    code: str
    sentence: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


class ErrorBody(BaseModel):
    """What is told of every request that fails."""

    error: str
    code: str
    sentence: str
    faults: list[FaultBody] = []
    request: str = ""


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an endpoint that may fail with these statuses, and with those that each may."""
    everywhere = (400, 401, 403, 413, 422, 429, 500, 503)
    return {status: {"model": ErrorBody} for status in sorted({*everywhere, *statuses})}


def status_of(error: GridmapError) -> HTTPStatus:
    """Return the status that tells an error."""
    if error.code in BY_CODE:
        return BY_CODE[error.code]
    if error.code.startswith(_ASKED_WRONG):
        return HTTPStatus.BAD_REQUEST
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def handle_errors(app: FastAPI) -> None:
    """Tell every error of the service in one shape."""
    app.add_exception_handler(GridmapError, _ours)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GridmapError), "registered for it alone"
    return tell(request, error)


def tell(request: Request, error: GridmapError) -> JSONResponse:
    """Return the answer that tells an error of ours, in the language of the request."""
    lang = lang_of(request)
    faults = [fault_body(fault, lang) for fault in error.faults] if isinstance(error, FaultsError) else []
    headers = {}
    seconds = error.inputs.get("seconds", _BUSY_SECONDS if error.code == "store.busy" else None)
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    status = status_of(error)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="gridmap", charset="UTF-8"'
    sentence = say("faults.many", lang, count=len(faults)) if faults else error.say(lang)
    body = ErrorBody(error=type(error).__name__, code=error.code, sentence=sentence, faults=faults)
    return _told(request, status, body, headers)


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    """Tell what does not fit of a request, without what was sent: it may be personal."""
    assert isinstance(error, RequestValidationError), "registered for it alone"
    lang = lang_of(request)
    known = known_names(request.app)
    faults = []
    for one in error.errors():
        # A name that no description has was made up by who sent it: a misplaced value reads like that.
        told = [str(part) if isinstance(part, int) or part in known else "<unknown>" for part in one["loc"][1:]]
        where = ".".join(told) or str(one["loc"][0])
        code = "api.missing" if one["type"] == "missing" else "api.not_valid"
        faults.append(FaultBody(code=code, sentence=say(code, lang, where=where, rule=_rule(one)), column=where))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    sentence = say("faults.many", lang, count=len(faults))
    body = ErrorBody(error="FaultsError", code="faults.many", sentence=sentence, faults=faults)
    return _told(request, status, body)


def known_names(app: FastAPI) -> frozenset[str]:
    """Return the names of all parameters and fields in the description of the service."""
    known: frozenset[str] | None = getattr(app.state, "known_names", None)
    if known is None:
        known = frozenset(_names(app.openapi()))
        app.state.known_names = known
    return known


def _names(told: object) -> Iterator[str]:
    if isinstance(told, list):
        for one in told:
            yield from _names(one)
    elif isinstance(told, dict):
        if isinstance(told.get("properties"), dict):
            yield from told["properties"]
        if "in" in told and isinstance(told.get("name"), str):
            yield told["name"]
        for one in told.values():
            yield from _names(one)


def _rule(one: Mapping[str, Any]) -> str:
    """Return the rule that was broken, by pydantic's own name and bounds: its messages may quote the value."""
    bounds = ", ".join(f"{name} {value}" for name, value in (one.get("ctx") or {}).items() if name != "error")
    kind = str(one["type"]).replace("_", " ")
    return f"{kind} ({bounds})" if bounds else kind


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for it alone"
    status = HTTPStatus(error.status_code)
    code = _BY_STATUS.get(status, "api.bad_request")
    name = "NotFoundError" if status == HTTPStatus.NOT_FOUND else "ArgumentError"
    # Of our own alone the detail is looked at: how large a body may be.
    body = ErrorBody(error=name, code=code, sentence=say(code, lang_of(request), megabytes=error.detail))
    return _told(request, status, body, error.headers)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """Tell that something failed, and nothing of what: the log has the rest under the request's number."""
    number = getattr(request.state, "number", "")
    LOG.error("unforeseen", exc_info=error, extra={"facts": {"request": number}})
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = say("api.unforeseen", lang_of(request))
    return _told(request, status, ErrorBody(error="ServiceError", code="api.unforeseen", sentence=sentence))


def fault_body(fault: Fault, lang: str) -> FaultBody:
    """Return a fault as it is sent, in a language."""
    return FaultBody(
        code=fault.code,
        sentence=fault.reason(lang),
        file=fault.file,
        sheet=fault.sheet,
        row=fault.row,
        column=fault.column,
    )


def _told(
    request: Request, status: HTTPStatus, body: ErrorBody, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body.request = getattr(request.state, "number", "")
    return JSONResponse(body.model_dump(), status, headers=dict(headers or {}))
