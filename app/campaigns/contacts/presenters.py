"""How contacts read: before a call, in the threads, on the pages of firms."""

from flask import url_for

from app.campaigns.contacts.queries import InTouch
from app.campaigns.contacts.services import SUBJECT
from app.campaigns.models import ContactEnding, FirmContact
from app.cases.models import Case
from app.core.front.addresses import path_to
from app.core.text.french import date_fr
from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.network.presenters import SubjectPage, Wording, subject_pages, wordings
from app.visits.models import Visit


def register() -> None:
    """Register the wording of the events of this room."""
    wordings.fill(Wording(EventKind.CONTACT_TAKEN, lambda _: "Contact pris avec l’entreprise"))
    wordings.fill(Wording(EventKind.CONTACT_ENDED, _ended))
    subject_pages.fill(
        SubjectPage(SUBJECT, lambda event: path_to("firm.exchange", siren=event.siren))
    )


def lines_of(known: InTouch) -> list[tuple[str, str]]:
    """Return who is in touch with a firm: a sentence and the page that says more, the most pressing first."""
    return [
        *((_of_case(case), url_for("cases.detail", case_id=case.id)) for case in known.cases),
        *(
            (sentence_of(contact), url_for("firm.exchange", siren=contact.siren))
            for contact in known.contacts
        ),
        *(
            (_of_visit(visit), url_for("visits.detail", visit_id=visit.id))
            for visit in known.visits
        ),
    ]


def sentence_of(contact: FirmContact) -> str:
    """Return who took a contact, when, and what came of it."""
    agent = contact.agent
    said = f"{agent.full_name}, {agent.administration.label}, a pris contact le {date_fr(contact.taken_at)}"
    if contact.ending is None:
        return f"{said} ; ce qu’il a donné n’est pas encore dit"
    label = contact.ending.label
    return f"{said} : {label[0].lower()}{label[1:]}"


def _of_case(case: Case) -> str:
    return f"Un accompagnement est ouvert depuis le {date_fr(case.opened_on)}"


def _of_visit(visit: Visit) -> str:
    who = f"{visit.author.full_name}, {visit.author.administration.label},"
    return (
        f"{who} a consigné un contact le {date_fr(visit.visited_on)}, {visit.channel.label.lower()}"
    )


def _ended(event: FeedEvent) -> str:
    is_cancelled = event.details["ending"] == ContactEnding.CANCELLED.value
    return "Contact rendu : un autre agent peut le prendre" if is_cancelled else "Contact reporté"
