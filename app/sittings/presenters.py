"""How sittings read: in the threads, and on their pages."""

from collections.abc import Iterator

from app.core.front.addresses import path_to
from app.core.text.french import counted_fr, date_fr
from app.core.work.events import EventKind
from app.network.presenters import SubjectPage, Wording, subject_pages, wordings
from app.sittings.models import Sitting
from app.sittings.services import SUBJECT, Entered


def register() -> None:
    """Register the wording of the events of this domain."""
    wordings.fill(Wording(EventKind.FIRM_EXAMINED, lambda _event: "Entreprise examinée en séance"))
    subject_pages.fill(
        SubjectPage(
            SUBJECT, lambda event: path_to("sitting_items.show", sitting_item_id=event.subject_id)
        )
    )


def told(entered: Entered) -> Iterator[tuple[str, str]]:
    """Yield what became of the firms put on an agenda, as messages with their category."""
    if entered.added:
        yield "success", f"{counted_fr(len(entered.added), 'entreprise')} à l’ordre du jour."
    reasons = {
        "Déjà à l’ordre du jour": entered.known,
        "Hors du territoire de la séance, non inscrites": entered.out_of_reach,
        "Inconnues de Vigie, non inscrites": entered.unknown,
    }
    for reason, sirens in reasons.items():
        if sirens:
            yield "info", f"{reason} : {len(sirens)}."


def status_of(sitting: Sitting) -> str:
    """Return whether the minutes are settled."""
    if sitting.closed_at is None:
        return "Projet de compte rendu."
    return f"Compte rendu arrêté le {date_fr(sitting.closed_at)}."
