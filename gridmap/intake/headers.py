"""Which column of a listing is which field of the layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridmap.errors import ArgumentError, Fault
from gridmap.intake.texts import flat_header, without_brackets
from gridmap.layer import Field, Layer
from gridmap.words import spellings

# The columns beside a layer's fields that a register may have; `place_key` joins to a place already known.
TARGETS = tuple(spellings.HEADERS)
_PAIR = ("lon", "lat")  # one without the other means nothing
_COORDINATES = (*_PAIR, "wkt")
JOINED_BY = " + "


@dataclass(frozen=True, slots=True)
class Match:
    """Where each target stands: positions of its columns (several are joined), headers that mean nothing, faults."""

    columns: Mapping[str, tuple[int, ...]]
    unread: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers under which a register may keep the fields of a layer.

    `mapping` goes from a header as the file writes it to a field or a further column (`cell`, `cell_reason`, `lon`,
    `lat`, `wkt`, `place_key`); to "" for a header that is not to be read; headers joined by " + " are read as one
    text, joined by a space (those of them that a sheet has). A field that is mapped is read from there alone. Headers
    are compared without case, white space, line breaks, asterisks and bracketed parts. Raises ArgumentError for a
    mapping to anything else.
    """

    layer: Layer
    mapping: Mapping[str, str] = field(default_factory=dict)
    _named: Mapping[str, str] = field(init=False, repr=False)
    _mapped: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        allowed = (*self.layer.by_name, *TARGETS)
        for header, target in self.mapping.items():
            if target and target not in allowed:
                raise ArgumentError("intake.mapping", header=header, target=target, allowed=", ".join(allowed))
        names = {flat_header(header): target for target, headers in spellings.HEADERS.items() for header in headers}
        names |= {flat_header(header): one.name for one in self.layer.fields for header in one.headers()}
        names |= {without_brackets(header): target for header, target in names.items()}
        object.__setattr__(self, "_named", names)
        object.__setattr__(self, "_mapped", {flat_header(header): to for header, to in self.mapping.items()})

    def mapped(self) -> set[str]:
        """Return the flat headers that the mapping names, parts of joined ones too."""
        return {flat_header(part) for header in self.mapping for part in (header, *header.split(JOINED_BY))}

    def target(self, header: str) -> str | None:
        """Return what a header stands for, or None; a part of a joined mapping at least for that target."""
        flat = flat_header(header)
        for joined, target in self.mapping.items():
            if JOINED_BY in joined and flat in map(flat_header, joined.split(JOINED_BY)):
                return self._one(flat) or target
        return self._one(flat)

    def match(self, headers: tuple[str, ...], file: str = "", sheet: str = "", *, shaped: bool = False) -> Match:
        """Return which column is which target. `shaped`: the file holds geometry, so coordinate columns mean nothing.

        Faults: two headers for one target; a required field without a header. A joined mapping takes its columns
        beside whatever else they stand for by themselves.
        """
        flats = [flat_header(header) for header in headers]
        joined = self._joined(flats)
        there = {self._one(flat) for flat in flats} | set(joined)
        used = {position for positions in joined.values() for position in positions}
        single: dict[str, list[int]] = {}
        for position, flat in enumerate(flats):
            found = self._one(flat)
            alone = found in _PAIR and not set(_PAIR) <= there
            if found and found not in joined and not alone and not (shaped and found in _COORDINATES):
                used.add(position)
                single.setdefault(found, []).append(position)
        clashes = [
            Fault(
                "intake.two_headers",
                file=file,
                sheet=sheet,
                inputs={"field": found, "headers": ", ".join(headers[position] for position in positions)},
            )
            for found, positions in single.items()
            if len(positions) > 1
        ]
        columns = {found: tuple(positions) for found, positions in (*joined.items(), *single.items())}
        unread = tuple(header for position, header in enumerate(headers) if header and position not in used)
        missing = [
            Fault("intake.missing_column", file=file, sheet=sheet, column=one.name, inputs=_known_as(one, headers))
            for one in self.layer.fields
            if one.required and one.name not in columns
        ]
        return Match(columns, unread, (*clashes, *missing))

    def _joined(self, flats: list[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for header, target in self.mapping.items():
            parts = [flat_header(part) for part in header.split(JOINED_BY)]
            there = [flats.index(part) for part in parts if part in flats]
            if len(parts) > 1 and target and there and flat_header(header) not in flats:
                found[target] = there
        return found

    def _one(self, flat: str) -> str | None:
        """Return what a flat header stands for by itself."""
        if flat in self._mapped:
            return self._mapped[flat] or None
        usual = self._named.get(flat) or self._named.get(without_brackets(flat))
        return None if usual in self._mapped.values() else usual


def _known_as(one: Field, headers: tuple[str, ...]) -> dict[str, object]:
    names = ", ".join(dict.fromkeys(one.headers()))
    return {"names": names, "headers": ", ".join(header for header in headers if header)}
