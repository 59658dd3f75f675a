"""What a report says, whatever the file: sections and tables, each figure beside that of the period before.

Every figure comes from what is told of frozen periods: a rate is made of two told figures, never of a masked one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from app.core.metrics import rate
from app.core.text.french import date_fr, number_fr, percent_fr
from app.evidence.publications.kinds import (
    ALL,
    BY_SECTOR,
    DELAYS,
    KINDS,
    LABELS,
    PROMPT,
    UNKNOWN,
    Axis,
    label_of,
)
from app.evidence.publications.models import PublishedPeriod
from app.evidence.publications.periods import RIPENS, ReportPeriod
from app.impact.metrics import METRICS
from app.referrals.quality.figures.metrics import METRICS as QUALITY

#: what is read in a masked cell, as statistical offices write it
MASKED = "s"
#: what is read where too few firms make a figure
UNTOLD = "–"
MARKS = (
    f"« {MASKED} » : case masquée, parce qu’elle compte moins de trois entreprises ou agents, ou qu’elle en ferait retrouver une."
    f" « {UNTOLD} » : trop peu d’entreprises pour que le chiffre dise autre chose que le hasard."
)
DEFINITIONS = "Ce que chaque chiffre compte"
PARTNERS = {"institutions": "Partenaires", "antennes": "Antennes", "experts": "Experts en service"}
TITLES = {
    Axis.REGION: "Entreprises par région", Axis.SECTOR: "Entreprises par secteur", Axis.SIZE: "Entreprises par taille",
    Axis.PARTNER: "Administrations et agents",
}  # fmt: skip


class Share(float):
    """A rate, between 0 and 1."""


Cell = str | int | float | Share


@dataclass(frozen=True, kw_only=True)
class ReportTable:
    """A table: its first column names its lines."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ReportSection:
    """A part of a report."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[ReportTable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """A report, ready to be written in any format."""

    title: str
    lead: str
    sections: tuple[ReportSection, ...]


@dataclass(frozen=True, kw_only=True)
class ComparedPeriods:
    """What is told of a period, and of the same one a year before."""

    now: PublishedPeriod
    before: PublishedPeriod
    #: what is told of the orientation of needs in the period, see `publications.orientation`; nothing: no need was filed
    orientation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def periods(self) -> tuple[PublishedPeriod, PublishedPeriod]:
        """Both, in the order of columns."""
        return self.now, self.before

    @property
    def is_compared(self) -> bool:
        """Whether anything was detected the year before: a 0 would pass for what agents did."""
        return self.before.count("detected", ALL, ALL, ALL, ALL) != 0

    def titles(self, labels: Sequence[str]) -> tuple[str, ...]:
        """The columns of figures that are read for both periods."""
        return tuple(f"{label} {each.period}" for label in labels for each in self.periods)


def written(cell: Cell) -> str:
    """A cell as people read it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Share):
        return percent_fr(cell)
    return number_fr(cell, 1 if isinstance(cell, float) else 0)


def content_of(told: ComparedPeriods, *, region: str | None) -> ReportContent:
    """Return the report of a period, for the country or for a region."""
    period = ReportPeriod.parse(told.now.period)
    where = label_of(Axis.REGION, region) if region else "France"
    sections = [_essential(told, region), _sectors(told, region)]
    if region is None:
        sections += [_sizes(told), _regions(told), _partners(told), _orientation(told)]
    return ReportContent(
        title=f"Bilan de la convention, {period.label}, {where}",
        lead=(
            f"Du {date_fr(told.now.since)} au {date_fr(told.now.until)}. Chiffres arrêtés le {_frozen_on(told.now)}, ceux de"
            f" {told.before.period} le {_frozen_on(told.before)}, et jamais recalculés : ce qui fut consigné ensuite n’y est pas. De chaque"
            f" période, les délais sont vus jusqu’à {RIPENS.days} jours après sa fin."
        ),
        sections=(*(each for each in sections if each.tables), _secrecy(told), _definitions()),
    )


def _frozen_on(period: PublishedPeriod) -> str:
    return date_fr(period.frozen_at)


def count(period: PublishedPeriod, kind: str, **places: str) -> Cell:
    """A figure of a place, or the mark of a masked one. places: by axis; the others are summed over."""
    value = period.count(kind, *(places.get(axis.name.lower(), ALL) for axis in Axis))
    return MASKED if value is None else value


def share(period: PublishedPeriod, kind: str, region: str = ALL) -> Cell:
    """The rate of firms contacted promptly: of what is told alone."""
    reached, detected = (count(period, code, region=region) for code in (kind, "detected"))
    if not isinstance(reached, int) or not isinstance(detected, int):
        return MASKED
    known = rate(reached, detected)
    return UNTOLD if known is None else Share(known)


