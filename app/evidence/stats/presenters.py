"""The public page: figures beside those of the year before, in the country or of one administration, and their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.evidence.publications.kinds import BY_SECTOR, KINDS, LABELS, Axis
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports.content import (
    ComparedPeriods,
    ReportTable,
    by_axis,
    count,
    figures_of,
    written,
)

#: the figures that are told of each administration
OF_PARTNER = ("agents", "agents_active", "first_contacted", "first_visited", "first_supported")


@dataclass(frozen=True, kw_only=True)
class PublicFigure:
    """A figure, what it counts, and what it was the year before."""

    label: str
    text: str
    value: str
    before: str


@dataclass(frozen=True, kw_only=True)
class PublicTable:
    """A table as it is read; ``columns``: for the macro `table`."""

    title: str
    columns: list[dict[str, Any]]
    rows: list[list[str]]


def page(told: ComparedPeriods, *, partner: str | None) -> dict[str, Any]:
    """Return the context of the page. partner: the administration whose figures are read, or none for all."""
    figures = of_partner(told, partner) if partner else of_country(told)
    axes = () if partner else (Axis.REGION, Axis.SECTOR, Axis.SIZE)
    tables = [_read(by_axis(told, axis, BY_SECTOR)) for axis in axes]
    return {
        "period": ReportPeriod.parse(told.now.period),
        "told": told.now,
        "before": told.before.period,
        "is_compared": told.is_compared,
        "figures": figures,
        "tables": [*tables, *([] if partner else [_read(by_axis(told, Axis.PARTNER, OF_PARTNER))])],
        "partner": partner,
    }


def of_country(told: ComparedPeriods) -> list[PublicFigure]:
    """The main figures of all."""
    return [
        PublicFigure(label=label, text=text, value=written(read(told.now)), before=written(read(told.before)))
        for label, text, read in figures_of()
    ]  # fmt: skip


def of_partner(told: ComparedPeriods, partner: str) -> list[PublicFigure]:
    """The figures of an administration."""
    return [
        PublicFigure(
            label=KINDS[code].metric.label, text=KINDS[code].metric.text,
            value=written(count(told.now, code, partner=partner)),
            before=written(count(told.before, code, partner=partner)),
        )
        for code in OF_PARTNER
    ]  # fmt: skip


def partners_of(told: ComparedPeriods) -> list[tuple[str, str]]:
    """The administrations that have an agent, to choose one."""
    return [
        (code, label)
        for code, label in LABELS[Axis.PARTNER].items()
        if any(count(told.now, kind, partner=code) != 0 for kind in OF_PARTNER)
    ]


def _read(table: ReportTable) -> PublicTable:
    first, *others = table.columns
    return PublicTable(
        title=table.title,
        columns=[{"label": first}, *({"label": label, "numeric": True} for label in others)],
        rows=[[written(cell) for cell in row] for row in table.rows],
    )


def labelled(periods: Sequence[str]) -> list[tuple[str, str]]:
    """The published periods, to choose one."""
    return [(code, ReportPeriod.parse(code).label.capitalize()) for code in periods]
