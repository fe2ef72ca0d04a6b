"""The photos of issues as kept: JPEG bytes, redrawn before they came here."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from sqlalchemy import func, insert, select

from gridmap.errors import NotFoundError
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.frames import instants, text, turned
from gridmap.store.tables import issue, photo

COLUMNS = ("photo", "number", "width", "height", "bytes", "digest", "recorded_at", "account")


def keep(
    tx: Transaction,
    uuid: str,
    jpeg: bytes,
    *,
    size: tuple[int, int],
    digest: str,
    at: dt.datetime,
    account: str,
) -> tuple[int, bool]:
    """Keep a photo of an issue; return its number, and whether it is new: the same picture is kept once an issue.

    `size`: width and height in pixels; `digest`: SHA-256 (hex) of the bytes. Raises NotFoundError for an unknown issue.
    """
    whose = tx.connection.execute(select(issue.c.id).where(issue.c.uuid == uuid)).scalar()
    if whose is None:
        raise NotFoundError("store.unknown_issue", issue=uuid)
    same = select(photo.c.id).where(photo.c.issue_id == whose, photo.c.digest == digest)
    known = tx.connection.execute(same).scalar()
    if known is not None:
        return int(known), False
    values = {"issue_id": whose, "digest": digest, "width": size[0], "height": size[1], "picture": jpeg}
    made = tx.connection.execute(insert(photo).values(**values, recorded_at=at, account=account).returning(photo.c.id))
    return int(made.scalar_one()), True


def photos(tx: Transaction, uuids: list[str]) -> pd.DataFrame:
    """Return the photos of these issues (COLUMNS), without their bytes but with how many they are, the oldest first."""
    columns = (
        photo.c.id,
        issue.c.number,
        photo.c.width,
        photo.c.height,
        func.length(photo.c.picture),
        photo.c.digest,
        photo.c.recorded_at,
        photo.c.account,
    )
    statement = select(*columns).join_from(photo, issue, issue.c.id == photo.c.issue_id).order_by(photo.c.id)
    rows = tx.connection.execute(statement.where(among(issue.c.uuid, uuids))).all()
    held = dict(zip(COLUMNS, turned(rows, len(COLUMNS)), strict=True))
    counts = {name: pd.Series(held[name], dtype="int64") for name in ("photo", "width", "height", "bytes")}
    texts = {name: text(held[name]) for name in ("number", "digest", "account")}
    frame = pd.DataFrame(counts | texts | {"recorded_at": instants(held["recorded_at"])})
    return frame[list(COLUMNS)]


def picture(tx: Transaction, number: int) -> tuple[str, bytes]:
    """Return the UUID of the issue that a photo is of, and its JPEG bytes. NotFoundError for an unknown photo."""
    statement = select(issue.c.uuid, photo.c.picture).join_from(photo, issue, issue.c.id == photo.c.issue_id)
    found = tx.connection.execute(statement.where(photo.c.id == number)).first()
    if found is None:
        raise NotFoundError("store.unknown_photo", photo=number)
    return found.uuid, found.picture
