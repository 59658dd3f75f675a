"""In which letters a file is written, and its bytes that belong to no letter of it.

Partners send UTF-8, Windows letters, UTF-16 (Diane), what Excel saves on a Macintosh, sometimes several of
them in one file: a foreign byte spoils its own name, never the others.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

UTF_8, WINDOWS, MACINTOSH = "utf-8-sig", "cp1252", "mac_roman"
BOM = "\ufeff"
# UTF-32 first: its mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The accented letters that French writes most: in one encoding their bytes are seldom letters of the other.
ACCENTED = "éèàçêôâîïûùëÉÈÀÇ"
# Which bytes of a letter of our alphabet are zero, by the width of letters.
WIDE = (
    ("utf-32-le", 4, (1, 2, 3)),
    ("utf-32-be", 4, (0, 1, 2)),
    ("utf-16-le", 2, (1,)),
    ("utf-16-be", 2, (0,)),
)
MOSTLY, SELDOM = 0.9, 0.1
# NUL would end the text; SOH is the separator the engine reads lines with.
FORBIDDEN = ("\0", "\1")
UNREADABLE = "\ufffd"
# Python keeps a byte that it could not decode as a code of its own, from here.
KEPT = 0xDC00
FOREIGN_REMARK = "octet étranger à l’UTF-8, lu comme une lettre de Windows"
MISPLACED_REMARK = "lettre écrite en UTF-8 dans un fichier de Windows, lue comme telle"
UNREADABLE_REMARK = "caractère illisible, remplacé par « \ufffd »"
BOM_REMARK = "marque d’ordre des octets (BOM) au milieu du texte, ôtée"


def _letter(byte: int) -> str:
    return bytes([byte]).decode(WINDOWS, errors="replace")


CLEANED: dict[int, str] = {
    **{KEPT + byte: _letter(byte) for byte in range(0x80, 0x100)},
    **{ord(character): UNREADABLE for character in FORBIDDEN},
    ord(BOM): "",
}
ODD = re.compile(f"[{''.join(map(chr, CLEANED))}]")


# The letters of French, as bytes of UTF-8 look when read one by one as Windows letters. No French text in
# Windows letters holds two that follow one another so: « Ã© » is never meant.
LETTERS = [chr(code) for code in range(0xA0, 0x100)] + list(f"ŒœŸ–—‘’‚“”„†•…‰‹›€™{BOM}")
MISPLACED = {letter.encode().decode(WINDOWS, "surrogateescape"): letter for letter in LETTERS}
MISPLACED_LETTER = re.compile("|".join(re.escape(misread) for misread in MISPLACED))


def begins_with(first: bytes) -> str:
    """Guess the encoding from the first bytes of a file: by its mark, else by where its zeros are."""
    for mark, name in MARKS:
        if first.startswith(mark):
            return name
    for name, width, zeros in WIDE:
        shares = [_share_of_zeros(first[place::width]) for place in range(width)]
        if all(
            share >= MOSTLY if place in zeros else share <= SELDOM
            for place, share in enumerate(shares)
        ):
            return name
    return UTF_8


def _share_of_zeros(some: bytes) -> float:
    return some.count(0) / len(some) if some else 0.0


class Letters:
    """Counts, block after block, what of a file is UTF-8 and what is not."""

    def __init__(self) -> None:
        self._left = b""
        # Bytes after the first of each letter, and bytes of no letter.
        self._following = 0
        self._foreign = 0
        self._accented = dict.fromkeys((WINDOWS, MACINTOSH), 0)
        self.marks = 0

    def read(self, block: bytes, *, final: bool = False) -> None:
        """Take the next bytes of the file; the last ones are `final`."""
        given = self._left + block
        try:
            text, used = codecs.utf_8_decode(given, "strict", final)
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(given, "surrogateescape", final)
            self._foreign += used - len(text.encode("utf-8", "ignore"))
            for name in self._accented:
                self._accented[name] += used - len(
                    given[:used].translate(None, ACCENTED.encode(name))
                )
        self._following += used - len(text)
        self.marks += 0 if text.isascii() else text.count(BOM)
        self._left = given[used:]

    @property
    def encoding(self) -> str:
        """The encoding of the file: a few foreign bytes among its letters do not make it Windows."""
        if self._following >= self._foreign:
            return UTF_8
        return max(self._accented, key=self._accented.__getitem__)

    @property
    def is_pure(self) -> bool:
        """Whether every byte belongs to a letter of UTF-8."""
        return not self._foreign


@dataclass
class Cleaning:
    """Rewrites a text block by block as UTF-8; counts what it replaced, and where it was first."""

    line: int = 1
    is_windows: bool = False
    found: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def encoded(self, text: str) -> bytes:
        """Return the next block, which cuts no line, as UTF-8, without what no reader could read."""
        if self.is_windows:
            text = self._placed(text)
        try:
            clean = text.encode()
        except UnicodeEncodeError:
            clean = self._cleaned(text)
        else:
            if any(mark in text for mark in (*FORBIDDEN, BOM)):
                clean = self._cleaned(text)
        self.line += text.count("\n")
        return clean

    @property
    def remarks(self) -> dict[str, int]:
        """What was replaced, in French, with the line where it was first, and how many times."""
        return {
            f"{remark} (d’abord ligne {self.first[remark]})": count
            for remark, count in self.found.items()
        }

    def _placed(self, text: str) -> str:
        """Return a text of Windows letters, where those that were written in UTF-8 are read as such."""
        for misread in MISPLACED_LETTER.finditer(text):
            self._count(MISPLACED_REMARK, text, misread.start())
        return MISPLACED_LETTER.sub(lambda misread: MISPLACED[misread[0]], text)

    def _cleaned(self, text: str) -> bytes:
        for odd in ODD.finditer(text):
            self._count(_remark(odd[0]), text, odd.start())
        return text.translate(CLEANED).encode()

    def _count(self, remark: str, text: str, place: int) -> None:
        self.found[remark] = self.found.get(remark, 0) + 1
        if remark not in self.first:
            self.first[remark] = self.line + text.count("\n", 0, place)


def _remark(character: str) -> str:
    if character == BOM:
        return BOM_REMARK
    return UNREADABLE_REMARK if CLEANED[ord(character)] == UNREADABLE else FOREIGN_REMARK
