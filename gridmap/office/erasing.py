"""Errand: take personal values out of the store, for one feature or by the days they may be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from gridmap.errors import ArgumentError
from gridmap.office.auditing import note
from gridmap.office.issue_lists import last_instant
from gridmap.office.route_stops import WISH
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import erasure
from gridmap.store.answers import drop_answers
from gridmap.store.duties import names_about
from gridmap.store.issues import ended_by
from gridmap.store.ledger_erasure import (
    erase_exemptions,
    erase_stops,
    erase_visits,
    expire_hours,
    expire_issues,
    expire_visits,
)

ISSUES, VISITS = "issues", "visits"  # the names under which their retention days stand, beside those of layers


def erase(
    person: Person, office: Office, layer_name: str, key: str, *, reason: str, fields: Sequence[str] | None = None
) -> int:
    """Remove the personal and sensitive values of a feature from all its versions; return how many there were.

    The notes and answers of its visits, the reasons of its exemptions, and why and when plans would call there go with
    them, unless `fields` narrows it to some fields; the latter go with the wish, too. The feature, its public fields
    and everything that points at it stay. Raises NotFoundError for an unknown key, ArgumentError for an empty reason or
    a field that is not personal.
    """
    refuse_unless_everywhere(person, "erase")
    if not reason.strip():
        raise ArgumentError("office.erase_reason")
    layer = office.layers[layer_name]
    at = office.clock.now()
    with office.writing(person) as tx:
        removed = erasure.erase(tx, layer, key, fields, reason=reason.strip(), at=at, account=person.account)
        if fields is None:
            removed += erase_visits(tx, layer.name, key, reason=reason.strip(), at=at, account=person.account)
            about = names_about(tx, layer.name)
            removed += erase_exemptions(tx, key, about, reason=reason.strip(), at=at, account=person.account)
        if fields is None or WISH in fields:
            removed += erase_stops(tx, layer.name, key, reason=reason.strip(), at=at, account=person.account)
        drop_answers(tx)  # to posts that came with a key: they may hold what is erased
        detail = {"layer": layer.name, "fields": sorted(fields) if fields else "all", "values": removed}
        note(tx, person, action="erase", subject=f"{layer.name} {key}", detail=detail)
    office.store.scrub()
    return removed


def expire(person: Person, office: Office) -> dict[str, int]:
    """Remove the values whose retention days are over; return how many, by `layer.field`.

    A value is kept for the days that the settings give after its row has ended; of issues (`issues.phone`), after the
    last that happened to one that is closed, rejected or a duplicate; of visits (`visits.note`, `visits.answers`),
    after the visit. With the wish of a layer go the hours of its stops in plans for days before those.
    """
    refuse_unless_everywhere(person, "erase")
    at, today = office.clock.now(), office.clock.today()
    removed: dict[str, int] = {}
    with office.writing(person) as tx:
        for name, days in office.settings.retention_days.items():
            layer, field = name.split(".")
            before = today - dt.timedelta(days=days)
            if layer == ISSUES:
                over = ended_by(tx, last_instant(office, before))
                removed[name] = expire_issues(tx, over, field, at=at, account=person.account)
                continue
            if layer == VISITS:
                over_at = last_instant(office, before)
                removed[name] = expire_visits(tx, over_at, field, at=at, account=person.account)
                continue
            removed[name] = erasure.expire(
                tx, office.layers[layer], field, before=before, at=at, account=person.account
            )
            if field == WISH:
                removed[name] += expire_hours(tx, layer, before=before, at=at, account=person.account)
        drop_answers(tx)
        note(tx, person, action="expire", subject="retention", detail=removed)
    office.store.scrub()
    return removed
