"""Errand: one file that comes out of a plan, as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from gridmap.errors import NotFoundError
from gridmap.office.route_outputs import WantedRoutes, put_out
from gridmap.office.wiring import Office
from gridmap.people.person import Person

FILES: Mapping[str, str] = MappingProxyType(
    {"sheet.html": "sheet", "routes.xlsx": "xlsx", "routes.gpx": "gpx", "routes.geojson": "geojson"}
)
"""The names of the files, and what each is of `route_outputs.FORMS`."""


def route_file(person: Person, office: Office, wanted: WantedRoutes, name: str, *, lang: str = "en") -> bytes:
    """Return a file of FILES of a plan, made as `put_out` does, with what the audit keeps of it.

    Raises what `put_out` raises, and NotFoundError for a name that is none.
    """
    if name not in FILES:
        raise NotFoundError("office.route_no_file", name=name, allowed=", ".join(FILES))
    with TemporaryDirectory(dir=office.home, prefix=".routes.") as folder:
        target = Path(folder) / name
        put_out(person, office, wanted, {FILES[name]: target}, lang=lang)
        return target.read_bytes()
