"""Read a sheet of visits, as a visitor or clerk fills it in: one row a visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gridmap.errors import Fault
from gridmap.intake.registers import read_register
from gridmap.intake.rows import Refused, Rows
from gridmap.intake.texts import flat_header
from gridmap.intake.visit_rows import KEY_OF, VisitRows, VisitTerms
from gridmap.layer import Choice, Field, FieldType, Layer, Mark, Style
from gridmap.ledger.duties import Duty
from gridmap.ledger.visits import Visit
from gridmap.words import spellings

_NO_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NO_MAPPING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VisitFile:
    """What a sheet of visits says.

    A row with any fault says nothing: its faults are in `faults`, the row as written in `refused`. `rows` counts good
    and bad ones and not those `blank`, where nobody has been: without an outcome. `unread`: headers that mean nothing.
    """

    visits: tuple[Visit, ...]
    faults: tuple[Fault, ...]
    rows: int
    blank: int
    file: str
    digest: str
    unread: tuple[str, ...]
    refused: tuple[Refused, ...] = field(repr=False)


def read_visits(
    path: Path, terms: VisitTerms, *, mapping: Mapping[str, str] = _NO_MAPPING, sheet: str | None = None
) -> VisitFile:
    """Read the visits in a file, and every fault of every row, in one pass; arguments as `registers.read_register`.

    The time is one instant, or a day and a time. Visitors and companions (several split by commas or line breaks) are
    numbers or names. The feature is a key with its layer, or a key under the header of its own layer; or there is a
    `cell`. Outcomes and modes are words or their keys. Without a UUID a row has one made of who was where and when: the
    same sheet read again is the same visits. Raises FileError or FaultsError where no row can be read.
    """
    shape = _layer(terms)
    sheets: list[VisitRows] = []

    def look(rows: Rows) -> None:
        sheets.append(VisitRows(rows, terms))
        sheets[-1].read()

    read = read_register(path, shape, mapping=mapping, sheet=sheet, crs="EPSG:4326", also=look)
    visits = tuple(visit for one in sheets for visit in one.visits())
    return VisitFile(
        visits=visits,
        faults=read.faults,
        rows=len(visits) + sum(int(one.rows.wrong.sum()) for one in sheets),
        blank=sum(one.blank for one in sheets),
        file=read.file,
        digest=read.digest,
        unread=read.unread,
        refused=read.refused,
    )


def _field(
    name: str, type_: FieldType = "text", mark: Mark = "public", words: Mapping[str, tuple[str, ...]] = _NO_WORDS
) -> Field:
    zh, en, *rest = spellings.VISIT_HEADERS[name]
    choices = tuple(Choice(value, zh, en, tuple(others)) for value, (zh, en, *others) in words.items())
    return Field(name, zh, en, type_, mark, aliases=tuple(rest), choices=choices)


def _layer(terms: VisitTerms) -> Layer:
    """Return the columns of a sheet of visits as a layer: no layer of the map, so that it is read as registers are."""
    own = (
        _field("id"),
        _field("at"),
        _field("day", "day"),
        _field("time"),
        *(_field(name) for name in ("lead", "lead_name", "companions", "layer", "key")),
        _field("outcome", "choice", "personal", spellings.OUTCOMES),
        _field("mode", "choice", words=spellings.MODES),
        _field("note", mark="sensitive"),
        *(_field(name) for name in ("corrects", "looks_back", "sheet_no")),
    )
    return Layer(
        name="visits",
        zh=spellings.VISIT_HEADERS["id"][0],
        en="visits",
        geometry="point",
        key="id",
        fields=(*own, *_answers(terms.duties, own), *_keys(terms.layers, own)),
        style=Style("#000000"),
    )


def _answers(duties: Sequence[Duty], own: Sequence[Field]) -> Iterator[Field]:
    """Yield a field for each question: under `duty/field`, or its own words where nothing else has them."""
    asked = Counter(flat_header(word) for duty in duties for one in duty.form for word in (one.zh, one.en))
    taken = {flat_header(header) for one in own for header in one.headers()}
    for duty in duties:
        for one in duty.form:
            name = f"{duty.name}/{one.name}"
            words = [word for word in (one.zh, one.en) if asked[flat_header(word)] == 1]
            free = tuple(word for word in words if flat_header(word) not in taken)
            yield Field(name, name, name, "choice", one.mark, aliases=free, choices=one.choices)


def _keys(layers: Mapping[str, Layer], own: Sequence[Field]) -> Iterator[Field]:
    """Yield a field for the key of each layer, under those of its headers that nothing else has."""
    held = {name: {flat_header(word): word for word in one.by_name[one.key].headers()} for name, one in layers.items()}
    often = Counter(flat for words in held.values() for flat in words)
    taken = {flat_header(header) for one in own for header in one.headers()}
    for name, words in held.items():
        free = tuple(word for flat, word in words.items() if often[flat] == 1 and flat not in taken)
        yield Field(KEY_OF + name, KEY_OF + name, KEY_OF + name, aliases=free)
