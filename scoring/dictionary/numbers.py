"""How a value is written in French: decimal comma, thin spaces, the unit in the singular or the plural."""

from __future__ import annotations

from typing import Final

from scoring.vocabulary import Unit

THIN_SPACE: Final = "\u202f"  # narrow no-break space, between thousands and before units
#: a share beyond it says that what it is a share of is next to nothing
LARGEST_SHARE: Final = 10.0
THOUSAND: Final = 10_000  # euros from which thousands are enough
MILLION: Final = 1_000_000
BILLION: Final = 1_000_000_000


def is_missing(value: object) -> bool:
    """Return True for None, NaN and the empty category."""
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def written(value: object, *, unit: Unit) -> str:
    """Return a value in French typography: 3,2 mois de cotisations, 1 234 567 €, 1 salarié, oui."""
    if unit is Unit.TEXT:
        return str(value)
    number = float(str(value))
    if unit is Unit.FLAG:
        return "oui" if number else "non"
    if unit is Unit.SHARE and abs(number) > LARGEST_SHARE:
        bound = written(LARGEST_SHARE, unit=unit)
        return f"plus de {bound}" if number > 0 else f"moins de -{bound}"
    decimals, one, many, scale = _STYLES[unit]
    text = french(number * scale, decimals=decimals)
    # In French, what is less than two is singular.
    return text + (one if abs(round(number * scale, decimals)) < 2 else many)


def french(number: float, *, decimals: int) -> str:
    """Return a number with a decimal comma and narrow no-break spaces between thousands; a trailing ",0"
    is dropped.
    """
    text = f"{number:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",")
    whole, _, rest = text.partition(",")
    text = whole if rest.strip("0") == "" else text
    return text.removeprefix("-") if text.strip("-0,") == "" else text


def euros_in_short(amount: float) -> str:
    """Return an amount as people say it: 4 200 €, 42 k€, 1,3 M€, 2,1 Md€; a thousand of a unit is one of the next."""
    if abs(amount) >= BILLION - MILLION / 20:
        return f"{french(amount / BILLION, decimals=1)}{THIN_SPACE}Md€"
    if abs(amount) >= MILLION - THOUSAND / 20:
        return f"{french(amount / MILLION, decimals=1)}{THIN_SPACE}M€"
    if abs(amount) >= THOUSAND:
        return f"{french(amount / 1_000, decimals=0)}{THIN_SPACE}k€"
    return f"{french(amount, decimals=0)}{THIN_SPACE}€"


_STYLES: Final[dict[Unit, tuple[int, str, str, int]]] = {
    Unit.EUROS: (0, f"{THIN_SPACE}€", f"{THIN_SPACE}€", 1),
    Unit.CONTRIBUTION_MONTHS: (1, " mois de cotisations", " mois de cotisations", 1),
    Unit.MONTHS: (0, " mois", " mois", 1),
    Unit.EMPLOYEES: (1, " salarié", " salariés", 1),
    Unit.SHARE: (0, f"{THIN_SPACE}%", f"{THIN_SPACE}%", 100),
    Unit.POINTS: (0, " point", " points", 100),
    Unit.YEARS: (0, " an", " ans", 1),
    Unit.PER_MONTH: (2, " par mois", " par mois", 1),
    Unit.DAYS: (0, " jour", " jours", 1),
    Unit.COUNT: (0, "", "", 1),
}
