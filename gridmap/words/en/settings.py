"""Words of the settings."""

WORDS = {
    "unreadable": "{file}: cannot be read as TOML ({problem}); mend it or delete it for the defaults",
    "faults": "{file}: {faults}",
}
