"""What a password and the name of an account may be. A fault tells the rule and never what was given."""

from __future__ import annotations

import re
import unicodedata

from gridmap.errors import Fault
from gridmap.people.person import LOCAL_ADMINISTRATOR

# Long beats odd: no rule asks for digits or signs. The longest bounds the work that a hash is asked for.
# Source: NIST SP 800-63B, 3.1.1.2.
SHORTEST, LONGEST, FEWEST_DIFFERENT = 12, 256, 5

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
# What stands in the audit for those who have no account.
RESERVED = frozenset({LOCAL_ADMINISTRATOR.account, "nobody"})


def account_name(given: str) -> str:
    """Return a name as it is kept and looked up: typed at full width or in capitals, it is the same name."""
    return unicodedata.normalize("NFKC", given).strip().lower()


def is_account_name(name: str) -> bool:
    """Return whether an account may have the name: a-z 0-9 . _ - , at most 32, not one of RESERVED."""
    return _NAME.fullmatch(name) is not None and name not in RESERVED


def password_bytes(password: str) -> bytes:
    """Return what of a password is hashed: the same bytes however its characters were typed (NFKC), cut at LONGEST."""
    return unicodedata.normalize("NFKC", password[:LONGEST]).encode("utf-8", "surrogatepass")


def password_faults(password: str, name: str) -> list[Fault]:
    """Return every rule that a password of the account `name` breaks; none of them says what was given."""
    typed = unicodedata.normalize("NFKC", password)
    faults = []
    # Composing makes a text shorter: what was typed must be within the longest, too, or else it would be cut.
    if not SHORTEST <= len(typed) <= LONGEST or len(password) > LONGEST:
        faults.append(_fault("people.password_length", shortest=SHORTEST, longest=LONGEST))
    if len(set(typed)) < FEWEST_DIFFERENT:
        faults.append(_fault("people.password_plain", fewest=FEWEST_DIFFERENT))
    if name and name in typed.lower():
        faults.append(_fault("people.password_name"))
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in typed):
        faults.append(_fault("people.password_characters"))
    return faults


def _fault(code: str, **inputs: object) -> Fault:
    return Fault(code, personal=True, inputs=inputs)
