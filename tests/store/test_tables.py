"""Every stored text column is marked public, personal or sensitive: an unmarked one fails the build."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from gridmap.layer import MARKS
from gridmap.store.tables import metadata
from gridmap.store.types import Day, Geometry, Instant, Json, text_column


def unmarked(tables: MetaData) -> list[str]:
    """Return the columns that hold text (in whatever type of ours) and bear no mark."""
    return [
        f"{table.name}.{column.name}"
        for table in tables.sorted_tables
        for column in table.columns
        if isinstance(getattr(column.type, "impl_instance", column.type), String)
        and column.info.get("mark") not in MARKS
    ]


def test_every_text_column_of_the_store_is_marked() -> None:
    assert unmarked(metadata) == []


def test_an_unmarked_text_column_is_found() -> None:
    planted = MetaData()
    Table(
        "planted",
        planted,
        Column("id", Integer),
        Column("name", Text),
        Column("code", String(15)),
        Column("day", Day),
        Column("data", Json),
        Column("wrong", Text, info={"mark": "secret"}),
        Column("at", Instant),
        Column("place", Geometry),
        text_column("phone", "personal"),
    )
    assert unmarked(planted) == [f"planted.{name}" for name in ("name", "code", "day", "data", "wrong")]


def test_values_of_private_fields_are_personal() -> None:
    assert metadata.tables["private"].c.value.info["mark"] == "personal"


def test_what_hangs_on_a_version_goes_with_it() -> None:
    hanging = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "version" and key.ondelete == "CASCADE"
    }
    assert hanging == {"private", "link"}
