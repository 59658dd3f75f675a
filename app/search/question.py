"""The text typed in the search box: a siren, a siret, a number that is neither, or words."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
SHORTEST_WORDS = 2
#: fewer digits may be the name of a firm; this many are a mistyped siren or siret
NUMBER_LENGTHS = range(7, 30)
SIREN, SIRET = 9, 14
TOO_SHORT = "Saisissez au moins deux caractères : un nom, une commune, un siren ou un siret."


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """The cleaned text and its interpretation: at most one of ``siren``, ``siret`` and ``words``.

    ``problem`` is a French sentence when nothing can be searched for.
    """

    text: str
    siren: str | None = None
    siret: str | None = None
    words: str | None = None
    problem: str | None = None


def understand(typed: str) -> SearchQuery:
    """Return the parsed query; numbers may contain spaces, dots or dashes."""
    text = " ".join(_printable(typed)[:LONGEST].split())
    number = re.sub(r"[\s.\-]", "", text)
    if number.isascii() and number.isdigit() and len(number) in NUMBER_LENGTHS:
        return _number(text, number)
    if not text:
        return SearchQuery(text="")
    if len(text) < SHORTEST_WORDS:
        return SearchQuery(text=text, problem=TOO_SHORT)
    return SearchQuery(text=text, words=text)


def _number(text: str, number: str) -> SearchQuery:
    if len(number) == SIREN:
        return SearchQuery(text=text, siren=number)
    if len(number) == SIRET:
        return SearchQuery(text=text, siret=number)
    problem = (
        f"Un siren a 9 chiffres et un siret en a 14 : vous en avez saisi {len(number)}."
        " Vérifiez le numéro, ou cherchez par le nom."
    )
    return SearchQuery(text=text, problem=problem)


def _printable(text: str) -> str:
    """Remove control characters, which the database refuses; a tab becomes a space."""
    return "".join(
        " " if unicodedata.category(character) == "Cc" else character for character in text
    )
