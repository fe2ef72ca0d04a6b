"""Every code that the source uses is said in both languages, and people read no text that stands elsewhere."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

import pytest

from gridmap.words import CATALOGUES, en
from tests.house.codes import Codes, called, parse, scan
from tests.house.planting import PACKAGES, ROOT

CHINESE = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff}][,;:!?]|[,;:!?][\u3400-\u9fff]")
# Help shows what is typed: an example, header=field, file:column.
TYPED = re.compile(r"^Example: .*|\w+[:=]\w+", re.MULTILINE)
SOURCE = parse(ROOT, PACKAGES)
ROOMS = sorted({code.partition(".")[0] for code in CATALOGUES["en"]})
# What a person at a terminal reads: typer's and rich's words for it.
SHOWN_KEYWORDS = {"help", "short_help", "epilog", "prompt", "title", "description", "rich_help_panel"}
SHOWING_CALLS = {"print", "echo", "secho", "confirm", "prompt", "add_column", "add_task", "BadParameter", "Panel"}


def inputs_of(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name}


def spoken(code: str, sentence: str) -> str:
    return TYPED.sub("", sentence) if code.startswith("cli.") else sentence


def lines(found: list[str]) -> str:
    """Return findings so that pytest shows them all."""
    return "\n".join(["", *found])


@pytest.fixture(scope="module")
def codes() -> Codes:
    return scan(SOURCE, ROOMS)


def test_both_languages_say_the_same_codes() -> None:
    assert set(CATALOGUES["zh"]) == set(CATALOGUES["en"])


def test_both_languages_name_the_same_inputs() -> None:
    differing = {
        code for code, sentence in CATALOGUES["en"].items() if inputs_of(sentence) != inputs_of(CATALOGUES["zh"][code])
    }
    assert differing == set()


def test_no_sentence_is_empty() -> None:
    assert [code for said in CATALOGUES.values() for code, sentence in said.items() if not sentence.strip()] == []


def test_english_holds_no_chinese_and_chinese_is_written_at_full_width() -> None:
    english = [code for code, sentence in CATALOGUES["en"].items() if CHINESE.search(spoken(code, sentence))]
    chinese = [code for code, sentence in CATALOGUES["zh"].items() if HALF_WIDTH.search(spoken(code, sentence))]
    assert not english + chinese, lines(english + chinese)


def test_every_code_used_is_in_the_catalogue(codes: Codes) -> None:
    assert len(codes.uses) > 50
    unknown = [f"{use.place}: {use.code}" for use in codes.uses if use.code not in CATALOGUES["en"]]
    assert not unknown, lines(unknown)


def test_every_code_put_together_while_running_meets_a_sentence(codes: Codes) -> None:
    unmet = [
        f"{place}: {pattern}"
        for pattern, place in codes.patterns.items()
        if not any(re.fullmatch(pattern, code) for code in CATALOGUES["en"])
    ]
    assert not unmet, lines(unmet)


def test_every_sentence_gets_the_inputs_that_it_names(codes: Codes) -> None:
    lacking = [
        f"{use.place}: {use.code} lacks {sorted(missing)}"
        for use in codes.uses
        if use.inputs is not None
        and use.code in CATALOGUES["en"]
        and (missing := inputs_of(CATALOGUES["en"][use.code]) - use.inputs)
    ]
    assert not lacking, lines(lacking)


def test_no_sentence_is_left_unused(codes: Codes) -> None:
    unused = [code for code in CATALOGUES["en"] if not codes.used(code)]
    assert not unused, lines(unused)


def texts(tree: ast.Module) -> list[ast.Constant]:
    """Return the text literals of a file, without its docstrings."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    ]


def test_no_chinese_stands_outside_words_and_layers() -> None:
    found = [
        f"{path}:{text.lineno}"
        for path, tree in SOURCE.items()
        if not path.startswith(("gridmap/words/", "layers/"))
        for text in texts(tree)
        if CHINESE.search(str(text.value))
    ]
    assert not found, lines(found)


# The reference of the service is documentation, and that is English.
REFERENCE = frozenset({"description", "title", "summary"})


def shown(tree: ast.Module, besides: frozenset[str] = frozenset()) -> list[ast.expr]:
    """Return what calls show to a person: first arguments of printing calls, and helping keywords but for `besides`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    first = [call.args[0] for call in calls if called(call) in SHOWING_CALLS and call.args]
    return first + [word.value for call in calls for word in call.keywords if word.arg in SHOWN_KEYWORDS - besides]


def literal(shown_value: ast.expr) -> bool:
    """Return whether a person would read words that stand in the source itself (markup and braces are none)."""
    parts = shown_value.values if isinstance(shown_value, ast.JoinedStr) else [shown_value]
    text = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return re.search(r"[A-Za-z\u3400-\u9fff]", re.sub(r"\[[^\]]*\]|\{[^}]*\}", "", text)) is not None


def test_a_door_shows_no_text_of_its_own() -> None:
    found = [
        f"{path}:{value.lineno}"
        for path, tree in SOURCE.items()
        if path.startswith(("gridmap/cli/", "api/"))
        for value in shown(tree, REFERENCE if path.startswith("api/") else frozenset())
        if literal(value)
    ]
    assert not found, lines(found)


PLANTED = """
def tell(code, **inputs):
    print(say(f"grid.{code}", "zh", **inputs))

def deeper(style, code):
    tell(code)

deeper("red", "first")
tell(f"kind.{kind}")
raise ArgumentError("grid.second", argument="cells")
Fault("grid.third", inputs={"allowed": "x"})
STATES = ("grid.fourth",)
"""


def test_codes_are_found_through_wrappers_patterns_and_data() -> None:
    found = scan({"gridmap/grid/planted.py": ast.parse(PLANTED)}, ["grid"])
    assert {use.code for use in found.uses} == {"grid.first", "grid.second", "grid.third"}
    assert {use.code: use.inputs for use in found.uses}["grid.third"] == {"value", "column", "allowed"}
    assert list(found.patterns) == [r"grid\.kind\.[a-z0-9_.]+"]
    assert found.used("grid.fourth")
    assert found.used("grid.kind.slit")
    assert not found.used("grid.fifth")


@pytest.mark.parametrize(
    "line", ['typer.Option(help="Say it")', 'out.print(f"done {n}")', "console.print('已完成')", 'echo("[b]Done[/b]")']
)
def test_a_text_of_a_doors_own_is_caught(line: str) -> None:
    assert [literal(value) for value in shown(ast.parse(line))] == [True]


@pytest.mark.parametrize("line", ['typer.Option(help=words("x"))', "out.print(say(code))", 'echo("[b]{x}[/b]")'])
def test_a_text_of_the_catalogue_is_allowed(line: str) -> None:
    assert not any(literal(value) for value in shown(ast.parse(line)))


def test_no_code_stands_twice() -> None:
    """A room's words may stand in several modules: one would hide the other."""
    held = [
        f"{module.name.partition('_')[0]}.{name}"
        for module in iter_modules(en.__path__)
        for name in import_module(f"{en.__name__}.{module.name}").WORDS
    ]
    assert sorted(held) == sorted(set(held))
