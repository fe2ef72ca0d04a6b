"""A visit, and the frame of visits: one call at a feature or a cell, with an outcome (DESIGN 4, Visits)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

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
