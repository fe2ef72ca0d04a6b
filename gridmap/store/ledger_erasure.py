"""Taking personal values out of the ledger, while its entries stay whole.

Each erasure is recorded by the entry's UUID and the field, so that a copy brought back is cleaned of it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update

from gridmap.errors import NotFoundError
from gridmap.store.dialects import among
from gridmap.store.engine import Transaction
from gridmap.store.erasure import RETENTION
from gridmap.store.tables import (
    exemption,
    feature,
    issue,
    issue_event,
    issue_private,
    ledger_erasure,
    photo,
    plan,
    plan_stop,
    visit,
    visit_private,
)

ANSWER = "answer/"  # begins the name of an answer: then the duty, a slash, and the field of its form


class LedgerErasure(NamedTuple):
    """One field erased of one entry: `kind` is issue, visit, photo, exemption, plan or hours.

    Of a photo of an issue `field` is its digest; of the exemptions of a subject (`uuid`) it is the duty; of the stops
    of plans at a feature (`uuid`: its key) it is the layer; so it is of the hours of all stops in plans for days before
    `uuid` (ISO text).
    """

    kind: str
    uuid: str
    field: str
    reason: str
    account: str
    at: dt.datetime


def erase_issue(
    tx: Transaction, uuid: str, *, reason: str, at: dt.datetime, account: str, fields: Iterable[str] | None = None
) -> int:
    """Remove what people wrote or said of an issue from all its events; return how many values there were.

    `fields` None: all that are kept, and its photos. The values leave the file with `Store.scrub`. NotFoundError for an
    unknown issue.
    """
    if tx.connection.execute(select(issue.c.id).where(issue.c.uuid == uuid)).scalar() is None:
        raise NotFoundError("store.unknown_issue", issue=uuid)
    kept = select(issue_private.c.field).where(issue_private.c.event_id.in_(_events_of(uuid))).distinct()
    names = sorted(tx.connection.execute(kept).scalars() if fields is None else fields)
    removed = sum(erase_again(tx, LedgerErasure("issue", uuid, name, reason, account, at)) for name in names)
    photos = erase_photos(tx, uuid, reason=reason, at=at, account=account) if fields is None else 0
    return removed + photos


def erase_photos(
    tx: Transaction, uuid: str, *, reason: str, at: dt.datetime, account: str, digest: str | None = None
) -> int:
    """Remove the photos of an issue, or the one with the digest; return how many there were."""
    kept = select(photo.c.digest).join(issue, issue.c.id == photo.c.issue_id).where(issue.c.uuid == uuid)
    found = tx.connection.execute(kept if digest is None else kept.where(photo.c.digest == digest)).scalars()
    return sum(erase_again(tx, LedgerErasure("photo", uuid, one, reason, account, at)) for one in sorted(found))


def expire_issues(tx: Transaction, uuids: Collection[str], field: str, *, at: dt.datetime, account: str) -> int:
    """Remove one field of what people wrote or said from these issues, recording each that had it; return how many."""
    statement = (
        select(issue.c.uuid)
        .join(issue_event, issue_event.c.issue_id == issue.c.id)
        .join(issue_private, issue_private.c.event_id == issue_event.c.id)
        .where(issue_private.c.field == field, among(issue.c.uuid, uuids))
        .order_by(issue.c.id)
        .distinct()
    )
    found = list(tx.connection.execute(statement).scalars())
    return sum(erase_again(tx, LedgerErasure("issue", uuid, field, RETENTION, account, at)) for uuid in found)


def erase_visits(tx: Transaction, layer: str, key: str, *, reason: str, at: dt.datetime, account: str) -> int:
    """Remove the notes and answers of all visits at a feature; return how many values there were.

    The visits stay, with their outcome. The values leave the file with `Store.scrub`.
    """
    statement = (
        select(visit.c.uuid, visit_private.c.field)
        .join(visit, visit.c.id == visit_private.c.visit_id)
        .join(feature, feature.c.id == visit.c.feature_id)
        .where(feature.c.layer == layer, feature.c.key == key)
        .order_by(visit.c.id, visit_private.c.field)
    )
    found = tx.connection.execute(statement).all()
    return sum(erase_again(tx, LedgerErasure("visit", uuid, field, reason, account, at)) for uuid, field in found)


def expire_visits(tx: Transaction, until: dt.datetime, field: str, *, at: dt.datetime, account: str) -> int:
    """Remove the notes (`field` "note") or answers ("answers") of the visits up to the aware instant `until`.

    Each visit that had one is recorded. Returns how many values there were.
    """
    kept = visit_private.c.field
    chosen = kept.startswith(ANSWER, autoescape=True) if field == "answers" else kept == field
    statement = (
        select(visit.c.uuid, kept)
        .join(visit, visit.c.id == visit_private.c.visit_id)
        .where(chosen, visit.c.at <= until)
        .order_by(visit.c.id, kept)
    )
    found = tx.connection.execute(statement).all()
    return sum(erase_again(tx, LedgerErasure("visit", uuid, name, RETENTION, account, at)) for uuid, name in found)


def erase_exemptions(
    tx: Transaction, subject: str, duties: Collection[str], *, reason: str, at: dt.datetime, account: str
) -> int:
    """Empty the reasons why a subject is exempt from these duties; return how many there were.

    The exemptions stay. The values leave the file with `Store.scrub`.
    """
    kept = select(exemption.c.duty).where(
        exemption.c.subject == subject, among(exemption.c.duty, duties), exemption.c.reason != ""
    )
    found = tx.connection.execute(kept.order_by(exemption.c.duty).distinct()).scalars()
    return sum(erase_again(tx, LedgerErasure("exemption", subject, duty, reason, account, at)) for duty in list(found))


def erase_stops(tx: Transaction, layer: str, key: str, *, reason: str, at: dt.datetime, account: str) -> int:
    """Empty the windows and reasons of all stops of plans at a feature; return how many stops had some.

    The stops stay in their plans, with their times and what they were worth. The values leave the file with
    `Store.scrub`.
    """
    if tx.connection.execute(select(plan_stop.c.id).where(*_telling(layer, key)).limit(1)).first() is None:
        return 0
    return erase_again(tx, LedgerErasure("plan", key, layer, reason, account, at))


def expire_hours(tx: Transaction, layer: str, *, before: dt.date, at: dt.datetime, account: str) -> int:
    """Empty the windows of the stops at features of a layer in plans for days before one; return how many had some.

    They come of what a register says of when one wants to be visited. The values leave the file with `Store.scrub`.
    """
    if tx.connection.execute(select(plan_stop.c.id).where(*_hours(layer, before)).limit(1)).first() is None:
        return 0
    return erase_again(tx, LedgerErasure("hours", before.isoformat(), layer, RETENTION, account, at))


def _hours(layer: str, before: dt.date) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the stops of a layer in plans for days before one that still tell when to go there."""
    empty: list[object] = []
    old = select(plan.c.id).where(plan.c.on_day < before)
    whose = select(feature.c.id).where(feature.c.layer == layer)
    return plan_stop.c.plan_id.in_(old), plan_stop.c.feature_id.in_(whose), plan_stop.c.windows != empty


