"""Taking personal values out of the store, while everything that points at their rows stays whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.layer import Layer
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.tables import erasure, feature, private, version

RETENTION = "retention"  # the reason recorded where a field's days are over


def erase(
    tx: Transaction,
    layer: Layer,
    key: str,
    fields: Sequence[str] | None,
    *,
    reason: str,
    at: dt.datetime,
    account: str,
) -> int:
    """Remove private values of a feature from all its versions, record each field, and return how many there were.

    `fields` None means all of them, those too that the layer no longer declares. A field is recorded even where no
    value was kept, so that a restored backup can be cleaned of it. The values leave the file with `Store.scrub`.

    Raises NotFoundError for an unknown key, ArgumentError for a field that is public or unknown.
    """
    whose = select(feature.c.id).where(feature.c.layer == layer.name, feature.c.key == key)
    number = tx.connection.execute(whose).scalar()
    if number is None:
        raise NotFoundError("store.unknown_key", layer=layer.name, key=key)
    versions = select(version.c.id).where(version.c.feature_id == number)
    kept = select(private.c.field).where(private.c.version_id.in_(versions)).distinct()
    names = [*layer.named("personal"), *layer.named("sensitive"), *tx.connection.execute(kept).scalars()]
    if fields is not None:
        check_private(layer, fields)
        names = list(fields)
    record = {"feature_id": number, "reason": reason, "account": account, "at": at}
    rows = [record | {"field": name} for name in dict.fromkeys(names)]
    if rows:
        tx.connection.execute(insert(erasure), rows)
    gone = delete(private).where(private.c.version_id.in_(versions), private.c.field.in_(names))
    return tx.connection.execute(gone).rowcount


def expire(tx: Transaction, layer: Layer, field: str, *, before: dt.date, at: dt.datetime, account: str) -> int:
    """Remove the values of a private field from the versions that ended on or before the day `before`.

    Versions in force after it keep theirs. Each feature that had a value is recorded. Returns how many values there
    were. Raises ArgumentError for a field that is public or unknown.
    """
    check_private(layer, (field,))
    over = (
        select(private.c.version_id, version.c.feature_id)
        .join(version, version.c.id == private.c.version_id)
        .join(feature, feature.c.id == version.c.feature_id)
        .where(private.c.field == field, feature.c.layer == layer.name, version.c.valid_to <= before)
    )
    found = tx.connection.execute(over).all()
    record = {"field": field, "before": before, "reason": RETENTION, "account": account, "at": at}
    rows = [record | {"feature_id": number} for number in sorted({row.feature_id for row in found})]
    if rows:
        tx.connection.execute(insert(erasure), rows)
    versions = among(private.c.version_id, [row.version_id for row in found])
    gone = delete(private).where(private.c.field == field, versions)
    return tx.connection.execute(gone).rowcount


def check_private(layer: Layer, names: Sequence[str]) -> None:
    """Raise ArgumentError, naming them all, if some of the names are no private fields of the layer."""
    private_names = (*layer.named("personal"), *layer.named("sensitive"))
    wrong = [name for name in names if name not in private_names]
    if wrong:
        allowed = ", ".join(private_names) or "-"
        raise ArgumentError("store.not_private", layer=layer.name, names=", ".join(wrong), allowed=allowed)
