"""Durations and periods, in words."""

from datetime import date

from app.core.text.french import counted_fr, date_fr, number_fr

MONTHS_OF_A_YEAR = 12


def months_fr(count: int) -> str:
    """Return a number of months as one says it: « 3 ans », « 14 mois », « – » for none."""
    if count == 0:
        return "–"
    years, left = divmod(count, MONTHS_OF_A_YEAR)
    return counted_fr(years, "an") if years and not left else f"{number_fr(count)} mois"


def period_fr(first: date | None, last: date | None) -> str:
    """Return the days of what is listed, « – » when nothing is."""
    if first is None or last is None:
        return "–"
    return f"du {date_fr(first)} au {date_fr(last)}"
