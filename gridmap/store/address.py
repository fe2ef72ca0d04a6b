"""Where a store is: the path of a file, or the address of a database (`postgresql+psycopg://...`)."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError as UrlError

from gridmap.errors import ArgumentError

Address: TypeAlias = Path | str
"""A path is a store file; a text is the address of a database, maybe with a password in it."""

DRIVER = "postgresql+psycopg"
_SHAPE = f"{DRIVER}://user@host:port/database"


def called(address: Address) -> str:
    """Return what errors call a store: the file's name, or the database's. A password never stands in it."""
    return address.name if isinstance(address, Path) else str(make_url(address).database)


def checked(text: str) -> str:
    """Return the address of a database as given. ArgumentError unless it is `postgresql+psycopg://.../database`."""
    try:
        url = make_url(text)
    except UrlError:
        raise ArgumentError("store.address", argument="database", shape=_SHAPE) from None
    if url.drivername != DRIVER or not url.database:
        raise ArgumentError("store.address", argument="database", shape=_SHAPE)
    return text


def without_password(text: str) -> str:
    """Return the address of a database without the password in it."""
    return make_url(text)._replace(password=None).render_as_string()
