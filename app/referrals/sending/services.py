"""Send a need from an accompagnement, as it was read."""

from sqlalchemy.orm import Session

from app.cases import services as cases
from app.cases.models import Case
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.work.events import EventKind
from app.referrals.needs.models import ConsentHow, Solicitation
from app.referrals.needs.putting import TURNS
from app.referrals.needs.services import submit
from app.referrals.sending.preparing import OrientingSaid, Prepared, prepare

CHANGED = "Ce que vous avez relu a changé depuis : voyez ce qui diffère, puis envoyez de nouveau. Rien n’est parti."


class OutOfDateError(DomainError):
    """What would be sent is no longer what was read."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__(CHANGED)
        self.prepared = prepared


def send(
    session: Session, identity: Identity, case: Case, said: OrientingSaid, *, read: str | None
) -> Solicitation:
    """Send a need of an open accompagnement to the experts who were shown; raise `DomainError`.

    ``read``: the stamp of what was shown; raise `OutOfDateError` when it is no longer what would be sent.
    """
    cases.require_open(session, case)
    # Nobody else puts a need between what is compared and what is sent.
    take_turn(session, TURNS)
    prepared = prepare(session, identity, case, said)
    if read != prepared.stamp:
        raise OutOfDateError(prepared)
    solicitation = submit(session, identity, prepared.asked)
    if prepared.asked.consent.how is ConsentHow.OVERRIDDEN:
        journal.record(
            session, identity, journal.Event.CONSENT_OVERRIDDEN, siren=case.siren,
            solicitation=solicitation.id, case_id=case.id,
        )  # fmt: skip
    details = {"solicitation": solicitation.id, "needs": len(prepared.needs)}
    cases.emit_event(session, identity, case, kind=EventKind.REFERRAL_SENT, details=details)
    return solicitation
