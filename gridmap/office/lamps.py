"""Lamps that an issue is about: they work again when it is done, and are dark again when it is taken up anew.

That is a change of the register, in force from the local day of the step, written as an import is: a batch whose file
name says the issue's number, which can be undone like one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from gridmap.layer import Layer
from gridmap.ledger.flow import Issue
from gridmap.ledger.issues import Event
from gridmap.office.issue_desk import Desk
from gridmap.office.linking import links_of
from gridmap.store import batches, changes, grids, registers
from gridmap.store.issues import Kept

LAYER, STATUS = "streetlights", "status"
_ABOUT = "lamps"  # the quantity that a category about lamps counts
# What a step leaves the lamps in; after a close only if it is solved.
_LEAVES = {"finish": "working", "fix": "working", "close": "working", "rework": "dark", "reopen": "dark"}


def keep_lamps(desk: Desk, steps: Sequence[tuple[Event, Issue, Kept]]) -> None:
    """Write into the register what the steps taken say of lamps.

    A lamp whose register says something newer than the day of the step keeps it: a later survey knows better.
    """
    layer = desk.office.layers.get(LAYER)
    if layer is None or STATUS not in layer.by_name:
        return
    for event, issue, place in steps:
        keys = [key for name, key in place.features if name == LAYER]
        status = _LEAVES.get(event.act)
        if (
            keys
            and status
            and not (event.act == "close" and issue.result != "solved")
            and _about_lamps(desk, event, issue)
        ):
            _write(desk, layer, (event, place.number), keys, status)


def _about_lamps(desk: Desk, event: Event, issue: Issue) -> bool:
    kind = desk.categories(desk.day(event.at)).get(issue.category or "")
    return kind is not None and kind.quantity == _ABOUT


def _write(desk: Desk, layer: Layer, step: tuple[Event, str], keys: Sequence[str], status: str) -> None:
    event, number = step
    tx, on = desk.tx, dt.date.fromisoformat(desk.day(event.at))
    current = registers.current(tx, layer, keys=keys)
    rows = current.assign(**{layer.key: current["key"], STATUS: status})
    plan = changes.plan(current, rows, layer, given=[STATUS], on=on)
    if plan.changed.empty:
        return
    editions = [(one.id, desk.office.grid(tx, one.id)) for one in grids.overlapping(tx, on, None)]
    links = links_of(plan.rows(), layer.geometry, editions, snap=desk.office.settings.snap_m)
    digest = sha256(event.id.encode()).hexdigest()
    batch = batches.new_batch(
        tx, layer=layer.name, file=number, digest=digest, on=on, at=desk.now, account=desk.person.account
    )
    batches.apply(tx, layer, plan, links, batch_id=batch, on=on)
    batches.set_counts(tx, batch, plan.counts())
