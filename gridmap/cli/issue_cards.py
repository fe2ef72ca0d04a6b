"""One issue as a terminal shows it."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.cli.issue_acts import spoken_acts, spoken_state
from gridmap.cli.language import LANG
from gridmap.cli.output import local, records, shown, table, tell, words
from gridmap.ledger.categories import Category
from gridmap.office.issues import Card
from gridmap.words import say

_FACTS = (
    *("source", "category", "cell", "features", "unit", "holder", "follower", "leader", "reported_at", "filed_at"),
    *("due_at", "done_at", "closed_at", "result", "quantities", "satisfied"),
)
_SHOWN_FEATURES = 5


def state_of(state: str, deferred: object) -> str:
    """Return what the state of an issue is called; a pause goes before it."""
    return spoken_state("deferred" if deferred is True else state)


def left_of(left: float, clock: object) -> str | None:
    """Return what is left until a deadline, in the unit of its clock; null where nothing runs."""
    if math.isnan(left):
        return None
    return words(f"issues.left.{clock}", left=f"{left:+,.1f}")


def spoken_category(name: str, kind: Category | None) -> str:
    """Return what a category is called, beside the name under which it is typed."""
    spoken = None if kind is None else kind.zh if LANG == "zh" else kind.en
    return name if spoken in (None, name) else f"{spoken} ({name})"


def show_card(card: Card, zone: ZoneInfo) -> None:
    """Print an issue: who has it, by when, what happened, what people said (if it is shown), what may be done now."""
    one = local(card.issue.to_frame().T.infer_objects(), zone).iloc[0]
    tell("issues.card", number=one["number"], state=state_of(one["state"], one["deferred"]))
    one["category"] = spoken_category(str(one["category"]), card.category) if one["category"] else None
    rows = [(words(f"issues.fact.{name}"), _fact(one, name)) for name in _FACTS if _known(one[name])]
    left = left_of(one["left"], one["clock"])
    rows += [(words("issues.fact.left"), left)] if left else []
    rows += [(words("issues.fact.programmes"), ", ".join(card.programmes))] if card.programmes else []
    table(("", ""), rows)
    show_proposal(card)
    events = records(local(card.events, zone))
    table(
        tuple(words(f"issues.event.{name}") for name in ("at", "act", "state", "actor")),
        [
            (one["at"], say(f"ledger.act.{one['act']}", LANG), spoken_state(str(one["state"])), _actor(one))
            for one in events
        ],
    )
    for text in records(card.texts):
        tell("issues.said", field=words(f"issues.words.{text['field']}"), value=shown(text["value"]))
    if card.masked:
        tell("issues.masked", fields=", ".join(words(f"issues.words.{name}") for name in card.masked))
    tell("issues.allowed", allowed=spoken_acts(card.allowed))


def show_proposal(card: Card) -> None:
    """Print who should deal with the issue, as long as nobody does."""
    who = card.proposal
    if who is not None and (who.unit or who.holder):
        tell("issues.proposed", unit=shown(who.unit), holder=shown(who.holder))


def plain_card(card: Card) -> dict[str, object]:
    """Return the card as plain data, without its shape."""
    (one,) = records(card.issue.drop("geometry").to_frame().T)
    who = card.proposal
    return {
        **one,
        "events": records(card.events),
        "texts": records(card.texts),
        "masked": list(card.masked),
        "allowed": list(card.allowed),
        "programmes": list(card.programmes),
        "proposal": None if who is None else {"unit": who.unit, "holder": who.holder},
    }


def _known(value: object) -> bool:
    return bool(value) if isinstance(value, list | dict) else value is not None and value is not pd.NaT


def _fact(one: pd.Series, name: str) -> object:
    value = one[name]
    if name == "features":
        rest = len(value) - _SHOWN_FEATURES
        named = ", ".join(f"{layer} {key}" for layer, key in value[:_SHOWN_FEATURES])
        return named if rest <= 0 else words("issues.more", named=named, rest=rest)
    if name in {"source", "result"}:
        return words(f"issues.{name}.{value}")
    if name in {"holder", "follower", "leader"} and one[f"{name}_name"]:
        return f"{one[f'{name}_name']} ({value})"
    return value


def _actor(event: dict[str, object]) -> str:
    if event["actor"] is None:
        return "–"
    return f"{event['actor_name'] or ''} ({event['actor']})".strip()
