"""The glossary and the product use one word for one thing."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

import layers
from gridmap.gaps.shape import NAMES
from gridmap.layer import Layer
from gridmap.words import say
from tests.house.planting import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
]
CHINESE = {row[0]: row[1] for row in ROWS}
DECLARED: list[Layer] = [import_module(f"layers.{module.name}").LAYER for module in iter_modules(layers.__path__)]


@pytest.mark.parametrize("layer", DECLARED, ids=lambda layer: layer.name)
def test_a_layer_is_called_as_in_the_glossary(layer: Layer) -> None:
    assert CHINESE[layer.name] == layer.zh


@pytest.mark.parametrize("layer", DECLARED, ids=lambda layer: layer.name)
def test_the_gap_kinds_of_a_layer_stand_in_the_glossary(layer: Layer) -> None:
    assert set(layer.gap_kinds) <= set(CHINESE)


def test_each_word_stands_once() -> None:
    heads = {"word", "what", "kind", "---"}
    words = [row[0] for row in ROWS if row[0] not in heads and row[1] != "中文"]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", NAMES)
def test_a_kind_of_gap_is_called_as_in_the_glossary(kind: str) -> None:
    assert CHINESE[kind] == say(f"gaps.kind.{kind}", "zh")


@pytest.mark.parametrize(("word", "code"), [("stop", "stop"), ("left out", "left_out"), ("priority", "priority")])
def test_a_plan_is_shown_in_the_words_of_the_glossary(word: str, code: str) -> None:
    assert CHINESE[word] == say(f"cli.route.column.{code}", "zh")