def delay(period: PublishedPeriod, name: str, region: str = ALL) -> Cell:
    """A median of days."""
    value = period.delay(name, region)
    return UNTOLD if value is None else float(value)


def figures_of(region: str = ALL) -> Iterator[tuple[str, str, Callable[[PublishedPeriod], Cell]]]:
    """Yield the main figures of a place: their label, what they count, and how each is read of a period."""
    for code in BY_SECTOR:
        metric = KINDS[code].metric
        yield metric.label, metric.text, partial(count, kind=code, region=region)
    for code in PROMPT:
        metric = METRICS[code]
        yield metric.label, metric.text, partial(share, kind=code, region=region)
    for code in DELAYS:
        metric = METRICS[code]
        label = f"{metric.label} (médiane)"
        yield label, metric.text, partial(delay, name=code, region=region)


def by_axis(told: ComparedPeriods, axis: Axis, kinds: Sequence[str], **places: str) -> ReportTable:
    """A table with a line for each place of an axis where somebody is, then all of them together."""
    codes = [code for code in [*LABELS[axis], UNKNOWN] if _is_met(told, axis, code, kinds)]
    lines = [(label_of(axis, code), {**places, axis.name.lower(): code}) for code in codes]
    lines.append(("Ensemble", places))
    return ReportTable(
        title=TITLES[axis],
        columns=(axis.label, *told.titles([KINDS[code].metric.label for code in kinds])),
        rows=tuple(
            (label, *(count(each, code, **place) for code in kinds for each in told.periods))
            for label, place in lines
        ),
    )  # fmt: skip


def _is_met(told: ComparedPeriods, axis: Axis, code: str, kinds: Sequence[str]) -> bool:
    place = {axis.name.lower(): code}
    return any(count(each, kind, **place) != 0 for each in told.periods for kind in kinds)


def _essential(told: ComparedPeriods, region: str | None) -> ReportSection:
    now, before = told.periods
    place = region or ALL
    columns = ["Chiffre", now.period, before.period, *(["France"] if region else [])]
    rows: list[tuple[Cell, ...]] = []
    country = [read(now) for _, _, read in figures_of()]
    for (label, _, read), whole in zip(figures_of(place), country, strict=True):
        rows.append((label, read(now), read(before), *([whole] if region else [])))
    if region is None:
        for code in ("agents", "agents_active"):
            rows.append((KINDS[code].metric.label, count(now, code), count(before, code)))
        rows.append(("Administrations présentes", _administrations(now), _administrations(before)))
    compared = (
        f"Chaque chiffre est à côté de celui de {before.period}."
        if told.is_compared
        else f"Rien n’était détecté en {before.period} : rien n’est à comparer."
    )
    table = ReportTable(title="L’essentiel", columns=tuple(columns), rows=tuple(rows))
    return ReportSection(title="L’essentiel", paragraphs=(compared,), tables=(table,))


def _administrations(period: PublishedPeriod) -> int:
    """How many administrations have an agent: a masked cell says that there is one."""
    return sum(count(period, "agents", partner=code) != 0 for code in LABELS[Axis.PARTNER])


def _sectors(told: ComparedPeriods, region: str | None) -> ReportSection:
    if region is None:
        tables: tuple[ReportTable, ...] = (by_axis(told, Axis.SECTOR, BY_SECTOR),)
    elif ReportPeriod.parse(told.now.period).half is None:
        tables = (by_axis(told, Axis.SECTOR, BY_SECTOR, region=region),)
    else:
        # A half-year is not told by region and sector: hardly anything of it would be left.
        tables = ()
    return ReportSection(title=TITLES[Axis.SECTOR], tables=tables)


def _sizes(told: ComparedPeriods) -> ReportSection:
    return ReportSection(title=TITLES[Axis.SIZE], tables=(by_axis(told, Axis.SIZE, BY_SECTOR),))


def _regions(told: ComparedPeriods) -> ReportSection:
    codes = [code for code in LABELS[Axis.REGION] if _is_met(told, Axis.REGION, code, BY_SECTOR)]
    quality = ReportTable(
        title="Qualité du traitement, par région",
        columns=("Région", *told.titles([METRICS[code].label for code in PROMPT + DELAYS])),
        rows=tuple(
            (
                label_of(Axis.REGION, code) if code != ALL else "Ensemble",
                *(share(each, kind, code) for kind in PROMPT for each in told.periods),
                *(delay(each, name, code) for name in DELAYS for each in told.periods),
            )
            for code in [*codes, ALL]
        ),
    )
    crossed = _crossed(told, codes) if ReportPeriod.parse(told.now.period).half is None else ()
    tables = (by_axis(told, Axis.REGION, BY_SECTOR), *crossed, quality)
    return ReportSection(title="Ouverture et qualité du traitement par région", tables=tables)


