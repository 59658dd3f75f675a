"""What the pages of this domain share: natures in words, the filters in an address, exported files."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.access.identity import Identity, Nature
from app.core.now import utcnow
from app.core.text.exports import csv_files
from app.core.text.exports.spreadsheets import Column, workbook
from app.core.text.french import datetime_fr
from app.habilitations.forms import HabilitationFilterForm

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file exported from Vigie, and what the journal records about it."""

    content: bytes
    name: str
    trace: dict[str, Any]


def make_file(
    kind: str,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    identity: Identity,
    filters: dict[str, str] | None = None,
) -> File:
    """The rows as ``csv`` or ``xlsx``, where text is never a formula."""
    applied = {label: value for label, value in (filters or {}).items() if value}
    rows = list(rows)
    if kind == "csv":
        content = csv_files.write([column.label for column in columns], rows)
    else:
        mark = f"Extrait de Vigie par {identity.name} le {datetime_fr(utcnow())}. Ne pas diffuser."
        content = workbook(
            title=name, columns=columns, rows=rows, filters=list(applied.items()), watermark=mark
        )
    trace = {
        "file": name, "filters": applied, "count": len(rows), "columns": [column.label for column in columns],
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    return File(content=content, name=f"vigie-{name}.{kind}", trace=trace)


def natures(right: Any) -> str:
    """The natures of a right, in words."""
    return ", ".join(nature.label for nature in Nature if nature in right.natures)


def filters_in_force(form: HabilitationFilterForm, *names: str) -> dict[str, str]:
    """The filters in force, as in the address."""
    values = {name: form.chosen(name) for name in names}
    return {"q": form.q.data or "", **{name: value or "" for name, value in values.items()}}
