"""How much of everything the made-up Dapeng holds; the figures of the model office are the defaults."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from gridmap.errors import ArgumentError

_FIXED = ("streetlights", "dark")  # the streets do not grow, nor do their lamps


@dataclass(frozen=True, slots=True)
class Size:
    """Counts of things: `households` are to be visited, `elsewhere` are registered and live elsewhere (人户分离).

    `beneficiaries` are the people of all `care_places` together; `dark` lamps are among the `streetlights`.
    Raises ArgumentError for a negative count, for more dark lamps than lamps and for fewer beneficiaries than places.
    """

    households: int = 2219
    elsewhere: int = 281
    rentals: int = 900
    businesses: int = 1655
    organisations: int = 37
    enterprises: int = 84
    care_places: int = 420
    beneficiaries: int = 1030
    streetlights: int = 5100
    dark: int = 800

    def __post_init__(self) -> None:
        for field in fields(self):
            _refuse(field.name, getattr(self, field.name), low=0)
        _refuse("dark", self.dark, high=self.streetlights)
        _refuse("beneficiaries", self.beneficiaries, low=self.care_places)

    def scaled(self, households: int) -> Size:
        """Return the size with so many households to visit and all premises in proportion; streets and lamps stay."""
        share = households / self.households
        names = [field.name for field in fields(self) if field.name not in _FIXED]
        return replace(self, **{name: round(getattr(self, name) * share) for name in names})


def _refuse(name: str, count: int, *, low: int = 0, high: int | None = None) -> None:
    if count < low or (high is not None and count > high):
        raise ArgumentError("dapeng.count", argument=name, count=count, low=low, high="∞" if high is None else high)
