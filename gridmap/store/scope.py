"""What a transaction may see and touch: the rows that lie in the cells it is for.

The second wall, whatever a statement says: the database itself holds it. Which rows of a table lie in a scope is data
here, one condition for all databases; each backend builds its wall from it. A cell is in a scope if it is below a root,
or one, in the stored closure of any edition (never by a prefix); what lies in no cell is for EVERYWHERE alone. The wall
is coarse where the days differ: a feature that was linked to a cell of the scope in some edition is behind it; which
day counts is the business of the errand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

# The root cells that a transaction is for: `Person.scope`.
Scope: TypeAlias = frozenset[str] | None
EVERYWHERE: Final[Scope] = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table lie in a scope, in SQL that every database of ours takes.

    `{row}` stands for the row, `{whole}` before the name of a table for all its rows, whoever asks, `{within}` for a
    code being one of the scope's cells ("IN (SELECT ...)"). `seen`: which rows are seen, changed, deleted and left
    after a change; a null is a no. `made`: of which a new row must be, before it is there (null: `seen`).
    """

    seen: str
    made: str | None = None


_HERE = "{row}.cell {within}"
# A version by its links; a feature by its versions, or because something of the ledger at it lies in the scope.
_LINKED = "EXISTS (SELECT 1 FROM {whole}link l WHERE l.version_id = %s AND l.code {within})"
_UNLINKED = "NOT EXISTS (SELECT 1 FROM {whole}link l WHERE l.version_id = %s)"
_PLACED = """EXISTS (SELECT 1 FROM {whole}version v JOIN {whole}link l ON l.version_id = v.id
  WHERE v.feature_id = %s AND l.code {within})"""
_UNPLACED = """NOT EXISTS (SELECT 1 FROM {whole}version v JOIN {whole}link l ON l.version_id = v.id
  WHERE v.feature_id = %s)"""
_VISITED = "EXISTS (SELECT 1 FROM {whole}visit w WHERE w.feature_id = %s AND w.cell {within})"
_RAISED = """EXISTS (SELECT 1 FROM {whole}issue_feature f JOIN {whole}issue i ON i.id = f.issue_id
  WHERE f.feature_id = %s AND i.cell {within})"""
_ISSUE = "EXISTS (SELECT 1 FROM {whole}issue i WHERE i.id = %s AND i.cell {within})"
_EVENT = """EXISTS (SELECT 1 FROM {whole}issue_event e JOIN {whole}issue i ON i.id = e.issue_id
  WHERE e.id = %s AND i.cell {within})"""
_VISIT = "EXISTS (SELECT 1 FROM {whole}visit w WHERE w.id = %s AND w.cell {within})"
_NAMED = """EXISTS (SELECT 1 FROM {whole}feature f JOIN {whole}version v ON v.feature_id = f.id
  JOIN {whole}link l ON l.version_id = v.id
  WHERE f.layer IN (SELECT b.layer FROM {whole}batch b) AND f.key = %s AND l.code {within})"""
_CADRE = "EXISTS (SELECT 1 FROM {whole}cadre c WHERE c.number = %s)"
# What has parts is seen by one of them; without any it tells of nobody, and is so while it is being made.
_PART = "EXISTS (SELECT 1 FROM {whole}plan_stop s WHERE s.%s AND s.cell {within})"
_NO_PART = "NOT EXISTS (SELECT 1 FROM {whole}plan_stop s WHERE s.%s)"
_ENTRY = """EXISTS (SELECT 1 FROM {whole}sheet_stop s JOIN {whole}version v ON v.feature_id = s.feature_id
  JOIN {whole}link l ON l.version_id = v.id WHERE s.sheet_id = %s AND l.code {within})"""
_NO_ENTRY = "NOT EXISTS (SELECT 1 FROM {whole}sheet_stop s WHERE s.sheet_id = %s)"
_ROWS = """EXISTS (SELECT 1 FROM {whole}version v JOIN {whole}link l ON l.version_id = v.id
  WHERE v.%s = {row}.id AND l.code {within})"""
_BROUGHT = "EXISTS (SELECT 1 FROM {whole}issue i WHERE i.batch_id = {row}.id AND i.cell {within})"
_BARE = """NOT EXISTS (SELECT 1 FROM {whole}version v WHERE v.batch_id = {row}.id)
  AND NOT EXISTS (SELECT 1 FROM {whole}version v WHERE v.ended_by = {row}.id)
  AND NOT EXISTS (SELECT 1 FROM {whole}issue i WHERE i.batch_id = {row}.id)"""


