"""Where the databases differ in what a migration makes."""

from __future__ import annotations

from alembic import op

POSTGRES = "postgresql"


def on_postgres() -> bool:
    """Return whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == POSTGRES


def place(table: str) -> None:
    """On PostgreSQL, keep beside the WKB of `table.geometry` what PostGIS searches and draws, each with its index.

    `geom` is the geometry in EPSG:4326, `geom_3857` the one that tiles are cut from. Both follow the WKB by themselves.
    """
    if not on_postgres():
        return
    made = {
        "geom": ("geometry(Geometry, 4326)", "ST_GeomFromWKB(geometry, 4326)"),
        "geom_3857": ("geometry(Geometry, 3857)", "ST_Transform(ST_GeomFromWKB(geometry, 4326), 3857)"),
    }
    for column, (kind, value) in made.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} GENERATED ALWAYS AS ({value}) STORED")
        op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} USING gist ({column})")
