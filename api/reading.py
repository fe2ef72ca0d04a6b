"""What a request says of itself before anything is known of who asks: the office behind it and its language."""

from __future__ import annotations

from fastapi import Request

from gridmap.office.wiring import Office
from gridmap.words import LANGUAGES


def office_of(request: Request) -> Office:
    """Return the office that this service serves."""
    office: Office = request.app.state.office
    return office


def lang_of(request: Request) -> str:
    """Return the language of the answer: `lang` of the query, else of the header, else the office's."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        tongue = part.partition(";")[0].strip().partition("-")[0].lower()
        if tongue in LANGUAGES:
            return tongue
    return office_of(request).settings.lang
