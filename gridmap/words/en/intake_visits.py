"""Words of sheets of visits."""

WORDS = {
    "visit_nobody": "{value} is no cadre of the roster, by number or by name",
}
