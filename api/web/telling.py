"""What the page says of a day: frames of the errands as rows of words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from api.access.asking import Asking
from api.web.cards import NONE, card_of, duty_names, figure, in_words, layer_names, measured, rows_of, who
from gridmap.ledger.issues import NOT_OPEN, STATES
from gridmap.office.cell_cards import cell_card
from gridmap.office.front import VIEWS as CELL_VIEWS
from gridmap.office.front import Front, Looked, front, source_line
from gridmap.office.front_routes import route_front
from gridmap.office.issue_lists import Wanted
from gridmap.people.access import may
from gridmap.words import say

VIEWS = (*CELL_VIEWS, "routes")
_ROWS = 50
_OPEN = tuple(state for state in STATES if state not in NOT_OPEN)


@dataclass(frozen=True, slots=True)
class Choice:
    """What one has chosen to look at."""

    view: str
    on: dt.date
    level: str | None = None
    cell: str | None = None
    kind: str | None = None
    state: str | None = None
    category: str | None = None
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A cell in the table and on the map."""

    code: str
    name: str
    label: str
    figure: str
    short: str
    worst: str | None
    who: str
    rank: float


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is drawn over the cells in one look: as spots, or as lines along one path; what it is and how many."""

    colour: str
    dash: str
    width: float
    spot: bool
    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Things:
    """One page of what lies behind the figures, and by what it can be filtered: name, choices, the chosen one."""

    count: int
    names: tuple[str, ...]
    rows: list[tuple[str, ...]]
    page: int
    pages: int
    filters: tuple[tuple[str, list[tuple[str, str]], str], ...]


def told(asked: Asking, choice: Choice) -> dict[str, Any]:
    """Return what the template of the page names. Raises what the errands raise."""
    views = VIEWS if may(asked.person, "plan") else CELL_VIEWS
    base = {
        "view": choice.view,
        "views": views,
        "on": choice.on.isoformat(),
        "cell": choice.cell,
        "card": None,
        "things": None,
        "map_link": _map_link(asked, choice),
    }
    if choice.view == "routes":
        return base | _routes(asked, choice)
    wanted = Wanted(
        states=[choice.state] if choice.state in _OPEN else ["open"],
        categories=[choice.category] if choice.category else None,
        overdue=choice.overdue,
    )
    looked = Looked(choice.view, choice.on, choice.level, choice.cell, asked.lang, wanted, choice.kind)
    shown = front(asked.person, asked.office, looked)
    rows = _rows(shown, choice.view, asked.lang)
    card = None
    if choice.cell is not None:
        card = card_of(asked, cell_card(asked.person, asked.office, choice.cell, on=choice.on))
    return base | {
        "shown": shown,
        "rows": rows,
        "sorted_rows": sorted(rows, key=lambda row: row.rank),
        "marks": _marks(shown, choice.view, asked.lang),
        "bar": _bar(shown.bar[0], asked.lang),
        "source": _source(asked, choice.on),
        "card": card,
        "things": _things(asked, choice, shown),
    }


def _routes(asked: Asking, choice: Choice) -> dict[str, Any]:
    found = route_front(asked.person, asked.office, choice.on, lang=asked.lang)
    if found is None:
        title = say("api.web.no_route_title", asked.lang)
        return {"planned": False, "shown": {"title": title}, "bar": "", "source": ""}
    return {"planned": True, "shown": found, "bar": _bar(found.bar[0], asked.lang), "source": _source(asked, choice.on)}


def _map_link(asked: Asking, choice: Choice) -> str:
    chosen = {"on": choice.on.isoformat(), "cell": choice.cell, "lang": asked.lang}
    return f"/maps/{choice.view}?" + urlencode({name: value for name, value in chosen.items() if value})


def _source(asked: Asking, on: dt.date) -> str:
    said = [say("maps.page.source", asked.lang, name=source_line(asked.person, asked.office, on, asked.lang))]
    if asked.office.settings.demo_instant:
        said.append(say("maps.page.made_up", asked.lang))
    return " ".join(said)


def _bar(metres: int, lang: str) -> str:
    if metres >= 1000:
        return say("maps.kilometres", lang, count=f"{metres / 1000:g}")
    return say("maps.metres", lang, count=metres)


def _rows(shown: Front, view: str, lang: str) -> list[Row]:
    told_rows = []
    for row in rows_of(shown.rows):
        name = row.name if isinstance(row.name, str) else ""
        n, of = (None if pd.isna(one) else int(one) for one in (row.n, row.of))
        share = n / of if of and n is not None else None
        label = f"{name} {row.code}".strip()
        told_rows.append(
            Row(
                code=row.code,
                name=name or row.code,
                label=label,
                figure=figure(n, of, view, lang),
                short=NONE if n is None or (view == "coverage" and share is None) else _short(n, share, view),
                worst=row.worst if isinstance(row.worst, str) else None,
                who=who(row.who, row.how, row.since, lang),
                rank=(2.0 if share is None else share) if view == "coverage" else -(n or 0),
            )
        )
    return told_rows


def _short(n: int, share: float | None, view: str) -> str:
    """Return what stands in a cell; only all of them are 100 %."""
    return f"{floor(100 * share)} %" if view == "coverage" and share is not None else f"{n:,}"


def _marks(shown: Front, view: str, lang: str) -> list[Marks]:
    """Return what is drawn over the cells, by look."""
    found: dict[tuple[str, str, float, str, bool], list[str]] = {}
    for mark in shown.marks:
        title = say("api.web.late_mark", lang) if view == "issues" else mark.title
        found.setdefault((mark.colour, mark.dash, mark.width, title, mark.at is not None), []).append(mark.path)
    return [
        Marks(colour, dash, width, spot, "".join(paths), say("api.web.drawn", lang, what=title, n=f"{len(paths):,}"))
        for (colour, dash, width, title, spot), paths in found.items()
    ]


def _things(asked: Asking, choice: Choice, shown: Front) -> Things | None:
    lang = asked.lang
    if shown.things is None:
        return None
    filters: tuple[tuple[str, list[tuple[str, str]], str], ...]
    names: tuple[str, ...]
    pages = max(1, -(-len(shown.things) // _ROWS))
    page = min(choice.page, pages)
    part = shown.things.iloc[(page - 1) * _ROWS : page * _ROWS]
    if choice.view == "gaps":
        names = ("kind", "subject", "cell", "measure", "since", "responsible", "why")
        duties = duty_names(asked, choice.on)
        called = {**duties, **layer_names(asked), "hole": say("api.web.hole", lang)}
        rows = [_gap_row(row, called, duties, lang) for row in rows_of(part)]
        filters = (("kind", sorted(shown.kinds.items(), key=lambda one: one[1]), choice.kind or ""),)
    else:
        names = ("number", "category", "state", "cell", "unit", "holder", "reported", "due")
        zone = asked.office.clock.zone
        rows = [_issue_row(row, zone, lang) for row in rows_of(part)]
        states = [(state, say(f"ledger.state.{state}", lang)) for state in _OPEN]
        kinds = sorted(shown.kinds.items(), key=lambda one: one[1])
        late = [("1", say("api.web.overdue", lang))]
        filters = (
            ("state", states, choice.state or ""),
            ("category", kinds, choice.category or ""),
            ("overdue", late, "1" if choice.overdue else ""),
        )
    heads = tuple(say(f"api.web.head_{name}", lang) for name in names)
    return Things(len(shown.things), heads, rows, page, pages, filters)


def _gap_row(row: Any, called: Mapping[str, str], duties: Mapping[str, str], lang: str) -> tuple[str, ...]:  # noqa: ANN401  a row of a frame
    return (
        row.kind_name,
        in_words(row.subject, called),
        *_texts(row.cell),
        measured(row.measure, row.unit, lang),
        *_texts(row.since, row.responsible_name),
        in_words(row.why, duties),
    )


def _issue_row(row: Any, zone: dt.tzinfo, lang: str) -> tuple[str, ...]:  # noqa: ANN401  a row of a frame
    due = NONE if pd.isna(row.due_at) else f"{row.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return (
        *_texts(row.number, row.category_name),
        say(f"ledger.state.{row.state}", lang),
        *_texts(row.cell, row.unit, row.holder_name),
        f"{row.reported_at.astimezone(zone):%Y-%m-%d}",
        say("api.web.due_late", lang, due=due) if row.overdue else due,
    )


def _texts(*values: object) -> Sequence[str]:
    return [value if isinstance(value, str) else NONE for value in values]
