"""How the text of a cell becomes a value: identifiers, amounts, dates, periods, codes.

Each function returns the `Column`s of a declaration. The values are DuckDB SQL, so that twelve
million lines are parsed by the vectorised engine; each shape is tested by a regular expression
before the cast because casts accept more than the partners mean (`infinity`, `1_000`, `epoch`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scoring.data.sources.base import Check, Column, field

NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?"
PERIOD = "((19|20)[0-9]{2}|[0-9]{2})([1-4][0-3]|0[4-6]|62)"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TODAY = "getvariable('today')"
# The name of the file, without its compression.
FILE = "getvariable('file')"
MONTH_NAMES = (
    (1, ("JAN", "JANV", "JANVIER", "JANUARY")),
    (2, ("FEB", "FEV", "FEVR", "FEVRIER", "FEBRUARY")),
    (3, ("MAR", "MARS", "MARCH")),
    (4, ("APR", "AVR", "AVRIL", "APRIL")),
    (5, ("MAY", "MAI")),
    (6, ("JUN", "JUIN", "JUNE")),
    (7, ("JUL", "JUIL", "JUILLET", "JULY")),
    (8, ("AUG", "AOU", "AOUT", "AUGUST")),
    (9, ("SEP", "SEPT", "SEPTEMBRE", "SEPTEMBER")),
    (10, ("OCT", "OCTOBRE", "OCTOBER")),
    (11, ("NOV", "NOVEMBRE", "NOVEMBER")),
    (12, ("DEC", "DECEMBRE", "DECEMBER")),
)


def matches(expression: str, pattern: str) -> str:
    """SQL: the whole text has this shape."""
    return f"regexp_full_match({expression}, '{pattern}')"


def number(expression: str) -> str:
    """SQL: a number written with a comma or a dot, thousands parted by spaces; NULL otherwise.

    The sign and the decimals are kept: `12.5` is twelve and a half, never 125.
    """
    # Parting thousands is rare and removing spaces is slow: it is tried last, and never on nothing.
    joined = f"translate({expression}, ' \u00a0\u202f', '')"
    return (
        f"CASE WHEN {expression} = '' THEN NULL"
        f" WHEN {matches(expression, NUMBER)}"
        f" THEN TRY_CAST(replace({expression}, ',', '.') AS DOUBLE)"
        f" WHEN {matches(joined, NUMBER)}"
        f" THEN TRY_CAST(replace({joined}, ',', '.') AS DOUBLE) END"
    )


def identifier(name: str, header: str, *, digits: int) -> Column:
    """A siren (9 digits) or siret (14 digits); the Luhn key is a warning, not a reject."""
    bad = f"NOT {matches(field(header), f'[0-9]{{{digits}}}')}"
    reason = f"{name} : {digits} chiffres attendus"
    return Column(name, "VARCHAR", (header,), field(header), (Check(bad, header, reason),))


def text(name: str, header: str, *, required: str | None = None) -> Column:
    """A free text or a code, NULL when empty; `required` is the reason of the reject if so."""
    checks = (Check(f"{name} IS NULL", header, required),) if required else ()
    return Column(name, "VARCHAR", (header,), f"nullif({field(header)}, '')", checks)


def amount(name: str, header: str, *, divisor: int = 1, label: str = "montant") -> Column:
    """A required quantity in euros (divisor 100 for centimes), hours or persons."""
    value = number(field(header))
    if divisor != 1:
        value = f"({value}) / {divisor}"
    checks = (
        Check(f"{field(header)} = ''", header, f"{label} vide"),
        Check(f"{name} IS NULL", header, f"{label} illisible"),
    )
    return Column(name, "DOUBLE", (header,), value, checks)


def optional_amount(name: str, header: str, *, label: str = "montant") -> Column:
    """A quantity that may be missing, but whose text, when there is one, must be a number."""
    bad = f"{name} IS NULL AND {field(header)} <> ''"
    checks = (Check(bad, header, f"{label} illisible"),)
    return Column(name, "DOUBLE", (header,), number(field(header)), checks)


def optional_number(name: str, header: str, *, sql_type: str = "DOUBLE") -> Column:
    """A quantity that may be missing: NULL when empty or unreadable."""
    return Column(name, sql_type, (header,), f"TRY_CAST({number(field(header))} AS {sql_type})")


def count(name: str, header: str, *, label: str) -> Column:
    """A required whole number."""
    value = (
        f"TRY_CAST(CASE WHEN {matches(field(header), '[0-9]+')} THEN {field(header)} END AS INT)"
    )
    return Column(name, "INTEGER", (header,), value, (Check(f"{name} IS NULL", header, label),))


def flag(name: str, header: str) -> Column:
    """A yes/no; NULL when the cell says neither."""
    cell = f"lower({field(header)})"
    value = (
        f"CASE WHEN {cell} IN ('1', 'true') THEN TRUE WHEN {cell} IN ('0', 'false') THEN FALSE END"
    )
    return Column(name, "BOOLEAN", (header,), value)


def calendar_day(expression: str) -> str:
    """SQL: `AAAA-MM-JJ` (time ignored), `JJ/MM/AAAA` or `JJ/MM/AA`; NULL otherwise."""
    iso = matches(expression, "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}([T ].*)?")
    long = matches(expression, "[0-9]{2}/[0-9]{2}/[1-9][0-9]{3}")
    short = matches(expression, "[0-9]{2}/[0-9]{2}/[0-9]{2}")
    return (
        f"CASE WHEN {iso} THEN TRY_CAST(left({expression}, 10) AS DATE)"
        f" WHEN {long} THEN TRY_CAST(try_strptime({expression}, '%d/%m/%Y') AS DATE)"
        f" WHEN {short} THEN TRY_CAST(try_strptime({expression}, '%d/%m/%y') AS DATE) END"
    )


def urssaf_day(expression: str) -> str:
    """SQL: `(A)AAMMJJ`, where 19000000 is added to the number: 1160318 is 18 March 2016."""
    shifted = f"(TRY_CAST({expression} AS INT) + 19000000)::VARCHAR"
    shape = matches(expression, "1?[0-9]{6}")
    return f"CASE WHEN {shape} THEN TRY_CAST(try_strptime({shifted}, '%Y%m%d') AS DATE) END"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def english_day(expression: str) -> str:
    """SQL: `JJMMMAAAA` with an English month, as `26MAY2014`."""
    shape = matches(f"upper({expression})", f"[0-9]{{2}}({'|'.join(MONTHS)})[12][0-9]{{3}}")
    return f"CASE WHEN {shape} THEN TRY_CAST(try_strptime({expression}, '%d%b%Y') AS DATE) END"


def named_month_day(expression: str) -> str:
    """SQL: `JJMMMAAAA` with a French or English month, whole or short, as `31DEC2012`, `30 juin 2013`."""
    plain = f"strip_accents(upper(replace({expression}, ' ', '')))"
    name = f"regexp_extract({plain}, '^[0-9]{{2}}([A-Z]+)[.]?[12][0-9]{{3}}$', 1)"
    month = " ".join(f"WHEN {name} IN ({_quoted(names)}) THEN '{n:02}'" for n, names in MONTH_NAMES)
    return f"TRY_CAST(right({plain}, 4) || '-' || (CASE {month} END) || '-' || left({plain}, 2) AS DATE)"


def month(expression: str) -> str:
    """SQL: first day of the month of `AAAA-MM`, `MM/AAAA` or any `calendar_day`; NULL otherwise."""
    iso = matches(expression, "[1-9][0-9]{3}-[0-9]{2}")
    french = matches(expression, "[0-9]{2}/[1-9][0-9]{3}")
    return (
        f"CASE WHEN {iso} THEN TRY_CAST({expression} || '-01' AS DATE)"
        f" WHEN {french} THEN"
        f" TRY_CAST(right({expression}, 4) || '-' || left({expression}, 2) || '-01' AS DATE)"
        f" ELSE CAST(date_trunc('month', {calendar_day(expression)}) AS DATE) END"
    )


def day(name: str, header: str, *, value: str, may_be_future: bool = False) -> Column:
    """A required date; an event cannot be later than the day of import, a deadline can."""
    checks = [
        Check(f"{field(header)} = ''", header, "date vide"),
        Check(f"{name} IS NULL", header, "date illisible"),
    ]
    if not may_be_future:
        checks.append(Check(f"{name} > {TODAY}", header, "date dans le futur"))
    return Column(name, "DATE", (header,), value, tuple(checks))


def optional_day(name: str, header: str, *, value: str) -> Column:
    """A date that may be missing, but that must be one, and past, when there is a text."""
    checks = (
        Check(f"{name} IS NULL AND {field(header)} <> ''", header, "date illisible"),
        Check(f"{name} > {TODAY}", header, "date dans le futur"),
    )
    return Column(name, "DATE", (header,), value, checks)


def optional(column: Column) -> Column:
    """The same column, in files that may not have it."""
    return replace(column, is_optional=True)


def received_on() -> Column:
    """The day of import, in files that do not say of when they are."""
    return Column("received_on", "DATE", (), TODAY)


def urssaf_period(header: str) -> tuple[Column, Column]:
    """`[AA]AATM` as period_start and period_end (exclusive).

    T is the quarter, M the month inside it, 0 for the whole quarter; `62` is the whole year; `04`
    to `06` are another way to write the months of the first quarter. With a year of two digits,
    below 50 is 20AA. Any other T or M is refused.
    """
    cell = field(header)
    read = f"CASE WHEN {matches(cell, PERIOD)} THEN {cell}::INT END"
    century = "CASE WHEN period_code < 5000 THEN 2000 WHEN period_code < 10000 THEN 1900 ELSE 0 END"
    within = "period_code % 100"
    rank = f"{within} // 10 * 3 - 3 + greatest({within} % 10 - 1, 0)"
    # Months since year 0, so that the end of a period is one addition.
    start = (
        f"(period_code // 100 + {century}) * 12 + CASE WHEN {within} = 62 THEN 0 ELSE {rank} END"
    )
    length = f"CASE WHEN {within} = 62 THEN 12 WHEN {within} % 10 = 0 THEN 3 ELSE 1 END"
    shared = (
        ("period_code", read),
        ("first_month", start),
        ("end_month", f"first_month + {length}"),
    )

    def first_day(months: str) -> str:
        return f"make_date({months} // 12, {months} % 12 + 1, 1)"

    checks = (
        Check(f"{cell} = ''", header, "période vide"),
        Check("period_start IS NULL", header, "période illisible"),
        Check(f"period_start > {TODAY}", header, "période dans le futur"),
    )
    return (
        Column("period_start", "DATE", (header,), first_day("first_month"), checks, shared=shared),
        Column("period_end", "DATE", (header,), first_day("end_month"), shared=shared),
    )
