"""Who is sought, and how they are recognised: by their names in any order, their address, their telephone."""

import re
from dataclasses import dataclass
from functools import cached_property

from app.core.errors import DomainError
from app.core.text.addresses import is_address
from app.core.text.bounds import normalised
from app.core.text.folding import folded
from app.core.text.labelled import LabelledEnum
from app.core.text.telephone import telephone_of

#: characters of a name; letters of one of its words, at least: an initial names nobody
LONGEST_NAME, SHORTEST_WORD = 120, 2
#: digits by which two ways of writing a French number are one: « 06… », « +33 6… », « 0033 6… »
DIGITS = 9
#: words that may stand between those of a name: a particle, a second name
BETWEEN = 2
ADDRESS = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[ .()\u00a0\u202f-]{0,2}\d){8,14}(?!\d)")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
NOBODY = "Donnez un nom et un prénom, une adresse électronique ou un téléphone : un seul mot désignerait trop de monde."


class MatchGround(LabelledEnum):
    """By what somebody was recognised."""

    EMAIL = "courriel", "même adresse électronique"
    TELEPHONE = "telephone", "même téléphone"
    NAME = "nom", "mêmes noms"


def words_of(text: str) -> list[str]:
    """Return the words of a text as the index of persons knows them: without case, accents, ligatures nor signs."""
    return re.findall(r"[a-z0-9]+", folded(text).translate(LIGATURES))


def digits_of(number: str) -> str:
    """Return what two ways of writing a number have in common."""
    return re.sub(r"\D", "", number)[-DIGITS:]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """A person as they are looked for; what is not known is empty."""

    name: str = ""
    email: str = ""
    telephone: str = ""

    @classmethod
    def said(cls, *, name: str | None, email: str | None, telephone: str | None) -> "Sought":
        """Return who somebody describes. Raise `DomainError` on what is malformed, or would be too many people."""
        found = cls(
            name=" ".join(normalised(name).split())[:LONGEST_NAME],
            email=normalised(email).lower(),
            telephone=telephone_of(telephone, field="telephone"),
        )
        if found.email and not is_address(found.email):
            raise DomainError(f"« {found.email} » n’est pas une adresse électronique.", field="email")  # fmt: skip
        if len(found.words) < 2 and not found.email and not found.telephone:
            raise DomainError(NOBODY, field="name")
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of their names."""
        return frozenset(word for word in words_of(self.name) if len(word) >= SHORTEST_WORD)

    @property
    def is_named(self) -> bool:
        """Whether the names are enough to recognise them."""
        return len(self.words) > 1

    def grounds_in(self, text: str) -> frozenset[MatchGround]:
        """Return by what they are recognised in a text."""
        found = set()
        if self.email and self.email in {each.lower() for each in ADDRESS.findall(text)}:
            found.add(MatchGround.EMAIL)
        if self.telephone and digits_of(self.telephone) in map(digits_of, NUMBER.findall(text)):
            found.add(MatchGround.TELEPHONE)
        if self.is_named and self._named_in(words_of(text)):
            found.add(MatchGround.NAME)
        return frozenset(found)

    def is_elsewhere(self, *, email: str, telephone: str) -> bool:
        """Whether whoever is reached so has neither their address nor their number, though one of them may be compared."""
        pairs = ((self.email, email.lower()), (digits_of(self.telephone), digits_of(telephone)))
        known = [mine == theirs for mine, theirs in pairs if mine and theirs]
        return bool(known) and not any(known)

    def _named_in(self, words: list[str]) -> bool:
        """Whether all their names stand together, in any order."""
        width = len(self.words) + BETWEEN
        return any(
            self.words <= set(words[start : start + width])
            for start, word in enumerate(words)
            if word in self.words
        )
