"""Signing in by the office's own identity provider: there, and back."""

from __future__ import annotations

import html
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access.client import over_tls
from api.access.cookies import put_session, refuse_plain
from api.access.oidc import LASTS_SECONDS, known_of, provider_of
from api.errors import declared
from api.reading import lang_of, office_of
from gridmap.errors import RefusedError
from gridmap.office.hashing import a_place
from gridmap.office.sessions import sign_in_by_identity
from gridmap.words import say

ROUTER = APIRouter(tags=["session"], responses=declared(404, 501))

_COOKIE = "gridmap-oidc"
_CAME_BACK: dict[int | str, dict[str, Any]] = {
    200: {"description": "a page that leads on", "content": {"text/html": {"schema": {"type": "string"}}}}
}
_RETURN = "/session/oidc/return"
# By a page of ours: who comes from the provider's page does not bring the session's cookie to where he is sent on.
_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'
    '<title>gridmap</title><p><a href="/">{text}</a></p></html>'
)


@ROUTER.get("/session/oidc", status_code=303, response_class=RedirectResponse)
def leave(request: Request) -> Response:
    """Send the browser to the identity provider."""
    refuse_plain(request)
    provider = provider_of(request)
    address, errand = provider.leave(known_of(request, provider), _return_to(request))
    answer = RedirectResponse(address, 303)
    # Lax: the provider's page is another site's, and sends the browser back here.
    answer.set_cookie(
        _name(request),
        provider.sealed(errand),
        max_age=LASTS_SECONDS,
        path="/",
        secure=_tls(request),
        httponly=True,
        samesite="lax",
    )
    return answer


@ROUTER.get(_RETURN, response_class=Response, responses=_CAME_BACK)
def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
) -> Response:
    """Sign in whom the provider has let in, if an account is bound to him."""
    refuse_plain(request)
    provider = provider_of(request)
    errand = provider.opened(request.cookies.get(_name(request), ""), state)
    if not code:
        raise RefusedError("api.oidc_failed")
    with a_place():
        subject = provider.subject(known_of(request, provider), errand, code, _return_to(request))
        signed = sign_in_by_identity(office_of(request), subject)
    lang = lang_of(request)
    answer = HTMLResponse(_PAGE.format(lang=lang, text=html.escape(say("api.signed_in", lang))))
    answer.delete_cookie(_name(request), path="/", secure=_tls(request), httponly=True, samesite="lax")
    put_session(request, answer, signed.token)
    return answer


def _tls(request: Request) -> bool:
    return over_tls(request, office_of(request).settings)


def _name(request: Request) -> str:
    return f"__Host-{_COOKIE}" if _tls(request) else _COOKIE


def _return_to(request: Request) -> str:
    scheme = "https" if _tls(request) else "http"
    return f"{scheme}://{request.headers.get('host', '')}{_RETURN}"
