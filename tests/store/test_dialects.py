"""What a query says must be said so that an index of the database serves it."""

from __future__ import annotations

from sqlalchemy import select

from gridmap.store.dialects import among
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import feature


def test_many_keys_are_looked_up_one_by_one_and_not_a_whole_layer_through(store: Store) -> None:
    """Compared with 1, the condition would be a value like any other, and every feature of the layer is read for it."""
    if isinstance(store.address, str):
        return  # the other database plans by how many rows there are
    asked = select(feature.c.id).where(feature.c.layer == "households", among(feature.c.key, ["H1", "H2"]))
    with store.reading(EVERYWHERE) as tx:
        said = asked.compile(tx.connection, compile_kwargs={"literal_binds": True})
        plan = [str(row[3]) for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
    assert any("layer=? AND key=?" in step for step in plan), plan
