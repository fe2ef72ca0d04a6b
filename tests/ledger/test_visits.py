"""What is wrong with a visit in itself, and which entry of a chain counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import ArgumentError
from gridmap.ledger.visits import MODES, OUTCOMES, Visit, current, digest, visit_faults

NOW = dt.datetime(2015, 3, 12, 12, tzinfo=dt.UTC)
GOOD = Visit(str(UUID(int=1)), NOW, "7", "met", layer="households", key="H1", companions=("8",))
CADRES, LAYERS = ("7", "8"), ("households",)


def found(*visits: Visit) -> list[tuple[int | None, str, str]]:
    faults = visit_faults(visits, now=NOW, cadres=CADRES, layers=LAYERS)
    assert all(fault.say(lang) for fault in faults for lang in ("zh", "en"))
    return [(fault.row, fault.column, fault.code.removeprefix("ledger.visit_")) for fault in faults]


def test_a_good_visit_has_no_fault() -> None:
    at_a_cell = replace(GOOD, layer=None, key=None, cell="44", companions=(), answers={"duty/field": "yes"})
    assert found(GOOD, at_a_cell) == []
    assert {replace(GOOD, outcome=one).outcome for one in OUTCOMES if not found(replace(GOOD, outcome=one))} == set(
        OUTCOMES
    )
    assert not any(found(replace(GOOD, mode=one)) for one in MODES)


@pytest.mark.parametrize(
    ("said", "column", "code"),
    [
        ({"id": "1"}, "id", "id"),
        ({"id": GOOD.id.upper().replace("1", "A")}, "id", "id"),
        ({"corrects": "x"}, "corrects", "id"),
        ({"corrects": GOOD.id}, "corrects", "itself"),
        ({"at": NOW.replace(tzinfo=None)}, "at", "naive"),
        ({"at": NOW + dt.timedelta(microseconds=1)}, "at", "future"),
        ({"lead": "9"}, "lead", "nobody"),
        ({"companions": ("9",)}, "companions", "nobody"),
        ({"companions": ("7",)}, "companions", "companions"),
        ({"companions": ("8", "8")}, "companions", "companions"),
        ({"outcome": "done"}, "outcome", "word"),
        ({"mode": "boat"}, "mode", "word"),
        ({"layer": "ships"}, "layer", "word"),
        ({"key": None}, "key", "place"),
        ({"layer": None}, "key", "place"),
        ({"cell": "44"}, "key", "place"),
        ({"layer": None, "key": None}, "key", "place"),
        ({"answers": {"paid": "no"}}, "answers", "answer"),
        ({"answers": {"a/b/c": "no"}}, "answers", "answer"),
    ],
)
def test_each_fault_is_named_with_its_field(said: dict[str, Any], column: str, code: str) -> None:
    assert found(GOOD, replace(GOOD, **said)) == [(2, column, code)]


def test_all_faults_are_found_in_one_pass() -> None:
    bad = replace(GOOD, lead="9", outcome="x", mode="x", key=None)
    assert found(bad, GOOD, bad) == [
        (row, column, code)
        for row in (1, 3)
        for column, code in (("lead", "nobody"), ("outcome", "word"), ("mode", "word"), ("key", "place"))
    ]


def test_the_digest_is_of_the_content_and_not_of_the_offset() -> None:
    shanghai = GOOD.at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert digest(replace(GOOD, at=shanghai)) == digest(GOOD)
    others = [{"outcome": "absent"}, {"note": "x"}, {"companions": ()}, {"answers": {"a/b": "c"}}, {"cell": "44"}]
    assert len({digest(replace(GOOD, **one)) for one in others} | {digest(GOOD)}) == len(others) + 1
    with pytest.raises(ArgumentError):
        digest(replace(GOOD, at=NOW.replace(tzinfo=None)))


def test_neither_note_nor_answers_stand_in_a_repr() -> None:
    assert "secret" not in repr(replace(GOOD, note="secret", answers={"a/b": "secret"}))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(min_value=0, max_value=2), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_of_each_chain_of_corrections_the_last_entry_counts(lengths: list[int], random: Any) -> None:
    chains = [[f"{chain}.{at}" for at in range(length + 1)] for chain, length in enumerate(lengths)]
    rows = [(one, chain[at - 1] if at else None) for chain in chains for at, one in enumerate(chain)]
    random.shuffle(rows)
    frame = pd.DataFrame(rows, columns=["visit", "corrects"], dtype=object)
    assert set(current(frame)["visit"]) == {chain[-1] for chain in chains}
