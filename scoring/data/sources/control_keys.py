"""Warnings shared by sources: the control key of identifiers, computed by integer division, and their agreement."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.data.sources.base import Warn

LA_POSTE = 356000000


def luhn_siren() -> Warn:
    """Count, never reject, a siren whose control key is wrong: test data are full of them."""
    bad = f"{_luhn_sum(9)} % 10 <> 0"
    return Warn(bad, "siren : clé de contrôle invalide", about="siren")


def luhn_siret() -> Warn:
    """Do the same for a siret; failing it, the digits of a La Poste siret sum to a multiple of five."""
    bad = (
        f"{_luhn_sum(14)} % 10 <> 0 AND (number // 100000 <> {LA_POSTE}"
        f" OR {_sum(_digit(place) for place in range(14))} % 5 <> 0)"
    )
    return Warn(bad, "siret : clé de contrôle invalide", about="siret")


def other_siren() -> Warn:
    """Count, in a file that gives both, the lines whose siren is not that of their siret."""
    return Warn("siren <> left(siret, 9)", "siren différent de celui du siret")


def _luhn_sum(digits: int) -> str:
    """Return SQL: the Luhn sum (every second digit from the right doubled, its digits added)."""
    ones = (_digit(place) for place in range(0, digits, 2))
    tens = (_digit(place) for place in range(1, digits, 2))
    return _sum([*ones, *(f"2 * {digit} - 9 * ({digit} > 4)::INT" for digit in tens)])


def _digit(place: int) -> str:
    return f"(number // {10**place} % 10)"


def _sum(terms: Iterable[str]) -> str:
    return f"({' + '.join(terms)})"
