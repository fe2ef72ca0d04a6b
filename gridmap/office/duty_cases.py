"""What the states of duties are worked out from, read once for many duties: subjects, visits, roster, posts, cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from gridmap.layer import Layer
from gridmap.ledger.counting import POST_COLUMNS
from gridmap.ledger.subjects import SUBJECT_COLUMNS, closed_subjects
from gridmap.office.answering import answers_on, roster_of
from gridmap.office.derived import RULED, remembered
from gridmap.office.happened import Happened, end_of
from gridmap.office.wiring import Office
from gridmap.people.roster import Roster, in_force
from gridmap.store import duties, grids, issues, visits
from gridmap.store.duties import KeptDuty
from gridmap.store.engine import Transaction

_NO_POSTS = pd.DataFrame(columns=list(POST_COLUMNS), dtype=object)


class Asked(NamedTuple):
    """The frames that `ledger.states` takes beside a duty and its visits."""

    subjects: pd.DataFrame
    exemptions: pd.DataFrame
    cadres: pd.DataFrame
    posts: pd.DataFrame


@dataclass
class Cases:
    """What is kept by the end of the day `on`, as known at `as_of`; each frame is read when it is first needed.

    `known`: the ledger by the end of the day, where `as_of` is now and it is at hand.
    """

    office: Office
    tx: Transaction
    on: dt.date
    as_of: dt.datetime
    known: Happened | None = None
    _terms: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)
    _cells: dict[tuple[str, dt.date], pd.Series] = field(default_factory=dict)

    def asked(self, kept: KeptDuty) -> Asked:
        """Return what the states of a duty are worked out from."""
        posts = self.posts if kept.duty.place == "own" else _NO_POSTS
        exempt = self._exemptions
        return Asked(self.subjects(kept), exempt[exempt["duty"] == kept.duty.name], self.roster.cadres, posts)

    def subjects(self, kept: KeptDuty) -> pd.DataFrame:
        """Return the subjects of a duty while the rule is in force: SUBJECT_COLUMNS.

        A period that ends before the rule begins, or after its end, is none of this rule's, and takes no visit.
        """
        if not kept.duty.subject.tiers and kept.duty.subject.layer is None:
            found = closed_subjects(kept.duty, self._closed, on=self.on, zone=self.office.clock.zone)
            return _while_in_force(found[list(SUBJECT_COLUMNS)], kept)
        slot = ("subjects", kept.duty.name, kept.valid_from, kept.valid_to)
        return remembered(self.office, self.tx, slot, lambda: self._lasting(kept), subjects=RULED)

    def _lasting(self, kept: KeptDuty) -> pd.DataFrame:
        """Return the subjects of a duty that depend on nothing that happens."""
        duty = kept.duty
        if duty.subject.tiers:
            found = self._cadre_terms[self._cadre_terms["tier"].isin(duty.subject.tiers)]
            found = found.rename(columns={"cadre": "subject"}).assign(layer=None)
        else:
            assert duty.subject.layer is not None, "of closed issues the subjects are what has happened"
            rows = self._features(self.office.layers[duty.subject.layer], tuple(duty.subject.where))
            found = rows[duty.subject.matches(rows)].rename(columns={"key": "subject"})
            found = found.assign(layer=duty.subject.layer)
        return _while_in_force(found[list(SUBJECT_COLUMNS)], kept)

    @cached_property
    def visits(self) -> pd.DataFrame:
        """The visits up to the end of the day, without those that a correction replaces, and without their answers."""
        if self.known is not None:
            return self.known.visits
        return visits.visits(self.tx, as_of=self.as_of, until=self.end, answers=False)

    @property
    def end(self) -> dt.datetime:
        """The first instant after the day."""
        return end_of(self.office, self.on)

    @cached_property
    def roster(self) -> Roster:
        """The roster."""
        return roster_of(self.office, self.tx)

    @cached_property
    def _exemptions(self) -> pd.DataFrame:
        return remembered(
            self.office, self.tx, ("exemptions",), lambda: duties.exemptions(self.tx), subjects=("rules",)
        )

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Which cells each cadre or his unit holds, and all below them, on which days: `counting.POST_COLUMNS`."""
        return remembered(self.office, self.tx, ("posts",), self._posts)

    def _posts(self) -> pd.DataFrame:
        held = _by_cadre(self.roster.assignments, self.roster).rename(columns={"cell": "ancestor"})
        parts = [_NO_POSTS]
        for edition in grids.overlapping(self.tx, dt.date.min, None):
            pairs = held.merge(self.office.grid(self.tx, edition.id).closure(), on="ancestor")
            end = None if edition.valid_to is None else edition.valid_to.isoformat()
            parts.append(_clip(pairs[list(POST_COLUMNS)], edition.valid_from.isoformat(), end))
        return pd.concat(parts, ignore_index=True)

    def cells(self, states: pd.DataFrame) -> pd.Series:
        """Return the cell of the subject of each state.

        Of a feature its small cell on the day, of one that is gone by then on its period's last day; of a cadre the
        lowest that he or his unit holds.
        """
        found = pd.Series(None, index=states.index, dtype=object)
        of_cadres = states["layer"].isna()
        found[of_cadres] = states.loc[of_cadres, "subject"].map(self._own_cells)
        for layer, rows in states[~of_cadres].groupby("layer"):
            found[rows.index] = self._feature_cells(self.office.layers[str(layer)], rows)
        return found.where(found.notna(), None)

    @cached_property
    def answers(self) -> pd.DataFrame | None:
        """Who answers for every cell on the day, null for a day without a grid."""
        edition = grids.edition_on(self.tx, self.on)
        return None if edition is None else answers_on(self.office, self.tx, edition.id, self.on)

    @cached_property
    def closure(self) -> pd.DataFrame | None:
        """Which cell is below which on the day, null for a day without a grid."""
        edition = grids.edition_on(self.tx, self.on)
        return None if edition is None else self.office.grid(self.tx, edition.id).closure()

    @cached_property
    def _own_cells(self) -> dict[str, str]:
        return remembered(self.office, self.tx, ("own cells", self.on), self._lowest_held)

    def _lowest_held(self) -> dict[str, str]:
        held = _by_cadre(in_force(self.roster.assignments, self.on), self.roster)
        return {str(cadre): str(cell) for cadre, cell in held.groupby("cadre")["cell"].min().items()}

    @cached_property
    def _cadre_terms(self) -> pd.DataFrame:
        return duties.cadre_terms(self.tx)

    @property
    def any_closed(self) -> bool:
        """Whether an issue may be closed by the end of the day."""
        return self.known is None or bool(self.known.issues["closed_at"].notna().any())

    @cached_property
    def _closed(self) -> pd.DataFrame:
        """Every feature of a closed issue and when it was closed: layer, key, closed_at."""
        if self.known is None:
            last = self.end - dt.timedelta(microseconds=1)
            found: pd.DataFrame = issues.issues(self.tx, on_end=last, as_of=self.as_of)
        else:
            found = self.known.issues
        rows = found[["features", "closed_at"]]
        each = rows[rows["closed_at"].notna()].explode("features").dropna(subset=["features"])
        pairs = pd.DataFrame(each["features"].tolist(), columns=["layer", "key"], index=each.index, dtype=object)
        return pairs.assign(closed_at=each["closed_at"]).reset_index(drop=True)

    def _features(self, layer: Layer, fields: tuple[str, ...]) -> pd.DataFrame:
        asked = (layer.name, *fields)
        if asked not in self._terms:
            slot = ("feature terms", *asked)
            self._terms[asked] = remembered(
                self.office, self.tx, slot, lambda: duties.feature_terms(self.tx, layer, fields)
            )
        return self._terms[asked]

    def _feature_cells(self, layer: Layer, states: pd.DataFrame) -> pd.Series:
        cells = self._cells_on(layer, self.on)
        found = states["subject"].map(cells)
        gone = states[cells.index.get_indexer(pd.Index(states["subject"], dtype=object)) < 0]
        for end, rows in gone.groupby("end"):
            last = dt.date.fromisoformat(str(end)) - dt.timedelta(days=1)
            found[rows.index] = rows["subject"].map(self._cells_on(layer, min(last, self.on)))
        return found

    def _cells_on(self, layer: Layer, on: dt.date) -> pd.Series:
        if (layer.name, on) not in self._cells:
            slot = ("feature cells", layer.name, on)
            self._cells[layer.name, on] = remembered(
                self.office, self.tx, slot, lambda: duties.feature_cells(self.tx, layer, on)
            )
        return self._cells[layer.name, on]


