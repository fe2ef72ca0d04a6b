"""The tables, by subject. Migrations make them; a test compares both."""

from __future__ import annotations

from gridmap.store.tables.access import account, attempt, session, token
from gridmap.store.tables.audits import audit, audit_head
from gridmap.store.tables.base import metadata
from gridmap.store.tables.grid import cell, closure, defect, edition, office
from gridmap.store.tables.ledger import (
    issue,
    issue_event,
    issue_feature,
    issue_private,
    ledger_erasure,
    photo,
    programme,
    programme_issue,
    visit,
    visit_private,
)
from gridmap.store.tables.people import absence, assignment, cadre, cadre_private, cadre_version, stand_in, unit_version
from gridmap.store.tables.plans import plan, plan_route, plan_stop, sheet, sheet_stop
from gridmap.store.tables.registers import batch, erasure, feature, link, private, version, version_box
from gridmap.store.tables.rules import calendar_day, category, duty, exemption, service_item
from gridmap.store.tables.service import answered, job, job_file, lease, revision

__all__ = [
    "absence",
    "account",
    "answered",
    "assignment",
    "attempt",
    "audit",
    "audit_head",
    "batch",
    "cadre",
    "cadre_private",
    "cadre_version",
    "calendar_day",
    "category",
    "cell",
    "closure",
    "defect",
    "duty",
    "edition",
    "erasure",
    "exemption",
    "feature",
    "issue",
    "issue_event",
    "issue_feature",
    "issue_private",
    "job",
    "job_file",
    "lease",
    "ledger_erasure",
    "link",
    "metadata",
    "office",
    "photo",
    "plan",
    "plan_route",
    "plan_stop",
    "private",
    "programme",
    "programme_issue",
    "revision",
    "service_item",
    "session",
    "sheet",
    "sheet_stop",
    "stand_in",
    "token",
    "unit_version",
    "version",
    "version_box",
    "visit",
    "visit_private",
]
