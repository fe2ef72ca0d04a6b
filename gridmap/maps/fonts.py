"""Fonts of pictures: a chain with Chinese, and no picture with a character that nobody can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

from gridmap.errors import NotFoundError
from gridmap.maps.style import FONTS

# Comes with matplotlib: Latin letters wherever none of the chain is installed.
_LAST = "DejaVu Sans"
# Beside the families that pages name: other names of the same fonts, and those of older machines.
_MORE = ("Source Han Sans CN", "Noto Sans SC", "Noto Sans CJK JP", "SimHei", "WenQuanYi Zen Hei")


def chain() -> list[str]:
    """Return the families to draw with, best first: those of the chain that are installed, and one that always is."""
    installed = set(font_manager.get_font_names())
    return [*(name for name in (*FONTS, *_MORE) if name in installed), _LAST]


@contextmanager
def drawing() -> Iterator[None]:
    """Draw within: the chain of fonts, plain text (a `$` is a `$`), letters of an SVG as outlines, ids that repeat.

    matplotlib keeps these for the whole process: draw one picture at a time.
    """
    settings: dict[Any, Any] = {  # matplotlib spells its keys out as one long Literal
        "font.family": chain(),
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "gridmap",
        "hatch.linewidth": 0.8,
        "path.simplify": False,
    }
    with mpl.rc_context(settings):
        yield


def require_glyphs(texts: Iterable[str]) -> None:
    """Check that the chain has a glyph for each character. Raises NotFoundError naming all that it lacks."""
    wanted = {character for text in texts for character in text if character != "\n"}
    families = chain()
    for family in families:
        if not wanted:
            return
        font = font_manager.get_font(font_manager.findfont(family, fallback_to_default=False))
        wanted = {character for character in wanted if not font.get_char_index(ord(character))}
    if wanted:
        raise NotFoundError(
            "maps.missing_glyph", characters=" ".join(map(_shown, sorted(wanted))), fonts=", ".join(families)
        )


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"
