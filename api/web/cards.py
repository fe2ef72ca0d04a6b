"""The card of a cell in words, and how figures and people are said on the page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from api.access.asking import Asking
from api.paging import plain_figures
from gridmap.office.cell_cards import CellCard
from gridmap.office.duty_rules import list_duties
from gridmap.words import known, say

NONE = "–"
_NAME = re.compile(r"(?<![\w.-])[a-z][a-z0-9_]*(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a cell in words: who answers first, then what needs doing, then figures, then history."""

    label: str
    parent: str | None
    answers: str
    todo: str
    blocks: tuple[tuple[str, list[tuple[str, str]]], ...]


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame, each with its columns as names."""
    return frame.itertuples(index=False)


def figure(n: int | None, of: int | None, view: str, lang: str) -> str:
    """Return a figure as n of N and the share; of a view that only counts, the count."""
    if view != "coverage":
        return f"{n or 0:,}"
    if not of or n is None:
        return say("api.web.not_applicable", lang, n=n or 0, of=of or 0)
    return say("api.web.share", lang, n=f"{n:,}", of=f"{of:,}", share=f"{100 * n / of:.1f}")


def measured(measure: Any, unit: object, lang: str) -> str:  # noqa: ANN401  a number or missing
    """Return how much a gap is, with its unit in words; nothing where that is no more than that it is there."""
    if pd.isna(measure):
        return ""
    code = f"gaps.unit.{unit}"
    said = "" if unit == "features" else say(code, lang) if known(code) else str(unit or "")
    return f"{measure:,.0f} {said}".strip()


def duty_names(asked: Asking, on: dt.date) -> dict[str, str]:
    """Return what the duties that the person may know are called in words, by their names."""
    held = list_duties(asked.person, asked.office, on=on).to_dict("records")
    return {str(row["duty"]): str(row["zh"] if asked.lang == "zh" else row["en"]) for row in held}


def layer_names(asked: Asking) -> dict[str, str]:
    """Return what the layers are called in words, by their names."""
    return {name: one.zh if asked.lang == "zh" else one.en for name, one in asked.office.layers.items()}


def in_words(text: object, names: Mapping[str, str]) -> str:
    """Return a text in which each name that is a word of its own stands as it is called."""
    if not isinstance(text, str):
        return NONE
    return _NAME.sub(lambda found: names.get(found[0], found[0]), text)


def who(name: object, how: object, since: object, lang: str) -> str:
    """Return who answers and since when: his own post, as a stand-in, or that of a cell above."""
    if not isinstance(name, str):
        return say("api.web.team", lang)
    code = {"stand_in": "api.web.stand_in", "parent": "api.web.through"}.get(str(how), "api.web.answers")
    return say(code, lang, who=name, since=since if isinstance(since, str) else NONE)


def card_of(asked: Asking, card: CellCard) -> Card:
    """Return the card of a cell in words."""
    lang, answer = asked.lang, card.answer
    gaps = int(card.gaps["gaps"].sum()) if len(card.gaps) else 0
    todo = say(
        "api.web.todo" if gaps or card.issues["open"] else "api.web.nothing_to_do",
        lang,
        gaps=f"{gaps:,}",
        open=card.issues["open"],
        late=card.issues["overdue"],
    )
    first = who(answer.name, answer.how, answer.since, lang)
    if answer.unit:
        first = say("api.web.of_unit", lang, who=first, unit=answer.unit)
    return Card(
        label=f"{answer.cell_name or ''} {answer.cell}".strip(),
        parent=card.parent,
        answers=first,
        todo=todo,
        blocks=(
            (say("api.web.gaps", lang), _gap_pairs(card.gaps, lang)),
            (say("api.web.figures", lang), _figure_pairs(card.figures, lang)),
            (say("api.web.duties", lang), _duty_pairs(asked, card)),
            (say("api.web.posts", lang), _post_pairs(card.posts, lang)),
            (say("api.web.editions", lang), _edition_pairs(card.editions, lang)),
        ),
    )


def _gap_pairs(gaps: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    pairs = []
    for row in rows_of(gaps):
        code = f"gaps.kind.{row.kind}"
        told = measured(row.measure, row.unit, lang)
        pairs.append((say(code, lang) if known(code) else str(row.kind), f"{row.gaps:,}" + f" ({told})" * bool(told)))
    return pairs


def _figure_pairs(figures: dict[str, object], lang: str) -> list[tuple[str, str]]:
    """Return the figures of a card: of what things lie there, who has been visited, how issues went."""
    pairs = []
    for name, n, of in (
        ("attended", "coverage.attended", "coverage.linked"),
        ("visited", "ledger.covered", "ledger.eligible"),
        ("closed", "ledger.closed", "ledger.filed"),
    ):
        below, above = (plain_figures({one: figures.get(one)})[one] for one in (of, n))
        if below is not None and above is not None:
            pairs.append((say(f"api.web.figure_{name}", lang), figure(int(above), int(below), "coverage", lang)))
    return pairs


def _duty_pairs(asked: Asking, card: CellCard) -> list[tuple[str, str]]:
    names, protected = duty_names(asked, card.answer.on), say("api.web.protected_duty", asked.lang)
    return [
        (f"{names.get(row.duty, protected)}: {say(f'ledger.duty_state.{row.state}', asked.lang)}", f"{row.count:,}")
        for row in rows_of(card.duties)
    ]


def _post_pairs(posts: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    return [
        (row.name if isinstance(row.name, str) else str(row.who), _days(row.valid_from, row.valid_to, lang))
        for row in rows_of(posts.iloc[::-1])
    ]


def _edition_pairs(editions: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    return [(str(row.name), _days(row.valid_from, row.valid_to, lang)) for row in rows_of(editions.iloc[::-1])]


def _days(first: Any, last: Any, lang: str) -> str:  # noqa: ANN401  days, as texts or as days
    begun = str(first)[:10]
    if pd.isna(last):
        return say("api.web.from", lang, first=begun)
    return say("api.web.from_to", lang, first=begun, last=str(last)[:10])
