"""The key that signs the audit: beside the store, never in it and never in a copy of it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from gridmap.errors import StoreError
from gridmap.store.snapshot import FILE_MODE, writable

FILE = "audit.key"
HEAD_ENDING = ".head"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class AuditKey:
    """A key; its `id` stands in each hash that it makes."""

    id: str
    secret: bytes = field(repr=False)

    def sign(self, said: bytes) -> str:
        """Return `<id>:<HMAC-SHA256 in hex>`."""
        return f"{self.id}:{hmac.new(self.secret, said, hashlib.sha256).hexdigest()}"


def signer_of(hashed: str) -> str:
    """Return the id of the key that a hash of the audit was made with; the empty text for one made without."""
    return hashed.rpartition(":")[0]


def read_key(home: Path) -> AuditKey | None:
    """Return the key kept in the folder `home`, null if there is none. Raises StoreError for a file that is no key."""
    path = home / FILE
    if not path.is_file():
        return None
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        secret = b""
    if len(secret) != _BYTES:
        raise StoreError("store.audit_key", file=FILE)
    return AuditKey(hashlib.sha256(b"gridmap audit key" + secret).hexdigest()[:8], secret)


def make_key(home: Path) -> AuditKey:
    """Return the key kept in the folder `home`; draw it and keep it there (mode 0600) if there is none."""
    path = home / FILE
    part = path.with_name(f".{FILE}.{os.getpid()}.part")
    found = read_key(home)
    if found is not None:
        return found
    with writable(path):
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # never over one that somebody else has made meanwhile
        except FileExistsError:
            pass
        finally:
            part.unlink()
    made = read_key(home)
    if made is None:  # pragma: no cover  it has just been made
        raise StoreError("store.audit_key", file=FILE)
    return made


def drop_key(home: Path) -> None:
    """Take away a key that has signed nothing."""
    (home / FILE).unlink(missing_ok=True)


def write_head(copy: Path, key: AuditKey, head: tuple[int, str]) -> None:
    """Write beside a copy how far the audit had come when it was made: the number and hash of its last row, signed."""
    rows, hashed = head
    path = copy.with_name(copy.name + HEAD_ENDING)
    with writable(path):
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps({"rows": rows, "hash": hashed, "signed": key.sign(_said(rows, hashed))}))


def read_head(copy: Path, key: AuditKey) -> tuple[int, str] | None:
    """Return the head that stands beside a copy, null if none does.

    Raises StoreError if it is not as it was written. One that another key has signed is believed: of a copy from
    another home nothing else can be known.
    """
    path = copy.with_name(copy.name + HEAD_ENDING)
    if not path.is_file():
        return None
    try:
        told = orjson.loads(path.read_bytes())
        rows, hashed, seal = int(told["rows"]), str(told["hash"]), str(told["signed"])
    except (OSError, KeyError, TypeError, ValueError):
        raise StoreError("store.copy_head", file=copy.name, note=path.name) from None
    if signer_of(seal) == key.id and not hmac.compare_digest(seal, key.sign(_said(rows, hashed))):
        raise StoreError("store.copy_head", file=copy.name, note=path.name)
    return rows, hashed


def _said(rows: int, hashed: str) -> bytes:
    return orjson.dumps(["head", rows, hashed])
