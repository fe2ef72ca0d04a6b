"""Canaries: what is personal or sensitive in the store comes out of no endpoint, export, tile, page, error or log."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import mapbox_vector_tile
import openpyxl
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

import api.access.asking as access
from api.logs import Lines
from api.main import service
from api.web.telling import VIEWS
from gridmap.errors import ConflictError, GridmapError
from gridmap.maps.tiles.squares import tiles_over
from gridmap.office.exporting import export_features
from gridmap.office.issue_files import export_issues
from gridmap.office.visit_lists import export_visits
from gridmap.office.wiring import Office
from gridmap.office.work import work_once
from gridmap.people.person import Person
from gridmap.store.tables.base import metadata
from tests.api.planted import CANARY, DIGESTS, PEOPLE, PLANTED, SECONDS, canaries, key_of, plant
from tests.cluster import Cluster
from tests.office.conftest import CLOCK, SOUTH, STEP, WEST
from tests.office.kept import IN_A_DATABASE, moved
from tests.office.lived import found
from tests.office.signing import CountingHash
from tests.office.visited import uid

LOW = ("reader", "auditor", "planner", "clerk", "leader", "public")
WHOLE = (WEST - STEP, SOUTH - STEP, WEST + 6 * STEP, SOUTH + 6 * STEP)
DAY = CLOCK.today()


@dataclass(frozen=True)
class Planted:
    """The service of the village in which they are planted, and its plan."""

    app: FastAPI
    office: Office
    plan: str
    log: io.StringIO
    server_log: Path | None
    """What the database's server has written, of each statement and each that failed; null where there is none."""

    def client(self, role: str) -> TestClient:
        """A client of a role, whose failures of the service are answers."""
        headers = {"x-role": role, "Origin": "https://office.test"}
        return TestClient(self.app, base_url="https://office.test", headers=headers, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office of the village after its year."""
    folder = tmp_path_factory.mktemp("canaries")
    found(folder / "home", folder)
    return folder / "home"


@pytest.fixture(scope="module")
def planted(
    village: Path, kept_in: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp(kept_in)
    shutil.copytree(village, folder / "home")
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(Lines())
    logging.getLogger().addHandler(handler)
    logging.getLogger("gridmap").setLevel(logging.INFO)
    with ExitStack() as end:
        end.callback(logging.getLogger().removeHandler, handler)
        server_log = None
        if kept_in == IN_A_DATABASE:
            cluster: Cluster = request.getfixturevalue("postgres")
            name = end.enter_context(moved(cluster, folder / "home"))
            cluster.run(f"ALTER DATABASE {name} SET log_statement = 'all'")
            server_log = cluster.log
        patch = end.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
        known = access._person

        def person(request: Request, office: Office) -> Person:
            role, _, cadre = request.headers.get("x-role", "").partition(" ")
            return Person(role, role, cadre=cadre or None) if role else known(request, office)  # type: ignore[arg-type]

        patch.setattr(access, "_person", person)
        app = service(folder / "home", clock=CLOCK)
        office: Office = app.state.office
        number = plant(office, folder)
        end.enter_context(TestClient(app, base_url="https://office.test"))
        yield Planted(app, office, number, log, server_log)


def text_of(answer: Any) -> str:
    """All that an answer tells, packed or not."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("application/vnd.mapbox-vector-tile"):
        return str(mapbox_vector_tile.decode(answer.content)) + str(answer.headers)
    if kind.startswith("application/vnd.openxmlformats"):
        return sheet_text(io.BytesIO(answer.content))
    return str(answer.content.decode("utf-8", "replace")) + str(answer.headers)


def sheet_text(file: Any) -> str:
    made = openpyxl.load_workbook(file)
    return "\n".join(str(row) for one in made for row in one.iter_rows(values_only=True))


def addresses(planted: Planted) -> list[str]:
    """Every address that a reader may look at, for all there is in the village."""
    layers = list(planted.office.layers)
    issues = [uid(name) for name in ("canary", "lamp", "road", "water")]
    fixed = [
        *("/cells?geometry=true", "/coverage", "/gaps?limit=1000", "/gaps/kinds", "/figures", "/figures/table"),
        *(f"/figures/by/{what}" for what in ("cell", "unit", "category", "source", "week")),
        *("/duties", "/duties/states?limit=1000", "/categories", "/service-items", "/calendar/2015", "/editions"),
        *("/grid/1/cells", "/grid/check", "/layers", "/imports", "/jobs", "/me", "/programmes", "/sheets", "/tokens"),
        *("/roster", "/roster/cadres", "/roster/absences", "/roster/findings", "/accounts", "/accounts/bound"),
        *("/audit?newest=1000&limit=1000", "/visits?limit=1000&current=false", f"/visits/{uid('noted')}", "/plans"),
        *("/who?cell=440307010001101", "/who?lon=114.4825&lat=22.5925", "/openapi.json", "/issues?state=all"),
        *("/cells/440307010001101", "/cells/440307010001", "/ogc", "/ogc/api", "/ogc/collections"),
    ]
    plan = [f"/plans/{planted.plan}"]
    for cadre in ("", "?cadre=7"):
        files = ("sheet.html", "routes.xlsx", "routes.gpx", "routes.geojson")
        plan += [f"/plans/{planted.plan}/{name}{cadre}" for name in files]
    maps = [f"/maps/{view}" for view in ("gaps", "coverage", "issues", "routes")]
    maps += [f"/?view={view}" for view in VIEWS] + [f"/?view={VIEWS[0]}&cell=440307010001101&state=all"]
    things = [
        address
        for name, layer in planted.office.layers.items()
        for address in (f"/features/{name}?limit=1000", f"/features/{name}/{key_of(layer)}")
    ]
    told = [f"/issues/{one}{more}" for one in issues for more in ("", "/photos", "/photos/1")]
    names = [*layers, *(f"cells_{level}" for level in ("big", "middle", "small")), "gaps", "issues", "routes"]
    standards = [
        f"/ogc/collections/{name}{more}"
        for name in names
        for more in ("", "/queryables", "/schema", "/items?limit=1000", "/items?f=html")
    ]
    tiles = [f"/tiles/{name}/tilejson" for name in names]
    for z in (12, 15):
        tiles += [f"/tiles/{name}/{z}/{x}/{y}" for name in names for _, x, y in list(tiles_over(WHOLE, z))[:4]]
    return [*fixed, *plan, *maps, *things, *told, *standards, *tiles]


def test_a_text_is_planted_in_each_column_that_is_not_public(planted: Planted) -> None:
    """A new column that is personal or sensitive needs its canary."""
    marked = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("mark", "public") != "public"
    }
    assert marked == PLANTED.keys() | DIGESTS
    with planted.office.reading_whole() as tx:
        for column in PLANTED.keys() - {"visit.outcome", "plan_stop.windows", "plan_stop.reasons", "answered.body"}:
            table, _, name = column.partition(".")
            rows = tx.connection.exec_driver_sql(f"SELECT {name} FROM {table}").scalars().all()
            assert any(CANARY in str(one) for one in rows), column


