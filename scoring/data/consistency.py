"""What a batch says by itself: serious remarks on its lines, sources it goes with, procedures told two ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.data.engine import connect
from scoring.data.findings import Finding, judged
from scoring.data.lake import Lake, Tables
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport, told_once
from scoring.data.views.events import SOURCES as TELLING
from scoring.data.views.events import procedure_agreement

# How an event of a procedure may be told differently by the two sources.
DISAGREEING = {
    "other_day": "un autre jour",
    "bodacc_only": "au Bodacc seul",
    "procol_only": "à l’Urssaf seule",
}


def serious(source: str, reports: Sequence[FileReport]) -> Iterator[Finding]:
    """Yield each serious remark made on lines of the source, with the share of the lines it is made on."""
    files = told_once(reports, source)
    # Remarks are made on lines before those that count elsewhere are told apart.
    rows = sum(report.valid + report.duplicates for report in files)
    for warning in SOURCES[source].warnings:
        lines = sum(report.warnings.get(warning.label, 0) for report in files)
        if warning.is_serious and lines:
            yield judged(
                source, "serious", lines / rows, rows=rows, now=lines, detail=warning.label
            )


def missing_companions(lake: Lake, staged: Sequence[str]) -> Iterator[Finding]:
    """Yield the sources that those of the batch go with, when they were never published."""
    for source in staged:
        for name in SOURCES[source].companions:
            if name not in staged and not lake.published(name):
                yield judged(source, "companion", 1, rows=1, detail=SOURCES[name].title)


def disagreement(tables: Tables, staged: Sequence[str]) -> Iterator[Finding]:
    """Yield how many of the events of procedures the BODACC and Urssaf do not tell alike."""
    if not any(source in staged for source in TELLING):
        return
    if not all(tables.published(source) for source in TELLING):
        return
    told = procedure_agreement(tables, connect()).drop("kind").to_pyarrow().to_pylist()
    counts = {name: sum(row[name] for row in told) for name in DISAGREEING}
    disagreeing = sum(counts.values())
    events = disagreeing + sum(row["same_day"] for row in told)
    parts = ", ".join(f"{label} : {counts[name]}" for name, label in DISAGREEING.items())
    yield judged(
        next(source for source in TELLING if source in staged),
        "disagreement",
        disagreeing / events if events else 0.0,
        rows=events,
        detail=f"{parts}, sur {events} événements" if disagreeing else None,
    )
