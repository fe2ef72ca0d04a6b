"""Categories as data: those that ship, and what is wrong with others."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import gridmap.office
from gridmap.errors import FaultsError
from gridmap.ledger.categories import Category, categories_of
from gridmap.ledger.issues import QUANTITIES
from gridmap.words import CATALOGUES

SHIPPED = Path(gridmap.office.__file__).parent / "defaults" / "categories.toml"
ROAD = {"zh": "道路破损", "en": "road", "clock": "work_days", "length": 5}


@pytest.fixture(scope="module")
def shipped() -> dict[str, object]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_units_of_what_ships_are_those_of_the_demo_in_each_language(shipped: dict[str, object], lang: str) -> None:
    units = set(CATALOGUES[lang]["dapeng.units"].split(" | "))
    assert {kind.unit for kind in categories_of(shipped, lang=lang).values()} - {""} <= units


def test_what_ships_counts_everything_that_can_be_achieved(shipped: dict[str, object]) -> None:
    kinds = categories_of(shipped)
    assert {kind.quantity for kind in kinds.values()} - {""} == set(QUANTITIES)
    assert [name for name, kind in kinds.items() if kind.urgent] == ["one_key"]
    assert {kind.name for kind in kinds.values()} == set(kinds)


def test_a_category_is_read_with_the_unit_of_its_language() -> None:
    rule = {**ROAD, "unit": "城建办", "unit_en": "Building Office"}
    assert categories_of({"road": rule})["road"] == Category("road", "道路破损", "road", "work_days", 5.0, "城建办")
    assert categories_of({"road": rule}, lang="en")["road"].unit == "Building Office"
    assert categories_of({"road": ROAD}, lang="en")["road"].unit == ""


def test_every_fault_comes_at_once_with_its_place() -> None:
    rules = {
        "Road": {**ROAD, "clock": "weeks", "length": 0, "colour": "red"},
        "water": {"zh": 7, "en": "water", "urgent": "yes", "quantity": "litres", "length": True, "clock": "work_days"},
        "noise": {"zh": "噪声"},
        "other": "anything",
    }
    with pytest.raises(FaultsError) as caught:
        categories_of(rules)
    assert {(fault.sheet, fault.column, fault.code.partition(".")[2]) for fault in caught.value.faults} == {
        ("Road", "", "category_name"),
        ("Road", "clock", "not_one_of"),
        ("Road", "length", "not_a_length"),
        ("Road", "colour", "category_knows_not"),
        ("water", "zh", "not_a_text"),
        ("water", "urgent", "not_yes_or_no"),
        ("water", "quantity", "not_one_of"),
        ("water", "length", "not_a_length"),
        ("noise", "en", "category_lacks"),
        ("noise", "clock", "category_lacks"),
        ("noise", "length", "category_lacks"),
        ("other", "", "category_empty"),
    }
