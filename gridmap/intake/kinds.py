"""The kinds of a sheet's cell, as small integers beside its text."""

from __future__ import annotations

EMPTY = 0
TEXT = 1
NUMBER = 2
BOOLEAN = 3
DAY = 4
INSTANT = 5
ERROR = 6
