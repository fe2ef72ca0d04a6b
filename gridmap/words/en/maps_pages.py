"""Words of map pages as they are served."""

WORDS = {
    "page_scripts": "{argument}: holds {count} scripts of its own, not {allowed}; one came in with a text of somebody else's",
}