def _crossed(told: ComparedPeriods, regions: Sequence[str]) -> Iterator[ReportTable]:
    for each in told.periods:
        yield ReportTable(
            title=f"Entreprises accompagnées en {each.period}, par région et secteur",
            columns=("Région", *LABELS[Axis.SECTOR].values()),
            rows=tuple(
                (
                    label_of(Axis.REGION, region),
                    *(
                        count(each, "first_supported", region=region, sector=sector)
                        for sector in LABELS[Axis.SECTOR]
                    ),
                )
                for region in regions
            ),
        )


def _partners(told: ComparedPeriods) -> ReportSection:
    kinds = ("agents", "agents_active", "first_contacted", "first_visited", "first_supported")
    return ReportSection(
        title=TITLES[Axis.PARTNER],
        paragraphs=("Une entreprise compte pour l’administration qui l’a contactée, ou dont un agent a ouvert l’accompagnement.",),
        tables=(by_axis(told, Axis.PARTNER, kinds),),
    )  # fmt: skip


def _orientation(told: ComparedPeriods) -> ReportSection:
    known, title = told.orientation, "Orientation des besoins"
    if not known.get("firms"):
        return ReportSection(title=title)
    firms, figures = known["firms"], known["quality"]
    is_told = firms[f"{ALL}|{ALL}"] is not None
    rows: list[tuple[Cell, ...]] = [
        ("Entreprises qui ont déposé un besoin", _told_cell(firms, ALL, ALL))
    ]
    for code in ("needs", "three", "five", "exchanged", "satisfied") if is_told else ():
        metric = QUALITY[code]
        rows.append((metric.label, figures[code]))
        if metric.of:
            share = rate(figures[code], figures[metric.of.removeprefix("quality_")])
            rows.append((f"{metric.label}, taux", UNTOLD if share is None else Share(share)))
    rows += [(label, known["partners"][code]) for code, label in PARTNERS.items()]
    tables = [ReportTable(title=title, columns=("Chiffre", told.now.period), rows=tuple(rows))]
    for axis, place in ((Axis.REGION, 0), (Axis.SECTOR, 1)):
        tables.append(_asking(told, axis, place))
    return ReportSection(title=title, tables=tuple(tables))


def _asking(told: ComparedPeriods, axis: Axis, place: int) -> ReportTable:
    """The firms that asked, by region, with the day when its guichet opened, or by sector."""
    firms, opened = told.orientation["firms"], told.orientation["open"]
    rows: list[tuple[Cell, ...]] = []
    for code in [*LABELS[axis], UNKNOWN]:
        key = (code, ALL) if place == 0 else (ALL, code)
        if "|".join(key) not in firms and code not in opened:
            continue
        cells: list[Cell] = [label_of(axis, code), _told_cell(firms, *key)]
        if place == 0:
            cells.append(date_fr(date.fromisoformat(opened[code])) if code in opened else "Fermé")
        rows.append(tuple(cells))
    columns = (
        axis.label,
        "Entreprises qui ont déposé un besoin",
        *(["Guichet ouvert depuis le"] if place == 0 else []),
    )
    return ReportTable(
        title=f"Besoins déposés, par {axis.label.lower()}", columns=columns, rows=tuple(rows)
    )


def _told_cell(firms: Mapping[str, int | None], region: str, sector: str) -> Cell:
    value = firms.get(f"{region}|{sector}", 0)
    return MASKED if value is None else value


def _secrecy(told: ComparedPeriods) -> ReportSection:
    now = told.now
    audited = (
        f"{number_fr(now.cells)} cases, {number_fr(now.masked)} masquées, {number_fr(now.recoverable)} recalculable : un audit par"
        " programmation linéaire a cherché, avant que ce bilan soit écrit, ce qu’on calculerait de tout ce qui est publié de l’année."
    )
    return ReportSection(
        title="Secret statistique",
        paragraphs=(MARKS, audited),
    )


def _definitions() -> ReportSection:
    metrics = [*(kind.metric for kind in KINDS.values()), *(METRICS[name] for name in DELAYS)]
    rows = tuple((metric.label, metric.text) for metric in metrics)
    table = ReportTable(title=DEFINITIONS, columns=("Chiffre", "Ce qu’il compte"), rows=rows)
    return ReportSection(title=DEFINITIONS, tables=(table,))
