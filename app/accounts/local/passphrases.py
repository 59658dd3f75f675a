"""Which passphrases are acceptable: long, of any composition, and not among those tried first.

Source: recommandations relatives à l’authentification multifacteur et aux mots de passe, ANSSI 2021; délibération
CNIL 2022-100.
"""

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from app.core.errors import DomainError
from app.core.text.folding import folded

SHORTEST = 15
LONGEST = 256
#: characters that must remain once common words and the agent's names are removed
LEFT = 8
#: distinct characters that a passphrase must contain
DIFFERENT = 6

_COMMON = Path(__file__).with_name("common_passphrases.txt")
#: shorter parts of a name occur in too many words
_SHORTEST_NAME = 3


def check(passphrase: str, *, names: Iterable[str], field: str = "password") -> None:
    """Raise `DomainError` on ``field`` when ``passphrase`` is too short, too long, or made of common words and ``names``."""
    if len(passphrase) < SHORTEST:
        raise DomainError(
            f"La phrase de passe compte au moins {SHORTEST} caractères : plusieurs mots sans lien conviennent.",
            field=field,
        )
    if len(passphrase) > LONGEST:
        raise DomainError(f"La phrase de passe compte au plus {LONGEST} caractères.", field=field)
    bare = _bare(passphrase)
    if len(set(bare)) < DIFFERENT or len(_without(bare, names)) < LEFT:
        raise DomainError(
            "Cette phrase de passe se devine : elle est faite de mots courants, de suites, de votre nom ou de celui du "
            "service. Choisissez plusieurs mots sans lien entre eux.",
            field=field,
        )


def _without(bare: str, names: Iterable[str]) -> str:
    own = {part for name in names for part in re.split(r"[\W_]+", folded(name))}
    guessable = {word for word in own if len(word) >= _SHORTEST_NAME} | common()
    # Longest first: "motdepasse" before "passe".
    for word in sorted(guessable, key=len, reverse=True):
        bare = bare.replace(word, "")
    return bare


@functools.cache
def common() -> frozenset[str]:
    """The words and phrases that attackers try first, in lower case, without accents or spaces."""
    lines = _COMMON.read_text().splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", folded(text))
