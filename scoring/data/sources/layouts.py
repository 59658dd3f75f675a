"""Which layout of its source a file has, judging by its column names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scoring.data.sources.base import AccountLink, Check, Layout, Source, SourceColumn
from scoring.data.sources.errors import SourceError
from scoring.data.sources.parse import derived_siren
from scoring.data.sources.reading import header

# The siret of the line’s account, NULL when the account had none on that day.
ACCOUNT_SIRET = "account_siret"


def choose_layout(source: Source, text_file: Path) -> tuple[Layout, list[str]]:
    """Return the layout of a clean text and its header.

    Raises SourceError, naming the columns missing from the nearest layout when none fits, or the column
    that is read and written twice: which one is meant cannot be told.
    """
    candidates = [(layout, header(text_file, layout.separator)) for layout in source.layouts]
    missing = [_missing(layout, names) for layout, names in candidates]
    nearest = min(range(len(candidates)), key=lambda n: len(missing[n]))
    layout, names = candidates[nearest]
    if missing[nearest]:
        raise SourceError(_sentence(source, layout, missing[nearest]))
    lower = [name.lower() for name in names]
    for name in layout.headers:
        if lower.count(name.lower()) > 1:
            raise SourceError(
                f"La colonne « {name} » figure deux fois dans l’en-tête : gardez celle qui fait foi."
            )
    return layout, names


def without_siret(
    columns: tuple[SourceColumn, ...], *, account: str, on: str, separator: str = ";"
) -> Layout:
    """Return the layout used before December 2025: the file gives the account, not the siret.

    The siret is the one that the account, under the header `account`, belonged to on the day of the
    output column `on`. It is checked last: an unreadable day is a more useful reason.
    """
    day = next(column.value for column in columns if column.name == on)
    reason = "compte sans établissement à cette date"
    siret = SourceColumn(
        "siret", "VARCHAR", (), ACCOUNT_SIRET, (Check("siret IS NULL", account, reason),)
    )
    others = tuple(
        derived_siren(column.headers[0], siret=ACCOUNT_SIRET) if column.name == "siren" else column
        for column in columns
        if column.name != "siret"
    )
    return Layout(separator, (*others, siret), AccountLink(account, day))


def separated(layout: Layout, *separators: str) -> tuple[Layout, ...]:
    """Return the same layout with each of the separators."""
    return tuple(replace(layout, separator=separator) for separator in separators)


def _missing(layout: Layout, names: list[str]) -> list[str]:
    present = {name.lower() for name in names}
    return [name for name in layout.required if name.lower() not in present]


def _sentence(source: Source, layout: Layout, missing: list[str]) -> str:
    names = ", ".join(f"« {name} »" for name in missing)
    plural = "Colonnes manquantes" if len(missing) > 1 else "Colonne manquante"
    return (
        f"{plural} : {names}. Vérifiez que le fichier est bien « {source.title} » et que ses"
        f" colonnes sont séparées par « {layout.separator} »."
    )
