"""CQL2 text to the JSON form of CQL2: read by a parser of our own, in one pass and never deeper than it may go.

The parser of the `cql2` package falls over texts nested deeply, and takes twice as long a level for those that are
wrong: nothing to give a text of anybody's to. It is what the tests compare this one with.
Source: OGC 21-065r2, annexes B and C.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from shapely.geometry import mapping

from gridmap.errors import ArgumentError

Json = Any
LONGEST = 8000
DEEPEST = 60

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<text>'(?:[^'\\]|''|\\.)*')
  | (?P<quoted>"(?:[^"]|"")+")
  | (?P<name>[^\W\d][\w.:]*)
  | (?P<sign><>|<=|>=|[=<>+\-*/%^(),])
  )""",
    re.VERBOSE | re.DOTALL,
)
_SHAPES = frozenset(
    {"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}
)
_COMPARED = frozenset({"=", "<>", "<", "<=", ">", ">="})
_RESERVED = frozenset({"AND", "OR", "NOT", "LIKE", "ILIKE", "BETWEEN", "IN", "IS", "DIV"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    begin: int
    end: int


def read_text(text: str) -> Json:
    """Return a filter in CQL2 text in its JSON form. Raises ArgumentError telling where it cannot be read."""
    if len(text) > LONGEST:
        raise ArgumentError("api.filter_long", argument="filter", most=LONGEST)
    return _Reader(text).whole()


def read_json(text: str) -> Json:
    """Return a filter in CQL2 JSON. Raises ArgumentError for one that is no JSON, too long or too deep."""
    if len(text) > LONGEST:
        raise ArgumentError("api.filter_long", argument="filter", most=LONGEST)
    try:
        read = orjson.loads(text)
    except ValueError:
        raise ArgumentError("api.filter_json", argument="filter") from None
    if _depth(read) > DEEPEST:
        raise ArgumentError("api.filter_deep", argument="filter", most=DEEPEST)
    return read


def _depth(one: Json) -> int:
    depth, level = 0, [one]
    while level:
        depth += 1
        inner = [part for part in level if isinstance(part, dict | list)]
        level = [child for part in inner for child in (part.values() if isinstance(part, dict) else part)]
    return depth


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ArgumentError("api.filter_text", argument="filter", at=at + 1)
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind), match.end()))
        at = match.end()
    return [*found, _Token("end", "", len(text), len(text))]


