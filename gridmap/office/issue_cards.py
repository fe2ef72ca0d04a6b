"""Errands: one issue with all that happened to it; taking people's words out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.categories import Category
from gridmap.ledger.events import issues_of
from gridmap.ledger.flow import Issue, allowed, takeable
from gridmap.ledger.relations import relations_of
from gridmap.ledger.said import PRIVATE
from gridmap.office.auditing import note
from gridmap.office.issue_desk import Desk
from gridmap.office.issue_lists import Wanted, last_instant, listed_on
from gridmap.office.issue_sight import own
from gridmap.office.proposing import Proposal, proposed
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless
from gridmap.people.person import Person
from gridmap.store import issues, ledger_erasure, photos, programmes
from gridmap.store.engine import Transaction


@dataclass(frozen=True, slots=True)
class Card:
    """One issue on a day.

    `issue`: its row of `list_issues`. `events` in their order: event, act, state, at, recorded_at, actor, actor_name,
    due_at, result. `texts`: what people wrote or said (event, at, field, value), if it is shown; `masked`: the names of
    the fields that are kept and not shown. `allowed`: the acts that its state allows now; `acts`: those of them that
    the person may take, none on a day that is over. `programmes`: the sets it is in. `proposal`: who should deal with
    it, as long as nobody does. `category`: its kind on that day, if it is known. `state`: facts that tell its state
    from any other, see `office.matching`. `photos` as `list_photos` gives them.
    """

    issue: pd.Series
    events: pd.DataFrame
    allowed: tuple[str, ...]
    acts: tuple[str, ...]
    masked: tuple[str, ...]
    programmes: tuple[str, ...]
    proposal: Proposal | None
    category: Category | None
    state: tuple[object, ...]
    photos: pd.DataFrame = field(repr=False)
    texts: pd.DataFrame = field(repr=False)


def show(
    person: Person,
    office: Office,
    name: str,
    *,
    on: dt.date | None = None,
    as_of: dt.datetime | None = None,
    reveal: Sequence[str] = (),
    reason: str = "",
) -> Card:
    """Return an issue, by its number or UUID, as it stood by the end of a day (null: today).

    What people wrote or said is shown to a leader or cadre who today follows it, has it in hands, or answers there;
    anybody else who may reveal names fields (text, reporter, phone, reply, note) in `reveal`, with a `reason` that the
    audit keeps before. Raises NotFoundError where it does not exist for `person` on that day.
    """
    refuse_unless(person, "read")
    _check_reveal(person, reveal, reason)
    day = on or office.clock.today()
    with office.reading(person) as tx:
        rows = listed_on(tx, person, office, on=day, as_of=as_of, wanted=Wanted(numbers=[name]))
        if rows.empty:
            raise NotFoundError("store.unknown_issue", issue=name)
        desk = Desk(person, office, tx)
        uuid = str(rows["issue"].iloc[0])
        his = bool(own(desk, rows)[0])
        known = min(as_of or desk.now, desk.now)
        kept = issues.events(tx, issues=[uuid], as_of=known, until=last_instant(office, day))
        held = set(issues.private(tx, [uuid]).query("event in @kept.event")["field"])
        state = issues_of(kept)[uuid]
        kinds = desk.categories(day.isoformat())
        who = proposed(
            desk, kinds.get(state.category or ""), rows["cell"].iloc[0], day.isoformat(), source=state.source
        )
        named = tuple(programmes.programmes_of(tx, uuid))
        past = as_of is not None or day < office.clock.today()
        acts = () if past else _acts(desk, state, rows["cell"].iloc[0])
        events = kept[["event", "act", "state", "at", "recorded_at", "actor", "due_at", "result"]]
        events = events.assign(actor_name=events["actor"].map(desk.names).astype(object))
    shown = PRIVATE if his else tuple(reveal)
    if reveal and not his:
        _note_reveal(person, office, str(rows["number"].iloc[0]), reveal, reason)
    with office.reading(person) as tx:
        texts, pictures = _texts(tx, uuid, shown, kept["event"]), photos.photos(tx, [uuid])
    return Card(
        issue=rows.iloc[0],
        events=events,
        allowed=allowed(state),
        acts=acts,
        masked=tuple(sorted(held - set(shown))),
        programmes=named,
        proposal=None if state.holder or not state.open else who,
        category=kinds.get(state.category or ""),
        state=issue_state(uuid, kept),
        photos=pictures,
        texts=texts,
    )


def issue_state(uuid: str, events: pd.DataFrame) -> tuple[object, ...]:
    """Return the facts that tell one state of an issue from another: its events, of which none is ever taken away."""
    return uuid, len(events), str(events["event"].iloc[-1])


def erase_issue(person: Person, office: Office, name: str, *, reason: str, fields: Sequence[str] | None = None) -> int:
    """Remove what people wrote or said (all, or some `fields` of it) of an issue; return how many values there were.

    The issue, its events and its number stay. Raises NotFoundError for an unknown issue, ArgumentError for an empty
    reason or a field that is none.
    """
    refuse_unless(person, "erase")
    if not reason.strip():
        raise ArgumentError("office.erase_reason")
    _check_fields(fields or ())
    at = office.clock.now()
    with office.writing(person) as tx:
        uuid = issues.find(tx, [name]).get(name)
        if uuid is None:
            raise NotFoundError("store.unknown_issue", issue=name)
        number = issues.numbers(tx, [uuid])[uuid]
        removed = ledger_erasure.erase_issue(
            tx, uuid, fields=fields, reason=reason.strip(), at=at, account=person.account
        )
        detail = {"fields": sorted(fields) if fields else "all", "values": removed}
        note(tx, person, action="erase", subject=f"issue {number}", detail=detail)
    office.store.scrub()
    return removed


def _acts(desk: Desk, state: Issue, cell: str | None) -> tuple[str, ...]:
    """Return the acts that the person of the desk may take with an issue today."""
    if not may(desk.person, "act"):
        return ()
    cadre = desk.person.cadre
    held = relations_of(state, desk.person, desk.staff(desk.day(desk.now)), actor=cadre, cell=cell)
    return takeable(state, held, actor=cadre)


def _texts(tx: Transaction, uuid: str, fields: Sequence[str], events: pd.Series) -> pd.DataFrame:
    texts = issues.private(tx, [uuid], fields)
    return texts[texts["event"].isin(events)].drop(columns="issue").reset_index(drop=True)


def _check_reveal(person: Person, reveal: Sequence[str], reason: str) -> None:
    if not reveal:
        return
    refuse_unless(person, "reveal")
    _check_fields(reveal)
    if not reason.strip():
        raise ArgumentError("office.reveal_reason")


def _check_fields(fields: Sequence[str]) -> None:
    unknown = [name for name in fields if name not in PRIVATE]
    if unknown:
        raise ArgumentError("office.no_such_words", fields=", ".join(unknown), allowed=", ".join(PRIVATE))


def _note_reveal(person: Person, office: Office, number: str, fields: Sequence[str], reason: str) -> None:
    """Keep in the audit who reads what and why: it is committed before a word is handed on."""
    detail = {"fields": sorted(fields), "reason": reason.strip()}
    with office.writing(person) as tx:
        note(tx, person, action="reveal", subject=f"issue {number}", detail=detail)
