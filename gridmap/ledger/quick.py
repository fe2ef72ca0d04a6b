"""Quick entry of a printed sheet: a stop number and a word a line."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID, uuid5

from gridmap.errors import ArgumentError
from gridmap.ledger.visits import Visit
from gridmap.words import spellings

_NAMESPACE = UUID("0e0b3c52-7c0f-5c38-8a55-6b5f8a3d2c41")
# A stop, an outcome, maybe a time from which the following lines are later, maybe a comma or semicolon and a note.
_LINE = re.compile(r"(\d{1,6})\s*([^\s\d,;@]+)\s*(?:@?\s*(\d{1,2}):(\d{2}))?\s*(?:[,;]\s*(.*))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as understood: the stop, what came of it, when, and a note (sensitive)."""

    stop: int
    outcome: str
    at: dt.datetime
    note: str = field(default="", repr=False)


class QuickEntry:
    """The lines of one sheet as they are entered; of two lines for one stop the later one counts.

    `stops`: the layer and key that each number stands for. `at` (aware, on the office's clock): when the first stop was
    visited; a time in a line moves it. `lead` and `companions` are cadres. `salt`: what only the office knows, so that
    no id tells, to whoever tries all of them, the time that it is made of.
    """

    def __init__(
        self,
        sheet: str,
        stops: Mapping[int, tuple[str, str]],
        *,
        lead: str,
        at: dt.datetime,
        companions: tuple[str, ...] = (),
        mode: str = "home",
        salt: str = "",
    ) -> None:
        self._namespace = uuid5(_NAMESPACE, salt)
        self.sheet, self.stops = sheet, MappingProxyType(dict(stops))
        self._said = {"lead": lead, "companions": companions, "mode": mode}
        self._at = at
        self._lines: list[Entry] = []

    def take(self, line: str) -> Entry:
        """Take one line, such as `12 met`, `13 a`, `14 refused 20:10, note`, and return what it says.

        Raises ArgumentError for a line without stop and outcome, an unknown stop or word, and no time of day.
        """
        found = _LINE.fullmatch(unicodedata.normalize("NFKC", line).strip())
        if found is None:
            raise ArgumentError("ledger.quick_line")
        number, word, hour, minute, note = found.groups()
        stop, outcome = int(number), _WORDS.get(word.casefold())
        if stop not in self.stops:
            raise ArgumentError("ledger.quick_stop", stop=stop, sheet=self.sheet, last=max(self.stops, default=0))
        if outcome is None:
            allowed = ", ".join(f"{words[0]} {words[1]} {words[-1]}" for words in spellings.OUTCOMES.values())
            raise ArgumentError("ledger.quick_word", word=word, allowed=allowed)
        if hour is not None:
            self._at = self._moved(int(hour), int(minute))
        entry = Entry(stop, outcome, self._at, note or "")
        self._lines.append(entry)
        return entry

    def undo(self) -> Entry | None:
        """Take the last line back, and return it; null where there is none. The time stays as it is."""
        return self._lines.pop() if self._lines else None

    def entries(self) -> list[Entry]:
        """Return what counts, in the order of the stops' last lines."""
        last = {entry.stop: entry for entry in self._lines}
        return [entry for entry in self._lines if last[entry.stop] is entry]

    def visits(self) -> list[Visit]:
        """Return the visits entered. Their ids follow from sheet, stop, lead and time: entered twice, they are one."""
        return [self._visit(entry) for entry in self.entries()]

    def _visit(self, entry: Entry) -> Visit:
        layer, key = self.stops[entry.stop]
        lead, at = str(self._said["lead"]), entry.at.astimezone(dt.UTC)
        return Visit(
            id=str(uuid5(self._namespace, f"{self.sheet}\n{entry.stop}\n{lead}\n{at.isoformat()}")),
            at=at,
            outcome=entry.outcome,
            layer=layer,
            key=key,
            note=entry.note,
            sheet=self.sheet,
            lead=lead,
            companions=tuple(self._said["companions"]),
            mode=str(self._said["mode"]),
        )

    def _moved(self, hour: int, minute: int) -> dt.datetime:
        try:
            return self._at.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            raise ArgumentError("ledger.quick_time", given=f"{hour}:{minute:02}") from None


_WORDS: Mapping[str, str] = MappingProxyType(
    {word.casefold(): value for value, words in spellings.OUTCOMES.items() for word in words}
)
