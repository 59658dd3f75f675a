"""How a visit reads in the threads."""

from app.core.front.addresses import path_to
from app.network.models import FeedEvent
from app.network.presenters import describe, earlier_day, lead_to
from app.visits.models import ContactResult, Verdict


def register() -> None:
    """Teach the threads the events of this domain."""
    describe(
        "visits:visit:logged", lambda event: f"Visite{earlier_day(event)} consignée{_found(event)}"
    )
    describe(
        "visits:visit:revised", lambda event: f"Visite{earlier_day(event)} corrigée{_found(event)}"
    )
    lead_to("visit", lambda event: path_to("visits.detail", visit_id=event.subject_id))


def _found(event: FeedEvent) -> str:
    result = ContactResult(event.details["contact_result"])
    verdict = event.details.get("verdict")
    found = Verdict(verdict).label if verdict else result.label
    return f" : {found[0].lower()}{found[1:]}"
