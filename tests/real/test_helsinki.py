"""OpenStreetMap as a register: lamps and shops of a city's centre, by their tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import FaultsError
from gridmap.intake.registers import read_register
from layers import businesses, streetlights

CENTRE = (24.9, 60.15, 25.0, 60.19)


@pytest.fixture(scope="module")
def helsinki(real_data: Path) -> Path:
    return real_data / "helsinki" / "helsinki_centre.osm.pbf"


def test_every_street_lamp_comes_in(helsinki):
    register = read_register(
        helsinki,
        streetlights.LAYER,
        sheet="points",
        mapping={"osm_id": "pole"},
        where={"highway": {"street_lamp"}},
        bounds=CENTRE,
    )
    assert (register.rows, len(register.frame), register.faults) == (586, 586, ())


def test_shops_drawn_as_points_and_as_buildings_come_in_together(helsinki):
    register = read_register(
        helsinki,
        businesses.LAYER,
        mapping={"osm_id + osm_way_id": "business_no", "name": "name", "shop": "trade"},
        where={"shop": "*"},
        bounds=CENTRE,
    )
    assert register.frame["sheet"].value_counts().to_dict()["points"] > 400
    assert register.rows == 508 + 5 + 2  # points, multipolygons, other_relations
    assert register.frame["trade"].notna().all()
    assert set(register.frame.geometry.geom_type) == {"Point"}
    assert {fault.code for fault in register.faults} <= {
        "intake.required",
        "intake.wrong_geometry",
        "intake.geometry_broken",
    }
    assert len(register.frame) + len({(fault.sheet, fault.row) for fault in register.faults}) == register.rows


def test_tags_mean_nothing_unless_they_are_named(helsinki):
    with pytest.raises(FaultsError) as caught:
        read_register(helsinki, businesses.LAYER, sheet="points", mapping={"osm_id": "business_no", "name": ""})
    assert [fault.code for fault in caught.value.faults] == ["intake.missing_column"]
