"""The vocabulary of the registry: what a feature is, its theme and unit, how its value is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from scoring.vocabulary import Nature, Theme, Unit

#: the suffixes of derived features in the registry, and their French labels
DERIVED: Final = re.compile(r"_(?P<how>lag|mean|slope|)(?P<months>\d+)m?$")
HOW: Final = {
    "lag": "il y a {months} mois",
    "mean": "moyenne sur {months} mois",
    "slope": "pente sur {months} mois",
    "": "sur {months} mois",
}
THIN_SPACE: Final = "\u202f"  # narrow no-break space, between thousands and before units


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column of the feature table.

    `variable` groups a level with its lags, means and slopes: agents read one sentence per
    variable, built from the feature that has the variable's name. `sentence` is French with the
    placeholders {value} and {trend}; `absent` replaces it when the value is missing. `past` names
    the same quantity some months ago and gives {trend}. `monotone` is the sign imposed on the model.
    """

    name: str
    theme: Theme
    unit: Unit
    source: str
    sentence: str
    absent: str = "{label} : donnée absente"
    label: str = ""
    variable: str = ""
    nature: Nature | None = None
    monotone: int = 0
    past: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.variable:
            object.__setattr__(self, "variable", self.name)
        if not self.label:
            object.__setattr__(self, "label", self.sentence.split(" : ")[0])

    @property
    def is_categorical(self) -> bool:
        """True for text columns, which the model reads as categories."""
        return self.unit is Unit.TEXT

    @property
    def is_head(self) -> bool:
        """True for the feature that represents its variable."""
        return self.name == self.variable

    @property
    def full_label(self) -> str:
        """The label of the variable; for a lag, a mean or a slope, which one."""
        suffix = DERIVED.search(self.name)
        if self.is_head or suffix is None:
            return self.label
        return f"{self.label} ({HOW[suffix['how']].format(months=suffix['months'])})"

    def derived(
        self, suffix: str, *, unit: Unit | None = None, monotone: int | None = None
    ) -> Feature:
        """Return a lag, mean or slope of this feature: same variable, theme, nature and source."""
        return replace(
            self,
            name=f"{self.name}_{suffix}",
            variable=self.variable,
            unit=unit or self.unit,
            monotone=self.monotone if monotone is None else monotone,
            past=(),
        )

    def sentence_for(self, row: Mapping[str, object]) -> str:
        """Return the French sentence for one firm's values; the `absent` one when the value is missing."""
        value = row[self.name]
        if is_missing(value):
            return self.absent.format(label=self.label)
        trend = trend_of(float(str(value)), self.past, row=row) if self.past else ""
        return self.sentence.format(value=written(value, unit=self.unit), trend=trend)


def is_missing(value: object) -> bool:
    """Return True for None, NaN and the empty category."""
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def trend_of(value: float, past: tuple[tuple[int, str], ...], *, row: Mapping[str, object]) -> str:
    """Return ", en hausse depuis 6 mois": the longest unbroken rise or fall of the past values; empty
    without one.
    """
    months, sign, current = 0, 0.0, value
    for ago, name in past:
        if is_missing(row[name]):
            break
        before = float(str(row[name]))
        step = (current > before) - (current < before)
        if step == 0 or (sign and step != sign):
            break
        months, sign, current = ago, step, before
    if not months:
        return ""
    return f", en {'hausse' if sign > 0 else 'baisse'} depuis {months} mois"


def written(value: object, *, unit: Unit) -> str:
    """Return a value in French typography: 3,2 mois de cotisations, 1 234 567 €, oui."""
    if unit is Unit.TEXT:
        return str(value)
    number = float(str(value))
    if unit is Unit.FLAG:
        return "oui" if number else "non"
    decimals, suffix, scale = _STYLES[unit]
    return french(number * scale, decimals=decimals) + suffix


def french(number: float, *, decimals: int) -> str:
    """Return a number with a decimal comma and narrow no-break spaces between thousands; a trailing ",0"
    is dropped.
    """
    text = f"{number:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",")
    whole, _, rest = text.partition(",")
    text = whole if rest.strip("0") == "" else text
    return text.removeprefix("-") if text.strip("-0,") == "" else text


_STYLES: Final[dict[Unit, tuple[int, str, int]]] = {
    Unit.EUROS: (0, f"{THIN_SPACE}€", 1),
    Unit.CONTRIBUTION_MONTHS: (1, " mois de cotisations", 1),
    Unit.MONTHS: (0, " mois", 1),
    Unit.EMPLOYEES: (1, " salariés", 1),
    Unit.SHARE: (0, f"{THIN_SPACE}%", 100),
    Unit.POINTS: (0, " points", 100),
    Unit.YEARS: (0, " ans", 1),
    Unit.PER_MONTH: (2, " par mois", 1),
    Unit.DAYS: (0, " jours", 1),
    Unit.COUNT: (0, "", 1),
}
