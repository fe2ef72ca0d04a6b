"""What a transaction may see and touch: the rows that lie in the cells it is for."""

from __future__ import annotations

from typing import Final, TypeAlias

# The root cells that a transaction is for: `Person.scope`.
Scope: TypeAlias = frozenset[str] | None
EVERYWHERE: Final[Scope] = None
