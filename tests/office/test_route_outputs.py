"""What comes out of a plan: the same numbers everywhere, no home on what several share, nothing sensitive."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from PIL import Image

from gridmap.errors import ArgumentError, FileError, NotFoundError, RefusedError
from gridmap.office.auditing import read_audit
from gridmap.office.mapping import Ground
from gridmap.office.route_outputs import FORMS, RoutesOut, WantedRoutes, put_out
from gridmap.office.sheets import enter_sheet, list_sheets
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import sheets
from gridmap.store.plans import keep_plan
from gridmap.words import say
from tests.office.evenings import CANARIES, FAR, HOME, NEXT, SHOP, plan_by_hand, route, stop
from tests.office.visited import at

CLERK, PLANNER = Person("c", "clerk"), Person("p", "planner")
LI, ZHAO = Person("li", "cadre", None, "7"), Person("zhao", "cadre", None, "8")
SECRECY = {"private": ("households", "care_places"), "reason": "the leader's evening"}


@pytest.fixture
def evening(office: Office, tmp_path: Path) -> tuple[Office, str]:
    """The village and the number of its plan."""
    return office, plan_by_hand(office, tmp_path)


def put(
    person: Person, evening: tuple[Office, str], folder: Path, *outputs: str, lang: str = "zh", **wanted: object
) -> tuple[RoutesOut, dict[str, bytes]]:
    """Put outputs out and return what each file holds; a workbook is unpacked."""
    office, number = evening
    targets = {name: folder / f"{name}{FORMS[name][0]}" for name in outputs}
    done = put_out(person, office, WantedRoutes(number, **wanted), targets, lang=lang)
    return done, {name: _unpacked(target) for name, target in targets.items()}


def _unpacked(target: Path) -> bytes:
    if target.suffix != ".xlsx":
        return target.read_bytes()
    with zipfile.ZipFile(target) as book:
        return b"".join(book.read(name) for name in book.namelist())


def island(page: bytes) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.decode(), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def said_in(files: dict[str, bytes], folder: Path) -> str:
    """Return what the data of map, workbook and features say; the map's own scripts hold anything."""
    rows = openpyxl.load_workbook(folder / "xlsx.xlsx").worksheets[0].values
    return " ".join([json.dumps(island(files["map"])), files["geojson"].decode(), *(str(row) for row in rows)])


ALL = tuple(FORMS)
SHARED = ("map", "picture", "xlsx", "geojson")


@pytest.mark.parametrize(
    ("outputs", "wanted"),
    [(ALL, {"cadres": ("7",)}), (SHARED, {}), (SHARED, SECRECY)],
    ids=["one cadre", "shared", "private"],
)
def test_no_name_address_or_word_of_a_person_goes_out(
    evening: tuple[Office, str], tmp_path: Path, outputs: tuple[str, ...], wanted: dict[str, object]
) -> None:
    for lang in ("zh", "en"):
        _, files = put(LOCAL_ADMINISTRATOR, evening, tmp_path, *outputs, lang=lang, **wanted)
        said = b"".join(files.values()).decode("utf-8", "replace")
        assert [canary for canary in CANARIES if canary in said] == []
        assert not set(CANARIES) & set(json.dumps(island(files["map"]), ensure_ascii=False).split('"'))


def test_the_sheet_names_what_was_left_out_of_the_evening(evening: tuple[Office, str], tmp_path: Path) -> None:
    """H3 could be called at by 7, and its reason is said with figures on his own paper; S2 is for 8 alone."""
    done, files = put(LI, evening, tmp_path, "sheet")
    said = files["sheet"].decode()
    section = said[said.index("<section>") : said.index("</section>")]
    assert say("reports.route_left", "zh", count=done.left_out) in section
    assert "H3" in section


def test_a_scan_lies_under_the_map(evening: tuple[Office, str], tmp_path: Path) -> None:
    office, number = evening
    Image.new("RGB", (8, 8), "#88CC88").save(tmp_path / "scan.png")
    corners = [
        (0, 0, HOME[0] - 0.01, HOME[1] + 0.01),
        (8, 0, HOME[0] + 0.01, HOME[1] + 0.01),
        (0, 8, HOME[0] - 0.01, HOME[1] - 0.01),
    ]
    rows = [",".join(map(str, row)) for row in (("pixel_x", "pixel_y", "lon", "lat"), *corners)]
    (tmp_path / "points.csv").write_text("\n".join(rows), encoding="utf-8")
    ground = Ground(tmp_path / "scan.png", "EPSG:4326", tmp_path / "points.csv")
    wanted = WantedRoutes(number, ("7",))
    put_out(CLERK, office, wanted, {"map": tmp_path / "map.html"}, ground=ground)
    (piece,) = island((tmp_path / "map.html").read_bytes())["basemap"]["pieces"]
    west, south, east, north = piece["bounds"]
    assert west < HOME[0] < east
    assert south < HOME[1] < north
    with pytest.raises(FileError, match="nothing.png"):
        put_out(
            CLERK,
            office,
            wanted,
            {"map": tmp_path / "other.html"},
            ground=replace(ground, path=tmp_path / "nothing.png"),
        )
    assert not (tmp_path / "other.html").exists()


