"""Checks shared by sources that do not belong to one column."""

from __future__ import annotations

from scoring.sources.base import Warn

LA_POSTE = "356000000"


def _luhn_sum(identifier: str, digits: int) -> str:
    """SQL: sum of the digits, every second one from the right doubled and its digits added."""
    value = f"TRY_CAST({identifier} AS BIGINT)"
    terms = []
    for place in range(digits):
        digit = f"({value} // {10**place} % 10)"
        terms.append(digit if place % 2 == 0 else f"(2 * {digit} - 9 * ({digit} > 4)::INT)")
    return f"({' + '.join(terms)})"


def luhn_siren() -> Warn:
    """Count, never reject, a siren whose control key is wrong: test bases are full of them."""
    return Warn(f"{_luhn_sum('siren', 9)} % 10 <> 0", "siren : clé de contrôle invalide")


def luhn_siret() -> Warn:
    """The same for a siret; those of La Poste have their digits sum to a multiple of five."""
    digits = " + ".join(f"siret[{place}]::INT" for place in range(1, 15))
    bad = (
        f"CASE WHEN starts_with(siret, '{LA_POSTE}') THEN ({digits}) % 5 <> 0"
        f" ELSE {_luhn_sum('siret', 14)} % 10 <> 0 END"
    )
    return Warn(bad, "siret : clé de contrôle invalide")
