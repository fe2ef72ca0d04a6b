"""The documents are under test: every command, code block and link in them works."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.house.documents import LINK, Offices, commands, python_script, run, unmet
from tests.house.planting import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# What a console block may run beside `make`, whose targets are looked up alone.
TESTED = {"gridmap", "printf"}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_commands() -> list[Path]:
    return [path for path in DOCUMENTS if commands(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def first_offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    """The offices that first commands made, by the command: many readers begin with the same one."""
    return Offices(tmp_path_factory.mktemp("offices"))


@pytest.mark.parametrize("path", with_commands() or [ROOT / "README.md"], ids=name)
def test_every_command_of_a_document_does_what_it_shows(path: Path, tmp_path: Path, first_offices: Offices) -> None:
    typed = commands(path.read_text(encoding="utf-8"))
    assert typed, "a reader finds no command here"
    faults = []
    for command in typed:
        tool, _, rest = command.text.partition(" ")
        if tool == "make":
            faults += [f"line {command.line}: no such target: {word}" for word in rest.split() if word not in TARGETS]
            continue
        assert tool in TESTED, f"line {command.line}: {command.text!r} cannot be tested: put it into a sh block"
        done = first_offices.run(command.text, tmp_path)
        if done.returncode != command.exit_code:
            faults.append(f"line {command.line}: {command.text}: exit {done.returncode}\n{done.stdout[-2000:]}")
        elif missing := unmet(command.shown, done.stdout):
            faults.append(f"line {command.line}: {command.text}: not shown: {missing}\n{done.stdout[:4000]}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if python_script(path.read_text(encoding="utf-8"))], ids=name
)
def test_every_python_block_of_a_document_runs(path: Path, tmp_path: Path) -> None:
    done = run([sys.executable, "-c", python_script(path.read_text(encoding="utf-8"))], tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    targets = [found["target"] for found in LINK.finditer(path.read_text(encoding="utf-8"))]
    dead = [
        target
        for target in targets
        if not target.startswith(("http://", "https://", "#", "mailto:"))
        and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert dead == []


PLANTED = """
```console
$ gridmap list lights \\
    --on 2015-12-31
code  count
...
total 800 of …

$ gridmap grid check bad.geojson  # exit 1
```
```python
print("one")
```
Between.
```python
print("two")
```
"""


def test_a_console_block_is_read_as_commands_with_what_they_show() -> None:
    first, second = commands(PLANTED)
    assert (first.text, first.exit_code, first.line) == ("gridmap list lights     --on 2015-12-31", 0, 3)
    assert first.shown == ["code  count", "...", "total 800 of …"]
    assert (second.text, second.exit_code) == ("gridmap grid check bad.geojson", 1)


def test_shown_lines_must_come_in_their_order() -> None:
    shown = ["code  count", "...", "total 800 of …"]
    assert unmet(shown, "code count\n440307 12\ntotal 800 of 5,100\n") == []
    assert unmet(shown, "total 800 of 5,100\ncode count\n") == ["total 800 of …"]
    assert unmet(shown, "code count\ntotal 801 of 5,100\n") == ["total 800 of …"]


def test_python_blocks_keep_the_line_numbers_of_the_document() -> None:
    script = python_script(PLANTED).splitlines()
    lines = PLANTED.splitlines()
    assert [number for number, line in enumerate(lines) if line.startswith("print")] == [
        number for number, line in enumerate(script) if line
    ]