@pytest.mark.parametrize("role", LOW)
def test_no_route_tells_them_to_those_who_may_not_see_them(planted: Planted, role: str) -> None:
    client = planted.client(role)
    digests = _digests(planted.office)
    told, statuses = [], set()
    for address in addresses(planted):
        answer = client.get(address)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, address
        text = text_of(answer)
        if CANARY in text.lower() or any(one in text for one in digests):
            told.append(address)
        if "care_places" in address and "K-care_places" in text.replace(address, ""):
            told.append(address)
    assert not told
    assert 200 in statuses
    assert role == "public" or 404 in statuses


@pytest.mark.parametrize("role", [role for role in LOW if role != "public"])
def test_what_is_no_text_is_masked_in_the_rows(planted: Planted, role: str) -> None:
    client = planted.client(role)
    for name, layer in planted.office.layers.items():
        rows = client.get(f"/features/{name}", params={"limit": 1000})
        private = {one.name for one in layer.fields if one.mark != "public"}
        for row in rows.json().get("items", []):
            assert not {field for field in private if row.get(field) is not None}, name
    rows = client.get("/visits", params={"limit": 1000}).json()["items"]
    homes = [row for row in rows if row["layer"] in {"households", "rentals", "care_places"}]
    assert homes
    assert {(row["outcome"], row["at"]) for row in homes} == {(None, None)}
    plan = client.get(f"/plans/{planted.plan}").text
    assert not any(str(second) in plan for second in SECONDS)


