"""How the events of an accompagnement read in the threads, and whom they concern."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.models import CaseState, Outcome
from app.cases.services import SUBJECT
from app.core.front.addresses import path_to
from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.network.presenters import SubjectPage, Wording, subject_pages, wordings

MEMBER_CHANGES = {
    "added": "Nouveau membre dans l’accompagnement",
    "invited": "Invitation à rejoindre l’accompagnement",
    "removed": "Départ d’un membre de l’accompagnement",
    "role": "Rôle modifié dans l’accompagnement",
}


def register() -> None:
    """Register the wording of the events of this domain."""
    wordings.fill(Wording(EventKind.CASE_OPENED, lambda _event: "Accompagnement ouvert"))
    wordings.fill(
        Wording(EventKind.CASE_CLOSED, lambda event: f"Accompagnement terminé : {_outcome(event)}")
    )
    for kind, said in (
        (EventKind.CASE_HANDED_OVER, "Nouveau référent pour l’accompagnement"),
        (EventKind.CASE_REOPENED, "Accompagnement rouvert"),
        (EventKind.CASE_DELETED, "Accompagnement supprimé"),
        (EventKind.CASE_RESTORED, "Suppression de l’accompagnement annulée"),
    ):
        wordings.fill(Wording(kind, lambda _event, said=said: said))  # type: ignore[misc]
    wordings.fill(
        Wording(EventKind.OUTCOME_REVISED, lambda event: f"Issue revue : {_outcome(event)}")
    )
    wordings.fill(
        Wording(EventKind.CASE_STATE_CHANGED, lambda event: f"Accompagnement {_state(event)}")
    )
    wordings.fill(
        Wording(
            EventKind.CASE_MEMBER_CHANGED, lambda event: MEMBER_CHANGES[event.details["change"]]
        )
    )
    wordings.fill(Wording(EventKind.FIRM_ASSIGNED, lambda _event: "Entreprise confiée à un agent"))
    subject_pages.fill(
        SubjectPage(SUBJECT, lambda event: path_to("cases.detail", case_id=event.subject_id))
    )


def list_concerned(session: Session, event: FeedEvent) -> Sequence[int]:
    """Return the agents to notify of ``event`` because they work on its firm."""
    case_id = event.subject_id if event.subject_kind == "case" else None
    return queries.list_working_on(session, event.siren, case_id=case_id)


def _outcome(event: FeedEvent) -> str:
    return Outcome(event.details["outcome"]).label.lower()


def _state(event: FeedEvent) -> str:
    return CaseState(event.details["state"]).label.lower()
