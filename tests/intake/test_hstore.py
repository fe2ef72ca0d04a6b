from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridmap.intake.hstore import tags, unpack


def packed(pairs):
    escape = str.maketrans({'"': r"\"", "\\": r"\\"})
    return ",".join(f'"{key.translate(escape)}"=>"{value.translate(escape)}"' for key, value in pairs.items())


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_any_tags_come_back_from_their_packed_form(pairs):
    assert tags(packed(pairs)) == pairs


def test_only_wanted_tags_that_some_row_has_are_unpacked():
    rows = ['"lit"=>"yes","shop"=>"bakery"', None, '"shop"=>"florist"', "no pairs at all"]
    assert unpack(rows, {"shop", "lamp"}.__contains__) == {"shop": ["bakery", None, "florist", None]}
