"""What a text should not hold without a second thought: telephone numbers, numbers of social security, bank accounts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import iban
from stdnum.fr import nir

SPACE = "[ .\u00a0-]?"


@dataclass(frozen=True)
class Personal:
    """Something that a text holds: what it is, in French, and its words."""

    kind: str
    words: str


@dataclass(frozen=True)
class Kind:
    """What such a thing looks like, and how one is told from other figures."""

    label: str
    pattern: re.Pattern[str]
    is_one: Callable[[str], bool]


KINDS = (
    Kind(
        "un numéro de téléphone",
        re.compile(rf"(?<![\w.])(?:(?:\+|00)33{SPACE}|0)[1-9](?:{SPACE}\d{{2}}){{4}}(?!\d)"),
        lambda _words: True,
    ),
    Kind(
        "un numéro de sécurité sociale",
        re.compile(rf"(?<!\w)[12](?:{SPACE}[0-9AB]){{14}}(?!\w)"),
        lambda words: bool(nir.is_valid(words)),
    ),
    Kind(
        "un numéro de compte bancaire",
        re.compile(rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{SPACE}[A-Z0-9]){{11,30}}(?!\w)"),
        lambda words: bool(iban.is_valid(words)),
    ),
)


def personal_in(text: str) -> list[Personal]:
    """Return what ``text`` holds of these, kind by kind; numbers that have a key are told by it."""
    return [
        Personal(kind.label, found[0])
        for kind in KINDS
        for found in kind.pattern.finditer(text)
        if kind.is_one(found[0])
    ]
