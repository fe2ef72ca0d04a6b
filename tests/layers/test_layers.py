"""The eight layers of the house, held against the rules for every layer."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import layers
from gridmap.errors import ArgumentError
from gridmap.layer import Choice, Field, Layer, Registry, Style, header, spoken

ALL = {m.name: importlib.import_module(f"layers.{m.name}").LAYER for m in pkgutil.iter_modules(layers.__path__)}
SOURCES = sorted(Path(layers.__path__[0]).glob("[a-z]*.py"))
GAP_KINDS = {
    "uncovered_area",
    "overlap",
    "unattended_cell",
    "unlinked_feature",
    "unvisited",
    "overdue_duty",
    "unlit_road",
    "dark_road",
    "overdue_issue",
    "overloaded_cadre",
    "out_of_reach",
}

every_layer = pytest.mark.parametrize("layer", ALL.values(), ids=ALL)


def _bare(header: str) -> str:
    """A header as a reader compares it: no spaces, brackets or stars, one case."""
    return re.sub(r"[\s*＊]|[（(\[【].*?[)）\]】]", "", header).casefold()


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_registry_accepts_the_eight_layers_with_the_gap_kinds_of_the_design() -> None:
    assert set(Registry(ALL.values(), GAP_KINDS)) == {
        "households",
        "rentals",
        "businesses",
        "organisations",
        "enterprises",
        "streetlights",
        "roads",
        "care_places",
    }


@every_layer
def test_a_layer_is_named_as_its_file_in_both_languages(layer: Layer) -> None:
    assert ALL[layer.name] is layer
    assert re.search("[\u4e00-\u9fff]", layer.zh)
    assert layer.en.isascii()


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_text_field_is_marked_by_hand(source: Path) -> None:
    """A forgotten mark would pass for public."""
    calls = [n for n in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(n, ast.Call)]
    fields = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "Field"]
    assert fields
    for call in fields:
        given = {k.arg for k in call.keywords}
        assert "mark" in given or "type" in given, ast.unparse(call)


@every_layer
def test_no_two_fields_read_one_header_once_spaces_brackets_and_case_are_gone(layer: Layer) -> None:
    owner: dict[str, str] = {}
    for one in layer.fields:
        for said in one.headers():
            assert owner.setdefault(_bare(said), one.name) == one.name, said


@every_layer
def test_no_two_choices_read_one_value(layer: Layer) -> None:
    for one in layer.fields:
        words = [w.casefold() for c in one.choices for w in {c.value, c.zh, c.en, *c.aliases}]
        assert len(words) == len(set(words)), one.name


@every_layer
def test_no_layer_keeps_identity_numbers_health_or_free_notes(layer: Layer) -> None:
    refused = re.compile("身份证|证件号|病|残疾|健康|备注|score|health|passport|note")
    assert not [h for one in layer.fields for h in one.headers() if refused.search(h)]


@every_layer
def test_names_and_telephones_of_people_are_personal(layer: Layer) -> None:
    people = {
        "head",
        "phone",
        "landlord",
        "owner",
        "contact",
        "manager",
        "safety_officer",
        "relative",
        "relative_phone",
    }
    bodies = {"streetlights", "roads"}  # their owner is a body, not a person
    for one in layer.fields:
        if one.name in people and layer.name not in bodies:
            assert one.mark == "personal", one.name


@pytest.mark.parametrize("name", ["households", "rentals", "care_places"])
def test_an_address_that_leads_to_a_home_is_personal(name: str) -> None:
    assert ALL[name].by_name["address"].mark == "personal"


@pytest.mark.parametrize("name", ["businesses", "organisations", "enterprises"])
def test_the_address_of_a_shop_or_body_is_public(name: str) -> None:
    assert ALL[name].by_name["address"].mark == "public"


def test_care_places_are_sensitive_as_a_whole_and_nothing_of_them_but_the_key_is_public() -> None:
    assert [layer.name for layer in ALL.values() if layer.sensitive] == ["care_places"]
    assert ALL["care_places"].named("public") == ("care_no",)


def test_each_layer_has_a_shape_and_a_colour_of_its_own() -> None:
    styles = [layer.style for layer in ALL.values()]
    assert len({s.shape for s in styles}) == len({s.colour for s in styles}) == len(styles)


@every_layer
def test_colours_are_six_digit_hex_and_stand_out_from_paper(layer: Layer) -> None:
    """WCAG asks 3:1 of a graphic; a layer drawn by its choices has rims for the pale ones."""
    colours = [layer.style.colour, *(c for f in layer.fields for o in f.choices for c in (o.fill, o.rim) if c)]
    assert all(re.fullmatch("#[0-9A-F]{6}", c) for c in colours)
    assert layer.style.by or 1.05 / (_luminance(layer.style.colour) + 0.05) >= 3


def test_only_a_layer_of_lines_is_drawn_as_a_line() -> None:
    assert {layer.name for layer in ALL.values() if layer.style.shape == "line"} == {"roads"}
    assert {layer.name for layer in ALL.values() if layer.geometry == "line"} == {"roads"}


def test_the_three_small_premises_are_kinds_of_business() -> None:
    kinds = {c.zh for c in ALL["businesses"].by_name["kind"].choices}
    assert {"小档口", "小作坊", "小娱乐场所"} <= kinds


def test_a_lamp_is_working_dark_or_unknown_and_drawn_by_it() -> None:
    lights = ALL["streetlights"]
    assert [(c.value, c.zh) for c in lights.by_name["status"].choices] == [
        ("working", "正常"),
        ("dark", "不亮"),
        ("unknown", "不明"),
    ]
    assert lights.style.by == "status"


def test_a_style_by_a_field_that_is_no_choice_is_refused() -> None:
    pole = Field("pole", "灯杆编号", "pole number", required=True)
    for by in ("pole", "colour"):
        wrong = Layer("lamps", "灯", "lamps", "point", "pole", (pole,), Style("#000000", by=by))
        with pytest.raises(ArgumentError, match="choice field"):
            Registry([wrong])


def test_the_registry_refuses_what_would_read_two_ways() -> None:
    pole = Field("pole", "灯杆编号", "pole number", required=True)
    lamps = Layer("lamps", "灯", "lamps", "point", "pole", (pole,), Style("#000000"))
    twin = Field("twin", "灯杆编号", "twin")
    state = Field("state", "状态", "state", type="choice", choices=(Choice("on", "亮", "on"),))
    refused = {
        "layer.duplicate_layer": [lamps, lamps],
        "layer.duplicate_header": [_with(lamps, pole, twin)],
        "layer.duplicate_field": [_with(lamps, pole, pole)],
        "layer.choices": [_with(lamps, pole, Field("kind", "类别", "kind", type="choice"))],
        "layer.key": [_with(lamps, state)],
    }
    for code, given in refused.items():
        with pytest.raises(ArgumentError) as caught:
            Registry(given)
        assert caught.value.code == code


def _with(layer: Layer, *fields: Field) -> Layer:
    return Layer(layer.name, layer.zh, layer.en, layer.geometry, layer.key, fields, layer.style)


def test_asking_whether_a_layer_is_there_is_no_error() -> None:
    registry = Registry(ALL.values())
    assert "roads" in registry
    assert "dragons" not in registry


def test_a_column_is_called_by_its_field_else_by_the_common_word_else_by_itself() -> None:
    shops = ALL["businesses"]
    assert [header(name, shops, "zh") for name in ("name", "cell", "k9")] == ["名称", "所属网格", "k9"]
    assert [header(name, None, "en") for name in ("name", "cell", "k9")] == ["name", "cell", "k9"]


def test_layers_fields_and_choices_are_spoken_in_the_language_asked_for() -> None:
    status = ALL["streetlights"].by_name["status"]
    assert [spoken(one, "zh") for one in (ALL["roads"], status, status.choices[1])] == ["道路", "状态", "不亮"]
    assert [spoken(one, "en") for one in (ALL["roads"], status, status.choices[1])] == ["roads", "status", "dark"]
