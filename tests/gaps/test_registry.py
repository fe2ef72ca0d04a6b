"""Every kind is one file; asking for one that nobody computes is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import reload
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.gaps import kinds, registry
from gridmap.gaps.shape import COLUMNS, NAMES
from tests.gaps.conftest import Look

AddKind = Callable[[str, str], None]
ONE_FILE = """
from gridmap.gaps.cells import answering, chains
from gridmap.gaps.shape import gap_frame


class TreelessCell:
    name = "{name}"
    layers = ()

    def find(self, view):
        codes = view.grid.level("small")["code"].tolist()
        columns = {{
            "kind": self.name, "subject": codes, **chains(view.grid, codes), "measure": 1.0, "unit": "",
            "since": view.edition_from.isoformat(), "responsible": answering(view, codes),
            "reason": "gaps.unplaced", "inputs": [{{}} for _ in codes], "geometry": view.grid.level("small").geometry,
        }}
        return gap_frame(columns, view.grid.crs)


KIND = TreelessCell()
"""


@pytest.fixture
def add_kind(tmp_path: Path) -> Iterator[AddKind]:
    """Adds one file to the kinds, and takes it away after the test."""
    usual = list(kinds.__path__)

    def add(name: str, file: str) -> None:
        (tmp_path / f"{file}.py").write_text(ONE_FILE.format(name=name), encoding="utf-8")
        kinds.__path__ = [*usual, str(tmp_path)]
        reload(registry)

    yield add
    kinds.__path__ = usual
    reload(registry)


def test_a_new_kind_of_gap_is_one_file(add_kind: AddKind, look: Look) -> None:
    add_kind("treeless_cell", "treeless_cell_of_a_test")
    assert list(registry.KINDS)[-1] == "treeless_cell"
    gaps = registry.find_gaps(look(), ["treeless_cell"])
    assert (len(gaps), list(gaps.columns)) == (4, list(COLUMNS))
    assert registry.find_gaps(look(households={"H1": None}))["kind"].iloc[-1] == "treeless_cell"


def test_two_files_may_not_declare_one_kind(add_kind: AddKind) -> None:
    with pytest.raises(ArgumentError, match="overlap"):
        add_kind("overlap", "overlap_of_a_test")


def test_kinds_stand_in_the_order_of_the_design() -> None:
    assert list(registry.KINDS) == [name for name in NAMES if name in registry.KINDS]


def test_a_kind_that_nobody_computes_is_refused_by_name(look: Look) -> None:
    with pytest.raises(NotFoundError, match="treeless_cell"):
        registry.find_gaps(look(), ["overlap", "treeless_cell"])


def test_without_gaps_the_shape_is_the_same(look: Look) -> None:
    gaps = registry.find_gaps(look(), ["overlap"])
    assert list(gaps.columns) == list(COLUMNS)
    assert gaps.crs == look().grid.crs
