"""Every endpoint x account role x scope: who gets what is in `matrix.py`, and an endpoint that is not there fails."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mapbox_vector_tile
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from PIL import Image

import api.access.asking as access
from api.main import service
from gridmap.office.wiring import Office
from gridmap.people.person import AccountRole, Person
from gridmap.store import triggers
from tests.api.dotted import HERE, found
from tests.api.matrix import ADMINISTRATOR, EVERYBODY, HOLDS, PRIVATE, ROWS, SCOPES, SECRET, SECRET_LAYER, SIGNS, Row
from tests.cluster import SERVER
from tests.office.conftest import CLOCK
from tests.office.kept import IN_A_DATABASE, IN_A_FILE, moved
from tests.office.signing import CountingHash


def _png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(drawn, "PNG")
    return drawn.getvalue()


LAYERS = ("households", "enterprises", "streetlights", "care_places")
Case = tuple[AccountRole, str]
# In a database each endpoint is asked by each role in these; in a file, in all.
SOME = ("own", "sibling", "none")
SHEET = ("rows.csv", "编号\n1\n".encode(), "text/csv")
PHOTO = ("photo.png", _png(), "image/png")
# Lists that name things: each sign stands in one of them.
TELLING = ("/cells", "/visits", "/issues?state=all", *(f"/features/{layer}" for layer in LAYERS))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office of the village whose codes look alike, after its year."""
    folder = tmp_path_factory.mktemp("matrix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
        found(folder / "home", folder)
    return folder / "home"


@pytest.fixture(scope="module")
def served(
    village: Path, kept_in: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    """The service of that village; a header says who asks."""
    home = tmp_path_factory.mktemp(kept_in) / "home"
    shutil.copytree(village, home)
    with ExitStack() as end:
        if kept_in == IN_A_DATABASE:
            end.enter_context(moved(request.getfixturevalue("postgres"), home))
        app = service(home, clock=CLOCK)
        patch = end.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
        known = access._person

        def person(request: Request, office: Office) -> Person:
            role, _, scope = request.headers.get("x-case", "").partition(" ")
            return Person(role, role, SCOPES[scope]) if scope else known(request, office)  # type: ignore[arg-type]

        patch.setattr(access, "_person", person)
        office = app.state.office
        office.settings = replace(office.settings, requests_a_minute=0, requests_a_minute_address=0)
        end.enter_context(TestClient(app, base_url="https://office.test"))
        yield app


@pytest.fixture(scope="module")
def client(served: FastAPI) -> TestClient:
    headers = {"Origin": "https://office.test"}
    return TestClient(served, base_url="https://office.test", headers=headers, follow_redirects=False)


def endpoints(app: FastAPI) -> set[str]:
    """Every endpoint of the service, as the table names it."""
    return {
        f"{method} {route.path.replace(':path', '')}"
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or {"MOUNT"}
        if method != "HEAD"
    }


def test_every_route_has_a_row_and_every_row_a_route(served: FastAPI) -> None:
    assert endpoints(served) == ROWS.keys()


def test_every_wall_stands_and_whoever_serves_a_database_owns_nothing(served: FastAPI, kept_in: str) -> None:
    with served.state.office.reading_whole() as tx:
        assert triggers.wrong(tx.connection) == ()
        if kept_in == IN_A_DATABASE:
            assert tx.connection.exec_driver_sql("SELECT current_user").scalar() == SERVER
            owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
            assert tx.connection.exec_driver_sql(owned).scalar() == 0


def ask(client: TestClient, name: str, row: Row, case: Case | None) -> Any:
    """Ask an endpoint as its row says."""
    method, _, path = name.partition(" ")
    for part, value in row.path.items():
        path = path.replace(f"{{{part}}}", quote(str(value), safe=","))
    headers = {} if case is None else {"x-case": " ".join(case)}
    if row.seen:
        headers["If-Match"] = "*"
    files = {"file": PHOTO if path.endswith("/photos") else SHEET} if row.files else None
    return client.request(method, path, params=dict(row.query), json=row.body, files=files, headers=headers)


def passes(row: Row, case: Case) -> bool:
    """Return whether a role in a scope gets past what the row asks."""
    role, scope = case
    if row.where == "own":
        return role in row.roles or (role in ADMINISTRATOR and scope == "whole" and bool(row.roles))
    if role not in row.roles:
        return False
    if row.where == "whole":
        return SCOPES[scope] is None
    return row.where != "thing" or row.at in HOLDS[scope]


def text_of(answer: Any) -> str:
    if answer.headers.get("content-type", "").startswith("application/vnd.mapbox-vector-tile"):
        return str(mapbox_vector_tile.decode(answer.content))
    # Leaflet names a version of WMS that reads like a cell.
    return str(answer.content.decode("utf-8", "replace")).replace('version:"1.1.1"', "")


def stands(sign: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(sign)}(?![\w-]|\.\d)", text) is not None


def hidden(name: str, row: Row, case: Case) -> list[str]:
    """The signs that an answer may not tell: of what lies elsewhere, what is sensitive, whom people are."""
    role, scope = case
    elsewhere = [sign for cell, signs in SIGNS.items() if cell not in HOLDS[scope] for sign in signs]
    secret = list(SECRET) if role not in ADMINISTRATOR else []
    if not row.shows_layers and role not in ADMINISTRATOR:
        secret.append(SECRET_LAYER)
    people = [] if name.endswith(("/search", "/reveal")) else list(PRIVATE)
    return elsewhere + secret + people


def told(name: str, row: Row, case: Case, answer: Any) -> list[str]:
    """The signs that an answer tells and may not; what the request itself has named is no secret."""
    asked = f"{row.path} {row.query} {row.body}"
    text = text_of(answer)
    return [sign for sign in hidden(name, row, case) if sign not in asked and stands(sign, text)]


def cases(row: Row, kept_in: str) -> list[Case]:
    """Who asks, those who may not come first. Of an endpoint that is open to all, a scope changes nothing."""
    scopes = list(SCOPES) if kept_in == IN_A_FILE else [*SOME, *(["whole"] if row.where == "whole" else [])]
    scopes = ["whole"] if row.where == "open" else scopes
    return sorted(product(sorted(EVERYBODY), scopes), key=lambda case: passes(row, case))


@pytest.mark.parametrize("name", ROWS)
def test_who_gets_what(client: TestClient, kept_in: str, name: str) -> None:
    """Those who may not come first: they find the office as it was. Those who may are answered as the row says."""
    row = ROWS[name]
    wrong = []
    if row.where != "open" and ask(client, name, row, None).status_code != row.nobody:
        wrong.append("nobody")
    for case in cases(row, kept_in):
        answer = ask(client, name, row, case)
        wanted = row.ok if passes(row, case) else row.refused
        if passes(row, case) and row.empty and not HOLDS[case[1]]:
            wanted = row.empty
        if answer.status_code not in wanted:
            wrong.append(f"{case}: {answer.status_code} {answer.text[:300]}")
        if signs := told(name, row, case, answer):
            wrong.append(f"{case}: tells {signs}")
    assert not wrong, "\n".join(wrong)


def test_the_signs_are_told_to_whom_they_are_for(client: TestClient) -> None:
    """So that the matrix is not blind: what lies in a scope is told there, what is sensitive to who may reveal it."""
    for scope, holds in HOLDS.items():
        headers = {"x-case": f"administrator {scope}"}
        asked = [client.get(path, headers=headers) for path in TELLING]
        text = "\n".join(map(text_of, asked))
        signs = {sign for cell in holds for sign in SIGNS[cell]} | (set(SECRET) if HERE in holds else set())
        assert {sign for sign in signs if not stands(sign, text)} == set(), scope
