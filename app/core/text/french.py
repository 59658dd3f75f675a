"""How figures, dates and amounts are written in French; registered as Jinja filters."""

import functools
import unicodedata
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, parse_pattern
from flask import Flask

from app.core.now import PARIS, day_of

LOCALE = Locale("fr", "FR")
#: dates that pages show again and again
DATES = 4_096
UNKNOWN = "–"
#: before which « de » elides; an h may be aspirated, which no list of names tells
VOWELS = "aeiouyœæ"


def date_fr(value: date | datetime | None) -> str:
    """``22 novembre 2026``, ``1er novembre 2026``; of an aware moment, its day in Paris."""
    if value is None:
        return UNKNOWN
    day = day_of(value) if isinstance(value, datetime) else value
    return _day(day.year, day.month, day.day)


def datetime_fr(value: datetime | None) -> str:
    """``22 novembre 2026 à 14:05``, Paris time."""
    if value is None:
        return UNKNOWN
    return _first(format_datetime(value.astimezone(PARIS), "d MMMM y 'à' HH:mm", locale=LOCALE))


def month_fr(value: date | None) -> str:
    """``nov. 2026``."""
    return UNKNOWN if value is None else _month(value.year, value.month)


def number_fr(value: float | None, digits: int = 0) -> str:
    """``1 234`` or, with digits, ``1 234,5``; an unknown value is a dash, never 0."""
    if value is None:
        return UNKNOWN
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    # What rounds to nothing has no sign.
    return str(_pattern(pattern).apply(value if round(value, digits) else 0, LOCALE))


def counted_fr(count: int, noun: str, *, bound: int = 1_000) -> str:
    """``12 lignes``; above ``bound``, where counts stop, ``plus de 1 000 lignes``. ``noun``: singular, made plural by an s."""
    if count > bound:
        return f"plus de {number_fr(bound)} {noun}s"
    return f"{number_fr(count)} {noun}{'s' if count > 1 else ''}"


def euros(value: float | None) -> str:
    """``1 234 567 €``."""
    return UNKNOWN if value is None else f"{number_fr(round(value))}\u00a0€"


def percent_fr(value: float | None, digits: int = 0) -> str:
    """``12 %`` for 0.12."""
    if value is None:
        return UNKNOWN
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "\u00a0%"
    return str(_pattern(pattern).apply(value, LOCALE))


def size_fr(count: int) -> str:
    """``340 ko``, ``2,4 Mo`` or ``68,3 Go`` for a number of bytes."""
    if count < 1_000_000:
        return f"{number_fr(max(1, round(count / 1_000)))}\u00a0ko"
    if count >= 1_000_000_000:
        return f"{number_fr(count / 1_000_000_000, 1)}\u00a0Go"
    return f"{number_fr(count / 1_000_000, 1)}\u00a0Mo"


def siret_fr(value: str) -> str:
    """``123 456 789 00012``: grouped the way agents read it aloud."""
    parts = [value[0:3], value[3:6], value[6:9], value[9:14]]
    return "\u00a0".join(part for part in parts if part)


def de_fr(name: str) -> str:
    """``de Valmont``, ``d’Entrepôts Réunis``: a name after « de », which elides before a vowel."""
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    return f"d’{name}" if first and first in VOWELS else f"de {name}"


def init_app(app: Flask) -> None:
    """Register the filters."""
    filters = (
        date_fr, datetime_fr, month_fr, number_fr, counted_fr, euros, percent_fr, siret_fr, size_fr, de_fr,
    )  # fmt: skip
    for function in filters:
        app.add_template_filter(function, function.__name__)


@functools.lru_cache(DATES)
def _day(year: int, month: int, day: int) -> str:
    return _first(format_date(date(year, month, day), "d MMMM y", locale=LOCALE))


@functools.lru_cache(DATES)
def _month(year: int, month: int) -> str:
    return format_date(date(year, month, 1), "MMM y", locale=LOCALE)


@functools.cache
def _pattern(pattern: str) -> NumberPattern:
    """A pattern of Babel, read once: a page writes hundreds of figures, and reading it takes longer than writing one."""
    return parse_pattern(pattern)


def _first(text: str) -> str:
    """The first of a month is an ordinal in French."""
    return f"1er{text[1:]}" if text.startswith("1 ") else text
