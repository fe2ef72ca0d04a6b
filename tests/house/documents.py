"""What the documents tell the reader to type, and whether it does what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
EXIT = re.compile(r"\s+# exit (?P<code>\d+)$")
GAP = {"...", "…"}


@dataclass
class Command:
    """One `$ ` line of a console block: the command, the exit code it ends with, and the output shown below it."""

    line: int
    text: str
    exit_code: int = 0
    shown: list[str] = field(default_factory=list)


def blocks(text: str, kind: str) -> list[tuple[int, str]]:
    """Return the fenced blocks of one kind, each with its first line's number."""
    return [
        (text.count("\n", 0, found.start()) + 2, found["text"])
        for found in BLOCK.finditer(text)
        if found["kind"] == kind
    ]


def commands(text: str) -> list[Command]:
    """Return every command of the console blocks of a document, in order."""
    found: list[Command] = []
    for start, block in blocks(text, "console"):
        for offset, line in enumerate(block.replace("\\\n", "\\\0").splitlines()):
            whole = line.replace("\\\0", "")
            if whole.startswith("$ "):
                code = EXIT.search(whole)
                found.append(Command(start + offset, EXIT.sub("", whole[2:]), int(code["code"]) if code else 0))
            elif whole.strip():
                found[-1].shown.append(whole)
    return found


def python_script(text: str) -> str:
    """Return the python blocks of a document as one script whose lines are numbered as in the document."""
    script: list[str] = []
    for start, block in blocks(text, "python"):
        script += [""] * (start - 1 - len(script))
        script += block.splitlines()
    return "\n".join(script)


def unmet(shown: list[str], said: str) -> list[str]:
    """Return the shown lines that `said` lacks in that order; `...` stands for anything, spaces count as one."""
    rest = [" ".join(line.split()) for line in said.splitlines()]
    missing = []
    for line in shown:
        words = " ".join(line.split())
        if words in GAP:
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in re.split(r"\.\.\.|…", words)))
        at = next((place for place, one in enumerate(rest) if pattern.fullmatch(one)), None)
        if at is None:
            missing.append(line)
        else:
            rest = rest[at + 1 :]
    return missing


def reader(home: Path) -> dict[str, str]:
    """Return the environment of a reader who has installed the product and has no office yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIDMAP_", "LC_", "LANG"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"PATH": path, "GRIDMAP_HOME": str(home), "LC_ALL": "C.UTF-8", "COLUMNS": "120"}


def run(argv: list[str], where: Path) -> subprocess.CompletedProcess[str]:
    """Run `argv` in the folder `where`, which also holds the reader's office."""
    return subprocess.run(
        argv,
        cwd=where,
        env=reader(where / "office"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )


class Offices:
    """Runs commands; the office that a command has made for one reader is copied for the next who types the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: dict[str, subprocess.CompletedProcess[str]] = {}

    def run(self, command: str, where: Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder `where`, or copy what it made before."""
        office = where / "office"
        if office.exists() or not command.startswith("gridmap demo"):
            return run(["bash", "-c", command], where)
        kept = self._folder / str(len(self._done))
        if command not in self._done:
            done = run(["bash", "-c", command], where)
            if done.returncode == 0:
                shutil.copytree(office, kept)
                self._done[command] = done
            return done
        kept = self._folder / str(list(self._done).index(command))
        shutil.copytree(kept, office)
        return self._done[command]
