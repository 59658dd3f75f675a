"""The charts of a firm's months: the debt before the contributions, and the others, small, on the same axis.

Each names the months that nobody knows: a gap is said, never drawn as nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.companies.models import AnnualAccounts, SourceFreshness
from app.companies.presenters import SeriesStyle, SeriesTable, Values
from app.core.access.identity import Nature
from app.core.text.french import month_fr

#: the debt, for which there is one chart larger than the others
DEBT = ("dette_patronale", "dette_salariale", "cotisation")
#: what a line is called under the name of its chart
SHORT = {"ap_consommee": "Consommée", "ap_autorisee": "Autorisée"}
#: gaps named one by one: beyond, their months are counted
GAPS_NAMED = 2

Medians = Mapping[str, Values]


@dataclass(frozen=True, kw_only=True)
class MonthlyChart:
    """What the macro of charts needs. ``lines``: as it draws them; ``note``: what is not drawn, and why."""

    id: str
    caption: str
    unit: str
    lines: Sequence[Mapping[str, Any]]
    source: str
    fresh_until: date | None
    note: str = ""
    #: what it is called where no panel names it
    heading: str = ""
    digits: int = 0


@dataclass(frozen=True, kw_only=True)
class Charts:
    """The charts of a firm or of an establishment; ``unknown``: the series that the reader may read, of which nothing is known."""

    months: Sequence[date]
    debt: MonthlyChart | None
    others: Sequence[MonthlyChart]
    unknown: Sequence[str] = field(default_factory=tuple)


def charts_of(
    table: SeriesTable, freshness: Mapping[str, SourceFreshness],
    *, medians: Medians | None = None, accounts: Sequence[AnnualAccounts] = (),
) -> Charts:  # fmt: skip
    """Return the charts of a table of series.

    ``medians``: by code, what the median firm of the sector would have; ``accounts``: latest first.
    """
    drawing = _Drawing(table, freshness, medians or {})
    readable = {
        "effectif": "effectif" in table.series,
        "activité partielle": "ap_consommee" in table.series
        or Nature.ACTIVITE_PARTIELLE in table.refusals,
    }
    return Charts(
        months=table.months,
        debt=drawing.debt(),
        others=[
            *drawing.people(),
            *_turnover(table.months, accounts, freshness),
            *drawing.declared(),
        ],
        unknown=[name for name, is_known in readable.items() if not is_known],
    )


@dataclass(frozen=True)
class _Drawing:
    table: SeriesTable
    freshness: Mapping[str, SourceFreshness]
    medians: Medians

    def debt(self) -> MonthlyChart | None:
        lines = self.table.chart(*DEBT)
        if not lines:
            return None
        median, said = self._median("dette")
        owed = self.freshness.get("debit")
        until = owed.month if owed else None
        return MonthlyChart(
            id="courbe-dettes",
            caption="36 derniers mois",
            heading="Dette et cotisations Urssaf",
            unit="€",
            lines=[*lines, *median],
            source="Urssaf, débits et cotisations",
            fresh_until=until,
            note=_sentences(said, gaps(self.table.months, self._first_of(*DEBT), until=until)),
        )

    def people(self) -> Iterator[MonthlyChart]:
        """The workforce, then the short time: people and full-time equivalents do not share an axis."""
        if "effectif" in self.table.series:
            yield self._of("effectif", "Effectif", "salariés", source="Urssaf")
        if "ap_consommee" in self.table.series or "ap_autorisee" in self.table.series:
            yield self._of(
                "ap_consommee", "Activité partielle", "ETP", source="DGEFP", beside="ap_autorisee"
            )

    def declared(self) -> Iterator[MonthlyChart]:
        for code, style in self.table.declared:
            yield self._of(code, style.label, style.unit or "", source="partenaire")

    def _of(
        self, code: str, caption: str, unit: str, *,
        source: str, beside: str = "",
    ) -> MonthlyChart:  # fmt: skip
        median, said = self._median(code)
        own = [
            line | {"label": SHORT.get(name, line["label"])}
            for name in (code, beside)
            for line in self.table.chart(name)
        ]
        values, until = (
            self._first_of(code, "ap_autorisee"),
            self._fresh_until(self.table.styles[code]),
        )
        return MonthlyChart(
            id=f"courbe-{code}",
            caption=caption,
            unit=unit,
            lines=[*own, *median],
            source=source,
            fresh_until=until,
            note=_sentences(said, gaps(self.table.months, values, until=until)),
            digits=1 if unit in ("ETP", "part") else 0,
        )

    def _median(self, code: str) -> tuple[list[Mapping[str, Any]], str]:
        """The line of the median firm, or the sentence that says that it has none of it."""
        values = self.medians.get(code, ())
        known = [value for value in values if value is not None]
        if not known:
            return [], ""
        if not any(known):
            return [], "Médiane du secteur\u00a0: 0"
        return [{"label": "Médiane du secteur", "values": values, "is_reference": True}], ""

    def _first_of(self, *codes: str) -> Values:
        return next(self.table.series[code] for code in codes if code in self.table.series)

    def _fresh_until(self, style: SeriesStyle) -> date | None:
        told = [
            self.freshness[source].month for source in style.sources if source in self.freshness
        ]
        return max((month for month in told if month), default=None)


def gaps(months: Sequence[date], values: Values, *, until: date | None = None) -> str:
    """Return which months are unknown: « Sans donnée jusqu’à mai 2024, en juil. 2025, à partir de sept. 2026 ».

    Those after ``until``, the freshness of the source, are not said again.
    """
    values = [
        value
        for month, value in zip(months, values, strict=False)
        if until is None or month <= until
    ]
    runs: list[tuple[int, int]] = []
    for place, value in enumerate(values):
        if value is not None:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    if not runs:
        return ""
    if runs == [(0, len(values) - 1)]:
        return "Sans donnée"
    if len(runs) > GAPS_NAMED:
        return f"Sans donnée {sum(last - first + 1 for first, last in runs)} mois sur {len(values)}"
    return f"Sans donnée {', '.join(_gap(months, *run, count=len(values)) for run in runs)}"


def _gap(months: Sequence[date], first: int, last: int, *, count: int) -> str:
    if last == count - 1:
        return f"à partir de {month_fr(months[first])}"
    if first == 0:
        return f"jusqu’à {month_fr(months[last])}"
    if first == last:
        return f"en {month_fr(months[first])}"
    return f"de {month_fr(months[first])} à {month_fr(months[last])}"


def _turnover(
    months: Sequence[date], accounts: Sequence[AnnualAccounts], freshness: Mapping[str, SourceFreshness],
) -> Iterator[MonthlyChart]:  # fmt: skip
    """The turnover of each year, at the month of its closing: the axis is that of the others."""
    closed = {
        row.closed_on.replace(day=1): row.revenue for row in accounts if row.revenue is not None
    }
    values = [closed.get(month) for month in months]
    if any(value is not None for value in values):
        filed = freshness.get("comptes")
        yield MonthlyChart(
            id="courbe-chiffre-affaires",
            caption="Chiffre d’affaires annuel",
            unit="€",
            lines=[{"label": "Chiffre d’affaires", "values": values, "kind": "bar"}],
            source="INPI, BCE",
            fresh_until=filed.month if filed else None,
            note="Au mois de la clôture",
        )


def _sentences(*said: str) -> str:
    return ". ".join(sentence for sentence in said if sentence)
