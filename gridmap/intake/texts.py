"""Texts as registers hold them, made comparable: full-width forms, white space, case. Vectorised on pyarrow strings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# What NFKC leaves of white space (RE2 takes \s as ASCII), and characters without width.
_SPACE = "[\\s\x0b\x1c-\x1f\x85\u1680\u180e\u2028\u2029\u200b-\u200d\u2060\ufeff]+"
_SPACES = re.compile(_SPACE)
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")  # noqa: RUF001 brackets of Chinese headers

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its texts (pyarrow string, null where empty) and their kinds (gridmap.intake.kinds)."""

    texts: pa.Array
    kinds: NDArray[np.int8]

    def take(self, rows: Mask) -> Column:
        """Return the column with the rows of the mask alone."""
        return Column(self.texts.filter(pa.array(rows)), self.kinds[rows])


def trim(texts: pa.Array) -> pa.Array:
    """Return texts without white space around them; what holds nothing else becomes null."""
    bare = pc.utf8_trim_whitespace(pc.utf8_trim(pc.utf8_trim_whitespace(texts), "\u200b\ufeff"))
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def narrow(texts: pa.Array) -> pa.Array:
    """Return trimmed texts in NFKC: full-width digits, letters and spaces become plain ones; null stays null."""
    return trim(pc.utf8_normalize(texts, form="NFKC"))


def flat(texts: pa.Array) -> pa.Array:
    """Return texts in NFKC, lower case, without any white space: the form in which spellings are compared."""
    return trim(pc.utf8_lower(pc.replace_substring_regex(narrow(texts), _SPACE, "")))


def flat_one(text: str) -> str:
    """Return one text as `flat` returns many."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


def flat_header(header: str) -> str:
    """Return a header as headers are compared: as `flat_one`, without asterisks and a closing colon."""
    return flat_one(header).replace("*", "").rstrip(":")


def without_brackets(header: str) -> str:
    """Return a flat header without its bracketed parts, which hold units and explanations: 面积(平方米), Area [m2]."""
    bare = _BRACKETED.sub("", header)
    return bare or header


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Return where a text matches the RE2 pattern; False where null."""
    return as_mask(pc.match_substring_regex(texts, pattern))


def as_mask(booleans: pa.Array) -> Mask:
    """Return a boolean pyarrow array as a numpy mask; null becomes False."""
    return np.asarray(pc.fill_null(booleans, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def filled(texts: pa.Array) -> Mask:
    """Return where a text is not null."""
    return np.asarray(pc.is_valid(texts).to_numpy(zero_copy_only=False), dtype=np.bool_)


def kept(values: NDArray[np.object_], where: Mask) -> NDArray[np.object_]:
    """Return a copy of the objects with None outside the mask."""
    held = values.copy()
    held[~where] = None
    return held


def objects(texts: pa.Array) -> NDArray[np.object_]:
    """Return texts as a numpy object array of str, None where null."""
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)
