"""What the pages of a firm show of its sector: the median on its charts, and where each of its ratios stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.companies.models import AnnualAccounts
from app.companies.presenters import SeriesTable, Values
from app.companies.sectors.models import SectorMedian, SectorRatio
from app.core.text.french import number_fr
from scoring.dictionary.naf import DIVISIONS, SECTIONS

#: the width of a bar, in its own units
WIDTH = 200.0
#: the share of the bar that the firms between the first and the last tenth take
INNER = 0.8


def _with(unit: str) -> Callable[[float], str]:
    return lambda value: f"{number_fr(value, 1)}\u00a0{unit}"


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One of the sixteen ratios. ``rise_is_good``: `None` where neither end is better than the other."""

    name: str
    label: str
    write: Callable[[float], str]
    rise_is_good: bool | None


def _ratio(name: str, label: str, unit: str, *, good: bool | None) -> Ratio:
    return Ratio(name=name, label=label, write=_with(unit), rise_is_good=good)


#: those of the open data of INPI and of the Banque de France, in their order: margins, structure, cash, delays
RATIOS: tuple[Ratio, ...] = (
    _ratio("gross_margin_share", "Marge brute sur chiffre d’affaires", "%", good=True),
    _ratio("ebitda_margin", "Marge d’EBE", "%", good=True),
    _ratio("net_margin", "Marge nette", "%", good=True),
    _ratio("pretax_income_share", "Résultat courant avant impôts sur chiffre d’affaires", "%", good=True),
    _ratio("cash_flow_share", "Capacité d’autofinancement sur chiffre d’affaires", "%", good=True),
    _ratio("financial_autonomy", "Autonomie financière", "%", good=True),
    _ratio("debt_ratio", "Taux d’endettement", "%", good=False),
    _ratio("repayment_capacity", "Capacité de remboursement", "ans", good=False),
    _ratio("interest_coverage", "Intérêts sur EBE", "%", good=False),
    _ratio("liquidity_ratio", "Ratio de liquidité", "%", good=True),
    _ratio("obsolescence_ratio", "Vétusté de l’équipement", "%", good=False),
    _ratio("working_capital_share", "BFR d’exploitation sur chiffre d’affaires", "%", good=None),
    _ratio("working_capital_days", "BFR d’exploitation", "jours", good=None),
    _ratio("inventory_days", "Rotation des stocks", "jours", good=False),
    _ratio("customer_days", "Crédit clients", "jours", good=False),
    _ratio("supplier_days", "Crédit fournisseurs", "jours", good=False),
)  # fmt: skip
#: ratios over equity or self-financing: negative, they say nothing of how much
MEANT_POSITIVE = {"debt_ratio", "repayment_capacity", "interest_coverage"}


@dataclass(frozen=True, kw_only=True)
class RatioBar:
    """Where the firm stands: ``low``, ``high``: the half of the firms in the middle, ``median`` and ``mark``, on a bar of `WIDTH`.

    ``place``: the same in words; ``is_bad``: among the tenth that is worst off.
    """

    label: str
    value: str
    median_value: str
    place: str
    is_bad: bool
    low: float
    median: float
    high: float
    mark: float
    firms: int


@dataclass(frozen=True, kw_only=True)
class RatioBars:
    """The ratios of the last accounts that can be compared, and with whom."""

    year: int
    sector: str
    bars: Sequence[RatioBar]

    @property
    def bad(self) -> int:
        """How many are among the worst tenth of the sector."""
        return sum(bar.is_bad for bar in self.bars)


def median_lines(table: SeriesTable, medians: Mapping[str, SectorMedian]) -> dict[str, Values]:
    """Return, by code, what the firm would have if it were the median one of its sector, for as many employees.

    The workforce: what it would be since the first month, had it moved like that of the median firm.
    """
    people = table.series.get("effectif")
    if people is None:
        return {}
    lines: dict[str, Values] = {}
    for code, row in medians.items():
        aligned = _aligned(table, row)
        style = table.styles.get(code)
        if code == "effectif":
            start = people[0] if row.first_month == table.months[0] else None
            lines[code] = [start and median and round(start * median) for median in aligned]
        elif style is not None and style.unit == "part":
            lines[code] = aligned
        else:
            lines[code] = [
                _scaled(median, staff) for median, staff in zip(aligned, people, strict=True)
            ]
    return lines


def ratio_bars(row: AnnualAccounts | None, spread: Mapping[str, SectorRatio]) -> RatioBars | None:
    """Return where the ratios of the accounts of a firm stand in its sector; `None` when nothing can be compared."""
    compared = [
        (ratio, getattr(row, ratio.name), spread[ratio.name])
        for ratio in RATIOS
        if row is not None and ratio.name in spread and getattr(row, ratio.name) is not None
    ]
    if row is None or not compared:
        return None
    return RatioBars(
        year=row.closed_on.year,
        sector=sector_label(compared[0][2].sector),
        bars=[_bar(ratio, value, found) for ratio, value, found in compared],
    )


def sector_label(sector: str) -> str:
    """Return what a sector is called: a division (two digits) or a section (a letter) of the NAF."""
    return DIVISIONS.get(sector) or SECTIONS[sector][0]


def _bar(ratio: Ratio, value: float, spread: SectorRatio) -> RatioBar:
    tenth, quarter, median, three_quarters, nine_tenths = spread.quantiles
    is_odd = value < 0 and ratio.name in MEANT_POSITIVE
    low, high = value < tenth, value > nine_tenths
    is_bad = is_odd or (ratio.rise_is_good is not None and (low if ratio.rise_is_good else high))
    return RatioBar(
        label=ratio.label,
        value="négatif" if is_odd else ratio.write(value),
        median_value=ratio.write(median),
        place=_place(value, spread.quantiles, is_odd=is_odd),
        is_bad=is_bad,
        low=_at(quarter, tenth, nine_tenths),
        median=_at(median, tenth, nine_tenths),
        high=_at(three_quarters, tenth, nine_tenths),
        mark=_at(value, tenth, nine_tenths),
        firms=spread.firms,
    )


def _place(value: float, quantiles: Sequence[float], *, is_odd: bool) -> str:
    """Where a value stands among those of the sector."""
    if is_odd:
        return "fonds propres, EBE ou autofinancement négatifs"
    words = (
        "parmi les 10 % les plus bas",
        "dans le quart le plus bas",
        "au-dessous de la médiane",
        "au-dessus de la médiane",
        "dans le quart le plus haut",
        "parmi les 10 % les plus hauts",
    )
    return words[sum(value > quantile for quantile in quantiles)]


def _at(value: float, tenth: float, nine_tenths: float) -> float:
    """The place of a value on the bar, whose ends stand for whatever is beyond the extreme tenths."""
    share = (value - tenth) / ((nine_tenths - tenth) or 1.0)
    return round(WIDTH * min(max((1 - INNER) / 2 + INNER * share, 0.01), 0.99), 1)


def _aligned(table: SeriesTable, row: SectorMedian) -> list[float | None]:
    first = row.first_month
    told = {
        (first.year * 12 + first.month + place): value for place, value in enumerate(row.values)
    }
    return [told.get(month.year * 12 + month.month) for month in table.months]


def _scaled(median: float | None, staff: float | None) -> float | None:
    return None if median is None or staff is None else round(median * staff, 1)
