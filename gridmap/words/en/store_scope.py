"""Words of the wall around what lies in a scope."""

from __future__ import annotations

WORDS = {
    "out_of_scope": "refused: something of this is not in the part of the office that the account is for, or cannot be "
    "kept as it is. Ask somebody with rights for the whole office.",
}
