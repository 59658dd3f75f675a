"""What firms are alike by, from the widest to the narrowest, as each is when its accompagnement opens."""

from dataclasses import dataclass

from app.companies.accounts import STEADY
from app.core.text.labelled import LabelledEnum
from scoring.dictionary.naf import section_of


class Criterion(LabelledEnum):
    """What firms are alike by, the widest first: widening a likeness leaves out the last of those it looks at."""

    SECTION = "section", "le secteur d’activité"
    SIZE = "size", "la taille"
    DIFFICULTY = "difficulty", "la difficulté"
    DIVISION = "division", "l’activité précise"
    TREND = "trend", "l’évolution de l’effectif sur un an"
    DEBT = "debt", "la dette Urssaf"


class SizeClass(LabelledEnum):
    """How many employees the establishment has."""

    UNKNOWN = "", "effectif inconnu"
    TINY = "0", "moins de 10 salariés"
    SMALL = "10", "de 10 à 49 salariés"
    MEDIUM = "50", "de 50 à 249 salariés"
    LARGE = "250", "250 salariés ou plus"


class Trend(LabelledEnum):
    """What its workforce went through in a year."""

    UNKNOWN = "", "évolution de l’effectif inconnue"
    FALLS = "baisse", "effectif en baisse"
    STEADY = "stable", "effectif stable"
    RISES = "hausse", "effectif en hausse"


class DebtClass(LabelledEnum):
    """What it owes to Urssaf, in months of contributions. Confidential: nature `urssaf`."""

    NONE = "aucune", "sans dette Urssaf"
    LIGHT = "legere", "moins de trois mois de cotisations de dette"
    HEAVY = "lourde", "trois mois de cotisations de dette, ou plus"


#: upper bounds of the classes of size, in employees
SIZES = (
    (10, SizeClass.TINY),
    (50, SizeClass.SMALL),
    (250, SizeClass.MEDIUM),
)
#: months of contributions from which a debt is heavy
HEAVY_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class KnownAtOpening:
    """What is known of a firm as its accompagnement opens; `None` where it is unknown or may not be read.

    ``workforce``: employees, and a year before; ``debt``, ``contributions``: euros, of the last month; ``difficulty``: a code.
    """

    naf: str | None = None
    workforce: float | None = None
    workforce_before: float | None = None
    difficulty: str | None = None
    debt: float | None = None
    contributions: float | None = None


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """The class of a firm for each `Criterion`; unknown is a class of its own, but for the debt, which then says nothing."""

    section: str
    size: str
    difficulty: str
    division: str
    trend: str
    debt: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Its classes, the widest first; without the debt when it is not known."""
        ends = () if self.debt is None else (self.debt,)
        return (self.section, self.size, self.difficulty, self.division, self.trend, *ends)


def likeness_of(known: KnownAtOpening) -> Likeness:
    """Return the classes of a firm."""
    return Likeness(
        section=section_of(known.naf) or "",
        size=_size(known.workforce).value,
        difficulty=known.difficulty or "",
        division=(known.naf or "")[:2],
        trend=_trend(known.workforce, known.workforce_before).value,
        debt=_debt(known.debt, known.contributions),
    )


def _size(workforce: float | None) -> SizeClass:
    if workforce is None:
        return SizeClass.UNKNOWN
    return next((size for bound, size in SIZES if workforce < bound), SizeClass.LARGE)


def _trend(workforce: float | None, before: float | None) -> Trend:
    if workforce is None or not before:
        return Trend.UNKNOWN
    change = workforce / before - 1
    if abs(change) < STEADY:
        return Trend.STEADY
    return Trend.RISES if change > 0 else Trend.FALLS


def _debt(debt: float | None, contributions: float | None) -> str | None:
    if debt is None:
        return None
    if debt <= 0:
        return DebtClass.NONE.value
    # Without contributions any more, whatever is owed is heavy.
    is_light = contributions and debt < HEAVY_MONTHS * contributions
    return (DebtClass.LIGHT if is_light else DebtClass.HEAVY).value
