"""A map of a day: what others may see, what stays hidden, and what it says of the gaps."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.office.auditing import read_audit
from gridmap.office.categories import import_service_items
from gridmap.office.homes import tells_a_home
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.mapping import Wanted, draw_map, draw_picture
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.words import say
from tests.office.conftest import SOUTH, STEP, WEST, Sheet

DAY = dt.date(2015, 3, 1)
INSIDE, OUTSIDE = (WEST + STEP / 2, SOUTH + STEP / 2), (WEST - STEP / 2, SOUTH + STEP / 2)


@pytest.fixture
def kept(office: Office, sheet: Sheet) -> Office:
    """The village with a household and a shop within it, and one of each outside all cells."""
    files = {
        "households": sheet("h.xlsx", ("户编号", "经度", "纬度"), ("HOME-IN", *INSIDE), ("HOME-OUT", *OUTSIDE)),
        "businesses": sheet(
            "b.xlsx", ("商户编号", "名称", "经度", "纬度"), ("SHOP-IN", "店", *INSIDE), ("SHOP-OUT", "铺", *OUTSIDE)
        ),
    }
    for layer, path in files.items():
        import_register(LOCAL_ADMINISTRATOR, office, layer, Source(path, crs="EPSG:4326"), Terms(DAY))
    return office


def page(office: Office, folder: Path, **wanted: object) -> str:
    target = folder / "map.html"
    draw_map(LOCAL_ADMINISTRATOR, office, target, Wanted(DAY, **wanted))
    return target.read_text(encoding="utf-8")


def test_a_map_for_others_names_no_home_and_shows_none(kept: Office, tmp_path: Path) -> None:
    drawn = page(kept, tmp_path)
    assert "SHOP-IN" in drawn
    assert "SHOP-OUT" in drawn, "a gap of a shop has its place"
    assert "HOME" not in drawn


def test_a_private_map_shows_homes_for_a_reason_that_the_audit_keeps(kept: Office, tmp_path: Path) -> None:
    drawn = page(kept, tmp_path, private=("households",), reason="tonight's visits")
    assert "HOME-IN" in drawn
    newest = read_audit(LOCAL_ADMINISTRATOR, kept).iloc[0]
    assert newest["action"] == "map"
    assert newest["detail"]["reason"] == "tonight's visits"


def test_a_private_map_needs_a_reason_and_the_right_to_reveal(kept: Office, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    with pytest.raises(ArgumentError, match="reason"):
        draw_map(LOCAL_ADMINISTRATOR, kept, target, Wanted(DAY, private=("households",)))
    with pytest.raises(RefusedError):
        draw_map(Person("p", "planner"), kept, target, Wanted(DAY, private=("households",), reason="x"))
    assert not target.exists()


def test_a_map_below_a_cell_holds_nothing_of_other_cells(kept: Office, tmp_path: Path) -> None:
    drawn = page(kept, tmp_path, under="440307010002")
    assert "440307010002" in drawn
    assert "440307010001101" not in drawn
    assert "SHOP-IN" not in drawn


def test_an_unknown_cell_or_a_day_without_a_grid_is_named(kept: Office, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="999"):
        page(kept, tmp_path, under="999")
    with pytest.raises(NotFoundError, match="2014"):
        draw_map(LOCAL_ADMINISTRATOR, kept, tmp_path / "map.html", Wanted(dt.date(2014, 1, 1)))


def test_a_map_names_no_other_host(kept: Office, tmp_path: Path) -> None:
    drawn = page(kept, tmp_path)
    assert 'src="http' not in drawn
    assert 'href="http' not in drawn


@pytest.mark.parametrize("view", ["gaps", "coverage"])
@pytest.mark.parametrize(("name", "magic"), [("map.png", b"\x89PNG"), ("map.svg", b"<?xml")])
def test_pictures_are_drawn_of_gaps_and_coverage(
    kept: Office, tmp_path: Path, view: str, name: str, magic: bytes
) -> None:
    draw_picture(LOCAL_ADMINISTRATOR, kept, tmp_path / name, Wanted(DAY), view=view, lang="zh")
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_a_picture_of_another_kind_is_refused(kept: Office, tmp_path: Path) -> None:
    for name, view in (("map.gif", "gaps"), ("map.png", "weather")):
        with pytest.raises(ArgumentError, match="coverage"):
            draw_picture(LOCAL_ADMINISTRATOR, kept, tmp_path / name, Wanted(DAY), view=view)
    assert not list(tmp_path.glob("map.*"))


def test_the_place_of_a_household_tells_a_home_and_that_of_a_lamp_does_not(kept: Office) -> None:
    homes = {name for name, layer in kept.layers.items() if tells_a_home(layer)}
    assert homes == {"households", "rentals", "care_places"}


def test_a_map_for_others_counts_nothing_of_a_sensitive_layer(kept: Office, sheet: Sheet, tmp_path: Path) -> None:
    before = page(kept, tmp_path)
    path = sheet("c.xlsx", ("关爱编号", "经度", "纬度"), ("CARE-IN", *INSIDE), ("CARE-OUT", *OUTSIDE))
    undone = import_register(LOCAL_ADMINISTRATOR, kept, "care_places", Source(path, crs="EPSG:4326"), Terms(DAY))
    assert undone.counts["added"] == 2
    after = page(kept, tmp_path)
    number = f"up to number {undone.batch}"
    assert after.replace(number, f"up to number {undone.batch - 1}") == before


def test_a_private_map_of_homes_counts_nothing_of_a_sensitive_layer_it_does_not_name(
    kept: Office, sheet: Sheet, tmp_path: Path
) -> None:
    homes = {"private": ("households",), "reason": "tonight's visits"}
    before = page(kept, tmp_path, **homes)
    path = sheet("c.xlsx", ("关爱编号", "经度", "纬度"), ("CARE-IN", *INSIDE), ("CARE-OUT", *OUTSIDE))
    added = import_register(LOCAL_ADMINISTRATOR, kept, "care_places", Source(path, crs="EPSG:4326"), Terms(DAY)).batch
    assert added is not None
    after = page(kept, tmp_path, **homes)
    assert after.replace(f"up to number {added}", f"up to number {added - 1}") == before


def test_the_reason_of_a_gap_is_said_in_both_languages(kept: Office, tmp_path: Path) -> None:
    drawn = page(kept, tmp_path)
    for lang in ("zh", "en"):
        assert say("office.map_hidden", lang) in drawn


def test_the_card_of_a_service_window_tells_the_items_of_its_counter(
    kept: Office, sheet: Sheet, tmp_path: Path
) -> None:
    head = ("单位编号", "单位名称", "单位类别", "经度", "纬度")
    halls = sheet("o.xlsx", head, ("O1", "便民中心", "服务窗口", *INSIDE), ("O2", "小学", "学校", *INSIDE))
    import_register(LOCAL_ADMINISTRATOR, kept, "organisations", Source(halls, crs="EPSG:4326"), Terms(DAY))
    assert "服务事项" not in page(kept, tmp_path)
    items = sheet("s.xlsx", ("事项编号", "事项名称"), ("1", "居住证办理"), ("2", "生育登记"))
    assert import_service_items(LOCAL_ADMINISTRATOR, kept, items, Terms(DAY)).faults == ()
    drawn = page(kept, tmp_path)
    assert "2: 居住证办理, 生育登记" in drawn
    assert drawn.count("居住证办理") == 1, "a school has no counter"
