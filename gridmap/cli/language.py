"""The language of this terminal: `--lang`, else `GRIDMAP_LANG`, else the locale."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from gridmap.words import DEFAULT_LANGUAGE, LANGUAGES, say

VARIABLE = "GRIDMAP_LANG"


def chosen(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language asked for; an unknown one falls through to the next way of asking."""
    for place, word in enumerate(argv):
        given = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(argv):
            given = argv[place + 1]
        if given in LANGUAGES:
            return given
    asked = environment.get(VARIABLE, "")
    if asked in LANGUAGES:
        return asked
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.startswith("zh") else DEFAULT_LANGUAGE


# Help is made when the commands are declared, so the language is settled before that.
LANG = chosen(sys.argv, os.environ)


def help_of(code: str) -> str:
    """Return the help sentence `cli.<code>` in the language of this terminal."""
    return say(f"cli.{code}", LANG)
