"""How a visit reads in the threads."""

from app.core.front.addresses import path_to
from app.core.text.french import date_fr
from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.network.presenters import SubjectPage, Wording, earlier_day, subject_pages, wordings
from app.visits.models import ContactResult, Verdict, Visit
from app.visits.services import SUBJECT


def register() -> None:
    """Register the wording of the events of this domain."""
    wordings.fill(
        Wording(
            EventKind.VISIT_LOGGED,
            lambda event: f"Visite{earlier_day(event)} consignée{_conclusion(event)}",
        )
    )
    wordings.fill(
        Wording(
            EventKind.VISIT_CORRECTED,
            lambda event: f"Visite{earlier_day(event)} corrigée{_conclusion(event)}",
        )
    )
    subject_pages.fill(
        SubjectPage(SUBJECT, lambda event: path_to("visits.detail", visit_id=event.subject_id))
    )


def _conclusion(event: FeedEvent) -> str:
    result = ContactResult(event.details["contact_result"])
    verdict = event.details.get("verdict")
    conclusion = Verdict(verdict).label if verdict else result.label
    return f" : {conclusion[0].lower()}{conclusion[1:]}"


def same_day(visit: Visit) -> str:
    """Return what is said to whoever logs a contact where and when one was."""
    return (
        f"{visit.author.full_name} ({visit.author.administration.label}) a déjà consigné un contact avec cet établissement le"
        f" {date_fr(visit.visited_on)}, {visit.channel.label.lower()}. Si le vôtre en est un autre, envoyez de nouveau."
    )
