"""What figures are called: the sections they stand in and they themselves, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.layer import Registry, header, spoken
from gridmap.ledger.duties import Duty
from gridmap.ledger.indicators import NOWHERE
from gridmap.ledger.issues import SOURCES
from gridmap.office.duties import duties_on
from gridmap.office.wiring import Office
from gridmap.store import categories, grids
from gridmap.words import known, say

_DUTIES = "duties."
_SHARE = "_share"


@dataclass(frozen=True)
class FigureNames:
    """The names of the figures of an office on a day, in `lang`."""

    layers: Registry
    duties: Mapping[str, Duty]
    groups: Mapping[str, Mapping[str, str]]
    lang: str

    def section(self, name: str) -> str:
        """Return what a section is called: its layer, its duty, its campaign; a programme bears its own name."""
        if name in self.layers:
            return spoken(self.layers[name], self.lang)
        first, _, rest = name.partition(".")
        if first == "duties" and rest in self.duties:
            duty = self.duties[rest]
            return say("office.figures_duty", self.lang, duty=duty.zh if self.lang == "zh" else duty.en)
        if first == "programmes":
            return say("office.figures_programme", self.lang, programme=rest)
        if first.startswith("campaign"):
            return say("office.figures_campaign", self.lang, campaign=first.removeprefix("campaign_").replace("_", "-"))
        return say(f"office.figures_of.{first}", self.lang)

    def figure(self, section: str, name: str) -> str:
        """Return what a figure of a section is called."""
        if section in self.layers and self.layers[section].style.by:
            layer = self.layers[section]
            choices = {choice.value: choice for choice in layer.by_name[layer.style.by].choices}
            if name in choices:
                return spoken(choices[name], self.lang)
        if name in self.layers:
            return spoken(self.layers[name], self.lang)
        own = f"office.figure.duty.{name}"
        about_duties = section in self.layers or section.startswith(_DUTIES)
        return say(own if about_duties and known(own) else f"office.figure.{name}", self.lang)

    def column(self, name: str) -> str:
        """Return the header of a column of figures by group."""
        code = f"office.figure.{name}"
        if not known(code):
            return header(name, None, self.lang)
        said = say(code, self.lang)
        return say("office.figure.as_share", self.lang, figure=said) if name.endswith(_SHARE) else said

    def group(self, by: str, name: str) -> str:
        """Return what a group is called: a cell by its name and code, a category, a source; `none` in words."""
        if name == NOWHERE:
            return say("office.figure.nowhere", self.lang)
        return self.groups.get(by, {}).get(name, name)

    def table(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Return a table of figures with sections and figures as they are called."""
        sections = [self.section(name) for name in figures["section"]]
        names = [self.figure(*both) for both in zip(figures["section"], figures["figure"], strict=True)]
        return figures.assign(section=sections, figure=names)


def figure_names(office: Office, *, on: dt.date, lang: str) -> FigureNames:
    """Return the names of the figures of a day."""
    with office.reading_whole() as tx:
        held = {duty.name: duty for duty in duties_on(tx, on)}
        kinds = {name: kind.zh if lang == "zh" else kind.en for name, kind in categories.categories(tx, on).items()}
        edition = grids.edition_on(tx, on)
        cells = None if edition is None else office.grid(tx, edition.id).cells
    sources = {name: say(f"office.figure.source.{name}", lang) for name in SOURCES}
    groups = {"category": kinds, "source": sources, "cell": {} if cells is None else _called(cells)}
    return FigureNames(office.layers, held, groups, lang)


def _called(cells: pd.DataFrame) -> dict[str, str]:
    """Return name and code of each cell that has a name."""
    return {
        code: f"{name} {code}"
        for code, name in zip(cells["code"], cells["name"], strict=True)
        if isinstance(name, str) and isinstance(code, str)
    }
