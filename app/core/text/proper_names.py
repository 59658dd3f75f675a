"""Names and towns as people write them: Sirene has them in capitals."""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

#: the words of a name that keep their small letters, unless they begin it
SMALL = frozenset(
    {"à", "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "ou", "par", "pour", "sous", "sur"}
)  # fmt: skip
#: legal forms and words that stay in capitals though they could be read
CAPITALS = frozenset(
    {
        "EARL", "EI", "EIRL", "EURL", "GAEC", "GIE", "SA", "SARL", "SAS", "SASU", "SCEA", "SCI", "SCIC", "SCOP", "SELARL", "SELAS",
        "SEM", "CEDEX", "ZA", "ZAC", "ZI",
    }
)  # fmt: skip
VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔÙÛÜŒÆ")
#: before the rest of a word, not a name of its own: « C’est », « Jusqu’au », « Mcdonald’s »; « L’Oréal » and « D’Artagnan » keep theirs
ELIDED = re.compile(r"(?<![^\W\d_])(?:[CJMNST]|QU|JUSQU|LORSQU|PUISQU)['’]$|[^\W\d_]{3,}['’]$")
#: a run of letters; what stands between them is left as it is
WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=50_000)
def proper_name(name: str) -> str:
    """``FORGES DU VAL-DE-SAÔNE`` → ``Forges du Val-de-Saône``; a name with a small letter is left as it is."""
    if name != name.upper():
        return name
    return WORD.sub(lambda word: _word(word[0], name, word.start(), word.end()), name)


class ProperName(TypeDecorator[str]):
    """A text kept as its source wrote it, and read as people write it."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the name as it is read."""
        return None if value is None else proper_name(value)


def _word(word: str, name: str, start: int, end: int) -> str:
    if _stays(word, name, start, end):
        return word
    if start and end < len(name) and word.lower() in SMALL:
        return word.lower()
    if ELIDED.search(name[:start]):
        return word.lower()
    return word.capitalize()


def _stays(word: str, name: str, start: int, end: int) -> bool:
    """Whether a word is not read but spelt: BTP, SARL, the letters of A.B.C. and of 2F."""
    if word in CAPITALS or (len(word) > 1 and not VOWELS & set(word)):
        return True
    beside = name[start - 1 : start] + name[end : end + 1]
    return any(mark.isdigit() for mark in beside) or ("." in beside and len(word) == 1)