def _by_cadre(posts: pd.DataFrame, roster: Roster) -> pd.DataFrame:
    """Return who holds which cell: cadre, cell, valid_from, valid_to; what a unit holds, each of its cadres does."""
    whose = pd.DataFrame({"cadre": roster.cadres["cadre"], "who": roster.cadres["unit"]})
    by_unit = posts[posts["holder"] == "unit"].merge(whose, on="who")
    by_cadre = posts[posts["holder"] == "cadre"].rename(columns={"who": "cadre"})
    return pd.concat([by_cadre[list(POST_COLUMNS)], by_unit[list(POST_COLUMNS)]], ignore_index=True)


def _while_in_force(subjects: pd.DataFrame, kept: KeptDuty) -> pd.DataFrame:
    """Return the terms of subjects within the days of the rule; of closed issues those closed in them, as they are."""
    begin, end = kept.valid_from.isoformat(), None if kept.valid_to is None else kept.valid_to.isoformat()
    if kept.duty.period == "closing":
        held = (subjects["valid_from"] >= begin) & (end is None or subjects["valid_from"] < (end or ""))
        return subjects[held].reset_index(drop=True)
    return _clip(subjects, begin, end)


def _clip(rows: pd.DataFrame, begin: str, end: str | None) -> pd.DataFrame:
    """Return the rows that hold on some day of [begin, end), on these days alone; without an end there is none."""
    told = rows.assign(valid_from=rows["valid_from"].where(rows["valid_from"] > begin, begin))
    if end is not None:
        earlier = told["valid_to"].fillna("~") < end  # "~" stands after every ISO day
        told["valid_to"] = told["valid_to"].where(earlier, end)
    return told[told["valid_from"] < told["valid_to"].fillna("~")].reset_index(drop=True)
