"""The minutes of a sitting as a DOCX."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from docx import Document

from app.core.text.french import date_fr
from app.sittings.models import Sitting, SittingItem
from app.sittings.presenters import status_of


def minutes(sitting: Sitting, items: Sequence[SittingItem], *, watermark: str) -> BytesIO:
    """Return the minutes as a DOCX: who sat, then each firm with what was decided and who does what."""
    document = Document()
    document.core_properties.title = "Compte rendu de séance"
    document.core_properties.author = "Vigie"
    document.add_heading(sitting.label, level=0)
    where = f", {sitting.place}" if sitting.place else ""
    document.add_paragraph(f"Séance du {date_fr(sitting.held_on)}{where}. {status_of(sitting)}")
    document.add_paragraph(
        f"Réseau : {sitting.network.label}. Convoquée par {sitting.author.full_name}."
    )
    document.add_paragraph(watermark)
    for number, item in enumerate(items, 1):
        document.add_heading(f"{number}. {item.company.name} ({item.siren})", level=1)
        for line in lines_of(item):
            document.add_paragraph(line)
        for task in item.tasks:
            document.add_paragraph(
                task_of(task.what, task.assignee.full_name, date_fr(task.due_on)),
                style="List Bullet",
            )
    written = BytesIO()
    document.save(written)
    written.seek(0)
    return written


def lines_of(item: SittingItem) -> Iterator[str]:
    """Yield what the minutes say of an item, but its tasks."""
    if item.speaker is not None:
        yield f"Présentée par {item.speaker.full_name}, {item.speaker.administration.label}."
    if item.note:
        yield item.note
    yield item.outcome.label if item.outcome else "Suite non notée"
    if item.decision:
        yield f"Décision : {item.decision}"


def task_of(what: str, who: str, when: str) -> str:
    """Return who does what, and for when."""
    return f"{what} – {who}, pour le {when}"