class _Reader:
    """One text while it is read: each method reads what it is named after, and those that bind closer read first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Json:
        """Read all of it."""
        read = self.either()
        if self.token.kind != "end":
            raise self.wrong()
        return read

    @property
    def token(self) -> _Token:
        """The next token."""
        return self.tokens[self.at]

    def wrong(self) -> ArgumentError:
        """Return the error that the next token does not belong here."""
        return ArgumentError("api.filter_text", argument="filter", at=self.token.begin + 1)

    def word(self, *words: str) -> str | None:
        """Read a word or sign if it is one of these, and return it in capitals."""
        token = self.token
        if token.kind in {"name", "sign"} and token.text.upper() in words:
            self.at += 1
            return token.text.upper()
        return None

    def must(self, word: str) -> None:
        """Read this word or sign. Raises ArgumentError for another one."""
        if self.word(word) is None:
            raise self.wrong()

    def deeper(self, read: Callable[[], Json]) -> Json:
        """Read a level further down."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ArgumentError("api.filter_deep", argument="filter", most=DEEPEST)
        found = read()
        self.depth -= 1
        return found

    def either(self) -> Json:
        """Read what OR joins."""
        return self._joined("OR", self.both)

    def both(self) -> Json:
        """Read what AND joins."""
        return self._joined("AND", self.negation)

    def _joined(self, word: str, part: Callable[[], Json]) -> Json:
        parts = [part()]
        while self.word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else {"op": word.lower(), "args": parts}

    def negation(self) -> Json:
        """Read a predicate, maybe behind NOT."""
        if self.word("NOT"):
            return {"op": "not", "args": [self.deeper(self.negation)]}
        return self.predicate()

    def predicate(self) -> Json:
        """Read a comparison; or a value that is one itself, as a function is."""
        left = self.sum()
        compared = self.word(*_COMPARED)
        if compared:
            return {"op": compared, "args": [left, self.sum()]}
        if self.word("IS"):
            negated = self.word("NOT")
            self.must("NULL")
            return _unless(negated, {"op": "isNull", "args": [left]})
        negated = self.word("NOT")
        found = self.compared_to(left)
        if negated and found is None:
            raise self.wrong()
        return left if found is None else _unless(negated, found)

    def compared_to(self, left: Json) -> Json | None:
        """Read what may stand behind NOT and a value; null if nothing of it does."""
        if self.word("LIKE"):
            return {"op": "like", "args": [left, self.value()]}
        if self.word("ILIKE"):  # of no standard: what GDAL writes
            return {"op": "like", "args": [{"op": "casei", "args": [one]} for one in (left, self.value())]}
        if self.word("BETWEEN"):
            low = self.sum()
            self.must("AND")
            return {"op": "between", "args": [left, low, self.sum()]}
        if self.word("IN"):
            self.must("(")
            return {"op": "in", "args": [left, self.listed(self.sum)]}
        return None

    def sum(self) -> Json:
        """Read what + and - join."""
        return self._chain(self.product, "+", "-")

    def product(self) -> Json:
        """Read what * / % and DIV join."""
        return self._chain(self.power, "*", "/", "%", "DIV")

    def _chain(self, part: Callable[[], Json], *words: str) -> Json:
        read = part()
        while word := self.word(*words):
            read = {"op": word.lower(), "args": [read, part()]}
        return read

    def power(self) -> Json:
        """Read what ^ joins."""
        base = self.signed()
        return {"op": "^", "args": [base, self.signed()]} if self.word("^") else base

    def signed(self) -> Json:
        """Read a value, maybe behind a minus."""
        if not self.word("-"):
            return self.value()
        read = self.deeper(self.signed)
        return -read if isinstance(read, float) else {"op": "*", "args": [-1.0, read]}

    def value(self) -> Json:
        """Read a literal, a property, a function, a shape, or anything in parentheses."""
        token = self.token
        self.at += 1
        if token.kind == "number":
            return float(token.text)
        if token.kind == "text":
            return _unquoted(token.text)
        if token.kind == "quoted":
            return {"property": token.text[1:-1].replace('""', '"')}
        if token.text == "(":
            read = self.deeper(self.either)
            self.must(")")
            return read
        if token.kind == "name" and token.text.upper() not in _RESERVED:
            return self.named(token)
        self.at -= 1
        raise self.wrong()

    def named(self, token: _Token) -> Json:
        """Read what a name begins: a truth, a shape, a function, a property."""
        upper = token.text.upper()
        if upper in {"TRUE", "FALSE", "NULL"}:
            return {"TRUE": True, "FALSE": False}.get(upper)
        if upper in _SHAPES:
            return self.shape(token)
        if not self.word("("):
            return {"property": token.text}
        args = self.listed(self.either)
        if upper in {"DATE", "TIMESTAMP"} and len(args) == 1:
            return {upper.lower(): args[0]}
        if upper in {"BBOX", "INTERVAL"}:
            return {upper.lower(): args}
        return {"op": token.text.lower(), "args": args}

    def listed(self, part: Callable[[], Json]) -> list[Json]:
        """Read what commas part, up to the closing parenthesis."""
        read = [self.deeper(part)]
        while self.word(","):
            read.append(self.deeper(part))
        self.must(")")
        return read

    def shape(self, begun: _Token) -> Json:
        """Read a shape in well-known text, as GeoJSON."""
        depth = 0
        while True:
            token = self.token
            if token.kind == "end":
                raise self.wrong()
            self.at += 1
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth > DEEPEST:
                raise ArgumentError("api.filter_deep", argument="filter", most=DEEPEST)
            if depth == 0 and token.text.upper() not in {"Z", "M", "ZM"}:
                break
        try:
            return mapping(shapely.from_wkt(self.text[begun.begin : token.end]))
        except (shapely.errors.ShapelyError, ValueError):
            raise ArgumentError("api.filter_shape", argument="filter", at=begun.begin + 1) from None


def _unless(negated: str | None, read: Json) -> Json:
    return {"op": "not", "args": [read]} if negated else read


def _unquoted(text: str) -> str:
    """Return what stands between quotes: a quote in it is doubled, or has a backslash before it."""
    return re.sub(r"''|\\'", "'", text[1:-1])
