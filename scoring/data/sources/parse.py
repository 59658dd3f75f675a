"""How the text of a cell becomes a value: identifiers, amounts, dates, periods, codes.

Functions return either the columns of a declaration or the DuckDB SQL of a value, so that twelve
million lines are parsed by the vectorised engine. A regular expression tests each shape before the
cast, because casts accept more than partners mean (`infinity`, `1_000`, `epoch`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scoring.data.sources.base import Check, SourceColumn, field
from scoring.data.sources.bounds import FIRST_DAY, LARGEST, NUMBER, amount_check, day_checks

SPACES = " \u00a0\u2009\u202f"
# Groups of three, as spreadsheets write them; the sign may stand apart.
GROUPED = rf"[+-]?[{SPACES}]?([0-9]{{1,3}}([{SPACES}][0-9]{{3}})*([.,][0-9]*)?|[0-9]+([.,][0-9]*)?|[.,][0-9]+)"
PERIOD = "((19|20)[0-9]{2}|[0-9]{2})([1-4][0-3]|0[4-6]|62)"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TODAY = "getvariable('today')"
YES, NO = (
    ("true", "t", "vrai", "1", "oui", "o", "yes", "y"),
    ("false", "f", "faux", "0", "non", "n", "no"),
)
# Nothing, or what INSEE writes where a person objected to diffusion.
UNTOLD = ("", "[nd]")
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
    """Return SQL: whether the entire text matches the pattern."""
    return f"regexp_full_match({expression}, '{pattern}')"


def number(expression: str) -> str:
    """Return SQL: a number with a comma or a dot, thousands separated by spaces; else NULL.

    The sign and the decimals are kept: `12.5` is twelve and a half, never 125. Nor is `12 5`, which is
    no number: a space separates groups of three digits, nothing else.
    """
    # Separated thousands are rare and removing spaces is slow: it comes last, never on empty text.
    joined = f"translate({expression}, '{SPACES}', '')"
    return (
        f"CASE WHEN {expression} = '' THEN NULL"
        f" WHEN {matches(expression, NUMBER)}"
        f" THEN TRY_CAST(replace({expression}, ',', '.') AS DOUBLE)"
        f" WHEN {matches(expression, GROUPED)}"
        f" THEN TRY_CAST(replace({joined}, ',', '.') AS DOUBLE) END"
    )


def identifier(name: str, header: str, *, digits: int) -> SourceColumn:
    """Return a siren (9 digits) or siret (14 digits); a wrong Luhn key warns, it does not reject."""
    bad = f"NOT {matches(field(header), f'[0-9]{{{digits}}}')}"
    reason = f"{name} : {digits} chiffres attendus"
    return SourceColumn(name, "VARCHAR", (header,), field(header), (Check(bad, header, reason),))


def derived_siren(header: str, *, siret: str) -> SourceColumn:
    """Return the siren of a file that may lack it: the first digits of the SQL `siret`."""
    cell = field(header)
    value = f"CASE WHEN {cell} = '' THEN left({siret}, 9) ELSE {cell} END"
    bad = Check(
        f"{cell} <> '' AND NOT {matches(cell, '[0-9]{9}')}", header, "siren : 9 chiffres attendus"
    )
    return SourceColumn("siren", "VARCHAR", (header,), value, (bad,), is_optional=True)


def text(name: str, header: str, *, required: str | None = None) -> SourceColumn:
    """Return a free text or a code, NULL when empty; `required` then gives the reason of the reject."""
    checks = (Check(f"{name} IS NULL", header, required),) if required else ()
    return SourceColumn(name, "VARCHAR", (header,), f"nullif({field(header)}, '')", checks)


def amount(
    name: str,
    header: str,
    *,
    divisor: int = 1,
    label: str = "montant",
    at_most: float = LARGEST,
) -> SourceColumn:
    """Return a required quantity in euros (divisor 100 for centimes), hours or employees."""
    value = number(field(header))
    if divisor != 1:
        value = f"({value}) / {divisor}"
    checks = (
        Check(f"{field(header)} = ''", header, f"{label} vide"),
        Check(f"{name} IS NULL", header, f"{label} illisible"),
        amount_check(name, header, label=label, at_most=at_most),
    )
    return SourceColumn(name, "DOUBLE", (header,), value, checks)


def optional_amount(
    name: str, header: str, *, label: str = "montant", at_most: float = LARGEST
) -> SourceColumn:
    """Return a quantity that may be missing, but whose text, if any, must be a number."""
    bad = f"{name} IS NULL AND {field(header)} <> ''"
    checks = (
        Check(bad, header, f"{label} illisible"),
        amount_check(name, header, label=label, at_most=at_most),
    )
    return SourceColumn(name, "DOUBLE", (header,), number(field(header)), checks)


def optional_number(
    name: str, header: str, *, sql_type: str = "DOUBLE", at_most: float = LARGEST
) -> SourceColumn:
    """Return a quantity that may be missing: NULL when empty or unreadable, a reject when it cannot be.

    A whole number with decimals is unreadable: it is not rounded.
    """
    value = number(field(header))
    if sql_type == "INTEGER":
        value = f"CASE WHEN ({value}) = trunc({value}) THEN {value} END"
    checks = (amount_check(name, header, label="nombre", at_most=at_most),)
    return SourceColumn(name, sql_type, (header,), value, checks)


def coordinate(name: str, header: str, *, at_most: int) -> SourceColumn:
    """Return degrees, NULL when empty, unreadable or beyond the globe: the place exists all the same."""
    value = number(field(header))
    inside = f"CASE WHEN ({value}) BETWEEN -{at_most} AND {at_most} THEN {value} END"
    return SourceColumn(name, "DOUBLE", (header,), inside)


def count(name: str, header: str, *, label: str) -> SourceColumn:
    """Return a required whole number."""
    value = (
        f"TRY_CAST(CASE WHEN {matches(field(header), '[0-9]+')} THEN {field(header)} END AS INT)"
    )
    return SourceColumn(
        name, "INTEGER", (header,), value, (Check(f"{name} IS NULL", header, label),)
    )


def yes_or_no(name: str, header: str, *, required: bool = False) -> SourceColumn:
    """Return a yes/no, however it is written; any other word is a reject, and so is none if `required`."""
    cell = f"lower({field(header)})"
    value = f"CASE WHEN {cell} IN ({_quoted(YES)}) THEN TRUE WHEN {cell} IN ({_quoted(NO)}) THEN FALSE END"
    unless = "" if required else f" AND {cell} NOT IN ({_quoted(UNTOLD)})"
    check = Check(f"{name} IS NULL{unless}", header, "vrai ou faux attendu")
    return SourceColumn(name, "BOOLEAN", (header,), value, (check,))


def calendar_day(expression: str) -> str:
    """Return SQL: `AAAA-MM-JJ` (time ignored), `JJ/MM/AAAA` or `JJ/MM/AA`; NULL otherwise."""
    iso = matches(expression, "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}([T ].*)?")
    long = matches(expression, "[0-9]{2}/[0-9]{2}/[1-9][0-9]{3}")
    short = matches(expression, "[0-9]{2}/[0-9]{2}/[0-9]{2}")
    return (
        f"CASE WHEN {iso} THEN TRY_CAST(left({expression}, 10) AS DATE)"
        f" WHEN {long} THEN TRY_CAST(try_strptime({expression}, '%d/%m/%Y') AS DATE)"
        f" WHEN {short} THEN TRY_CAST(try_strptime({expression}, '%d/%m/%y') AS DATE) END"
    )


def urssaf_day(expression: str) -> str:
    """Return SQL: `(A)AAMMJJ`, where 19000000 is added to the number: 1160318 is 18 March 2016."""
    shifted = f"(TRY_CAST({expression} AS INT) + 19000000)::VARCHAR"
    shape = matches(expression, "1?[0-9]{6}")
    return f"CASE WHEN {shape} THEN TRY_CAST(try_strptime({shifted}, '%Y%m%d') AS DATE) END"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def english_day(expression: str) -> str:
    """Return SQL: `JJMMMAAAA` with an English month, as `26MAY2014`."""
    shape = matches(f"upper({expression})", f"[0-9]{{2}}({'|'.join(MONTHS)})[12][0-9]{{3}}")
    return f"CASE WHEN {shape} THEN TRY_CAST(try_strptime({expression}, '%d%b%Y') AS DATE) END"


def named_month_day(expression: str) -> str:
    """Return SQL: `JJMMMAAAA`, the month in French or English, full or short: `31DEC2012`, `30 juin 2013`."""
    plain = f"strip_accents(upper({expression}))"
    name = f"regexp_extract({plain}, '^[0-9]{{2}} ?([A-Z]+)[.]? ?[12][0-9]{{3}}$', 1)"
    month = " ".join(f"WHEN {name} IN ({_quoted(names)}) THEN '{n:02}'" for n, names in MONTH_NAMES)
    return f"TRY_CAST(right({plain}, 4) || '-' || (CASE {month} END) || '-' || left({plain}, 2) AS DATE)"


def written_day(expression: str) -> str:
    """Return SQL: a day in words, as in « 1er janvier 2025 »; NULL otherwise."""
    plain = f"strip_accents(upper({expression}))"
    shape = "^(?:LE )?([0-9]{1,2}) ?(?:ER)? +([A-Z]+)[.]? +([12][0-9]{3})$"
    rank, name, year = (f"regexp_extract({plain}, '{shape}', {n})" for n in (1, 2, 3))
    month = " ".join(f"WHEN {name} IN ({_quoted(names)}) THEN '{n:02}'" for n, names in MONTH_NAMES)
    return f"TRY_CAST({year} || '-' || (CASE {month} END) || '-' || lpad({rank}, 2, '0') AS DATE)"


def month(expression: str) -> str:
    """Return SQL: the first day of the month of `AAAA-MM`, `MM/AAAA` or any `calendar_day`; NULL otherwise."""
    iso = matches(expression, "[1-9][0-9]{3}-[0-9]{2}")
    french = matches(expression, "[0-9]{2}/[1-9][0-9]{3}")
    return (
        f"CASE WHEN {iso} THEN TRY_CAST({expression} || '-01' AS DATE)"
        f" WHEN {french} THEN"
        f" TRY_CAST(right({expression}, 4) || '-' || left({expression}, 2) || '-01' AS DATE)"
        f" ELSE CAST(date_trunc('month', {calendar_day(expression)}) AS DATE) END"
    )


def day(
    name: str,
    header: str,
    *,
    value: str,
    may_be_future: bool = False,
    since: str = FIRST_DAY,
) -> SourceColumn:
    """Return a required date; an event cannot be later than the day of import, a deadline can."""
    checks = (
        Check(f"{field(header)} = ''", header, "date vide"),
        Check(f"{name} IS NULL", header, "date illisible"),
        *day_checks(name, header, today=TODAY, since=since, may_be_future=may_be_future),
    )
    return SourceColumn(name, "DATE", (header,), value, checks)


def optional_day(
    name: str,
    header: str,
    *,
    value: str,
    may_be_future: bool = False,
    since: str = FIRST_DAY,
) -> SourceColumn:
    """Return a date that may be missing, but whose text, if any, must be a date that can be."""
    checks = (
        Check(f"{name} IS NULL AND {field(header)} <> ''", header, "date illisible"),
        *day_checks(name, header, today=TODAY, since=since, may_be_future=may_be_future),
    )
    return SourceColumn(name, "DATE", (header,), value, checks)


def optional(column: SourceColumn) -> SourceColumn:
    """Return the same column, made optional in the file."""
    return replace(column, is_optional=True)


def received_on() -> SourceColumn:
    """Return the day of import, for files that carry no date."""
    return SourceColumn("received_on", "DATE", (), TODAY)


def urssaf_period(header: str) -> tuple[SourceColumn, SourceColumn]:
    """Return `[AA]AATM` as period_start and period_end (exclusive).

    T is the quarter, M the month inside it, 0 for the whole quarter; `62` is the whole year; `04`
    to `06` also mean the months of the first quarter. A two-digit year below 50 is 20AA. Any other T or M is refused.
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
        Check(f"period_start < {FIRST_DAY}", header, "période hors limites"),
        Check(f"period_start > {TODAY}", header, "période dans le futur"),
    )
    return (
        SourceColumn(
            "period_start", "DATE", (header,), first_day("first_month"), checks, shared=shared
        ),
        SourceColumn("period_end", "DATE", (header,), first_day("end_month"), shared=shared),
    )
