"""The store as pages show it: a firm quarter by quarter, the country by year and region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.companies.models import FRANCE, Company
from app.core.access.identity import Nature
from app.core.text.french import number_fr, percent_fr
from app.label_store.models import LabelBuild, LabelCount, LabelInterval, VerdictLabel
from app.label_store.reading.words import FATES, INTERVAL_MONTHS, FirmDates, months_after, why
from app.visits.models import Verdict
from scoring.vocabulary import LabelFate, SplitRole

NOT_READ = (
    "Ce que le modèle apprend d’une entreprise se déduit en partie des données Urssaf. Vous le lisez si cette nature est dans vos "
    "habilitations là où l’entreprise travaille, et si quelque chose l’a ouverte : une alerte, un signalement, un déverrouillage motivé."
)
NOTHING = "À ce qui était connu ce jour-là, elle n’a jamais été dans le périmètre de la détection : le modèle n’apprend rien d’elle."


@dataclass(frozen=True, kw_only=True)
class QuarterLine:
    """A quarter of a firm: its fate in words, how many interval rows, how many of them are drawn, and what it does for the judged
    recipe.
    """

    day: date
    name: str
    fate: LabelFate
    short: str
    kind: str
    text: str
    rows: int
    drawn: int
    role: str


def reading(company: Company, interval: LabelInterval | None, build: LabelBuild) -> dict[str, Any]:
    """Return what a building says of a firm; or why nothing is shown."""
    if interval is None or build.facts is None:
        is_read = Nature.URSSAF.value in company.readable
        return {"refusal": NOTHING if is_read else NOT_READ}
    lines = quarter_lines(interval, build.facts)
    return {
        "refusal": None,
        "lines": lines[::-1],
        "strip": _strip(lines),
        "fold": interval.fold,
        "rows": sum(line.rows for line in lines),
        "drawn": sum(line.drawn for line in lines),
        "events": sum(line.fate is LabelFate.FAILED for line in lines),
        "quiet_share": percent_fr(build.facts["quiet_share"], 1),
    }


def quarter_lines(interval: LabelInterval, facts: dict[str, Any]) -> list[QuarterLine]:
    """Return the quarters of a firm, the first one first."""
    dates = FirmDates(
        opened_on=interval.opened_on,
        supported_on=interval.supported_on,
        closed_on=interval.closed_on,
    )
    days = [date.fromisoformat(day) for day in facts["quarters"]]
    roles, drawn = facts["roles"][interval.fold], bytes.fromhex(interval.drawn)
    told = zip(days, interval.fates, interval.counts, drawn, roles, strict=True)
    return [
        _line(day, LabelFate(fate), int(count), dates, drawn=bits.bit_count(), role=_role(SplitRole(role), day, int(count), facts))
        for day, fate, count, bits, role in told
    ]  # fmt: skip


def _line(
    day: date, fate: LabelFate, count: int, dates: FirmDates, *, drawn: int, role: str
) -> QuarterLine:
    return QuarterLine(
        day=day,
        name=f"T{(day.month + 2) // 3} {day.year}",
        fate=fate,
        short=FATES[fate].short,
        kind=FATES[fate].kind,
        text=why(fate, count, day, dates),
        rows=count,
        drawn=drawn,
        role=role,
    )


def _role(role: SplitRole, day: date, count: int, facts: dict[str, Any]) -> str:
    """Return what a quarter does for the recipe that is judged; it learns from what was complete before the freeze alone."""
    if not count:
        return "–"
    if role is not SplitRole.TRAIN or facts["frozen_end"] is None:
        return role.label
    end = date.fromisoformat(facts["frozen_end"])
    learnt = sum(months_after(day, INTERVAL_MONTHS * k) <= end for k in range(1, count + 1))
    return f"apprend {number_fr(learnt)} ligne{'s' if learnt > 1 else ''} sur {number_fr(count)}"


def _strip(lines: Sequence[QuarterLine]) -> list[tuple[int, list[QuarterLine | None]]]:
    """Return four quarters a year; `None` for those that are not told."""
    years: dict[int, list[QuarterLine | None]] = {}
    for line in lines:
        years.setdefault(line.day.year, [None] * 4)[(line.day.month - 1) // 3] = line
    return list(years.items())


def verdict_rows(verdicts: Sequence[VerdictLabel]) -> list[tuple[date, str, str]]:
    """Return the day of each visit, what it found, and whether the model of verdicts learns from it."""
    return [
        (each.visited_on, Verdict(each.verdict).label if each.verdict else "Sans réponse", each.use.label)
        for each in verdicts
    ]  # fmt: skip


def admin_end(build: LabelBuild) -> date | None:
    """Return the last day whose events were complete for a building."""
    return date.fromisoformat(build.facts["admin_end"]) if build.facts else None


def country(
    counts: Sequence[LabelCount], regions: Sequence[LabelCount], labels: dict[str, str]
) -> dict[str, Any]:
    """Return the totals, and the rows of the tables: by fate, by year, by region."""
    whole = {each.fate: each for each in counts if each.year == 0}
    years = [each for each in counts if each.year and each.fate == ""]
    fates = [(fate, whole[fate.value]) for fate in LabelFate if fate.value in whole]
    return {
        "total": whole.get(""),
        "fates": [
            [fate.label, *map(number_fr, (each.firms, each.snapshots, each.intervals))]
            for fate, each in fates
        ],
        "years": [[str(each.year), *_figures(each)] for each in years],
        "regions": [
            [labels.get(each.region, each.region), *_figures(each)]
            for each in regions
            if each.region != FRANCE
        ],
        "excluded": _excluded(counts),
    }


def _figures(count: LabelCount) -> list[str]:
    told = (count.firms, count.snapshots, count.intervals, count.events, count.halves, count.drawn)
    return [number_fr(each) for each in told]


def _excluded(counts: Sequence[LabelCount]) -> dict[str, Any]:
    """Return the snapshots of each year by what becomes of them, for the chart."""
    years = sorted({each.year for each in counts if each.year})
    kinds = {"learnt": "Suivies", "event": "Défaillances", "half": "Censurées", "waiting": "En cours", "excluded": "Exclues"}  # fmt: skip
    values: dict[str, list[int]] = {kind: [0] * len(years) for kind in kinds}
    for each in counts:
        if each.year and each.fate:
            kind = FATES[LabelFate(each.fate)].kind
            values[kind][years.index(each.year)] += each.snapshots
    return {
        "labels": [str(year) for year in years],
        "series": [{"label": kinds[kind], "values": values[kind]} for kind in kinds],
    }
