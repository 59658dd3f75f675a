"""Durations and periods, in words."""

from datetime import date

from app.core.text.french import counted_fr, date_fr, number_fr
from app.records.retention.models import Terms

MONTHS_OF_A_YEAR = 12


def months_fr(count: int) -> str:
    """Return a number of months as one says it: « 3 ans », « 14 mois », « – » for none."""
    if count == 0:
        return "–"
    years, left = divmod(count, MONTHS_OF_A_YEAR)
    return counted_fr(years, "an") if years and not left else f"{number_fr(count)} mois"


def terms_fr(terms: Terms) -> str:
    """Return how long an object is kept: « 2 ans, puis 3 ans », « 6 mois »."""
    in_use = months_fr(terms.in_use_months)
    if not terms.intermediate_months:
        return in_use
    return f"{in_use}, puis {months_fr(terms.intermediate_months)}"


def period_fr(first: date | None, last: date | None) -> str:
    """Return the days of what is listed, « – » when nothing is."""
    if first is None or last is None:
        return "–"
    if first == last:
        return f"le {date_fr(first)}"
    return f"du {date_fr(first)} au {date_fr(last)}"
