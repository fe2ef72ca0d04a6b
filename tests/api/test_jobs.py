"""Jobs over HTTP: files that come in, plans that are made, how each is told and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx2 as httpx
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.jobs import cancel_job
from gridmap.office.wiring import Office
from gridmap.office.work import work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.conftest import SOUTH, STEP, WEST, Sheet
from tests.office.hamlet import settle

TERMS = {"on": "2015-05-01", "crs": "EPSG:4326"}
PLAN = {"on": "2015-05-20", "iterations": 50}


@pytest.fixture
def homes(sheet: Sheet) -> Path:
    rows = ("H1", "张三", 114.4822, 22.5922), ("H2", "NEVER-SAID", "somewhere", 22.592)
    return sheet("homes.xlsx", ("户编号", "户主", "经度", "纬度"), *rows)


def sent(client: TestClient, path: Path, to: str = "/imports/households", **how: Any) -> httpx.Response:
    files = {"file": (path.name, path.read_bytes())}
    return client.post(to, data=TERMS | how.pop("data", {}), files=files, **how)


def test_a_register_comes_in_as_a_job_with_its_fault_sheet(app: FastAPI, as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    begun = sent(clerk, homes)
    assert begun.status_code == 202, begun.text
    where = begun.headers["Location"]
    assert (begun.json()["state"], begun.json()["file"]) == ("queued", None)
    assert clerk.get(f"{where}/file").status_code == 404
    work_once(app.state.office)
    told = clerk.get(where, headers={"Accept-Language": "zh"})
    job = told.json()
    assert (job["state"], job["result"]["counts"]["added"]) == ("done", 1)
    assert "不" in job["result"]["faults"][0]["sentence"]
    assert "NEVER-SAID" not in told.text
    sheet = clerk.get(job["file"])
    assert sheet.content.startswith(b"PK")
    assert "homes.faults.xlsx" in sheet.headers["Content-Disposition"]
    assert [row["account"] for row in clerk.get("/imports").json()["items"]] == [job["account"]]


def test_a_dry_run_keeps_nothing(app: FastAPI, as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    where = sent(clerk, homes, data={"dry_run": "true"}).headers["Location"]
    work_once(app.state.office)
    assert clerk.get(where).json()["result"]["counts"]["added"] == 1
    assert clerk.get("/imports").json()["count"] == 0


def test_the_same_key_makes_one_job(as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    key = {"Idempotency-Key": "once"}
    first, second = (sent(clerk, homes, headers=key).json()["uuid"] for _ in range(2))
    assert first == second
    assert sent(clerk, homes, headers=key, data={"clear": "true"}).status_code == 422
    assert clerk.get("/jobs").json()["count"] == 1


def test_jobs_of_others_are_not_told(app: FastAPI, as_role: As, homes: Path) -> None:
    where = sent(as_role("clerk"), homes).headers["Location"]
    other = as_role("planner")
    work_once(app.state.office)
    assert other.get("/jobs").json()["items"] == []
    assert {other.get(where).status_code, other.get(f"{where}/file").status_code} == {404}
    assert other.delete(where).status_code == 404


def test_an_administrator_sees_each_job_and_no_file_of_others(
    app: FastAPI, as_role: As, signed_in: As, homes: Path
) -> None:
    where = sent(as_role("clerk"), homes).headers["Location"]
    work_once(app.state.office)
    administrator = signed_in("administrator")
    assert administrator.get(where).json()["file"] is None
    assert administrator.get("/jobs").json()["count"] == 1
    assert administrator.get(f"{where}/file").status_code == 404


def test_a_job_is_cancelled(office: Office, as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    where = sent(clerk, homes).headers["Location"]
    assert clerk.delete(where).json()["state"] == "cancelled"
    assert work_once(office) is None
    assert cancel_job(LOCAL_ADMINISTRATOR, office, where.rpartition("/")[2]).state == "cancelled"


@pytest.mark.parametrize("to", ["households", "roster", "grid", "visits", "issues", "categories", "service-items"])
def test_readers_bring_nothing(as_role: As, homes: Path, to: str) -> None:
    reader = as_role("reader")
    files = {"file": (homes.name, homes.read_bytes())}
    assert reader.post(f"/imports/{to}", files=files).status_code == 403
    assert reader.get("/jobs").json()["count"] == 0


@pytest.mark.parametrize("to", ["roster", "grid", "categories", "service-items"])
def test_for_a_part_nobody_brings_what_is_for_the_whole(as_role: As, homes: Path, to: str) -> None:
    files = {"file": (homes.name, homes.read_bytes())}
    assert as_role("planner", "440307010001").post(f"/imports/{to}", files=files).status_code == 403


def test_what_cannot_be_asked_is_told_at_once(as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    assert sent(clerk, homes, "/imports/castles").status_code == 404
    assert sent(clerk, homes, data={"on": "yesterday"}).status_code == 422
    assert sent(clerk, homes, data={"nothing": "known"}).status_code == 422
    assert sent(clerk, homes, data={"mapping": "alone"}).status_code == 422
    assert clerk.post("/imports/households", data=TERMS).status_code == 422
    assert clerk.post("/imports/households", files={"file": ("homes", b"")}).status_code == 422


def test_a_mapping_says_which_column_is_meant(app: FastAPI, as_role: As, sheet: Sheet) -> None:
    clerk = as_role("clerk")
    path = sheet("odd.xlsx", ("odd number", "E", "N"), ("H1", 114.4822, 22.5922))
    where = sent(clerk, path, data={"mapping": ["odd number=household_no", "E=lon", "N=lat"]}).headers["Location"]
    work_once(app.state.office)
    job = clerk.get(where).json()
    assert (job["state"], job["result"]["counts"]["added"]) == ("done", 1), job


def test_an_import_is_undone_once(app: FastAPI, as_role: As, homes: Path) -> None:
    clerk = as_role("clerk")
    sent(clerk, homes)
    job = work_once(app.state.office)
    assert job is not None
    assert job.result is not None
    undo = f"/imports/{job.result['batch']}/undo"
    assert as_role("reader").post(undo).status_code == 403
    done = clerk.post(undo, headers={"Idempotency-Key": "undo"})
    assert (done.status_code, done.json()["counts"]["removed"]) == (200, 1)
    assert clerk.post(undo, headers={"Idempotency-Key": "undo"}).json() == done.json()
    assert clerk.post(undo).status_code == 409
    assert clerk.post("/imports/77/undo").status_code == 404


def test_a_grid_is_looked_at_and_published(app: FastAPI, as_role: As, tmp_path: Path) -> None:
    planner = as_role("planner")
    path = tmp_path / "grid.geojson"
    cells = app.state.office.grid
    with app.state.office.reading_whole() as tx:
        path.write_text(cells(tx, 1).cells.to_json(), encoding="utf-8")
    for dry_run, edition in (("true", None), ("false", 2)):
        files = {"file": (path.name, path.read_bytes())}
        begun = planner.post("/imports/grid", data={"on": "2015-12-01", "dry_run": dry_run}, files=files)
        work_once(app.state.office)
        job = planner.get(begun.headers["Location"]).json()
        assert job["error"] is None
        assert (job["result"]["edition"], job["result"]["defects"]) == (edition, {})


def brought(client: TestClient, app: FastAPI, files: dict[str, bytes], **said: object) -> dict[str, Any]:
    """The job that took in a grid of these files, when it has ended; each has the same name."""
    sent = {name: ("grid.geojson", content) for name, content in files.items()}
    begun = client.post("/imports/grid", data={"on": "2015-12-01", **said}, files=sent)
    assert begun.status_code == 202, begun.text
    work_once(app.state.office)
    job: dict[str, Any] = client.get(begun.headers["Location"]).json()
    return job


@pytest.fixture
def levels(app: FastAPI) -> dict[str, bytes]:
    """The grid of the village, a file each level, the codes in a column of their own name."""
    with app.state.office.reading_whole() as tx:
        cells = app.state.office.grid(tx, 1).cells
    named = cells.rename(columns={"code": "number"}).drop(columns=["level", "parent"])
    return {level: named[cells["level"] == level].to_json().encode() for level in ("big", "middle", "small")}


def test_a_grid_comes_in_by_levels_within_its_territory(app: FastAPI, as_role: As, levels: dict[str, bytes]) -> None:
    planner = as_role("planner")
    land = gpd.GeoDataFrame(geometry=[shapely.box(WEST, SOUTH, WEST + 5 * STEP, SOUTH + 2 * STEP)], crs=4326)
    files = levels | {"territory": land.to_json().encode()}
    for dry_run, edition in ((True, None), (False, 2)):
        job = brought(planner, app, files, code="number", dry_run=dry_run)
        assert job["error"] is None
        assert job["result"]["edition"] == edition
        assert job["result"]["cells"] == 14
        # A fifth column of the land is in no cell.
        assert job["result"]["defects"] == {"hole": 1}
    with app.state.office.reading_whole() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM job_file").scalar() == 0, "what was read goes"


def test_each_level_may_name_its_own_column(app: FastAPI, as_role: As, levels: dict[str, bytes]) -> None:
    files = levels | {"big": levels["big"].replace(b'"number"', b'"no"')}
    job = brought(as_role("planner"), app, files, code=["big=no", "middle=number", "small=number"])
    assert (job["error"], job["result"]["edition"]) == (None, 2)


def test_a_grid_that_is_not_said_clearly_is_refused(app: FastAPI, as_role: As, levels: dict[str, bytes]) -> None:
    planner = as_role("planner")
    assert planner.post("/imports/grid", files={"territory": ("t.geojson", b"{}")}).status_code == 422
    assert planner.post("/imports/grid", files={"dragon": ("t.geojson", b"{}")}).status_code == 422
    assert planner.post("/imports/grid", files={"small": ("noending", b"{}")}).status_code == 422
    both = brought(planner, app, levels | {"file": levels["small"]}, code="number")
    assert both["error"]["code"] == "office.job_grid_files"
    odd = brought(planner, app, levels, code=["big=number", "small"])
    assert odd["error"]["code"] == "office.job_columns"


def test_the_same_key_with_another_level_is_another_grid(as_role: As, levels: dict[str, bytes]) -> None:
    planner, key = as_role("planner"), {"Idempotency-Key": "a-grid"}
    sent = {name: (f"{name}.geojson", content) for name, content in levels.items()}
    first, again = (planner.post("/imports/grid", files=sent, headers=key).json()["uuid"] for _ in range(2))
    assert first == again
    other = sent | {"small": ("small.geojson", b"{}")}
    assert planner.post("/imports/grid", files=other, headers=key).status_code == 422


@pytest.fixture
def hamlet(office: Office, sheet: Sheet, tmp_path: Path) -> Office:
    return settle(office, sheet, tmp_path)


def planned(app: FastAPI, client: TestClient, **more: object) -> str:
    begun = client.post("/plans", json=PLAN | more)
    assert begun.status_code == 202, begun.text
    work_once(app.state.office)
    job = client.get(begun.headers["Location"]).json()
    assert job["state"] == "done", job
    return str(job["result"]["plan"])


def test_an_evening_is_planned_as_a_job_and_read(app: FastAPI, hamlet: Office, as_role: As) -> None:
    planner = as_role("planner")
    number = planned(app, planner)
    assert [row["number"] for row in planner.get("/plans", params={"on": "2015-05-20"}).json()["items"]] == [number]
    told = planner.get(f"/plans/{number}")
    body = told.json()
    assert {route["cadre"] for route in body["routes"]} == {"7", "8"}
    assert all(
        stop["arrive"] and "geometry" not in stop and "windows" not in stop for stop in body["routes"][0]["stops"]
    )
    assert {stop["key"] for stop in body["left_out"]} >= {"H5", "H6"}
    again = planner.get(f"/plans/{number}", headers={"If-None-Match": told.headers["ETag"]})
    assert again.status_code == 304


def test_who_may_not_plan_reads_no_plan(app: FastAPI, hamlet: Office, as_role: As) -> None:
    number = planned(app, as_role("planner"))
    reader = as_role("reader")
    for path in ("/plans", f"/plans/{number}", f"/plans/{number}/routes.xlsx"):
        assert reader.get(path).status_code == 403
    assert reader.post("/plans", json=PLAN).status_code == 403
    assert as_role("planner").get("/plans/2015-9999").status_code == 404


def test_an_order_is_changed_upon_the_state_that_was_seen(app: FastAPI, hamlet: Office, as_role: As) -> None:
    planner = as_role("planner")
    number = planned(app, planner)
    seen = {"If-Match": planner.get(f"/plans/{number}").headers["ETag"]}
    order = {"cadre": "7", "order": [2, 1]}
    assert planner.post(f"/plans/{number}/move", json=order).status_code == 428
    moved = planner.post(f"/plans/{number}/move", json=order, headers=seen)
    assert moved.status_code == 201, moved.text
    assert planner.post(f"/plans/{number}/move", json=order, headers=seen).status_code == 412
    body = planner.get(f"/plans/{number}").json()
    assert (body["replaced_by"], planner.get(f"/plans/{moved.json()['plan']}").json()["replaces"]) == (
        moved.json()["plan"],
        number,
    )
    assert (
        planner.post(f"/plans/{number}/move", json=order | {"order": [9]}, headers={"If-Match": "*"}).status_code == 422
    )


def test_the_rest_of_an_evening_is_planned_again_once(app: FastAPI, hamlet: Office, as_role: As) -> None:
    planner = as_role("planner")
    number = planned(app, planner)
    rest = {"cadre": "7", "at": "2015-05-20T19:30:00+08:00"}
    key = {"Idempotency-Key": "rest"}
    first, second = (planner.post(f"/plans/{number}/again", json=rest, headers=key) for _ in range(2))
    assert first.status_code == 201, first.text
    assert first.json() == second.json()
    assert planner.get("/plans").json()["count"] == 2
    assert planner.post(f"/plans/{number}/again", json=rest | {"cadre": "nobody"}).status_code == 404
    never = rest | {"at": "9999-12-31T23:59:59Z"}
    assert planner.post(f"/plans/{number}/again", json=never).status_code == 422


@pytest.mark.parametrize(
    ("name", "begins"),
    [("routes.xlsx", b"PK"), ("routes.gpx", b"<?xml"), ("routes.geojson", b"{"), ("sheet.html", b"<")],
)
def test_a_plan_is_put_out(app: FastAPI, hamlet: Office, as_role: As, name: str, begins: bytes) -> None:
    planner = as_role("planner")
    number = planned(app, planner)
    file = planner.get(f"/plans/{number}/{name}", params={"cadre": "8"})
    assert file.status_code == 200, file.text
    assert file.content.lstrip().startswith(begins)
    assert file.headers["Cache-Control"] == "no-store"
    assert "sandbox" in file.headers["Content-Security-Policy"] or "attachment" in file.headers["Content-Disposition"]
    assert list(hamlet.home.glob(".routes.*")) == []
    assert planner.get(f"/plans/{number}/routes.pdf").status_code == 422


def test_homes_on_what_several_share_are_for_a_reason(app: FastAPI, hamlet: Office, signed_in: As) -> None:
    administrator = signed_in("administrator")
    number = planned(app, administrator)
    open_ = administrator.get(f"/plans/{number}/routes.geojson").json()
    private = {"private": ["households"], "reason": "handed to the evening's coordinator"}
    told = administrator.post(f"/plans/{number}/routes.geojson", json=private)
    assert told.status_code == 200, told.text
    assert "H1" not in str(open_)
    assert "H1" in told.text
    assert administrator.post(f"/plans/{number}/routes.geojson", json=private | {"reason": " "}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "rocket"}, {"tiers": ["kings"]}, {"until": "2016-05-20"}, {"under": "nowhere"}, {"cadres": ["99"]}],
)
def test_a_plan_that_cannot_be_says_why_at_its_end(
    app: FastAPI, hamlet: Office, as_role: As, wrong: dict[str, object]
) -> None:
    planner = as_role("planner")
    begun = planner.post("/plans", json=PLAN | wrong)
    work_once(app.state.office)
    job = planner.get(begun.headers["Location"]).json()
    assert job["state"] == "failed"
    assert job["error"]["code"] != "office.job_unforeseen"
    assert job["error"]["sentence"]


@pytest.mark.parametrize(
    "wrong",
    [{"begin": "25:00"}, {"most": 0}, {"iterations": 10**9}, {"start": [200, 0]}, {"more": 1}, {"on": "0001-01-01"}],
)
def test_a_plan_asked_for_wrongly_is_refused_at_once(as_role: As, wrong: dict[str, object]) -> None:
    assert as_role("planner").post("/plans", json=PLAN | wrong).status_code == 422
