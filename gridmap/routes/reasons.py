"""Why somebody should go somewhere tonight, and what each reason is worth: one small table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# A stop is worth the sum of its reasons. Somebody in need comes first, then what was promised, then what is due.
POINTS: Mapping[str, int] = MappingProxyType(
    {
        "routes.why_urgent": 100,  # an open one-key call, or an issue of an urgent category
        "routes.why_issue_overdue": 60,
        "routes.why_issue_soon": 40,  # due within a week
        "routes.why_issue_open": 20,
        "routes.why_duty_overdue": 50,
        "routes.why_duty_soon": 30,  # its period ends within a week
        "routes.why_duty_due": 15,
        "routes.why_unvisited": 12,  # a campaign has ended without a visit that counts
        "routes.why_look_back": 10,
        "routes.why_dark_lamp": 8,
    }
)
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code of words (of POINTS) and the inputs of its sentence, all plain values."""

    code: str
    inputs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def points(self) -> int:
        """Return what it is worth."""
        return POINTS[self.code]


def priority(reasons: Iterable[Reason]) -> int:
    """Return what a stop is worth: the points of all its reasons."""
    return sum(reason.points for reason in reasons)
