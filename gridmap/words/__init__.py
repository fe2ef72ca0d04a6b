"""Every reason, kind, state and header in the languages the product speaks, and the one way to say it.

A code is `room.name`; `words/en/room.py` (or, where that would be long, `room_part.py`) and its twin in `words/zh` hold
its sentence under `name`. A sentence names its inputs in braces (`str.format`). The tests find every code that the code base uses in both languages.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Self

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "en"
_COMMA = MappingProxyType({"zh": "、", "en": ", "})


class Spoken(str):
    """Words of the catalogue as an input of a sentence, which says them in its own language.

    As text it is the last part of each code, as one types it: `Spoken("ledger.state.filed")` is "filed".
    """

    __slots__ = ("codes",)
    codes: tuple[str, ...]

    def __new__(cls, *codes: str) -> Self:
        """Take the words of these codes, in their order."""
        spoken = super().__new__(cls, ", ".join(code.rpartition(".")[2] for code in codes))
        spoken.codes = codes
        return spoken


def _catalogue(lang: str) -> MappingProxyType[str, str]:
    package = import_module(f"{__name__}.{lang}")
    sentences: dict[str, str] = {}
    for module in iter_modules(package.__path__):
        words: dict[str, str] = import_module(f"{package.__name__}.{module.name}").WORDS
        room = module.name.partition("_")[0]
        sentences |= {f"{room}.{name}": sentence for name, sentence in words.items()}
    return MappingProxyType(sentences)


# Read when the package is imported, so that pure rooms never touch the disk later.
CATALOGUES = MappingProxyType({lang: _catalogue(lang) for lang in LANGUAGES})


def known(code: str) -> bool:
    """Return whether `code` stands in the catalogue."""
    return code in CATALOGUES[DEFAULT_LANGUAGE]


def say(code: str, lang: str = DEFAULT_LANGUAGE, /, **inputs: object) -> str:
    """Return the sentence of `code` in `lang`, its inputs filled in.

    Inputs that the sentence does not name are ignored, and those that are Spoken are said in `lang` too. Raises
    LookupError for an unknown code or language.
    """
    if lang not in CATALOGUES:
        raise LookupError(f"language {lang!r}: use one of {', '.join(LANGUAGES)}")
    try:
        sentence = CATALOGUES[lang][code]
    except KeyError:
        raise LookupError(f"no words for {code!r} in {lang!r}") from None
    return sentence.format_map({name: _said(value, lang) for name, value in inputs.items()})


def _said(value: object, lang: str) -> object:
    return _COMMA[lang].join(say(code, lang) for code in value.codes) if isinstance(value, Spoken) else value
