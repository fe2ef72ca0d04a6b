"""Errand: the categories of issues that an office begins with."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files

from gridmap.ledger.categories import categories_of
from gridmap.office.auditing import note
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import categories


def keep_default_categories(person: Person, office: Office, *, on: dt.date, lang: str = "zh") -> dict[str, int]:
    """Keep the categories that the product ships, from the day `on`; return the counts of `store.keep_categories`.

    `lang`: the language in which the office's roster names its units.
    """
    refuse_unless_everywhere(person, "rule")
    text = files("gridmap.office").joinpath("defaults", "categories.toml").read_text(encoding="utf-8")
    kinds = categories_of(tomllib.loads(text), lang=lang)
    with office.writing(person) as tx:
        counts = categories.keep_categories(tx, kinds, on=on)
        note(tx, person, action="rule", subject="categories", detail={"on": on.isoformat(), **counts})
    return counts
