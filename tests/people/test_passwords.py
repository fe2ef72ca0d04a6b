"""A password is long and not the name; the same characters are the same password however they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.people.passwords import (
    LONGEST,
    SHORTEST,
    account_name,
    is_account_name,
    password_bytes,
    password_faults,
)


def codes(password: str, name: str = "w040") -> list[str]:
    return [fault.code.removeprefix("people.password_") for fault in password_faults(password, name)]


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("correct horse battery", []),
        ("走访走访每一户都要见到人才算数", []),
        ("short", ["length"]),
        ("", ["length", "plain"]),
        ("abc" * 100, ["length", "plain"]),
        # Composed it is short enough; as it was typed it would be cut.
        ("e\u0301oiu" + "na\u0308" * 84, ["length"]),
        ("aaaaaaaaaaaaaaaa", ["plain"]),
        ("my name is W040, yes", ["name"]),
        ("a sentence\tis good", ["characters"]),
        ("a sentence is good\ud800", ["characters"]),
        ("w040w040", ["length", "plain", "name"]),
    ],
)
def test_every_rule_that_is_broken_is_told_at_once(password: str, broken: list[str]) -> None:
    assert codes(password) == broken


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=SHORTEST - 1))
def test_no_fault_shows_what_was_given(password: str) -> None:
    faults = password_faults(password, "w040")
    assert faults
    assert all(fault.personal and fault.value is None for fault in faults)
    assert {fault.say() for fault in faults} <= {fault.say() for fault in password_faults("\tw040", "w040")}


@settings(deadline=None)
@given(st.text(max_size=LONGEST + 50))
def test_any_text_becomes_bytes(password: str) -> None:
    assert isinstance(password_bytes(password), bytes)


def test_full_width_is_half_width() -> None:
    assert password_bytes("\uff41\uff42\uff43") == b"abc"
    assert account_name(" \uff37\uff10\uff14\uff10 ") == "w040"


@pytest.mark.parametrize("name", ["w040", "a", "clerk.2", "x" * 32])
def test_names_that_may_be(name: str) -> None:
    assert is_account_name(name)


@pytest.mark.parametrize("name", ["", "local", "nobody", "W040", "token:1", "李小红", "-a", "x" * 33, "a b", "a\n"])
def test_names_that_may_not_be(name: str) -> None:
    assert not is_account_name(name)
