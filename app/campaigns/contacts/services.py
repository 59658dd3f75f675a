"""Take a contact with a firm of a campaign, put it off, give it back, say what came of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.campaigns import policies
from app.campaigns.contacts import queries
from app.campaigns.models import (
    RESULTS,
    CampaignFirm,
    Cancellation,
    ContactEnding,
    Delay,
    FirmContact,
    FirmStage,
)
from app.companies.models import Company, Establishment
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.network.services import follow_by_acting
from app.visits import services as visits
from app.visits.models import ContactResult, Verdict, Visit
from app.visits.services import Report

#: of two administrations that call one firm at the same moment, the second is told of the first
CALL_LOCK = 7_146_012
#: the subject kind of a contact in events
SUBJECT = "firm_contact"
OVER = "Ce contact est terminé : quelqu’un a déjà dit ce qu’il a donné."
#: what a contact that is logged says, by how the agent sums it up
MEANING: Mapping[ContactEnding, tuple[ContactResult, Verdict | None]] = {
    ContactEnding.NEED: (ContactResult.REPONDU, Verdict.CONFIRMEE),
    ContactEnding.UNAFFECTED: (ContactResult.REPONDU, Verdict.NON_CONFIRMEE),
    ContactEnding.REFUSAL: (ContactResult.REFUS, None),
    ContactEnding.UNREACHABLE: (ContactResult.INJOIGNABLE, None),
}


class InTouchError(DomainError):
    """Somebody else is in touch with the firm, and whoever takes the contact was not told."""


def take(
    session: Session, identity: Identity, firm: CampaignFirm, *, told: str | None = None
) -> FirmContact:
    """Take a contact with a firm that waits for one.

    Raise `InTouchError` when somebody else is in touch with it, unless ``told`` is the token of what the agent was shown.
    """
    take_turn(session, CALL_LOCK, int(firm.siren))
    hold(session, firm)
    _require_to_contact(identity, firm)
    known = queries.find_in_touch(session, identity, firm.siren)
    if known and told != known.token:
        raise InTouchError(
            "Quelqu’un est déjà en lien avec cette entreprise : lisez-le avant de l’appeler."
        )
    contact = FirmContact(
        siren=firm.siren,
        departments=firm.departments,
        campaign_id=firm.campaign_id,
        agent_id=identity.agent_id,
    )
    session.add(contact)
    session.flush()
    firm.stage, firm.contact_id, firm.back_on = FirmStage.TAKEN, contact.id, None
    firm.agent_id, firm.ending = identity.agent_id, None
    session.flush()
    session.expire(firm, ["contact"])
    follow_by_acting(session, identity, session.get_one(Company, firm.siren))
    journal.record(
        session, identity, journal.Event.CONTACT_TAKEN, siren=firm.siren,
        contact_campaign=firm.campaign_id, contact_id=contact.id,
    )  # fmt: skip
    _tell(session, identity, contact, EventKind.CONTACT_TAKEN)
    return contact


def put_off(session: Session, identity: Identity, firm: CampaignFirm, *, delay: Delay) -> None:
    """Put the contact of a firm off, for some months or for ever: one that waits, or that the agent took."""
    hold(session, firm)
    contact = session.get(FirmContact, firm.contact_id) if firm.contact_id else None
    if firm.stage is FirmStage.TAKEN and contact is not None:
        if contact.agent_id != identity.agent_id:
            raise DomainError("Un autre agent a pris ce contact : lui seul le reporte.")
        _end(session, identity, contact, ContactEnding.PUT_OFF)
    else:
        _require_to_contact(identity, firm)
    weeks = delay.weeks
    stage = FirmStage.LEFT_OUT if weeks is None else FirmStage.PUT_OFF
    back_on = None if weeks is None else today() + timedelta(weeks=weeks)
    _stand(session, firm, stage=stage, back_on=back_on)
    journal.record(
        session, identity, journal.Event.CONTACT_PUT_OFF, siren=firm.siren,
        contact_campaign=firm.campaign_id, delay=delay.value,
    )  # fmt: skip


def give_back(
    session: Session, identity: Identity, contact: FirmContact, *, reason: Cancellation
) -> None:
    """Give back a contact that was taken: the firm waits for another agent."""
    _require_open(session, contact)
    contact.cancellation = reason
    _end(session, identity, contact, ContactEnding.CANCELLED)
    _move(session, contact, stage=FirmStage.TO_CONTACT, agent_id=None)


def settle(
    session: Session,
    identity: Identity,
    contact: FirmContact,
    establishment: Establishment,
    *,
    ending: ContactEnding,
    report: Mapping[str, Any],
) -> Visit:
    """Say what came of a contact, and log it as a visit with ``report``, which bears what `visits.services.Report` does besides."""
    if ending not in RESULTS:
        raise DomainError("Dites ce que le contact a donné.", field="ending")
    _require_open(session, contact)
    result, verdict = MEANING[ending]
    logged = Report(contact_result=result, verdict=verdict, **report)
    visit = visits.log_visit(session, identity, establishment, logged)
    contact.visit_id = visit.id
    _end(session, identity, contact, ending)
    _move(session, contact, stage=FirmStage.SETTLED, ending=ending)
    return visit


def _require_to_contact(identity: Identity, firm: CampaignFirm) -> None:
    if not policies.may_take(identity, firm):
        raise DomainError("Cette campagne est terminée : on n’y contacte plus personne.")
    if not firm.is_to_contact:
        raise DomainError("Un autre agent a pris ce contact, ou l’a reporté : rouvrez la page.")


def _require_open(session: Session, contact: FirmContact) -> None:
    hold(session, contact)
    if not contact.is_open:
        raise DomainError(OVER)


def _end(session: Session, identity: Identity, contact: FirmContact, ending: ContactEnding) -> None:
    contact.ended_at, contact.ending = utcnow(), ending
    session.flush()
    journal.record(
        session, identity, journal.Event.CONTACT_ENDED, siren=contact.siren,
        contact_id=contact.id, ending=ending.value, visit_id=contact.visit_id,
    )  # fmt: skip
    if contact.visit_id is None:
        _tell(session, identity, contact, EventKind.CONTACT_ENDED)


def _stand(session: Session, firm: CampaignFirm, *, stage: FirmStage, back_on: date | None) -> None:
    firm.stage, firm.back_on = stage, back_on
    session.flush()


def _move(session: Session, contact: FirmContact, **stands: Any) -> None:
    """Have the firm stand there in each campaign that follows this contact: a campaign takes up those of the one before."""
    follows = update(CampaignFirm).where(CampaignFirm.contact_id == contact.id)
    session.execute(follows.values(back_on=None, **stands))


def _tell(session: Session, identity: Identity, contact: FirmContact, kind: EventKind) -> None:
    """Tell where the firm works: neither the campaign nor how the firm came into it is said."""
    ending = contact.ending.value if contact.ending else None
    event = DomainEvent(
        kind=kind,
        siren=contact.siren,
        departments=contact.departments,
        subject_kind=SUBJECT,
        subject_id=contact.id,
        occurred_on=today(),
        details={"ending": ending},
    )
    events.emit(session, identity, event)
