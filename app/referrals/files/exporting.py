"""The directory as a spreadsheet, as `comparing` reads it back."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.core.text.exports.extracts import Counted, Extract, extracted
from app.core.text.exports.spreadsheets import Column, write_workbook
from app.core.text.french import datetime_fr, number_fr
from app.referrals.directory import queries
from app.referrals.directory.models import Expert
from app.referrals.directory.typed import written_areas
from app.referrals.files.columns import (
    ARCHIVED,
    COLUMNS,
    IN_SERVICE,
    entry_of_expert,
    stamp_of,
    texts_of,
)


def exported(session: Session, identity: Identity, experts: Sequence[Expert]) -> tuple[Extract, int]:  # fmt: skip
    """Return the file, and how many lines it has. Whoever sends it closes it."""
    subjects = {each.id: each.label for each in queries.list_all_subjects(session, identity)}
    rows = Counted(_rows(experts, subjects))
    said = f"Extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}. Contient des coordonnées : ne pas publier."  # fmt: skip
    made = extracted(
        lambda file: write_workbook(
            file, title="Annuaire", columns=[Column(name, width=24) for name in COLUMNS], rows=rows,
            filters=[("Experts", number_fr(len(experts))), ("Pour le renvoyer", "ne touchez pas à la colonne « Repère »")],
            watermark=said,
        )
    )  # fmt: skip
    return made, rows.count


def _rows(experts: Sequence[Expert], subjects: dict[int, str]) -> Iterator[list[object]]:
    for expert in experts:
        antenne, texts = expert.antenne, texts_of(entry_of_expert(expert), subjects)
        state = ARCHIVED if expert.is_archived else IN_SERVICE
        stamp = stamp_of(texts, is_archived=expert.is_archived)
        yield [
            f"EXP-{expert.id}", antenne.institution.name, antenne.name, written_areas(antenne.areas), *texts.values(),
            state, stamp,
        ]  # fmt: skip
