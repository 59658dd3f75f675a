"""The first lines of a batch, as they were parsed: what somebody checks before publishing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.core.text.french import date_fr, number_fr
from app.core.work import apart
from app.imports.rows.masking import shape
from scoring.data.sources.registry import SOURCES

#: the columns that no file gives by a header of its own: those that Vigie makes, or reads in several headers
MADE = {
    "known_at": "Connu le", "month": "Mois", "workforce": "Effectif", "siren": "Siren", "siret": "Siret",
    "period_start": "Début de période", "period_end": "Fin de période", "closed_on": "Exercice clos le",
    "fiscal_year": "Exercice", "value": "Valeur", "received_on": "Reçu le",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """The first lines of a source: its columns as the macro ``table`` reads them, and their values as text, `None` when absent."""

    source: str
    label: str
    columns: list[dict[str, str]]
    rows: list[list[str | None]]


def of_batch(home: Path, batch_id: str, *, raw: Collection[str]) -> list[FirstRows]:
    """Return the first lines of each source of a batch; none for a batch whose rows were removed.

    The texts of the sources that are not in ``raw`` are masked: their figures are shown without saying whose they are.
    """
    with apart.ask("rows", str(home / "lake"), batch_id, "first") as answer:
        return [_of_source(raw, **json.loads(line)) for line in answer]


def _of_source(raw: Collection[str], *, source: str, rows: list[list[Any]]) -> FirstRows:
    kinds = SOURCES[source].schema
    texts = [
        [_text(value, kind) for value, kind in zip(row, kinds.values(), strict=True)]
        for row in rows
    ]
    hidden = [kind == "VARCHAR" and source not in raw for kind in kinds.values()]
    shown = [
        [
            shape(text) if text and is_hidden else text
            for text, is_hidden in zip(row, hidden, strict=True)
        ]
        for row in texts
    ]
    headers = _headers(source)
    columns = [{"label": headers.get(name) or MADE.get(name, name)} for name in kinds]
    return FirstRows(source=source, label=SOURCES[source].title, columns=columns, rows=shown)


def _headers(source: str) -> dict[str, str]:
    """Return what the partner calls each column that a file gives, by its name in Vigie."""
    layouts, periods = SOURCES[source].layouts, SOURCES[source].periods
    columns = (column for layout in reversed(layouts) for column in layout.columns)
    named = {column.name: ", ".join(column.headers) for column in columns if column.headers}
    return named | {measure.name: measure.stem for measure in (periods.measures if periods else ())}


def _text(value: Any, kind: str) -> str | None:
    """Return how a value of a column reads."""
    if value is None:
        return None
    match kind:
        case "BOOLEAN":
            return "oui" if value else "non"
        case "DATE":
            return date_fr(date.fromisoformat(value))
        case "DOUBLE":
            return number_fr(value, 2)
        case _:
            return str(value)
