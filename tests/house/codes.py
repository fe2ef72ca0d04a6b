"""Which codes of the word catalogue the source uses, found by reading its syntax trees."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gridmap import errors

# Calls whose first argument is a code: every error, a fault, and `say` itself.
SPEAKERS = {
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.GridmapError) and kind is not errors.FaultsError
} | {"say", "Fault"}
# What a fault says beside its own inputs.
GIVEN_TO_A_FAULT = {"value", "column"}
# Below intake/raw.py a file has no name: `raw.read_contents` adds it to every refusal.
NAMELESS = tuple(
    f"gridmap/intake/{name}" for name in ("child.py", "doors.py", "formats.py", "limits.py", "parsers/", "sandbox.py")
)


@dataclass(frozen=True)
class Use:
    """One use of a code; `inputs` are the names given with it, None where they cannot be read off."""

    place: str
    code: str
    inputs: frozenset[str] | None = None


@dataclass(frozen=True)
class Wrapper:
    """A function that makes a code of its argument: `position` and `name` of the argument, `prefix` of the code."""

    position: int
    name: str
    prefix: str


@dataclass
class Codes:
    """The codes used in a set of files, and the patterns of those put together while running."""

    uses: list[Use] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
    patterns: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def used(self, code: str) -> bool:
        """Return whether `code` is written out or met by a pattern; one of a room alone needs the rest written out."""
        if code in self.mentioned or any(use.code == code for use in self.uses):
            return True
        name = code.partition(".")[2]
        return any(
            re.fullmatch(pattern, code) and (pattern.count(r"\.") > 1 or name in self.texts)
            for pattern in self.patterns
        )


def scan(files: Mapping[str, ast.Module], rooms: Sequence[str]) -> Codes:
    """Read the codes of `files` (path: tree); `rooms` are the modules of the catalogue."""
    found = Codes()
    wrappers = _wrappers(files)
    starts = tuple(f"{room}." for room in rooms)
    for path, tree in files.items():
        made = {id(text) for text in _texts_in_wrappers(path, tree, wrappers)}
        for node in ast.walk(tree):
            place = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                _read_call(node, place, wrappers.get(_room(path), {}), found)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.texts.add(node.value)
                if node.value.startswith(starts):
                    found.mentioned.add(node.value)
            elif (
                isinstance(node, ast.JoinedStr)
                and id(node) not in made
                and _pattern(node).startswith(tuple(re.escape(start) for start in starts))
            ):
                found.patterns[_pattern(node)] = place
    return found


def parse(root: Path, packages: Sequence[str]) -> dict[str, ast.Module]:
    """Return the syntax tree of each file of the packages, by its path below `root`."""
    return {
        path.relative_to(root).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
    }


def called(node: ast.Call) -> str:
    """Return the last name of what is called: `say` of `words.say(...)`."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _read_call(node: ast.Call, place: str, wrappers: Mapping[str, Wrapper], found: Codes) -> None:
    name = called(node)
    wrapper = wrappers.get(name) or (Wrapper(0, "code", "") if name in SPEAKERS else None)
    if wrapper is None or (isinstance(node.func, ast.Attribute) and name == "say"):
        return
    code = _argument(node, wrapper)
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        found.uses.append(Use(place, wrapper.prefix + code.value, _inputs(node, place) if name in SPEAKERS else None))
    elif isinstance(code, ast.IfExp):
        for branch in (code.body, code.orelse):
            if isinstance(branch, ast.Constant):
                found.uses.append(Use(place, f"{wrapper.prefix}{branch.value}"))
    elif isinstance(code, ast.JoinedStr) and wrapper.prefix:
        found.patterns[re.escape(wrapper.prefix) + _pattern(code)] = place


def _inputs(node: ast.Call, place: str) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if called(node) != "Fault":
        return frozenset(given) | ({"file"} if place.startswith(NAMELESS) else set())
    inputs = given.get("inputs", ast.Dict([], []))
    if not isinstance(inputs, ast.Dict):
        return None
    return frozenset({key.value for key in inputs.keys if isinstance(key, ast.Constant)} | GIVEN_TO_A_FAULT)


def _argument(node: ast.Call, wrapper: Wrapper) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == wrapper.name:
            return keyword.value
    return node.args[wrapper.position] if len(node.args) > wrapper.position else None


def _pattern(text: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_.]+" for part in text.values
    )


def _room(path: str) -> str:
    return "/".join(path.split("/")[:2])


def _wrappers(files: Mapping[str, ast.Module]) -> dict[str, dict[str, Wrapper]]:
    """Return by room the functions that pass an argument on as a code, however many calls deep."""
    known: dict[str, dict[str, Wrapper]] = {}
    size = -1
    while size != (size := sum(map(len, known.values()))):
        for path, tree in files.items():
            room = known.setdefault(_room(path), {})
            for function in _functions(tree):
                for _, wrapper in _passed_on(function, room):
                    room.setdefault(function.name, wrapper)
    return known


def _texts_in_wrappers(
    path: str, tree: ast.Module, wrappers: Mapping[str, Mapping[str, Wrapper]]
) -> Iterator[ast.expr]:
    for function in _functions(tree):
        for text, _ in _passed_on(function, wrappers.get(_room(path), {})):
            yield text


@cache
def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@cache
def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call) and (node.args or node.keywords)]


def _passed_on(function: ast.FunctionDef, room: Mapping[str, Wrapper]) -> Iterator[tuple[ast.expr, Wrapper]]:
    own = [one.arg for one in function.args.posonlyargs + function.args.args if one.arg not in {"self", "cls"}]
    names = own + [one.arg for one in function.args.kwonlyargs]
    for call in _calls(function):
        inner = room.get(called(call)) or (Wrapper(0, "code", "") if called(call) in SPEAKERS else None)
        code = _argument(call, inner) if inner else None
        prefix = inner.prefix if inner else ""
        if isinstance(code, ast.JoinedStr) and len(code.values) == 2 and isinstance(code.values[0], ast.Constant):
            prefix += str(code.values[0].value)
            last = code.values[1]
            passed = last.value if isinstance(last, ast.FormattedValue) else None
        else:
            passed = code
        if code is not None and isinstance(passed, ast.Name) and passed.id in names:
            position = own.index(passed.id) if passed.id in own else len(own)
            yield code, Wrapper(position, passed.id, prefix)
