"""What a value can be: beyond these bounds a cell holds an error, and its line is rejected.

A bound is declared beside the column it judges; these are the ones that several columns share.
"""

from __future__ import annotations

from dataclasses import replace

from scoring.data.sources.base import Check, SourceColumn

NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?"
# Euros, hours and ratios: the revenue of the largest group of the country is a fourth of this. Added
# up in centimes over the lines of a national file, it fits in the integers of the engine.
LARGEST = 1_000_000_000_000
# Nobody employs two million people.
EMPLOYEES = 2_000_000
# A hundred years.
DAYS = 36_525
COUNT = 10_000_000
PERCENT = 1_000

# The Urssaf, and the files that tell of events, are not older.
FIRST_YEAR = 1960
FIRST_DAY = f"DATE '{FIRST_YEAR}-01-01'"
# Firms and establishments may be older than any event told of them.
OLDEST_FIRM = "DATE '1700-01-01'"
# A deadline may be ahead, not by a generation.
YEARS_AHEAD = 20
# How partners write « no end ».
NEVER = "DATE '9999-12-31'"
# A request of activité partielle lasts at most three years: it is spread over its days.
LONGEST_REQUEST = 5 * 366


def amount_check(name: str, header: str, *, label: str, at_most: float) -> Check:
    """Return the reject of a number beyond a bound, whatever its sign; NULL passes."""
    return Check(f"NOT {name} BETWEEN -{at_most} AND {at_most}", header, f"{label} hors limites")


def day_checks(
    name: str, header: str, *, today: str, since: str, may_be_future: bool
) -> tuple[Check, ...]:
    """Return the rejects of a day too old, in the future, or too far ahead for a deadline."""
    too_old = Check(f"{name} < {since}", header, "date hors limites")
    if not may_be_future:
        return (too_old, Check(f"{name} > {today}", header, "date dans le futur"))
    ahead = f"{name} > {today} + INTERVAL {YEARS_AHEAD} YEAR"
    return (too_old, Check(ahead, header, "date hors limites"))


def endless(column: SourceColumn) -> SourceColumn:
    """Return the column of a deadline that may be `NEVER`: there is none."""
    checks = (
        replace(c, condition=f"({c.condition}) AND {column.name} IS DISTINCT FROM {NEVER}")
        for c in column.checks
    )
    return replace(column, checks=tuple(checks))
