"""The evening sheet for paper: one cadre's stops in their order, with boxes to tick, as HTML that prints well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from gridmap.ledger.visits import OUTCOMES
from gridmap.words import say

_STYLE = """
@page { size: A4 portrait; margin: 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 186mm; color: #000; background: #fff;
  font: 10pt/1.3 system-ui, "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  font-variant-numeric: tabular-nums; }
header { display: flex; justify-content: space-between; gap: 8mm; align-items: flex-start; }
h1 { margin: 0; font-size: 15pt; line-height: 1.2; }
header p { margin: .5mm 0 0; }
.number { border: .5mm solid #000; padding: 1mm 2.5mm; font-size: 15pt; font-weight: 700; white-space: nowrap; }
svg.map { display: block; width: 100%; height: auto; margin: 3mm 0; border: .2mm solid #777; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 8.5pt; border-bottom: .5mm solid #000; padding: 0 1.2mm 1mm; }
td { vertical-align: top; border-bottom: .2mm solid #777; padding: 1.3mm 1.2mm; }
tr { break-inside: avoid; }
.at { font-size: 14pt; font-weight: 700; text-align: right; width: 11mm; }
.time { width: 17mm; white-space: nowrap; }
.what b { font-size: 10.5pt; } .what p { margin: .5mm 0 0; font-size: 9pt; }
.ticks { width: 68mm; }
.boxes { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1mm 1.5mm; font-size: 8.5pt; line-height: 1.1; }
.boxes span { display: flex; gap: 1.2mm; align-items: center; }
.boxes i { width: 3.6mm; height: 3.6mm; border: .3mm solid #000; flex: none; }
.line { display: flex; gap: 1.5mm; margin-top: 2mm; font-size: 8.5pt; align-items: flex-end; }
.line i { border-bottom: .2mm solid #000; height: 4mm; flex: 1; } .line i:first-of-type { flex: 0 0 16mm; }
section { margin-top: 4mm; font-size: 8.5pt; } h2 { margin: 0; font-size: 10.5pt; break-after: avoid; }
section p { margin: .5mm 0 1mm; break-after: avoid; } .left td { padding: .7mm 1.2mm; border-color: #bbb; }
.left td:nth-child(3) { white-space: nowrap; text-align: right; }
footer { margin-top: 3mm; font-size: 8.5pt; }
"""


@dataclass(frozen=True, slots=True)
class SheetCall:
    """One stop as printed.

    `stop`: its number. `arrive`, `leave`: aware, on the office's clock. `what`: the layer in words. `name`: initials or
    a public name. `where`: a public address. `cell`: its name. `why`: sentences. `issues`: category and number of each
    open issue, in words. `quick`: it is entered by its number (an issue that stands for no feature is not). `done`: it
    was called at already.
    """

    stop: int
    arrive: dt.datetime
    leave: dt.datetime
    what: str
    key: str = ""
    name: str = ""
    where: str = ""
    cell: str = ""
    why: Sequence[str] = field(default=(), repr=False)
    issues: Sequence[str] = ()
    quick: bool = True
    done: bool = False


@dataclass(frozen=True, slots=True)
class SheetLeft:
    """A stop that was left out, as printed: `what` (the layer in words), key, cell (its name), points, why in words."""

    what: str
    key: str
    cell: str
    priority: int
    why: str


@dataclass(frozen=True, slots=True)
class RouteSheet:
    """What stands on the sheet of one evening.

    `number`: the sheet's own. `plan`: the plan's. `who`, `companion`: names of cadres. `begin`, `back`: aware, on the
    office's clock. `drawing`: an SVG element, put in as it is. `left`: what was left out, worth most first, as much of
    it as goes on paper; `left_counts`: how many of all for which reason, in words.
    """

    number: str
    plan: str
    office: str
    on: dt.date
    cadre: str
    who: str
    begin: dt.datetime
    back: dt.datetime
    metres: int
    calls: Sequence[SheetCall]
    companion: str | None = None
    drawing: str = ""
    left: Sequence[SheetLeft] = ()
    left_counts: Sequence[tuple[str, int]] = ()


def route_sheet(sheet: RouteSheet, *, lang: str) -> bytes:
    """Return the sheet as UTF-8 HTML for A4: no script, nothing to fetch, legible in black and white.

    Every text stands as text. A stop is never cut in two, and the head of the table comes again on each page.
    """
    who = say("reports.route_pair", lang, who=sheet.who, companion=sheet.companion) if sheet.companion else sheet.who
    title = say("reports.route_title", lang, who=who, on=sheet.on)
    heads = "".join(f"<th>{_said(f'route_{name}', lang)}</th>" for name in ("stop", "time", "what", "outcome"))
    line = say(
        "reports.route_line",
        lang,
        office=sheet.office,
        stops=len(sheet.calls),
        kilometres=f"{sheet.metres / 1000:.1f}",
        begin=f"{sheet.begin:%H:%M}",
        back=f"{sheet.back:%H:%M}",
        plan=sheet.plan,
    )
    rows = "".join(_row(call, lang) for call in sheet.calls)
    enter = say("reports.route_enter", lang, number=sheet.number, cadre=sheet.cadre)
    parts = (
        f'<!DOCTYPE html><html lang="{"zh-CN" if lang == "zh" else lang}"><head><meta charset="utf-8">',
        f"<title>{escape(sheet.number)} {escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<header><div><h1>{escape(title)}</h1><p>{escape(line)}</p></div>",
        f'<div class="number">{escape(sheet.number)}</div></header>',
        sheet.drawing,
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>",
        "".join(_left(sheet, lang)),
        f"<footer>{escape(enter)}</footer></body></html>",
    )
    return "".join(parts).encode()


def _left(sheet: RouteSheet, lang: str) -> Iterator[str]:
    """Yield what was left out: how many for which reason, and what of it is worth most."""
    if not sheet.left_counts:
        return
    count = sum(number for _, number in sheet.left_counts)
    said = [say("reports.route_left_why", lang, why=why, count=number) for why, number in sheet.left_counts]
    if len(sheet.left) < count:
        said.append(say("reports.route_left_first", lang, count=len(sheet.left)))
    yield f"<section><h2>{escape(say('reports.route_left', lang, count=count))}</h2><p>{escape(' · '.join(said))}</p>"
    yield '<table class="left"><tbody>'
    for one in sheet.left:
        cells = (
            f"{one.what} {one.key}",
            one.cell,
            say("reports.route_left_points", lang, points=one.priority),
            one.why,
        )
        yield f"<tr>{''.join(f'<td>{escape(said)}</td>' for said in cells)}</tr>"
    yield "</tbody></table></section>"


def _row(call: SheetCall, lang: str) -> str:
    return (
        f'<tr><td class="at">{call.stop}</td><td class="time">{call.arrive:%H:%M}–{call.leave:%H:%M}</td>'
        f'<td class="what">{"".join(_what(call, lang))}</td><td class="ticks">{"".join(_ticks(call, lang))}</td></tr>'
    )


def _what(call: SheetCall, lang: str) -> Iterator[str]:
    yield f"<b>{escape(' '.join(one for one in (call.what, call.key, call.name) if one))}</b>"
    for line in (" · ".join(one for one in (call.cell, call.where) if one), *call.why):
        if line:
            yield f"<p>{escape(line)}</p>"
    if call.issues:
        yield f"<p>{escape(say('reports.route_issues', lang, issues=' · '.join(call.issues)))}</p>"


def _ticks(call: SheetCall, lang: str) -> Iterator[str]:
    """Yield the boxes of the outcomes, and room for the time and a note; nothing to fill in where it is done."""
    if call.done:
        yield f"<p>{_said('route_done', lang)}</p>"
        return
    if call.quick:
        words = (say(f"ledger.outcome.{outcome}", lang) for outcome in OUTCOMES)
        yield f'<div class="boxes">{"".join(f"<span><i></i>{escape(word)}</span>" for word in words)}</div>'
    else:
        yield f"<p>{_said('route_by_issue', lang)}</p>"
    yield f'<div class="line">{_said("visit_time", lang)}<i></i>{_said("visit_note", lang)}<i></i></div>'


def _said(name: str, lang: str) -> str:
    return escape(say(f"reports.{name}", lang))
