"""Who asks: a session's cookie, or a token as Bearer or as the password of HTTP basic. Nobody is an answer too."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.access.cookies import session_of
from api.access.origin import refuse_foreign
from api.access.rates import ACCOUNTS
from api.reading import lang_of, office_of
from gridmap.errors import RefusedError
from gridmap.office.sessions import person_of_session
from gridmap.office.tokens import person_of_token
from gridmap.office.wiring import Office
from gridmap.people.person import Person


@dataclass(frozen=True, slots=True)
class Asking:
    """One request: who asks, of which office, in which language he is answered."""

    person: Person
    office: Office
    lang: str


def asking(request: Request) -> Asking:
    """Return who asks, with the rights of this moment.

    Raises RefusedError for nobody, for what no longer holds, for another site's page, and for one who asks too often.
    """
    known: Asking | None = getattr(request.state, "asking", None)
    if known is None:
        office = office_of(request)
        known = Asking(_person(request, office), office, lang_of(request))
        ACCOUNTS.of(request.app).take(known.person.account, office.settings.requests_a_minute)
        request.state.asking = known
    return known


Asked = Annotated[Asking, Depends(asking)]


def _person(request: Request, office: Office) -> Person:
    token = _token(request.headers.get("authorization", ""))
    if token is not None:
        # A browser remembers the password of basic and sends it by itself.
        refuse_foreign(request, wanted=False)
        return person_of_token(office, token)
    session = session_of(request)
    if session is None:
        raise RefusedError("office.no_session")
    refuse_foreign(request, wanted=True)
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
