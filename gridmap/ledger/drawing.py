"""The flow of issues drawn from its table, in Markdown: what `docs/issues.md` shows between its markers."""

from __future__ import annotations

from collections.abc import Iterable

from gridmap.ledger.issues import NOT_OPEN, STATES
from gridmap.ledger.steps import FLOW, Step
from gridmap.words import say

_HEADERS = ("act", "before", "after", "by", "needs", "may", "knows")


def drawn(lang: str) -> str:
    """Return the flow as a mermaid drawing of its states and a table of all its acts, in `lang`.

    Acts and what they say stand as they are typed; the words for acts, states and relations are those of the screen.
    """
    return f"{_drawing(lang)}\n\n{_table(lang)}\n"


def _drawing(lang: str) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"  {state}: {say(f'ledger.state.{state}', lang)}" for state in STATES]
    for step in FLOW:
        for before in step.before or ("[*]",):
            if step.after:
                lines.append(f"  {before} --> {step.after}: {say(f'ledger.act.{step.act}', lang)}")
    return "\n".join([*lines, "```"])


def _table(lang: str) -> str:
    rows = [tuple(say(f"ledger.flow.{name}", lang) for name in _HEADERS), ("---",) * len(_HEADERS)]
    rows += [_row(step, lang) for step in FLOW]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(step: Step, lang: str) -> tuple[str, ...]:
    comma = say("ledger.flow.comma", lang)
    relations = comma.join(say(f"ledger.relation.{relation}", lang) for relation in step.by or ("anyone",))
    if step.fresh_eyes:
        relations += say("ledger.flow.fresh_eyes", lang)
    return (
        f"`{step.act}` {say(f'ledger.act.{step.act}', lang)}",
        _states(step.before, lang) or "–",
        say(f"ledger.state.{step.after}", lang) if step.after else "=",
        relations,
        _typed(step.needs, comma),
        _typed(step.may, comma),
        comma.join(say("ledger.flow.or", lang).join(f"`{name}`" for name in names) for names in step.knows),
    )


def _states(states: Iterable[str], lang: str) -> str:
    named = tuple(states)
    if named == STATES:
        return say("ledger.flow.any_state", lang)
    if set(STATES).difference(named) == set(NOT_OPEN):
        return say("ledger.flow.open_state", lang)
    return say("ledger.flow.comma", lang).join(say(f"ledger.state.{state}", lang) for state in named)


def _typed(names: Iterable[str], comma: str) -> str:
    return comma.join(f"`{name}`" for name in names)