@pytest.mark.parametrize("role", ["reader", "planner", "clerk"])
def test_no_export_tells_them(planted: Planted, tmp_path: Path, role: str) -> None:
    who = Person(role, role)  # type: ignore[arg-type]
    exports: list[Callable[[Path], object]] = [
        *(
            lambda path, name=name: export_features(who, planted.office, name, path, on=DAY)
            for name in planted.office.layers
        ),
        lambda path: export_issues(who, planted.office, path),
        lambda path: export_visits(who, planted.office, path),
    ]
    written, refused = 0, []
    for number, export in enumerate(exports):
        for ending in (".xlsx", ".csv", ".geojson"):
            path = tmp_path / f"{number}{ending}"
            try:
                export(path)
            except GridmapError as error:
                refused.append(str(error))
                continue
            written += 1
            text = sheet_text(path) if ending == ".xlsx" else path.read_text(encoding="utf-8")
            assert CANARY not in text, path.name
    assert CANARY not in "".join(refused)
    assert written > 8 or role == "reader"


def test_they_are_revealed_to_who_may_with_a_reason(planted: Planted) -> None:
    """So that the walks above are not blind: each is there, and comes out where it may."""
    client = planted.client("administrator")
    reason = {"reason": "walk"}
    for name, layer in planted.office.layers.items():
        fields = canaries(layer)
        if fields and layer.geometry == "point":
            said = {"keys": [key_of(layer)], "fields": list(fields), **reason}
            (row,) = client.post(f"/features/{name}/reveal", json=said).json()["items"]
            assert {field: row[field] for field in fields} == fields
    people = {"keys": ["K-care_places"], "fields": ["people"], **reason}
    assert client.post("/features/care_places/reveal", json=people).json()["items"][0]["people"] == PEOPLE
    words = {"fields": ["text", "reporter", "phone", "reply", "note"], **reason}
    said = client.post(f"/issues/{uid('canary')}/reveal", json=words).json()["items"]
    assert {row["value"] for row in said} == {f"{CANARY}-issue-{name}" for name in words["fields"]}
    noted = {"visits": [uid("noted")], "fields": ["note", "outcome"], **reason}
    (row,) = client.post("/visits/reveal", json=noted).json()["items"]
    assert (row["note"], row["outcome"]) == (f"{CANARY}-visit-note", "refused")
    phones = client.post("/roster/phones", json={"cadres": ["77"], **reason}).json()["phones"]
    assert phones == {"77": f"{CANARY}-cadre-phone"}
    # Of all that, the audit has who and why, and no value.
    assert CANARY not in client.get("/audit?newest=1000&limit=1000").text
    assert '"walk"' in client.get("/audit?newest=1000&limit=1000").text


def _digests(office: Office) -> list[str]:
    found: list[str] = []
    with office.reading_whole() as tx:
        for column in DIGESTS:
            table, _, name = column.partition(".")
            found += map(str, tx.connection.exec_driver_sql(f"SELECT {name} FROM {table}").scalars())
    return [one for one in found if len(one) > 8]


