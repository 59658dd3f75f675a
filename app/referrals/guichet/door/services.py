"""Take a request: once for each form that was shown, never more from one place than is accepted, then to the experts."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.telephone import telephone_of
from app.referrals.guichet.door import consent, paces
from app.referrals.guichet.door.models import DoorSending
from app.referrals.guichet.door.passes import Pass
from app.referrals.guichet.door.queries import SYSTEM, AskedRequest
from app.referrals.guichet.following import services as following
from app.referrals.needs import services as needs
from app.referrals.needs.models import ConsentHow, Origin
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall

NO_CONSENT = "Cochez la case : sans votre accord, personne ne peut vous appeler."
NO_EMAIL = "Donnez une adresse électronique : vous y recevrez le lien de suivi de votre demande."
FILLED = "Effacez ce qui est écrit dans « Ne remplissez pas ce champ » : seul un robot le remplit. Puis envoyez à nouveau."  # fmt: skip
SENT_OTHERWISE = "Une demande est déjà partie de cette page. Si celle-ci en est une autre, envoyez-la à nouveau : elle partira."


class FormReusedError(DomainError):
    """Another request was sent from the same form: a new form is needed."""


@dataclass(frozen=True, kw_only=True)
class DoorRequest:
    """What came by the public door: what is asked, who asks, from which form and network."""

    asked: AskedRequest
    asker: PersonToCall
    message: str | None
    has_debt: bool | None
    is_first: bool | None
    has_agreed: bool
    #: what the field that nobody sees holds
    trap: str
    form: Pass
    network: str
    landing_id: int | None = None


def receive(session: Session, sent: DoorRequest) -> None:
    """Put the request to the experts and send the firm its link; raise `DomainError`. The same form again changes nothing.

    For the system, in one transaction. The same statements run whatever Vigie knows of the firm.
    """
    _require(sent)
    if not _take(session, sent):
        return
    paces.count_request(
        session, network=sent.network, siren=sent.asked.siren, email=sent.asker.email or "",
        telephone=telephone_of(sent.asker.telephone, field="telephone"),
    )  # fmt: skip
    solicitation = needs.submit(session, SYSTEM, _solicitation(sent))
    following.acknowledge(session, solicitation)


def _require(sent: DoorRequest) -> None:
    if sent.trap:
        raise DomainError(FILLED, field="website")
    if not sent.asker.email:
        raise DomainError(NO_EMAIL, field="email")
    if not sent.has_agreed:
        raise DomainError(NO_CONSENT, field="consent")


def _take(session: Session, sent: DoorRequest) -> bool:
    """Whether this form is sent for the first time; raise `FormReusedError` when it said something else before."""
    said = sha256("".join(f"{len(text)}:{text}" for text in _told(sent)).encode()).digest()
    row = {"form": sent.form.digest, "said": said, "sent_at": utcnow()}
    taken = insert(DoorSending).values(row).on_conflict_do_nothing().returning(DoorSending.form)
    if session.scalar(taken) is not None:
        return True
    former = select(DoorSending.said).where(DoorSending.form == sent.form.digest)
    if session.scalar(former) != said:
        raise FormReusedError(SENT_OTHERWISE)
    return False


def _told(sent: DoorRequest) -> Sequence[str]:
    subjects = [str(offer.number) for offer in sent.asked.subjects]
    asker = [sent.asker.name or "", sent.asker.telephone or "", sent.asker.email or ""]
    return [sent.asked.siren, sent.asked.commune.code, *subjects, *asker, sent.message or ""]


def _solicitation(sent: DoorRequest) -> NewSolicitation:
    return NewSolicitation(
        origin=Origin.GUICHET,
        siren=sent.asked.siren,
        firm_name=sent.asked.firm_name,
        commune=sent.asked.commune,
        subject_ids=[offer.number for offer in sent.asked.subjects],
        message=sent.message,
        asker=sent.asker,
        consent=Consent(how=ConsentHow.FORM, by=sent.asker.name, on=today()),
        has_debt=sent.has_debt,
        is_first=sent.is_first,
        consent_text=consent.kept(),
        landing_id=sent.landing_id,
    )