def _of(*conditions: str, by: str) -> str:
    """Return that one of the conditions holds of what the row points at."""
    return " OR ".join(condition % by for condition in conditions)


def _and(*conditions: str) -> str:
    return " AND ".join(f"({condition})" for condition in conditions)


def _if_any(column: str, condition: str) -> str:
    """Return that a row points at nothing by this column, or at what the condition holds of."""
    return f"{{row}}.{column} IS NULL OR {condition % ('{row}.' + column)}"


SCOPED: Mapping[str, Rule] = MappingProxyType(
    {
        # A new name tells nothing; its rows are in cells by their links, and a link may not claim what others hold.
        "feature": Rule(_of(_PLACED, _VISITED, _RAISED, by="{row}.id"), "TRUE"),
        "version": Rule(_of(_LINKED, by="{row}.id"), _of(_PLACED, _UNPLACED, by="{row}.feature_id")),
        "version_box": Rule(_LINKED % "{row}.id"),
        "private": Rule(_of(_LINKED, by="{row}.version_id"), _of(_LINKED, _UNLINKED, by="{row}.version_id")),
        "link": Rule(
            _of(_LINKED, by="{row}.version_id"),
            _and("{row}.code {within}", _of(_LINKED, _UNLINKED, by="{row}.version_id")),
        ),
        "erasure": Rule(_of(_PLACED, by="{row}.feature_id")),
        "batch": Rule(f"{_ROWS % 'batch_id'} OR {_ROWS % 'ended_by'} OR {_BROUGHT} OR ({_BARE})"),
        "visit": Rule(_HERE, _and(_HERE, _if_any("feature_id", _PLACED))),
        "visit_private": Rule(_of(_VISIT, by="{row}.visit_id")),
        "issue": Rule(_HERE),
        "issue_event": Rule(_of(_ISSUE, by="{row}.issue_id")),
        "issue_feature": Rule(
            _of(_ISSUE, by="{row}.issue_id"), _and(_ISSUE % "{row}.issue_id", _PLACED % "{row}.feature_id")
        ),
        "issue_private": Rule(_of(_EVENT, by="{row}.event_id")),
        "photo": Rule(_of(_ISSUE, by="{row}.issue_id")),
        "programme_issue": Rule(_of(_ISSUE, by="{row}.issue_id")),
        # Read where a copy is cleaned, which is of the whole office; whoever erases writes into it.
        "ledger_erasure": Rule("FALSE", "TRUE"),
        "exemption": Rule(_of(_NAMED, _CADRE, by="{row}.subject")),
        "sheet": Rule(f"{_HERE} OR {_and('{row}.cell IS NULL', _of(_ENTRY, _NO_ENTRY, by='{row}.id'))}"),
        "sheet_stop": Rule(_of(_PLACED, by="{row}.feature_id")),
        "plan": Rule(_of(_PART, _NO_PART, by="plan_id = {row}.id")),
        "plan_route": Rule(_of(_PART, _NO_PART, by="route_id = {row}.id")),
        "plan_stop": Rule(_HERE, _and(_HERE, _if_any("feature_id", _PLACED), _if_any("issue_id", _ISSUE))),
    }
)
"""The tables whose rows lie in cells."""

_GRID = "the grid is the map that everybody in the office looks at"
_ROSTER = "who answers for a place is told to everybody in the office, and stands above and beside it"
_RULES = "rules hold in the whole office"
_ACCESS = "lies in no cell: the errands are for administrators of the whole office, or look for one digest"
_SERVICE = "lies in no cell: what the service keeps for itself, by account"
_AUDIT = "one chain: every act adds to it, and auditors of the whole office alone read it"

OPEN: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("office", "edition", "cell", "closure", "defect"), _GRID),
        **dict.fromkeys(("cadre", "cadre_version", "unit_version", "assignment", "absence", "stand_in"), _ROSTER),
        "cadre_private": "a cadre lies in no cell: the errands of the roster mask telephones and audit each reveal",
        **dict.fromkeys(("calendar_day", "duty", "category", "service_item", "programme"), _RULES),
        **dict.fromkeys(("audit", "audit_head"), _AUDIT),
        **dict.fromkeys(("account", "session", "token", "attempt"), _ACCESS),
        **dict.fromkeys(("job", "job_file", "answered", "lease", "revision"), _SERVICE),
    }
)
"""The tables that are open to every scope, each with the reason."""

# Of which tables the numbers that people read are counted, whoever asks: how many signs stand before the count.
NUMBERED: Mapping[str, int] = MappingProxyType({"issue": 5, "sheet": 5, "plan": 6})
