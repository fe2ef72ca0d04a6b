"""What passes between the parsing process and its parent: Arrow streams with a description, then a footer of JSON.

Never pickle: whatever the child sends, the parent only reads columns and plain values from it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

from gridmap.errors import FileError

if TYPE_CHECKING:
    import pyarrow as pa

GEOMETRY = "\x00wkb"  # no file can name an attribute like this
_DESCRIPTION = b"gridmap"
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet, one layer of features, or one picture; the table of features holds its WKB under `GEOMETRY`."""

    kind: Literal["sheet", "features", "picture"]
    name: str
    table: pa.Table
    merged: tuple[tuple[int, int, int, int], ...] = ()
    crs: str | None = None


def write(parts: Iterable[Part], out: BinaryIO) -> None:
    """Write each part as it comes, and a footer that counts them."""
    import pyarrow as pa

    count = 0
    for part in parts:
        about = json.dumps({"kind": part.kind, "name": part.name, "merged": part.merged, "crs": part.crs})
        schema = part.table.schema.with_metadata({_DESCRIPTION: about})
        with pa.ipc.new_stream(out, schema) as stream:
            stream.write_table(part.table.replace_schema_metadata(schema.metadata))
        count += 1
    _write_footer({"parts": count}, out)


def write_refusal(error: FileError, out: BinaryIO) -> None:
    """Write why the file is refused, in place of any part."""
    _write_footer({"refused": error.code, "inputs": error.inputs}, out)


def _write_footer(footer: dict[str, object], out: BinaryIO) -> None:
    text = json.dumps(footer).encode()
    out.write(text)
    out.write(_LENGTH.pack(len(text)))
    out.flush()


def read(data: memoryview) -> list[Part]:
    """Return the parts; FileError as the child wrote it, ValueError where what it wrote is not whole."""
    import pyarrow as pa

    if len(data) < _LENGTH.size:
        raise ValueError("footer")
    (length,) = _LENGTH.unpack(data[-_LENGTH.size :])
    end = len(data) - _LENGTH.size - length
    if end < 0:
        raise ValueError("footer")
    footer = json.loads(bytes(data[end : -_LENGTH.size]))
    if "refused" in footer:
        raise FileError(footer["refused"], **footer["inputs"])
    source = pa.BufferReader(pa.py_buffer(data[:end]))
    return [_read_part(source) for _ in range(footer["parts"])]


def _read_part(source: pa.NativeFile) -> Part:
    import pyarrow as pa

    with pa.ipc.open_stream(source) as stream:
        table = stream.read_all()
    table.validate(full=True)
    about = json.loads(table.schema.metadata[_DESCRIPTION])
    merged = tuple((first, left, last, right) for first, left, last, right in about["merged"])
    return Part(about["kind"], about["name"], table.replace_schema_metadata(None), merged, about["crs"])
