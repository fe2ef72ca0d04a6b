"""What the repository holds, and what it must never hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house.planting import ROOT

TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "api", "benchmarks",
    "docs", "gridmap", "layers", "notebooks", "pyproject.toml", "requirements-bench.txt", "requirements-dev.txt",
    "requirements-serve.txt",
    "requirements.txt", "tests",
}  # fmt: skip
LARGEST = 300_000
REQUIREMENTS = ("requirements.txt", "requirements-serve.txt", "requirements-dev.txt", "requirements-bench.txt")
# Folders of one machine; a path below /usr or /etc is the same on each.
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root|home/\w+|Users/\w+|farm|tmp/\w+)/")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z0-9, -]+\])?==(?P<version>\S+)")


@pytest.fixture(scope="module")
def kept() -> list[Path]:
    """Return every file that git keeps here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts(kept: list[Path]) -> dict[str, str]:
    found = {}
    for path in kept:
        data = path.read_bytes()
        if b"\0" not in data:
            found[path.relative_to(ROOT).as_posix()] = data.decode("utf-8")
    return found


def test_the_top_level_holds_only_what_is_expected(kept: list[Path]) -> None:
    assert {path.relative_to(ROOT).parts[0] for path in kept} <= TOP_LEVEL


def test_no_file_is_large(kept: list[Path]) -> None:
    assert [path.name for path in kept if path.stat().st_size > LARGEST] == []


def test_lines_end_as_on_unix(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if "\r\n" in text] == []


def test_no_path_of_one_machine_is_written_down(texts: dict[str, str]) -> None:
    found = [
        f"{name}:{number}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["cd /" + "work/main", "'/" + "root/.cache'", "(/" + "home/ann/x)"])
def test_a_path_of_one_machine_is_caught(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_pinned_with_hashes_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all(PIN.match(line) and line.endswith("\\") for line in pins)
    assert not re.search(r"://|--index|--find-links|--trusted-host| @ ", text)


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-serve.txt": extras["fast-travel"] + extras["postgis"] + extras["oidc"],
        "requirements-dev.txt": extras["dev"],
        "requirements-bench.txt": extras["bench"],
    }
    pinned: set[str] = set()
    for name, ranges in wanted.items():
        pinned |= {pin["name"].lower() for pin in PIN.finditer((ROOT / name).read_text(encoding="utf-8"))}
        assert {re.split(r"[\[<>=~! ]", one)[0].lower() for one in ranges} <= pinned, name


def test_no_pin_stands_in_two_files() -> None:
    pins = [line for name in REQUIREMENTS for line in (ROOT / name).read_text("utf-8").splitlines() if PIN.match(line)]
    assert sorted(pins) == sorted(set(pins))


def test_the_pin_files_agree() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for name in REQUIREMENTS:
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if pin := PIN.match(line):
                marker = line.partition(";")[2].strip(" \\")
                versions.setdefault((pin["name"], marker), set()).add(pin["version"])
    assert {key: found for key, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", [".ci/run", ".ci/setup", ".ci/serve", ".ci/bundle", ".ci/lock"])
def test_a_script_can_be_run_and_stops_at_the_first_fault(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", script], check=True)
