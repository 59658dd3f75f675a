"""How a visit reads in the threads."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row

from app.accounts.models import Administration, Agent
from app.companies.models import Establishment
from app.core.front.addresses import path_to
from app.core.text.french import date_fr, siret_fr
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
    wordings.fill(
        Wording(
            EventKind.VISIT_SHARED, lambda event: f"Participation à une visite{earlier_day(event)}"
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


def same_day(visits: Sequence[Visit], establishment: Establishment) -> str:
    """Return what is said to whoever logs a contact where and when some were."""
    said = " ".join(_logged(visit, establishment) for visit in visits)
    return f"{said} Si le vôtre en est un autre, envoyez de nouveau."


def companion_choices(
    offered: Iterable[Row[int, str, Administration]], held: Iterable[Agent] = ()
) -> list[tuple[str, str]]:
    """Return who may be chosen as having taken part, those who were chosen before included."""
    names = {each.id: f"{each.full_name}, {each.administration.label}" for each in held}
    names |= {row.id: f"{row.name}, {row.administration.label}" for row in offered}
    return [(str(number), name) for number, name in names.items()]


def place_choices(places: Iterable[Establishment]) -> list[tuple[str, str]]:
    """Return the other establishments that may be chosen: their number, and where they are."""
    return [
        (
            place.siret,
            ", ".join(filter(None, (siret_fr(place.siret), place.address, place.commune))),
        )
        for place in places
    ]


def _logged(visit: Visit, establishment: Establishment) -> str:
    here = visit.siret == establishment.siret
    where = "cet établissement" if here else f"l’établissement {siret_fr(visit.siret)}"
    return (
        f"{visit.author.full_name} ({visit.author.administration.label}) a déjà consigné un contact avec {where} le"
        f" {date_fr(visit.visited_on)}, {visit.channel.label.lower()}."
    )
