"""Who may open a transaction of the whole office, and why: everybody else's is as wide as the person who asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import gridmap

HOME = Path(gridmap.__file__).parent.parent
ROOMS = ("api", "gridmap/cli", "gridmap/office")
WHOLE = ("reading_whole", "writing_whole")

_CUT = "worked out of the whole office and then cut to who asks: "
_NOBODY = "nobody has come in yet, or it is about who comes in: "
ALLOWED = {
    "gridmap/office/cell_cards.py": "the roster and the editions, which are open to all",
    "gridmap/office/cell_lists.py": "the grid and who answers, which are open to all",
    "gridmap/office/demo_accounts.py": "the demo makes accounts of the roster, which is open to all",
    "gridmap/office/derived.py": "the marks of change, which are open to all",
    "gridmap/office/doctor.py": "the calendar, which is open to all",
    "gridmap/office/duties.py": f"{_CUT}the states of duties, which a cadre's visits elsewhere count for",
    "gridmap/office/duty_sight.py": f"{_CUT}the states of duties, once for all who ask",
    "gridmap/office/figure_names.py": "names of duties, categories and cells, which are open to all",
    "gridmap/office/figuring.py": f"{_CUT}figures, of periods that begin elsewhere and issues that moved",
    "gridmap/office/gap_day.py": f"{_CUT}a lamp just outside a scope lights the road inside",
    "gridmap/office/happened.py": f"{_CUT}the ledger of a day, grown by what is new",
    "gridmap/office/map_scene.py": f"{_CUT}the colours and ways of a map go on beyond the edge",
    "gridmap/office/repeats.py": "answers kept by the digest of a key, whoever asks",
    "gridmap/office/rerouting.py": "all streets; a plan made anew keeps the stops that its maker does not see",
    "gridmap/office/roster_lists.py": f"{_CUT}the roster, which is open to all",
    "gridmap/office/routing.py": "all streets; a plan made anew keeps the stops that its maker does not see",
    "gridmap/office/sessions.py": f"{_NOBODY}accounts, sessions and attempts",
    "gridmap/office/ticking.py": "the office's clock looks at every open issue, for persons of the whole office alone",
    "gridmap/office/tokens.py": f"{_NOBODY}a token, by its digest",
    "gridmap/office/work.py": "a worker takes whoever's job; its errand is done as the person who asked for it",
}


# Where an office is founded, opened, or brought back, there is none yet to ask.
OPENING = {"gridmap/office/copying.py", "gridmap/office/setup.py", "gridmap/office/wiring.py"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((HOME / room).rglob("*.py")):
            yield path.relative_to(HOME).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(tree: ast.Module) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node


def test_only_the_named_modules_open_the_whole_office() -> None:
    found = {name for name, tree in sources() if any(one.attr in WHOLE for one in called(tree))}
    assert found - {"gridmap/office/wiring.py"} == ALLOWED.keys(), "give a reason for each, and for no other"
    assert all(len(reason) > 20 for reason in ALLOWED.values())


def test_nobody_opens_the_store_itself_beside_the_wiring() -> None:
    """`Office.reading(person)` asks for the person; `store.reading` takes any scope that one writes."""
    found = set()
    for name, tree in sources():
        for one in called(tree):
            of_store = isinstance(one.value, ast.Name | ast.Attribute) and "store" in ast.unparse(one.value).lower()
            if one.attr in {"reading", "writing"} and of_store:
                found.add(name)
    assert found == OPENING


def test_everywhere_is_said_where_an_office_is_founded_and_wired_alone() -> None:
    said = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "EVERYWHERE"
    }
    assert said == OPENING
