"""The limits a file is held to, before and while it is parsed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from gridmap.errors import ArgumentError, FileError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold and how much its reading may cost; every limit is the most that is allowed.

    `inspect_*` bound the look at the raw bytes that comes first and refuses hostile files; `parse_*` bound the
    reading of a file that passed it. Seconds are CPU seconds, except `wall_seconds`. Raises ArgumentError for a limit
    that is not a positive whole number.
    """

    file_bytes: int = 64 * MEBIBYTE
    unzipped_bytes: int = 256 * MEBIBYTE
    unzip_ratio: int = 200
    zip_members: int = 1_000
    sheets: int = 64
    rows: int = 300_000
    columns: int = 512
    cells: int = 3_200_000
    line_bytes: int = MEBIBYTE
    text: int = 100_000
    nesting: int = 32
    vertices: int = 5_000_000
    geometry_vertices: int = 500_000
    pixels: int = 50_000_000
    result_bytes: int = 1024 * MEBIBYTE
    inspect_seconds: int = 2
    inspect_bytes: int = 300 * MEBIBYTE
    parse_seconds: int = 60
    parse_bytes: int = 1024 * MEBIBYTE
    wall_seconds: int = 180

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not isinstance(value, int) or value < 1:
                raise ArgumentError("intake.limit", argument=one.name, value=value)

    def as_dict(self) -> dict[str, int]:
        """Return the limits as plain data, for the job that is handed to the parsing process."""
        return asdict(self)

    def check(self, limit: str, found: int, **inputs: object) -> None:
        """Raise FileError (`intake.<limit>`) if more is found than the limit of that name allows."""
        allowed = getattr(self, limit)
        if found > allowed:
            code = f"intake.{limit}"
            raise FileError(code, found=found, allowed=allowed, **inputs)

    def check_size(self, rows: int, columns: int) -> None:
        """Raise FileError if a table of this size passes `rows`, `columns` or `cells`."""
        self.check("rows", rows)
        self.check("columns", columns)
        self.check("cells", rows * columns)
