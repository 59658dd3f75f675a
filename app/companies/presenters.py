"""What the firm's page shows: labels, series summed over establishments, what stays closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.companies import grounds
from app.companies.models import (
    Company,
    PaymentPlan,
    ProcedureEvent,
    SourceFreshness,
)
from app.companies.queries import Series
from app.core.access.identity import Identity, Nature
from app.core.now import today

Values = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class SeriesStyle:
    """How a series is labelled and drawn, and the sources whose freshness bounds it."""

    label: str
    sources: tuple[str, ...]
    kind: str = "line"
    stack: str | None = None
    dashed: bool = False
    #: the unit of a series declared by a partner, which gets its own chart
    unit: str | None = None


#: French labels of the units used in declarations
UNITS = {"euros": "€", "employees": "salariés", "count": "nombre", "share": "part"}
#: the units of what happens during a month, as opposed to a level that evolves from month to month
EVENTS = frozenset({"count"})
SERIES: dict[str, SeriesStyle] = {
    "effectif": SeriesStyle(label="Effectif (salariés)", sources=("effectif",)),
    "ap_consommee": SeriesStyle(
        label="Activité partielle consommée (ETP)", sources=("ap_conso",), kind="bar"
    ),
    "ap_autorisee": SeriesStyle(
        label="Activité partielle autorisée (ETP)", sources=("ap_conso", "ap_demande"), dashed=True
    ),
    "dette_patronale": SeriesStyle(
        label="Dette, part patronale", sources=("debit",), kind="bar", stack="dette"
    ),
    "dette_salariale": SeriesStyle(
        label="Dette, part salariale", sources=("debit",), kind="bar", stack="dette"
    ),
    "cotisation": SeriesStyle(label="Cotisations appelées", sources=("cotisation",), dashed=True),
}

NATURE_LABELS = {
    Nature.URSSAF: "Urssaf (cotisations, dettes, délais)",
    Nature.ACTIVITE_PARTIELLE: "activité partielle",
    Nature.BANQUE_DE_FRANCE: "Banque de France",
}

STAGES = {
    "ouverture": "Ouverture",
    "reprise": "Reprise de la procédure",
    "plan_continuation": "Plan de continuation",
    "inclusion_autre_procedure": "Inclusion dans une autre procédure",
    "abandon_procedure": "Abandon de la procédure",
    "fin_procedure": "Fin de la procédure",
    "solde_procedure": "Solde de la procédure",
}
KINDS = {
    "sauvegarde": "sauvegarde",
    "redressement": "redressement judiciaire",
    "liquidation": "liquidation judiciaire",
}
#: Urssaf's codes of the stages of a délai de paiement
PLAN_STAGES = {"APPROB": "Accordé", "REFUS": "Refusé", "PR": "Proposé", "PRO PR": "Proposé"}


@dataclass(frozen=True)
class SeriesTable:
    """The months and, by code, the values of each series: `None` where unknown.

    ``refusals`` says, in French and by nature, why the reader sees nothing and what they can do about it.
    """

    months: Sequence[date] = ()
    series: Mapping[str, Values] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    styles: Mapping[str, SeriesStyle] = field(default_factory=lambda: SERIES)

    @property
    def declared(self) -> list[tuple[str, SeriesStyle]]:
        """The codes and styles of the partner-declared series that the reader may see, sorted by label."""
        shown = [(code, self.styles[code]) for code in self.series if self.styles[code].unit]
        return sorted(shown, key=lambda pair: pair[1].label)

    def chart(self, *codes: str) -> list[dict[str, object]]:
        """The series among ``codes`` that have values, in the form the chart macro expects."""
        return [
            {
                "label": self.styles[code].label,
                "values": self.series[code],
                "kind": self.styles[code].kind,
                "stack": self.styles[code].stack,
                "dashed": self.styles[code].dashed,
            }
            for code in codes
            if code in self.series
        ]

    def latest(self, code: str) -> tuple[date, float] | None:
        """The last known month of a series and its value."""
        pairs = zip(self.months, self.series.get(code, ()), strict=False)
        return next(((m, v) for m, v in reversed(list(pairs)) if v is not None), None)


def series_table(
    identity: Identity,
    company: Company,
    rows: Iterable[Series],
    *,
    freshness: Mapping[str, SourceFreshness],
) -> SeriesTable:
    """Sum the establishments' series month by month.

    Each value is the sum of the known ones, `None` when there is none, and for months beyond the freshness of the
    series' sources. ``rows`` are those of `queries.list_series`, for a firm or an establishment.
    """
    rows = list(rows)
    refusals = _refusals(identity, company)
    if not rows:
        return SeriesTable(refusals=refusals)
    first = min(row.first_month for row in rows)
    length = max(_distance(first, row.first_month) + len(row.values) for row in rows)
    months = [_after(first, position) for position in range(length)]
    series: dict[str, Values] = {}
    styles = SERIES | _declared(freshness)
    for code, style in styles.items():
        own = [row for row in rows if row.code == code]
        until = _known_until(style.sources, freshness)
        if own and until is not None:
            series[code] = [_total(own, month) if month <= until else None for month in months]
    return SeriesTable(months, series, refusals, styles)


def procedure_sentence(event: ProcedureEvent) -> str:
    """``Ouverture : redressement judiciaire``; the wording of the source file when its codes are unknown."""
    if event.kind not in KINDS or event.stage not in STAGES:
        return event.label.replace("_", " ")
    return f"{STAGES[event.stage]} : {KINDS[event.kind]}"


def plan_state(plan: PaymentPlan, *, on: date | None = None) -> str:
    """The state of a payment plan on a day (today by default): granted and running, over, refused…"""
    if not plan.is_approved:
        return PLAN_STAGES.get(plan.stage, plan.stage or "État inconnu")
    return "Accordé, en cours" if plan.due_on >= (on or today()) else "Accordé, terminé"


def age_in_years(created_on: date | None, *, on: date | None = None) -> int | None:
    """Full years since the creation."""
    if created_on is None:
        return None
    day = on or today()
    before_birthday = (day.month, day.day) < (created_on.month, created_on.day)
    return day.year - created_on.year - before_birthday


def _declared(freshness: Mapping[str, SourceFreshness]) -> dict[str, SeriesStyle]:
    """The styles of the partner-declared series; the unit of each determines how it is drawn."""
    return {
        name: SeriesStyle(
            label=fresh.label,
            sources=(name,),
            unit=UNITS.get(fresh.unit, fresh.unit),
            kind="bar" if fresh.unit in EVENTS else "line",
        )
        for name, fresh in freshness.items()
        if fresh.unit
    }


def _refusals(identity: Identity, company: Company) -> dict[str, str]:
    """By nature of the series, why the reader sees none of them."""
    closed = {nature: grounds.obstacle(identity, company, nature) for nature in NATURE_LABELS}
    return {
        nature.value: f"Données confidentielles, {NATURE_LABELS[nature]} : {obstacle.label}"
        for nature, obstacle in closed.items()
        if obstacle is not None
    }


def _total(rows: Sequence[Series], month: date) -> float | None:
    values = [value for row in rows if (value := _at(row, month)) is not None]
    return round(sum(values), 2) if values else None


def _at(row: Series, month: date) -> float | None:
    position = _distance(row.first_month, month)
    return row.values[position] if 0 <= position < len(row.values) else None


def _known_until(sources: Sequence[str], freshness: Mapping[str, SourceFreshness]) -> date | None:
    """The last month that any of ``sources`` covers."""
    months = [freshness[source].month for source in sources if source in freshness]
    return max((month for month in months if month is not None), default=None)


def _distance(first: date, month: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


def _after(first: date, count: int) -> date:
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
