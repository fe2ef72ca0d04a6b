"""Errands: a photo is added to an issue, the photos of an issue are listed, one is written out or erased."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.files import whole_file
from gridmap.intake.photos import read_photo
from gridmap.office.auditing import note
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.issue_sight import own
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.store import issues, photos
from gridmap.store.engine import Transaction
from gridmap.store.ledger_erasure import erase_photos

JPEG = (".jpg", ".jpeg")


def add_photo(person: Person, office: Office, issue: str, path: Path) -> tuple[int, bool]:
    """Add a photo to an issue, named by its number or UUID; return the photo's number, and whether it is new.

    It is drawn anew (`intake.photos.read_photo`): no EXIF, no place. Raises FileError for what is no picture,
    NotFoundError for an issue that does not exist for `person`.
    """
    refuse_unless(person, "act")
    photo = read_photo(path)
    with office.writing(person) as tx:
        uuid, number = _seen(tx, person, office, issue)
        kept, new = photos.keep(
            tx,
            uuid,
            photo.jpeg,
            size=(photo.width, photo.height),
            digest=photo.digest,
            at=office.clock.now(),
            account=person.account,
        )
        if new:
            note(tx, person, action="photo", subject=f"issue {number}", detail={"digest": photo.digest})
    return kept, new


def list_photos(person: Person, office: Office, issue: str) -> pd.DataFrame:
    """Return the photos of an issue: `store.photos.COLUMNS`, the oldest first.

    Raises NotFoundError for an issue that does not exist for `person`.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        uuid, _ = _seen(tx, person, office, issue)
        return photos.photos(tx, [uuid])


def look_at_photo(person: Person, office: Office, photo: int, *, issue: str | None = None, reason: str = "") -> bytes:
    """Return a photo as JPEG bytes; of the `issue` named by its number or UUID, if one is.

    A photo may show people: it is for a leader or cadre who follows the issue, has it in hands, or answers there;
    anybody else who may reveal gives a `reason`, which the audit keeps before.
    Raises NotFoundError for an unknown photo, for one of another issue, and for one of an issue that does not exist for
    `person`, all alike.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        uuid, jpeg = photos.picture(tx, photo)
        rows = listed_on(tx, person, office, wanted=Wanted(numbers=[uuid]))
        if rows.empty or issue not in (None, uuid, rows["number"].iloc[0]):
            raise NotFoundError("store.unknown_photo", photo=photo)
        his = bool(own(Desk(person, office, tx), rows)[0])
    if not his:
        _note_reveal(person, office, str(rows["number"].iloc[0]), photo, reason)
    return jpeg


def write_photo(person: Person, office: Office, photo: int, target: Path, *, reason: str = "") -> Path:
    """Write a photo to `target` (.jpg), whole or not at all, and return where.

    For whom it is, when it asks a `reason`, and what else it raises: see `look_at_photo`. ArgumentError for another
    ending.
    """
    refuse_unless(person, "read")
    if target.suffix.lower() not in JPEG:
        raise ArgumentError(
            "office.export_format", file=target.name, suffix=target.suffix or "-", allowed=", ".join(JPEG)
        )
    jpeg = look_at_photo(person, office, photo, reason=reason)
    with whole_file(target) as path:
        path.write_bytes(jpeg)
    return target


def erase_photo(person: Person, office: Office, photo: int, *, reason: str, issue: str | None = None) -> int:
    """Remove a photo from the store and its file; return how many there were. The issue stays.

    Raises NotFoundError for an unknown photo, and for one that is not of the `issue` named by its number or UUID, if
    one is; ArgumentError for an empty reason.
    """
    refuse_unless(person, "erase")
    if not reason.strip():
        raise ArgumentError("office.erase_reason")
    at, account = office.clock.now(), person.account
    with office.writing(person) as tx:
        uuid, jpeg = photos.picture(tx, photo)
        number = issues.numbers(tx, [uuid])[uuid]
        if issue not in {None, uuid, number}:
            raise NotFoundError("store.unknown_photo", photo=photo)
        digest = sha256(jpeg).hexdigest()
        removed = erase_photos(tx, uuid, reason=reason.strip(), at=at, account=account, digest=digest)
        detail = {"fields": [f"photo {photo}"], "values": removed}
        note(tx, person, action="erase", subject=f"issue {number}", detail=detail)
    office.store.scrub()
    return removed


def _seen(tx: Transaction, person: Person, office: Office, issue: str) -> tuple[str, str]:
    """Return UUID and number of an issue if it exists for `person`; else NotFoundError."""
    rows = _rows(tx, person, office, issue)
    return str(rows["issue"].iloc[0]), str(rows["number"].iloc[0])


def _rows(tx: Transaction, person: Person, office: Office, issue: str) -> gpd.GeoDataFrame:
    rows = listed_on(tx, person, office, wanted=Wanted(numbers=[issue]))
    if rows.empty:
        raise NotFoundError("store.unknown_issue", issue=issue)
    return rows


def _note_reveal(person: Person, office: Office, number: str, photo: int, reason: str) -> None:
    """Keep in the audit who looks and why: it is committed before the picture is handed on."""
    refuse_unless(person, "reveal")
    if not reason.strip():
        raise ArgumentError("office.reveal_reason")
    with office.writing(person) as tx:
        detail = {"fields": [f"photo {photo}"], "reason": reason.strip()}
        note(tx, person, action="reveal", subject=f"issue {number}", detail=detail)
