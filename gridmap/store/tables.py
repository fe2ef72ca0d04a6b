"""The tables. A register row is a `version` of a `feature`, in force on the days [valid_from, valid_to).

A change ends one version and begins another; a correction on the day a version began leaves it zero days long, so it
is never in force and yet is kept. Personal and sensitive fields stand in side rows (`private`) that can be erased while
everything that points at the version stays whole.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    column,
    table,
)

from gridmap.store.types import Day, Geometry, Instant, Json, text_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

office = Table(
    "office",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    text_column("name", "public", nullable=False),
    text_column("zone", "public", nullable=False),
    Column("created_at", Instant, nullable=False),
)

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
    Column("territory", Geometry),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

cell = Table(
    "cell",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    text_column("code", "public", nullable=False),
    text_column("level", "public", nullable=False),
    text_column("parent", "public"),
    text_column("name", "public"),
    Column("geometry", Geometry, nullable=False),
    UniqueConstraint("edition_id", "code"),
)

closure = Table(
    "closure",
    metadata,
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    text_column("ancestor", "public", primary_key=True),
    text_column("cell", "public", primary_key=True),
)

defect = Table(
    "defect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False, index=True),
    text_column("kind", "public", nullable=False),
    text_column("level", "public"),
    text_column("code", "public"),
    text_column("other", "public"),
    Column("measure", Float),
    text_column("unit", "public"),
    Column("geometry", Geometry),
)

batch = Table(
    "batch",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("layer", "public", nullable=False, index=True),
    text_column("file", "public", nullable=False),
    text_column("digest", "public", nullable=False),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("counts", "public", kind=Json(), nullable=False),
    Column("undone_at", Instant),
)

feature = Table(
    "feature",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("layer", "public", nullable=False),
    text_column("key", "public", nullable=False),
    UniqueConstraint("layer", "key"),
)

version = Table(
    "version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
    Column("batch_id", ForeignKey("batch.id"), nullable=False, index=True),
    Column("ended_by", ForeignKey("batch.id"), index=True),
    text_column("fields", "public", kind=Json(), nullable=False),
    Column("geometry", Geometry),
    text_column("cell", "public"),
    text_column("cell_reason", "public"),
    CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days_in_order"),
    Index("ix_version_feature_id_valid_from", "feature_id", "valid_from"),
)

# The boxes of the placed versions, in degrees: an R*Tree of SQLite, so the migration makes it and not the metadata.
version_box = table("version_box", *(column(name) for name in ("id", "min_x", "max_x", "min_y", "max_y")))

private = Table(
    "private",
    metadata,
    Column("version_id", ForeignKey("version.id", ondelete="CASCADE"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("version_id", ForeignKey("version.id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    text_column("code", "public"),
    text_column("how", "public", nullable=False),
    text_column("nearest", "public"),
    Column("distance_m", Float),
    Column("length_m", Float),
    Column("differs", Boolean, nullable=False),
    Index("ix_link_edition_id_code", "edition_id", "code"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("action", "public", nullable=False),
    text_column("subject", "public", nullable=False),
    text_column("detail", "public", kind=Json(), nullable=False),
    text_column("previous", "public", nullable=False),
    text_column("hash", "public", nullable=False, unique=True),
)

# What the chain has reached: a last row that vanishes is seen by comparing with it. Triggers move it, forward only.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("count", Integer, nullable=False),
    text_column("hash", "public", nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False, index=True),
    text_column("field", "public", nullable=False),
    # Of which versions: those that ended on or before this day (retention); null: of all.
    Column("before", Day, info={"mark": "public"}),
    text_column("reason", "public", nullable=False),
    text_column("account", "public", nullable=False),
    Column("at", Instant, nullable=False),
)

cadre = Table(
    "cadre",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
)

cadre_version = Table(
    "cadre_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cadre_id", ForeignKey("cadre.id"), nullable=False, index=True),
    text_column("name", "public", nullable=False),
    text_column("tier", "public", nullable=False),
    text_column("unit", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

# The telephone and the like, apart from the versions, so that it can be erased.
cadre_private = Table(
    "cadre_private",
    metadata,
    Column("cadre_id", ForeignKey("cadre.id", ondelete="CASCADE"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

unit_version = Table(
    "unit_version",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("unit", "public", nullable=False, index=True),
    text_column("chief", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cell", "public", nullable=False, index=True),
    text_column("holder", "public", nullable=False),
    text_column("who", "public", nullable=False),
    text_column("part", "public", nullable=False),
    text_column("kind", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cadre", "public", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

stand_in = Table(
    "stand_in",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("cadre", "public", nullable=False),
    text_column("stand_in", "public", nullable=False),
    text_column("cell", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

# A day whose kind the office's own notice or table states; every other day is as the calendar's source has it.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Day, primary_key=True, info={"mark": "public"}),
    Column("working", Boolean, nullable=False),
    text_column("source", "public", nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# Rules are data: the whole rule is one JSON, in force on its days.
duty = Table(
    "duty",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, index=True),
    text_column("rule", "public", kind=Json(), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

exemption = Table(
    "exemption",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("duty", "public", nullable=False, index=True),
    text_column("subject", "public", nullable=False),
    text_column("reason", "sensitive", nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

category = Table(
    "category",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, index=True),
    text_column("rule", "public", kind=Json(), nullable=False),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

# The items of the service counter: shown on its card, never counted as issues.
service_item = Table(
    "service_item",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False),
    text_column("name", "public", nullable=False),
    text_column("department", "public"),
    Column("valid_from", Day, nullable=False, info={"mark": "public"}),
    Column("valid_to", Day, info={"mark": "public"}),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    Column("at", Instant, nullable=False, index=True),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    text_column("lead", "public", nullable=False, index=True),
    text_column("companions", "public", kind=Json(), nullable=False),
    Column("feature_id", ForeignKey("feature.id"), index=True),
    text_column("cell", "public", index=True),
    text_column("mode", "public", nullable=False),
    # Of a household it tells who is at home, and when.
    text_column("outcome", "personal", nullable=False),
    text_column("corrects", "public", index=True),
    text_column("looks_back", "public"),
    text_column("sheet", "public"),
    text_column("answering", "public"),
    Column("elsewhere", Boolean, nullable=False),
    # Of everything the visitor said: the same visit sent twice is known by it.
    text_column("digest", "public", nullable=False),
)

visit_private = Table(
    "visit_private",
    metadata,
    Column("visit_id", ForeignKey("visit.id"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

issue = Table(
    "issue",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    text_column("number", "public", nullable=False, unique=True),
    Column("geometry", Geometry),
    text_column("cell", "public", index=True),
    Column("batch_id", ForeignKey("batch.id"), index=True),
)

issue_feature = Table(
    "issue_feature",
    metadata,
    Column("issue_id", ForeignKey("issue.id"), primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), primary_key=True, index=True),
)

# Append-only. What an event leaves alone is null; what it empties is the empty text.
issue_event = Table(
    "issue_event",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("uuid", "public", nullable=False, unique=True),
    Column("issue_id", ForeignKey("issue.id"), nullable=False, index=True),
    text_column("act", "public", nullable=False),
    text_column("state", "public", nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False, index=True),
    text_column("account", "public", nullable=False),
    text_column("actor", "public"),
    text_column("category", "public"),
    text_column("source", "public"),
    text_column("unit", "public"),
    text_column("holder", "public"),
    text_column("follower", "public"),
    text_column("leader", "public"),
    Column("due_at", Instant),
    text_column("result", "public"),
    text_column("said", "public", kind=Json(), nullable=False),
)

issue_private = Table(
    "issue_private",
    metadata,
    Column("event_id", ForeignKey("issue_event.id"), primary_key=True),
    text_column("field", "public", primary_key=True),
    text_column("mark", "public", nullable=False),
    text_column("value", "personal", nullable=False),
)

# What was erased of visits and issues, by their UUID: a copy that is brought back is cleaned of it.
ledger_erasure = Table(
    "ledger_erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("kind", "public", nullable=False),
    text_column("uuid", "public", nullable=False),
    text_column("field", "public", nullable=False),
    text_column("reason", "public", nullable=False),
    text_column("account", "public", nullable=False),
    Column("at", Instant, nullable=False),
)

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), nullable=False, index=True),
    text_column("digest", "public", nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

programme = Table(
    "programme",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, unique=True),
    text_column("note", "public"),
)

programme_issue = Table(
    "programme_issue",
    metadata,
    Column("programme_id", ForeignKey("programme.id"), primary_key=True),
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, index=True),
)

# Printed sheets: which feature a stop number stands for, so that a sheet is entered by its numbers.
sheet = Table(
    "sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
    text_column("cell", "public"),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
)

sheet_stop = Table(
    "sheet_stop",
    metadata,
    Column("sheet_id", ForeignKey("sheet.id"), primary_key=True),
    Column("stop", Integer, primary_key=True),
    Column("feature_id", ForeignKey("feature.id"), nullable=False),
)

# Who does a recurring job, until when: one at a time.
lease = Table(
    "lease",
    metadata,
    text_column("name", "public", primary_key=True),
    text_column("holder", "public", nullable=False),
    Column("until", Instant, nullable=False),
)

# Plans of an evening or a week: who goes where, in which order; what was left out has no route.
plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("number", "public", nullable=False, unique=True),
    Column("on_day", Day, nullable=False, info={"mark": "public"}),
    Column("recorded_at", Instant, nullable=False),
    text_column("account", "public", nullable=False),
    # How it was asked for: mode, seed, iterations, filters.
    text_column("asked", "public", kind=Json(), nullable=False),
    Column("replaces", ForeignKey("plan.id")),
)

plan_route = Table(
    "plan_route",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False, index=True),
    text_column("cadre", "public", nullable=False),
    text_column("companion", "public"),
    Column("start", Geometry, nullable=False),
    Column("begin", Instant, nullable=False),
    Column("finish", Instant, nullable=False),
    Column("back", Instant, nullable=False),
    Column("metres", Integer, nullable=False),
    Column("ground", Geometry),
    Column("sheet_id", ForeignKey("sheet.id")),
)

plan_stop = Table(
    "plan_stop",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False, index=True),
    Column("route_id", ForeignKey("plan_route.id"), index=True),
    Column("position", Integer),
    Column("feature_id", ForeignKey("feature.id"), index=True),
    Column("issue_id", ForeignKey("issue.id")),
    text_column("cell", "public"),
    Column("place", Geometry),
    Column("priority", Integer, nullable=False),
    # Each reason of the priority: a code of words, its points, its inputs.
    text_column("reasons", "personal", kind=Json(), nullable=False),
    Column("service", Integer, nullable=False),
    # When somebody wants to be visited tells when somebody is at home.
    text_column("windows", "personal", kind=Json(), nullable=False),
    text_column("cadres", "public", kind=Json(), nullable=False),
    Column("arrive", Instant),
    Column("begin", Instant),
    Column("leave", Instant),
    text_column("left_out", "public", kind=Json()),
    Column("locked", Boolean, nullable=False),
)

# Who may come in. Of a password, a session and a token the store holds a hash alone.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("name", "public", nullable=False, unique=True),
    text_column("role", "public", nullable=False),
    text_column("scope", "public", kind=Json()),
    text_column("cadre", "public"),
    text_column("password_hash", "sensitive", nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

session = Table(
    "session",
    metadata,
    text_column("token_hash", "sensitive", primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

# A token acts for an account, or by itself with a role and a scope.
token = Table(
    "token",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("hash", "sensitive", nullable=False, unique=True),
    Column("account_id", ForeignKey("account.id"), index=True),
    text_column("role", "public"),
    text_column("scope", "public", kind=Json()),
    text_column("label", "public", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    CheckConstraint("(account_id IS NULL) <> (role IS NULL)", name="whose"),
)

# Sign-ins that failed in a row, by what was typed and where from: digests, for either may tell of a person.
attempt = Table(
    "attempt",
    metadata,
    text_column("account_hash", "personal", primary_key=True),
    text_column("address_hash", "personal", primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)
