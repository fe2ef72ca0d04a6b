"""The tiles asked for last, kept for whoever asks alike while nothing has changed that they depend on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from gridmap.office.wiring import Office

_MOST_BYTES = 64 << 20


@dataclass(slots=True, eq=False)
class KeptTiles:
    """Tiles by all that they depend on; those go first that nobody has asked for longest. Threads may share it."""

    most_bytes: int = _MOST_BYTES
    size: int = field(default=0, init=False)
    """How many bytes are kept."""
    _kept: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the tile that is kept under this key, or what `make` makes."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self.size += len(made) - len(self._kept.pop(key, b""))
            self._kept[key] = made
            while self.size > self.most_bytes:
                self.size -= len(self._kept.popitem(last=False)[1])
        return made


def kept_tiles(office: Office) -> KeptTiles:
    """Return the tiles that are kept of an office."""
    return office.derived.remember(("kept tiles",), None, KeptTiles)
