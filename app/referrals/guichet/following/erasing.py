"""What requests say of people, erased some months after their end; what they were about, and how they ended, stays for the figures."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import system_identity
from app.core.now import utcnow
from app.messages.models import Email
from app.referrals.guichet.following import queries
from app.referrals.guichet.following.models import Satisfaction
from app.referrals.guichet.following.services import revoke
from app.referrals.needs.models import NeedMessage, Solicitation, SolicitationContact
from config import Config

SYSTEM = system_identity("Effacement des demandes")
#: days of a month, for a delay that is said in months
MONTH = timedelta(days=30.44)
ERASED = "Effacé"
#: where nobody is written to
NOWHERE = "efface@vigie.invalid"


def erase_due(session: Session) -> int:
    """Erase what every request that ended long ago says of a person; return how many. For the system."""
    config: Config = current_app.config["VIGIE"]
    due = queries.solicitations_to_erase(session, utcnow() - config.guichet_months * MONTH)
    for solicitation in due:
        erase(session, solicitation)
    return len(due)


def erase(session: Session, solicitation: Solicitation) -> None:
    """Erase what a request, whose needs are read, says of a person. For the system."""
    number, need_ids = solicitation.id, [need.id for need in solicitation.needs]
    revoke(session, solicitation)
    for gone in (
        delete(SolicitationContact).where(SolicitationContact.solicitation_id == number),
        delete(NeedMessage).where(NeedMessage.need_id.in_(need_ids)),
        update(Satisfaction).where(Satisfaction.need_id.in_(need_ids)).values(comment=""),
        update(Email)
        .where(Email.dedup_key.startswith(f"follow_up:{number}:", autoescape=True))
        .values(address=NOWHERE, body_text="", body_html=""),
    ):
        session.execute(gone)
    # The name of a firm may be that of a person.
    solicitation.firm_name = solicitation.message = ""
    solicitation.consent_by, solicitation.erased_at = ERASED, utcnow()
    session.flush()
    journal.record(session, SYSTEM, journal.Event.SOLICITATION_ERASED, solicitation=number)