def test_numbers_are_the_same_on_sheet_map_gpx_workbook_and_in_the_store(
    evening: tuple[Office, str], tmp_path: Path
) -> None:
    done, files = put(CLERK, evening, tmp_path, *ALL, cadres=("7",))
    stops = island(files["map"])["stops"]
    onward = {
        n: key for n, key, route in zip(stops["position"], stops["key"], stops["route"], strict=True) if route == 0
    }
    assert onward == {1: "H1", 2: "S1", 3: None, 4: "H2"}
    with evening[0].reading_whole() as tx:
        kept = sheets.stops(tx, done.sheet or "")
    assert kept == {1: ("households", "H1"), 2: ("businesses", "S1"), 4: ("households", "H2")}
    rows = re.findall(r'<td class="at">(\d+)</td>.*?<b>(.*?)</b>', files["sheet"].decode())
    assert [(int(at_), said.split()[1]) for at_, said in rows][0::3] == [(1, "H1"), (4, "H2")]
    points = gpd.read_file(tmp_path / "gpx.gpx", layer="waypoints")
    assert points["name"].astype(str).tolist() == ["1", "2", "3", "4"]
    assert points.geometry.iloc[0].coords[0] == pytest.approx(HOME, abs=1e-6)
    assert len(gpd.read_file(tmp_path / "gpx.gpx", layer="tracks")) == 1
    table = list(openpyxl.load_workbook(tmp_path / "xlsx.xlsx").worksheets[0].values)
    assert [(row[1], row[5]) for row in table[1:5]] == [(1, "H1"), (2, "S1"), (3, None), (4, "H2")]
    features = json.loads(files["geojson"])["features"]
    assert [one["properties"]["stop"] for one in features if one["properties"]["kind"] == "stop"] == [1, 2, 3, 4]


def test_the_sheet_says_who_when_why_and_what_is_open(evening: tuple[Office, str], tmp_path: Path) -> None:
    done, files = put(CLERK, evening, tmp_path, "sheet", cadres=("7",))
    said = files["sheet"].decode()
    assert done == RoutesOut(1, 4, 1, "2015-0001")
    for word in ("2015-0001", "李一、赵二", "19:05–19:15", "户籍家庭 H1 张*", "A. S.", "百货", "供水排水 2015-00002"):
        assert word in said
    assert said.count("见到") == 3, "an issue at no feature has no outcome to tick"
    assert "http" not in said
    assert "<script" not in said
    assert said.count('<rect class="number"') >= 2


def test_what_several_share_shows_no_home_and_no_way_to_one(evening: tuple[Office, str], tmp_path: Path) -> None:
    _, files = put(LOCAL_ADMINISTRATOR, evening, tmp_path, "map", "geojson", "xlsx")
    data = island(files["map"])
    assert [(route["who"], route["part"], route["ground"] is None) for route in data["routes"]] == [
        ("李一", True, True),
        ("钱三", False, False),
    ]
    assert sorted(key or "" for key in data["stops"]["key"]) == ["", "S1", "S1", "S2"]
    assert data["stops"]["letter"] == [None] * 4, "what was left out is a home and a care place"
    places = [tuple(place) for place in data["stops"]["at"]]
    assert {tuple(round(one, 6) for one in place) for place in places} == {
        tuple(round(one, 6) for one in place) for place in (SHOP, FAR)
    }
    for home in (HOME, NEXT):
        assert f"{home[0]:.4f}".encode() + b"," + f"{home[1]:.4f}".encode() not in files["geojson"]
    said = said_in(files, tmp_path)
    assert [key for key in ("H1", "H2", "H3", "C1", "care") if key in said] == []


def test_a_private_map_shows_homes_to_those_who_may_reveal_and_say_why(
    evening: tuple[Office, str], tmp_path: Path
) -> None:
    _, files = put(LOCAL_ADMINISTRATOR, evening, tmp_path, "map", private=("households",), reason="the evening")
    assert [route["who"] for route in island(files["map"])["routes"]] == ["李一", "钱三"]
    assert {"H1", "H2", "H3"} <= set(island(files["map"])["stops"]["key"])
    _, files = put(LOCAL_ADMINISTRATOR, evening, tmp_path, "map", **SECRECY)
    assert [route["who"] for route in island(files["map"])["routes"]] == ["李一", "赵二", "钱三"]
    kept = read_audit(LOCAL_ADMINISTRATOR, evening[0]).query("action == 'export'").iloc[0]
    assert kept["subject"] == f"plan {evening[1]}"
    assert kept["detail"]["reason"] == SECRECY["reason"]
    assert kept["detail"]["private"] == sorted(SECRECY["private"])
    with pytest.raises(ArgumentError, match="reason"):
        put(LOCAL_ADMINISTRATOR, evening, tmp_path, "map", private=("households",))
    for person in (PLANNER, CLERK):
        with pytest.raises(RefusedError):
            put(person, evening, tmp_path, "map", **SECRECY)


