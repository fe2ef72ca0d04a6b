"""Texts of a column into the values of a field, and which of them cannot be one.

Every reader gives its values at full length (a wrong row holds a null) and its problems as masks: all wrong cells of
a column are found in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridmap.intake import kinds, texts
from gridmap.intake.texts import Column, Mask
from gridmap.layer import Choice, Field
from gridmap.words import spellings

_NUMERAL = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$"
_GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
_YEAR, _MONTH, _DAY = spellings.DAY_SIGNS
# Cut off while white space still parts 1 08:30 from 10 8:30.
_TIME = rf"(?:[\st]|([{_DAY}]))\s*\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?$"
_DAYS = (
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$",
    rf"^(?P<year>\d{{4}})[-./{_YEAR}](?P<month>\d{{1,2}})[-./{_MONTH}](?P<day>\d{{1,2}})[{_DAY}]?$",
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # outside, a year is a slip of the pen
_LARGEST = 2.0**53  # above it a float skips whole numbers
_KEPT_DIGITS = 15  # of a number in Excel
_SHOWN_CUT = r"^\d(?:\.\d+)?e\+\d+$"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of wrong cells of a column: a code of the words, where, and the inputs of its sentence.

    `by_row` gives the inputs by position where they differ from row to row.
    """

    code: str
    where: Mask
    inputs: Mapping[str, object] = field(default_factory=dict)
    by_row: Mapping[int, Mapping[str, object]] | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one column, null where empty or wrong, and its problems."""

    values: pd.Series
    problems: tuple[Problem, ...] = ()


def read_values(one: Field, column: Column, *, is_key: bool = False) -> Values:
    """Return the values of a field: text object (None), Int64, float64 (NaN), boolean, ISO day object, choice object.

    Problems: an error of the spreadsheet (#REF!), an empty cell of a required field, what the type does not allow, a
    number outside `low` and `high` (both allowed).
    """
    broken = column.kinds == kinds.ERROR
    sound = Column(pc.if_else(pa.array(broken), pa.scalar(None, pa.string()), column.texts), column.kinds)
    read = read_text(sound, is_code=is_key) if one.type == "text" else _READERS[one.type](one, sound)
    problems = [Problem(code="intake.error_cell", where=broken)]
    if one.required:
        empty = ~texts.filled(column.texts) & ~broken
        problems.append(Problem(code="intake.required", where=empty, inputs={"field": one.name}))
    return Values(read.values, tuple(p for p in (*problems, *read.problems) if p.where.any()))


def read_text(column: Column, *, is_code: bool = False) -> Values:
    """Return texts as they are, trimmed; a code also in NFKC, so that full-width digits are digits.

    Problems: a number that Excel has cut (more than 15 digits, or shown as 4.4E+14); a code that it made a day.
    """
    held = texts.narrow(column.texts) if is_code else column.texts
    cut = _cut(column)
    problems = [Problem(code="intake.number_cut", where=cut, inputs={"digits": _KEPT_DIGITS})]
    wrong = cut
    if is_code:
        made_day = np.isin(column.kinds, (kinds.DAY, kinds.INSTANT))
        problems.append(Problem(code="intake.code_made_day", where=made_day))
        wrong = cut | made_day
    return Values(_blanked(texts.objects(held), wrong), tuple(problems))


def numerals(column: pa.Array) -> tuple[NDArray[np.float64], Mask]:
    """Return float64 (NaN where empty or wrong) and where a text is no number; 1,234.5 is one, in any width."""
    plain = texts.flat(column)
    grouped = pc.match_substring_regex(plain, _GROUPED)
    plain = pc.if_else(grouped, pc.replace_substring(plain, ",", ""), plain)
    is_number = texts.matches(plain, _NUMERAL)
    numbers = np.full(len(plain), np.nan)
    numbers[is_number] = plain.filter(pa.array(is_number)).to_numpy(zero_copy_only=False).astype(np.float64)
    return numbers, np.asarray(texts.filled(plain) & ~is_number)


def _integer(one: Field, column: Column) -> Values:
    numbers, wrong = numerals(column.texts)
    wrong |= np.isfinite(numbers) & ((numbers != np.trunc(numbers)) | (np.abs(numbers) > _LARGEST))
    wrong |= np.isinf(numbers)
    outside = _outside(one, numbers) & ~wrong
    bare = np.where(wrong | outside, np.nan, numbers)
    problems = (Problem(code="intake.not_integer", where=wrong), _bounds(one, outside))
    return Values(pd.Series(bare).astype("Int64"), problems)


def _number(one: Field, column: Column) -> Values:
    numbers, wrong = numerals(column.texts)
    wrong |= np.isinf(numbers)
    outside = _outside(one, numbers) & ~wrong
    problems = (Problem(code="intake.not_number", where=wrong), _bounds(one, outside))
    return Values(pd.Series(np.where(wrong | outside, np.nan, numbers)), problems)


def _boolean(_: Field, column: Column) -> Values:
    spelled = texts.flat(column.texts)
    yes = _among(spelled, spellings.TRUE)
    no = _among(spelled, spellings.FALSE)
    wrong = np.asarray(texts.filled(spelled) & ~yes & ~no)
    values = pd.Series(pd.arrays.BooleanArray(yes, ~yes & ~no))
    return Values(values, (Problem(code="intake.not_boolean", where=wrong),))


def _day(_: Field, column: Column) -> Values:
    dated = pc.replace_substring_regex(pc.utf8_lower(texts.narrow(column.texts)), _TIME, r"\1")
    spelled = texts.flat(dated)
    iso = pa.nulls(len(spelled), pa.string())
    for pattern in _DAYS:
        parts = pc.extract_regex(spelled, pattern)
        year, month, day = (pc.struct_field(parts, name) for name in ("year", "month", "day"))
        padded = pc.binary_join_element_wise(year, pc.utf8_lpad(month, 2, "0"), pc.utf8_lpad(day, 2, "0"), "-")
        iso = pc.coalesce(iso, pc.if_else(pc.is_valid(parts), padded, None))
    stamps = pd.to_datetime(pd.Series(texts.objects(iso)), format="%Y-%m-%d", errors="coerce")
    sound = stamps.dt.year.between(_FIRST_YEAR, _LAST_YEAR).to_numpy(dtype=np.bool_)
    wrong = np.asarray(texts.filled(spelled) & ~sound)
    inputs = {"first": _FIRST_YEAR, "last": _LAST_YEAR}
    return Values(_blanked(texts.objects(iso), ~sound), (Problem(code="intake.not_day", where=wrong, inputs=inputs),))


def _choice(one: Field, column: Column) -> Values:
    held = {texts.flat_one(word): choice.value for choice in one.choices for word in _words(choice)}
    spelled = pd.Series(texts.objects(texts.flat(column.texts)), dtype=object)
    values = spelled.map(held).astype(object)
    wrong = (spelled.notna() & values.isna()).to_numpy(dtype=np.bool_)
    allowed = ", ".join(f"{choice.zh} ({choice.value})" for choice in one.choices)
    problem = Problem(code="intake.not_choice", where=wrong, inputs={"allowed": allowed})
    return Values(values.where(values.notna(), None), (problem,))


_READERS: Mapping[str, Callable[[Field, Column], Values]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "day": _day,
    "choice": _choice,
}


def _words(choice: Choice) -> list[str]:
    """Return every spelling of a choice; one that answers yes or no (是, 否) takes √ and × as well."""
    words = [*choice.aliases, choice.en, choice.zh, choice.value]
    return words + [each for answer in (spellings.TRUE, spellings.FALSE) if answer & set(words) for each in answer]


def _outside(one: Field, numbers: NDArray[np.float64]) -> Mask:
    low = -np.inf if one.low is None else one.low
    high = np.inf if one.high is None else one.high
    return np.asarray((numbers < low) | (numbers > high))


def _bounds(one: Field, outside: Mask) -> Problem:
    low = "-∞" if one.low is None else f"{one.low:g}"
    high = "∞" if one.high is None else f"{one.high:g}"
    return Problem(code="intake.out_of_bounds", where=outside, inputs={"low": low, "high": high})


def _among(spelled: pa.Array, words: frozenset[str]) -> Mask:
    return texts.as_mask(pc.is_in(spelled, value_set=pa.array(sorted(words))))


def _blanked(values: NDArray[np.object_], where: Mask) -> pd.Series:
    kept = values.copy()
    kept[where] = None
    return pd.Series(kept, dtype=object)


def _cut(column: Column) -> Mask:
    """Return where Excel has cut a long number.

    Certain for a number cell beyond 15 digits and for a text shown as 4.4E+14. A text of digits alone is taken as cut
    only if all longer than 15 digits in its column end in zeros from digit 16 on, at least two of them together.
    """
    plain = texts.flat(column.texts)
    number = column.kinds == kinds.NUMBER
    long = texts.matches(plain, rf"^-?\d{{{_KEPT_DIGITS + 1},}}$")
    cut = texts.matches(plain, _SHOWN_CUT) | (number & long)
    typed = long & ~number
    digits = [text[_KEPT_DIGITS:] for text in plain.filter(pa.array(typed)).to_pylist()]
    if digits and len("".join(digits)) > 1 and not "".join(digits).strip("0"):
        cut |= typed
    return np.asarray(cut)
