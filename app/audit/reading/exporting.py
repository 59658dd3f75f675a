"""Export of the journal: the requested lines, as a workbook or a CSV, and the trace of the export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy.orm import Session

from app.audit.reading import presenters, queries
from app.audit.reading.queries import JournalQuery, Line
from app.core.access.identity import Identity
from app.core.now import PARIS, utcnow
from app.core.text.exports import csv_files
from app.core.text.exports.extracts import Counted, extracted
from app.core.text.exports.spreadsheets import write_workbook
from app.core.text.french import datetime_fr

LIMIT = 10_000
MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class JournalExport:
    """A file, and its trace in the journal."""

    content: IO[bytes]
    name: str
    mime_type: str
    trace: dict[str, Any]


def extract(
    session: Session,
    identity: Identity,
    query: JournalQuery,
    *,
    filters: dict[str, str],
    kind: str,
) -> JournalExport:
    """Export the last `LIMIT` lines that match ``query``; ``filters`` are those of the URL."""
    counted = Counted(_row(line) for line in queries.first_lines(session, query, limit=LIMIT))
    made = extracted(
        lambda file: (
            _as_csv(file, counted) if kind == "csv" else _as_xlsx(file, counted, identity, filters)
        )
    )
    return JournalExport(
        content=made.file,
        name=f"vigie-journal-{utcnow().astimezone(PARIS):%Y-%m-%d-%H%M}.{kind}",
        mime_type=MIME_TYPES[kind],
        trace={
            "kind": kind,
            "filters": filters,
            "columns": [column.label for column in presenters.COLUMNS],
            "count": counted.count,
            "sha256": made.sha256,
        },
    )


def _row(line: Line) -> Sequence[object]:
    entry, _ = line
    return (
        entry.id,
        entry.recorded_at.astimezone(PARIS).isoformat(sep=" ", timespec="seconds"),
        entry.actor_name,
        entry.actor_id,
        presenters.label_of(entry.event),
        entry.siren,
        presenters.sentence_of(entry),
    )


def _as_csv(file: IO[bytes], rows: Counted[Sequence[object]]) -> None:
    csv_files.write_into(file, [column.label for column in presenters.COLUMNS], rows)


def _as_xlsx(
    file: IO[bytes], rows: Counted[Sequence[object]], identity: Identity, filters: dict[str, str]
) -> None:
    limit = ("Lignes", f"les {LIMIT} dernières au plus")
    write_workbook(
        file,
        title="Journal",
        columns=presenters.COLUMNS,
        rows=rows,
        filters=[*filters.items(), limit],
        watermark=f"Document confidentiel, extrait de Vigie par {identity.name} le {datetime_fr(utcnow())}.",
    )
