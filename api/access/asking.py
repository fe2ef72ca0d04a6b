"""Who asks: a session's cookie, or a token as Bearer or as the password of HTTP basic. Nobody is an answer too."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.reading import lang_of, office_of
from gridmap.errors import RefusedError
from gridmap.office.sessions import person_of_session
from gridmap.office.tokens import person_of_token
from gridmap.office.wiring import Office
from gridmap.people.person import Person

# The prefix lets a browser take the cookie only over TLS, from this host, for every path.
COOKIE = "__Host-gridmap"
# On the loopback without TLS, where a browser refuses the prefix.
PLAIN_COOKIE = "gridmap"


@dataclass(frozen=True, slots=True)
class Asking:
    """One request: who asks, of which office, in which language he is answered."""

    person: Person
    office: Office
    lang: str


def asking(request: Request) -> Asking:
    """Return who asks, with the rights of this moment. Raises RefusedError for nobody, or for what no longer holds."""
    office = office_of(request)
    return Asking(_person(request, office), office, lang_of(request))


Asked = Annotated[Asking, Depends(asking)]


def session_of(request: Request) -> str | None:
    """Return the session that the request's cookie names, whether it holds or not."""
    return request.cookies.get(COOKIE) or request.cookies.get(PLAIN_COOKIE)


def _person(request: Request, office: Office) -> Person:
    token = _token(request.headers.get("authorization", ""))
    if token is not None:
        return person_of_token(office, token)
    session = session_of(request)
    if session is None:
        raise RefusedError("office.no_session")
    return person_of_session(office, session)


def _token(header: str) -> str | None:
    """Return the token of an Authorization header; null if there is none."""
    kind, _, rest = header.partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None