class TestErrors:
    """What is sent wrong is told without what was sent; what fails is told without what it failed of."""

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/visits", {"visits": [{"id": f"{CANARY}", "at": CANARY, "lead": "7", "outcome": "met"}]}),
            ("POST", "/issues", {"id": str(UUID(int=7)), "source": CANARY, "text": CANARY, "phone": [CANARY]}),
            ("POST", "/issues", {"id": str(UUID(int=8)), "source": "phone", "reporter": 600 * CANARY}),
            ("POST", "/features/households/search", {"field": "head", "text": {CANARY: 1}, "reason": CANARY}),
            ("POST", "/features/households/reveal", {"keys": [CANARY], "fields": ["head"], "reason": []}),
            ("POST", "/roster/phones", {"cadres": [{CANARY: CANARY}], "reason": "x"}),
            ("POST", "/accounts", {"name": "x", "role": "reader", "password": CANARY, CANARY: 1}),
            ("POST", "/accounts", {"name": "x", "role": "reader", "password": f"{CANARY}-{CANARY}-1", "scope": 7}),
            ("POST", "/session", {"name": [CANARY], "password": CANARY}),
            ("POST", "/session", {"name": f"{CANARY}", "password": CANARY}),
            ("GET", f"/who?lon={CANARY}&lat={CANARY}", None),
            ("GET", f"/visits?since={CANARY}", None),
            ("GET", f"/ogc/collections/issues/items?filter={CANARY}%20=", None),
            ("GET", f"/features/households?bbox={CANARY}", None),
        ],
    )
    def test_what_cannot_be_is_not_told_back(
        self, planted: Planted, method: str, path: str, body: dict[str, object] | None
    ) -> None:
        answer = planted.client("administrator").request(method, path, json=body)
        assert answer.status_code in {400, 401, 422}, answer.text
        assert CANARY not in answer.text.replace("filter=canary", "")

    def test_a_conflict_tells_of_neither_side(self, planted: Planted) -> None:
        client = planted.client("clerk 7")
        given = {"id": str(uuid4()), "at": "2015-12-21T19:30:00+08:00", "lead": "7", "outcome": "met"}
        one = {"visits": [given | {"layer": "households", "key": "K-households", "note": f"{CANARY} one"}]}
        other = {"visits": [given | {"layer": "households", "key": "K-households", "note": f"{CANARY} other"}]}
        assert client.post("/visits", json=one).status_code == 201
        refused = client.post("/visits", json=other)
        assert (refused.status_code, CANARY in refused.text) == (409, False)
        key = {"Idempotency-Key": "a key"}
        assert client.post("/visits", json=one, headers=key).status_code == 200
        again = client.post("/visits", json=other, headers=key)
        assert (again.status_code, CANARY in again.text) == (422, False)

    def test_what_is_kept_of_an_answer_is_for_who_got_it(self, planted: Planted) -> None:
        cadre = planted.client("cadre 7")
        said = {"id": str(uuid4()), "note": f"{CANARY} said"}
        headers = {"Idempotency-Key": "another key", "If-Match": "*"}
        mine = cadre.post(f"/issues/{uid('canary')}/note", json=said, headers=headers)
        assert mine.status_code == 200
        with planted.office.reading_whole() as tx:
            kept = tx.connection.exec_driver_sql("SELECT body FROM answered").scalars().all()
        assert any(CANARY in str(one) for one in kept)
        for role in ("clerk", "leader", "reader"):
            other = planted.client(role).post(f"/issues/{uid('canary')}/note", json=said, headers=headers)
            assert CANARY not in other.text

    @pytest.mark.parametrize(
        ("error", "status"), [(RuntimeError(CANARY), 500), (KeyError({CANARY: 1}), 500), (ConflictError("x"), 409)]
    )
    def test_what_fails_is_told_without_of_what(
        self, planted: Planted, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
    ) -> None:
        def failing(*_: object, **__: object) -> None:
            name = CANARY
            error.add_note(name)
            raise error

        monkeypatch.setattr("api.endpoints.roster.list_cadres", failing)
        answer = planted.client("reader").get("/roster/cadres")
        assert CANARY not in answer.text
        assert answer.status_code in {status, 500}
        assert "unforeseen" in planted.log.getvalue()

    def test_a_file_with_faults_tells_them_to_nobody_but_who_sent_it(self, planted: Planted) -> None:
        clerk = planted.client("clerk")
        odd = planted.office.layers["households"].by_name["away"].zh
        rows = f"户编号,户主,地址,{odd},经度,纬度\nK9,{CANARY} head,{CANARY} address,{CANARY},{CANARY},{CANARY}\n"
        file = {"file": ("homes.csv", rows.encode(), "text/csv")}
        asked = clerk.post("/imports/households", files=file, data={"crs": "EPSG:4326"})
        assert asked.status_code == 202, asked.text
        work_once(planted.office)
        job = clerk.get(asked.headers["Location"])
        assert job.json()["state"] in {"done", "failed"}
        assert (job.json()["result"] or job.json()["error"])["faults"], job.text
        for one in (job, planted.client("administrator").get(asked.headers["Location"]), clerk.get("/jobs")):
            assert CANARY not in one.text
        assert planted.client("administrator").get(f"{asked.headers['Location']}/file").status_code == 404


def test_the_log_has_none_of_them(planted: Planted) -> None:
    """After all that was asked above: also of what failed, and with the queries of whoever named one."""
    planted.client("administrator").get(f"/visits?lead={CANARY}&cell={CANARY}")
    planted.client("administrator").get(f"/issues/{CANARY}")
    log = planted.log.getvalue()
    assert log.count('"request"') > 0
    assert CANARY not in log
    if planted.server_log is not None:
        written = planted.server_log.read_text(encoding="utf-8")
        assert "INSERT INTO private" in written
        assert CANARY not in written
