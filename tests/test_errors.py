"""Errors speak in the reader's language, and never show a personal value."""

from __future__ import annotations

import pytest

from gridmap.errors import ArgumentError, Fault, FaultsError, GridmapError, InputError, detail
from gridmap.words import say

SECRET = "王小明"
PERSONAL = Fault(
    "intake.required",
    file="a.xlsx",
    sheet="S",
    row=3,
    column="户主",
    value=SECRET,
    personal=True,
    inputs={"field": "head"},
)


def test_an_error_is_said_in_both_languages() -> None:
    error = ArgumentError("office.empty_name")
    assert "name" in error.say("en")
    assert "名称" in error.say("zh")
    assert str(error) == error.say("en")


def test_a_personal_value_stands_in_no_message_and_no_repr() -> None:
    many = FaultsError([PERSONAL])
    for text in (PERSONAL.say("en"), PERSONAL.say("zh"), repr(PERSONAL), str(many), repr(many), str(detail(many))):
        assert SECRET not in text
    assert PERSONAL.value == SECRET, "the fault sheet given back to its uploader may hold it"


def test_a_fault_says_where_it_is() -> None:
    assert PERSONAL.place("en") == "a.xlsx, S, row 3, 户主"


def test_a_long_value_is_cut_in_messages() -> None:
    assert len(Fault("intake.required", value="x" * 1000).shown_value()) == 60


def test_many_faults_are_counted_and_the_first_are_shown() -> None:
    said = FaultsError([PERSONAL] * 9).say("en")
    assert said.startswith("9 faults")
    assert said.endswith("and 4 more")


def test_every_input_error_is_a_value_error_and_every_error_is_ours() -> None:
    assert issubclass(InputError, ValueError)
    assert issubclass(FaultsError, GridmapError)


def test_an_unknown_code_or_language_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="dragon"):
        say("office.dragon")
    with pytest.raises(LookupError, match="fr"):
        say("office.empty_name", "fr")