def _telling(layer: str, key: str) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the stops at a feature that still tell why and when one is to go there."""
    whose = select(feature.c.id).where(feature.c.layer == layer, feature.c.key == key)
    empty: list[object] = []
    return plan_stop.c.feature_id.in_(whose), or_(plan_stop.c.windows != empty, plan_stop.c.reasons != empty)


def erase_again(tx: Transaction, one: LedgerErasure) -> int:
    """Do an erasure and record it; return how many values there were. An entry that is not kept has none."""
    # Inline, for its number is not asked back: who erases in a part of the office may write this and not read it.
    tx.connection.execute(insert(ledger_erasure).inline(), one._asdict())
    if one.kind == "photo":
        whose = photo.c.issue_id.in_(select(issue.c.id).where(issue.c.uuid == one.uuid))
        gone = delete(photo).where(whose, photo.c.digest == one.field)
    elif one.kind == "exemption":
        kept = (exemption.c.subject == one.uuid) & (exemption.c.duty == one.field) & (exemption.c.reason != "")
        return tx.connection.execute(update(exemption).where(kept).values(reason="")).rowcount
    elif one.kind == "plan":
        stops = update(plan_stop).where(*_telling(layer=one.field, key=one.uuid))
        return tx.connection.execute(stops.values(windows=[], reasons=[])).rowcount
    elif one.kind == "hours":
        old = update(plan_stop).where(*_hours(one.field, dt.date.fromisoformat(one.uuid)))
        return tx.connection.execute(old.values(windows=[])).rowcount
    elif one.kind == "issue":
        whose = issue_private.c.event_id.in_(_events_of(one.uuid))
        gone = delete(issue_private).where(whose, issue_private.c.field == one.field)
    else:
        visits = select(visit.c.id).where(visit.c.uuid == one.uuid)
        gone = delete(visit_private).where(visit_private.c.visit_id.in_(visits), visit_private.c.field == one.field)
        # The digest would betray a short answer to whoever tries them all; without it, a visit sent again is not kept.
        tx.connection.execute(update(visit).where(visit.c.uuid == one.uuid).values(digest=""))
    return tx.connection.execute(gone).rowcount


def erasures(tx: Transaction) -> Sequence[LedgerErasure]:
    """Return every erasure of the ledger, oldest first."""
    columns = [ledger_erasure.c[name] for name in LedgerErasure._fields]
    rows = tx.connection.execute(select(*columns).order_by(ledger_erasure.c.id))
    return [LedgerErasure(*row) for row in rows]


def _events_of(uuid: str) -> Select[tuple[int]]:
    return select(issue_event.c.id).join(issue, issue.c.id == issue_event.c.issue_id).where(issue.c.uuid == uuid)
