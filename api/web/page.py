"""The office's own page: no script, for every browser, on paper too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access.asking import Asking, asking
from api.access.client import address_of
from api.access.cookies import drop_session, put_session, refuse_plain, session_of
from api.access.origin import refuse_foreign
from api.errors import status_of
from api.params import FIRST_YEAR, LAST_YEAR
from api.reading import lang_of, office_of
from api.web.telling import VIEWS, Choice, told
from gridmap.errors import ArgumentError, GridmapError
from gridmap.office.front import style_rule
from gridmap.office.sessions import sign_in, sign_out
from gridmap.people.passwords import LONGEST
from gridmap.words import LANGUAGES, say

ROUTER = APIRouter(include_in_schema=False)
_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; img-src data:"
)
_NAMES = tuple((lang, say("maps.page.this_language", lang)) for lang in LANGUAGES)
Text = Annotated[str | None, Query(max_length=64)]


@ROUTER.get("/")
def page(
    *,
    request: Request,
    view: Text = None,
    on: Text = None,
    level: Text = None,
    cell: Text = None,
    kind: Text = None,
    state: Text = None,
    category: Text = None,
    overdue: Text = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show a view of a day with its table, the card of a cell and what is open; or where to sign in."""
    try:
        asked = asking(request)
    except GridmapError as error:
        if error.code == "office.no_session":
            return _sign_in_page(request)
        return _fault_page(request, error)
    try:
        day = _day(asked, on)
        chosen = Choice(
            view=view if view in VIEWS else VIEWS[0],
            on=day,
            level=level or None,
            cell=cell or None,
            kind=kind or None,
            state=state or None,
            category=category or None,
            overdue=bool(overdue),
            page=page,
        )
        return _shown(request, "front.html", asked, told(asked, chosen) | {"now": chosen})
    except GridmapError as error:
        return _fault_page(request, error, asked)


@ROUTER.post("/sign-in")
def begin(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=4 * LONGEST)] = "",
) -> Response:
    """Sign in by the form of the page."""
    office = office_of(request)
    try:
        refuse_foreign(request, wanted=True)
        refuse_plain(request)
        signed = sign_in(office, name, password, address_of(request, office.settings))
    except GridmapError as error:
        return _sign_in_page(request, error)
    answer = RedirectResponse(f"/?lang={lang_of(request)}", 303)
    put_session(request, answer, signed.token)
    return answer


@ROUTER.post("/sign-out")
def end(request: Request) -> Response:
    """Sign out by the form of the page."""
    session = session_of(request)
    try:
        refuse_foreign(request, wanted=True)
    except GridmapError as error:
        return _fault_page(request, error)
    if session is not None:
        sign_out(office_of(request), session)
    answer = RedirectResponse(f"/?lang={lang_of(request)}", 303)
    drop_session(request, answer)
    return answer


@ROUTER.get("/static/page.css")
def style() -> Response:
    """Give the page's style, with the values that all maps share."""
    text = (_HERE / "static" / "page.css").read_text(encoding="utf-8")
    return Response(
        f"{style_rule()}\n{text}",
        media_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=600"},
    )


def _day(asked: Asking, on: str | None) -> dt.date:
    if not on:
        return asked.office.clock.today()
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        raise ArgumentError("api.web.day_wrong", argument="on") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ArgumentError("api.web.day_wrong", argument="on")
    return day


def _sign_in_page(request: Request, error: GridmapError | None = None) -> Response:
    lang = lang_of(request)
    settings = office_of(request).settings
    provider = bool(settings.oidc_issuer and settings.oidc_client_id)
    more = {"fault": error.say(lang) if error else "", "provider": provider}
    return _shown(request, "sign_in.html", None, more, status=200 if error is None else status_of(error), error=error)


def _fault_page(request: Request, error: GridmapError, asked: Asking | None = None) -> Response:
    more = {"fault": error.say(lang_of(request))}
    return _shown(request, "fault.html", asked, more, status=status_of(error), error=error)


def _shown(
    request: Request,
    template: str,
    asked: Asking | None,
    more: Mapping[str, Any],
    *,
    status: int = 200,
    error: GridmapError | None = None,
) -> Response:
    lang, office = lang_of(request), office_of(request)
    instant = office.clock.now().astimezone(office.clock.zone)

    def say_it(name: str, **inputs: object) -> str:
        code = f"api.web.{name}"
        return say(code, lang, **inputs)

    def here(**other: object) -> str:
        """Return the address of this page with something else chosen."""
        kept = dict(request.query_params) if request.method == "GET" else {}
        chosen = {"lang": lang, **kept, **other}
        return "/?" + urlencode({name: value for name, value in chosen.items() if value not in (None, "")})

    text = _TEMPLATES.get_template(template).render(
        {
            **more,
            "lang": lang,
            "languages": _NAMES,
            "t": say_it,
            "here": here,
            "office": office.store.office().name,
            "demo": f"{instant:%Y-%m-%d %H:%M}" if office.settings.demo_instant else "",
            "person": asked.person.account if asked else "",
            "kept": [
                (name, value)
                for name, value in request.query_params.items()
                if name in ("lang", "view", "on", "level", "cell")
            ],
        }
    )
    headers = {"Content-Security-Policy": _POLICY, "Content-Language": "zh-CN" if lang == "zh" else "en"}
    if error is not None and "seconds" in error.inputs:
        headers["Retry-After"] = str(error.inputs["seconds"])
    return HTMLResponse(text, status, headers=headers)
