"""A visit, and the frame of visits: one call at a feature or a cell, with an outcome (DESIGN 4, Visits)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import orjson
import pandas as pd

from gridmap.errors import ArgumentError, Fault

OUTCOMES = ("met", "absent", "refused", "locked", "moved", "not_eligible")  # 见到 无人 婉拒 锁门空置 已搬离 不在范围
COVERS = "met"  # only it covers; for a thing it reads done
MODES = ("home", "appointment", "phone", "meeting", "inspection")  # 入户 约访 电话 座谈 检查

# The frame of visits, as the store gives it and the rules take it: instants are datetime64[us, UTC], texts object with
# None where missing. visit: its UUID. companions: a tuple of cadres. layer and key: the feature visited, missing for a
# visit at a cell. cell: the small cell of the feature on that day, or the cell visited. corrects: the UUID of the visit
# that this entry replaces. looks_back: the UUID of the closed issue whose end it asks about. answering: the cadre who
# answers there on that day; elsewhere: neither the lead nor a companion does, nor anybody of the lead's unit.
# late: recorded on a later local day than it happened. answers: the form's answers, a mapping (empty where hidden).
COLUMNS = (
    "visit",
    "at",
    "recorded_at",
    "lead",
    "companions",
    "layer",
    "key",
    "cell",
    "mode",
    "outcome",
    "corrects",
    "looks_back",
    "sheet",
    "answering",
    "elsewhere",
    "late",
    "answers",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as its visitor enters it.

    `id` is a UUID made by the client: sent twice, it is recorded once. `at` is aware. Either `layer` and `key` name the
    feature, or `cell` names the cell visited. `lead` and `companions` are cadres. `answers`: field of a duty's form to
    answer, under `duty/field`. `note` is sensitive. `corrects`: the visit that this entry replaces, everything in it.
    `looks_back`: the closed issue whose end it asks about, by UUID or number.
    """

    id: str
    at: dt.datetime
    lead: str
    outcome: str
    layer: str | None = None
    key: str | None = None
    cell: str | None = None
    mode: str = "home"
    companions: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    note: str = field(default="", repr=False)
    corrects: str | None = None
    looks_back: str | None = None
    sheet: str | None = None


# The form of an id: what `str(uuid.uuid4())` gives, so that one id has one spelling.
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ANSWER = re.compile(r"[^/]+/[^/]+")


def current(visits: pd.DataFrame) -> pd.DataFrame:
    """Return the visits of a frame (COLUMNS) that no other one of it corrects, index kept."""
    return visits[~visits["visit"].isin(visits["corrects"].dropna())]


def digest(visit: Visit) -> str:
    """Return the SHA-256 (hex) of everything that a visit says: equal for the same visit sent twice.

    `at` counts as the instant it is, whatever its offset. Raises ArgumentError where it has none.
    """
    if visit.at.tzinfo is None:
        raise ArgumentError("ledger.visit_naive", argument="at")
    said = (
        visit.id,
        visit.at.astimezone(dt.UTC).isoformat(),
        visit.lead,
        visit.outcome,
        visit.layer,
        visit.key,
        visit.cell,
        visit.mode,
        visit.companions,
        dict(visit.answers),
        visit.note,
        visit.corrects,
        visit.looks_back,
        visit.sheet,
    )
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def visit_faults(
    visits: Sequence[Visit], *, now: dt.datetime, cadres: Collection[str], layers: Collection[str]
) -> list[Fault]:
    """Return everything that is wrong with the visits in themselves, all of it in one pass.

    `row` counts the visits from 1, `column` names the field. `now` is aware: a visit after it has not happened yet.
    `cadres` are those of the roster, `layers` the names of the registers. Wrong are: an id that is no UUID in lower
    case; an instant without offset or in the future; an unknown lead, companion, outcome, mode or layer; a companion
    named twice or leading; neither a feature nor a cell, or both; an answer under another name than `duty/field`; a
    correction of itself. Whether the feature, the cell, the visit corrected and the issue are there only a store can
    tell.
    """
    cadres, layers = frozenset(cadres), frozenset(layers)
    return [
        Fault(code, row=row, column=column, value=value, inputs=inputs)
        for row, visit in enumerate(visits, start=1)
        for code, column, value, inputs in (*_instant(visit, now), *_who(visit, cadres), *_what(visit, layers))
    ]


_Found = tuple[str, str, str | None, dict[str, object]]


def _instant(visit: Visit, now: dt.datetime) -> Iterator[_Found]:
    for name in ("id", "corrects"):
        held = getattr(visit, name)
        if held is not None and not _UUID.fullmatch(held):
            yield "ledger.visit_id", name, held, {}
    if visit.corrects == visit.id:
        yield "ledger.visit_itself", "corrects", visit.corrects, {}
    if visit.at.tzinfo is None:
        yield "ledger.visit_naive", "at", None, {}
    elif visit.at > now:
        yield "ledger.visit_future", "at", None, {"now": now.isoformat(timespec="minutes")}


def _who(visit: Visit, cadres: frozenset[str]) -> Iterator[_Found]:
    if visit.lead not in cadres:
        yield "ledger.visit_nobody", "lead", visit.lead, {}
    for who in visit.companions:
        if who not in cadres:
            yield "ledger.visit_nobody", "companions", who, {}
    if len({visit.lead, *visit.companions}) <= len(visit.companions):
        yield "ledger.visit_companions", "companions", None, {}


def _what(visit: Visit, layers: frozenset[str]) -> Iterator[_Found]:
    if visit.outcome not in OUTCOMES:
        yield "ledger.visit_word", "outcome", visit.outcome, {"allowed": ", ".join(OUTCOMES)}
    if visit.mode not in MODES:
        yield "ledger.visit_word", "mode", visit.mode, {"allowed": ", ".join(MODES)}
    if (visit.key is None) != (visit.layer is None) or (visit.key is None) == (visit.cell is None):
        yield "ledger.visit_place", "key", None, {}
    elif visit.layer is not None and visit.layer not in layers:
        yield "ledger.visit_word", "layer", visit.layer, {"allowed": ", ".join(sorted(layers))}
    for name in visit.answers:
        if not _ANSWER.fullmatch(name):
            yield "ledger.visit_answer", "answers", name, {}
