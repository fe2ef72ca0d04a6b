"""How much of everything the made-up Dapeng holds; the figures of the model office are the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

from gridmap.errors import ArgumentError

_FIXED = ("service_items", "streetlights", "dark", "lamps", "weekdays")  # the streets do not grow, nor do their lamps
_SMALL = 0.5  # of the model office: below it the ledger is entered once a week
_TUESDAY, _THURSDAY = 1, 3


@dataclass(frozen=True, slots=True)
class Year:
    """How much happens from March to December; the figures of the model office are the defaults.

    In the campaign: `issues` are collected and `closed` of them, the `programme` (专项) is among them and `settled` of
    it; `rejected` and `duplicates` stand beside them, `unmet` households are never met. `answers`: forms of the monthly
    labour report, at least. `lamps` are lit on a complaint. After the campaign: `later` issues, `revisited` households,
    in November people into work (`jobs`) and `startups`. `recovered`: yuan of wages in all. `weekdays` (Monday is 0):
    when the ledger is entered.
    Raises ArgumentError for a negative count and for more of a part than of its whole.
    """

    issues: int = 1811
    closed: int = 1729
    programme: int = 260
    settled: int = 257
    rejected: int = 26
    duplicates: int = 19
    unmet: int = 0
    answers: int = 2000
    lamps: int = 38
    later: int = 240
    revisited: int = 659
    jobs: int = 170
    startups: int = 3
    recovered: int = 11_200_000
    weekdays: tuple[int, ...] = (_TUESDAY, _THURSDAY)

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.name != "weekdays":
                _refuse(one.name, getattr(self, one.name), low=0)
        _refuse("closed", self.closed, high=self.issues)
        _refuse("settled", self.settled, high=min(self.programme, self.closed))
        _refuse("programme", self.programme - self.settled, high=self.issues - self.closed)
        _refuse("revisited", self.revisited, high=self.closed - self.settled)

    def scaled(self, share: float) -> Year:
        """Return the year of an office `share` times as large; the lamps stay, a small office enters once a week."""
        counts = _scaled(self, share)
        # One issue at least is open when the campaign ends: the plan for the lamps found dark.
        counts["closed"] = min(counts["closed"], max(counts["issues"] - 1, 0))
        left = max(counts["issues"] - counts["closed"] - 1, 0)
        counts["settled"] = max(counts["settled"], counts["programme"] - left)
        weekdays = (_THURSDAY,) if share < _SMALL else self.weekdays
        return replace(self, **counts, weekdays=weekdays)


@dataclass(frozen=True, slots=True)
class Size:
    """Counts of things: `households` are to be visited, `elsewhere` are registered and live elsewhere (人户分离).

    `beneficiaries` are the people of all `care_places` together; `dark` lamps are among the `streetlights`;
    `liaisons` are the volunteers of the labour report; `service_items` is what the counter deals with; `year` is what
    happens.
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
    liaisons: int = 131
    service_items: int = 55
    year: Year = field(default_factory=Year)

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.name != "year":
                _refuse(one.name, getattr(self, one.name), low=0)
        _refuse("dark", self.dark, high=self.streetlights)
        _refuse("beneficiaries", self.beneficiaries, low=self.care_places)

    def scaled(self, households: int) -> Size:
        """Return the size with so many households to visit and all premises in proportion; streets and lamps stay."""
        share = households / self.households
        return replace(self, **_scaled(self, share), year=self.year.scaled(share))


def _scaled(size: Size | Year, share: float) -> dict[str, int]:
    names = [one.name for one in fields(size) if one.name not in (*_FIXED, "year")]
    return {name: round(getattr(size, name) * share) for name in names}


def _refuse(name: str, count: int, *, low: int = 0, high: int | None = None) -> None:
    if count < low or (high is not None and count > high):
        raise ArgumentError("dapeng.count", argument=name, count=count, low=low, high="∞" if high is None else high)