def test_a_cadre_has_his_own_route_and_no_other(evening: tuple[Office, str], tmp_path: Path) -> None:
    done, files = put(ZHAO, evening, tmp_path, *ALL)
    assert done.routes == 1
    assert island(files["map"])["stops"]["key"] == ["C1"]
    with pytest.raises(NotFoundError, match="7"):
        put(ZHAO, evening, tmp_path, "map", cadres=("7",))
    with pytest.raises(RefusedError):
        put(Person("r", "reader"), evening, tmp_path, "map")


def test_a_route_with_sensitive_stops_is_there_for_those_responsible_alone(
    evening: tuple[Office, str], tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError) as unknown:
        put(CLERK, evening, tmp_path, "map", cadres=("8",))
    assert "7, 9" in unknown.value.say("en")
    with pytest.raises(ArgumentError, match="care_places"):
        put(LOCAL_ADMINISTRATOR, evening, tmp_path, "map", cadres=("8",))
    leader = Person("lead", "leader", None, "1")
    _, files = put(leader, evening, tmp_path, "sheet", cadres=("8",))
    assert "陈*" in files["sheet"].decode()


def test_a_reason_that_names_what_is_sensitive_is_said_without_figures(
    evening: tuple[Office, str], tmp_path: Path
) -> None:
    _, files = put(CLERK, evening, tmp_path, "map", "xlsx", "geojson", cadres=("7",), lang="en")
    assert say("routes.outbid_plain", "en") in island(files["map"])["stops"]["left_why"][-1]["en"]
    assert "C1" not in said_in(files, tmp_path)


def test_a_sheet_printed_again_keeps_its_number_and_is_entered_by_it(
    evening: tuple[Office, str], tmp_path: Path
) -> None:
    numbers = {put(CLERK, evening, tmp_path, "sheet", cadres=("7",))[0].sheet for _ in range(2)}
    assert numbers == {"2015-0001"}
    office = evening[0]
    assert list_sheets(CLERK, office)["stops"].tolist() == [3]
    entry = enter_sheet(CLERK, office, "2015-0001", lead="7", at=at("2015-03-12T19:05"), companions=["8"])
    entry.take("1 见")
    entry.take("4 无 19:50")
    with pytest.raises(ArgumentError):
        entry.take("3 见")
    assert record(CLERK, office, entry.visits()).recorded == 2
    _, files = put(CLERK, evening, tmp_path, "sheet", cadres=("7",))
    assert files["sheet"].decode().count("见到") == 1, "what was called at has nothing to fill in"


def test_a_sheet_is_of_one_cadre_and_a_file_ends_as_it_should(evening: tuple[Office, str], tmp_path: Path) -> None:
    for output in ("sheet", "gpx"):
        with pytest.raises(ArgumentError, match="7, 8, 9"):
            put(LOCAL_ADMINISTRATOR, evening, tmp_path, output)
    with pytest.raises(ArgumentError, match=r"\.html"):
        put_out(CLERK, evening[0], WantedRoutes(evening[1]), {"map": tmp_path / "map.pdf"})
    with pytest.raises(NotFoundError, match="P2015-0009"):
        put_out(CLERK, evening[0], WantedRoutes("P2015-0009"), {"map": tmp_path / "map.html"})
    assert not list(tmp_path.glob("*.html"))


def test_of_a_plan_of_several_days_a_sheet_is_of_one_evening(evening: tuple[Office, str], tmp_path: Path) -> None:
    office, _ = evening
    days = [dt.date(2015, 3, 12), dt.date(2015, 3, 13)]
    routes = [
        route("7", [stop("businesses", "S1", SHOP, "19:20")], begin=at(f"{day}T19:00"), back=at(f"{day}T19:30"))
        for day in days
    ]
    with office.writing_whole() as tx:
        number = keep_plan(tx, routes, [], on=days[0], asked={}, at=at("2015-03-12T18:00"), account="test")
    week = (office, number)
    _, files = put(CLERK, week, tmp_path, "map", cadres=("7",))
    assert [one["who"] for one in island(files["map"])["routes"]] == ["李一 03-12", "李一 03-13"]
    with pytest.raises(ArgumentError, match="day"):
        put(CLERK, week, tmp_path, "sheet", cadres=("7",))
    _, files = put(CLERK, week, tmp_path, "sheet", cadres=("7",), on=days[1])
    assert "2015-03-13" in files["sheet"].decode()
    with pytest.raises(NotFoundError, match="2015-03-14"):
        put(CLERK, week, tmp_path, "map", on=dt.date(2015, 3, 14))
