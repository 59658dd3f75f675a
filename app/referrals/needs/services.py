"""Put what a firm asks to the experts who treat it; put it to others; take it back; say something of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import reading_as_system, writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.addresses import is_address
from app.core.text.bounds import bounded, normalised, require_text
from app.core.text.telephone import telephone_of
from app.referrals.areas.gazetteer import Area, AreaKind
from app.referrals.needs import putting, queries, telling
from app.referrals.needs.models import (
    LONGEST_NAME,
    LONGEST_REASON,
    Actor,
    Cause,
    ConsentHow,
    ContactReading,
    FirmNeed,
    NeedMessage,
    NeedState,
    Origin,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
    SolicitationContact,
)

#: states that taking a need back leaves as they are: what was answered was answered, what was taken back was told
KEPT = (
    ReferralState.HELPED, ReferralState.NO_HELP, ReferralState.UNREACHABLE, ReferralState.NOT_MINE, ReferralState.EXPIRED,
    ReferralState.REVOKED,
)  # fmt: skip
NO_SUBJECT = "Choisissez au moins un sujet."
OLD_SUBJECT = "Ce sujet n’est plus dans l’annuaire : choisissez-en un autre."
NO_COMMUNE = "Choisissez une commune : un expert y est cherché."
NO_NAME = "Donnez le nom de la personne à rappeler."
NOT_REACHABLE = (
    "Donnez un téléphone ou une adresse électronique : sinon personne ne pourra rappeler."
)
NO_CONSENT = "Dites qui, dans l’entreprise, a donné son accord."
TOO_LATE = "L’accord ne peut pas être donné demain : choisissez aujourd’hui ou un jour passé."
NO_REASON = "Dites pourquoi : les experts le liront."
WITHDRAWN = "Ce besoin a été retiré : il n’y a plus rien à y faire. Ce que vous écriviez n’est pas perdu."  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PersonToCall:
    """Whom to call."""

    name: str | None
    telephone: str | None = ""
    email: str | None = ""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who agreed, how and when; of an override, ``by`` is its reason."""

    how: ConsentHow
    by: str | None
    on: date


@dataclass(frozen=True, kw_only=True)
class NewSolicitation:
    """What a firm asks; ``commune`` is a commune or an arrondissement, ``siren`` was checked by the door it came through."""

    origin: Origin
    siren: str
    firm_name: str
    commune: Area | None
    subject_ids: Sequence[int]
    message: str | None
    asker: PersonToCall
    consent: Consent
    has_debt: bool | None = None
    is_first: bool | None = None
    case_id: int | None = None
    #: what they agreed to, word for word; the guichet of a theme by which it came
    consent_text: str = ""
    landing_id: int | None = None


def require_sound(session: Session, asked: NewSolicitation) -> None:
    """Raise `DomainError` on what `submit` would refuse; nothing is written."""
    _commune(asked.commune)
    contact_of(asked.asker)
    _consent(asked.consent)
    _subjects(session, asked.subject_ids)
    bounded(asked.message, field="message")


def contact_of(asker: PersonToCall) -> dict[str, str]:
    """Return whom to call as it is kept and shown; raise `DomainError` without a name or a way to reach them."""
    name = " ".join(normalised(asker.name).split())
    if not name:
        raise DomainError(NO_NAME, field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(f"Raccourcissez : {LONGEST_NAME} caractères au plus.", field="name")
    email = normalised(asker.email)
    if email and not is_address(email):
        raise DomainError(f"« {email} » n’est pas une adresse électronique.", field="email")
    telephone = telephone_of(asker.telephone, field="telephone")
    if not email and not telephone:
        raise DomainError(NOT_REACHABLE, field="telephone")
    return {"name": name, "email": email, "telephone": telephone}


def submit(session: Session, identity: Identity, asked: NewSolicitation) -> Solicitation:
    """Write what a firm asks and put each need to its experts, in one transaction; raise `DomainError`.

    ``identity`` is the agent who asks for the firm, or the system for what comes by the public door.
    """
    commune = _commune(asked.commune)
    contact, consent = contact_of(asked.asker), _consent(asked.consent)
    message = bounded(asked.message, field="message")
    with writing_as_system(session, identity, reason="Besoin d’une entreprise"):
        # An adviser does not read the directory.
        subject_ids = _subjects(session, asked.subject_ids)
        solicitation = Solicitation(
            origin=asked.origin, siren=asked.siren, firm_name=asked.firm_name[:LONGEST_NAME], commune=commune.code,
            department=commune.department, message=message, has_debt=asked.has_debt, is_first=asked.is_first,
            case_id=asked.case_id, author_id=identity.agent_id, consent_text=asked.consent_text,
            landing_id=asked.landing_id, **consent,
        )  # fmt: skip
        session.add(solicitation)
        session.flush()
        session.add(SolicitationContact(solicitation_id=solicitation.id, **contact))
        needs = [
            FirmNeed(solicitation_id=solicitation.id, subject_id=number, state=NeedState.NOBODY)
            for number in subject_ids
        ]
        session.add_all(needs)
        session.flush()
        held = queries.hold_needs(session, [need.id for need in needs])
        putting.put(session, held, cause=Cause.FIRST)
    journal.record(
        session, identity, journal.Event.NEED_SENT, siren=asked.siren, solicitation=solicitation.id,
        subjects=list(subject_ids), consent=asked.consent.how.value,
    )  # fmt: skip
    return solicitation


def put_to(session: Session, identity: Identity, need: FirmNeed, expert_id: int) -> Referral:
    """Put a need to an expert whom the team chooses; raise `DomainError`."""
    with writing_as_system(session, identity, reason="Besoin adressé par l’équipe"):
        held = queries.hold_need(session, need.id)
        if held.state is NeedState.WITHDRAWN:
            raise DomainError(WITHDRAWN)
        referral = putting.put_to(session, held, expert_id)
    journal.record(
        session, identity, journal.Event.NEED_PUT_TO, siren=need.solicitation.siren, need=need.id, expert=expert_id
    )  # fmt: skip
    return referral


def withdraw(
    session: Session, identity: Identity, needs: Sequence[FirmNeed], *, reason: str | None, actor: Actor
) -> None:  # fmt: skip
    """Take needs back: their experts read the reason, and no longer whom to call; raise `DomainError`."""
    why = " ".join(normalised(reason).split())
    if not why:
        raise DomainError(NO_REASON, field="reason")
    if len(why) > LONGEST_REASON:
        raise DomainError(f"Raccourcissez : {LONGEST_REASON} caractères au plus.", field="reason")
    with writing_as_system(session, identity, reason="Besoin retiré"):
        held = queries.hold_needs(session, sorted(need.id for need in needs))
        taken_back = [need for need in held if need.state is not NeedState.WITHDRAWN]
        for need in taken_back:
            _withdraw(session, identity, need, reason=why, actor=actor)
    for need in taken_back:
        journal.record(
            session, identity, journal.Event.NEED_WITHDRAWN, siren=need.solicitation.siren, need=need.id,
            actor=actor.value,
        )  # fmt: skip


def write_message(
    session: Session, identity: Identity, need: FirmNeed, body: str | None, *, referral_id: int | None = None
) -> NeedMessage:  # fmt: skip
    """Add a message to the thread of a need; ``referral_id``: the expert without an account who writes it by their link."""
    text = require_text(body, field="body", absent="Écrivez votre message.")
    author_id = None if referral_id else identity.agent_id
    with writing_as_system(session, identity, reason="Message sur un besoin"):
        held = queries.hold_need(session, need.id)
        if held.state is NeedState.WITHDRAWN:
            raise DomainError(WITHDRAWN)
        message = NeedMessage(need_id=need.id, author_id=author_id, referral_id=referral_id, body=text)  # fmt: skip
        session.add(message)
        session.flush()
        telling.tell_of_message(session, held, message)
    journal.record(
        session, identity, journal.Event.NEED_MESSAGE_WRITTEN, siren=need.solicitation.siren, need=need.id,
        referral=referral_id,
    )  # fmt: skip
    return message


def read_contact(
    session: Session, identity: Identity, solicitation: Solicitation, *, referral_id: int | None = None
) -> SolicitationContact:  # fmt: skip
    """Return whom to call, and count that somebody was shown it; raise `NotFoundError`. In a transaction that may write."""
    contact = queries.get_contact(session, identity, solicitation.id)
    with writing_as_system(session, identity, reason="Coordonnées lues"):
        session.add(
            ContactReading(
                solicitation_id=solicitation.id,
                agent_id=identity.person.agent_id,
                referral_id=referral_id,
            )
        )
    journal.record(
        session, identity, journal.Event.NEED_CONTACT_READ, siren=solicitation.siren, solicitation=solicitation.id,
        referral=referral_id,
    )  # fmt: skip
    return contact


def _withdraw(
    session: Session, identity: Identity, need: FirmNeed, *, reason: str, actor: Actor
) -> None:  # fmt: skip
    agent_id = identity.agent_id if actor is Actor.AGENT else None
    told = [referral for referral in need.referrals if referral.state not in KEPT]
    for referral in told:
        change = ReferralChange(
            referral_id=referral.id, before=referral.state, after=ReferralState.REVOKED, actor=actor,
            agent_id=agent_id, note=reason,
        )  # fmt: skip
        session.add(change)
        referral.state, referral.version = ReferralState.REVOKED, referral.version + 1
        referral.closed_at = utcnow()
    need.withdrawn_at, need.withdrawn_by, need.withdrawal_reason = utcnow(), actor, reason
    putting.settle(session, need)
    for referral in told:
        telling.tell_withdrawn(session, referral)


def _commune(area: Area | None) -> Area:
    if area is None or area.kind not in (AreaKind.COMMUNE, AreaKind.ARRONDISSEMENT):
        raise DomainError(NO_COMMUNE, field="commune")
    return area


def _subjects(session: Session, numbers: Sequence[int]) -> Sequence[int]:
    wanted = sorted(set(numbers))
    if not wanted:
        raise DomainError(NO_SUBJECT, field="subjects")
    # An adviser files a need and reads no directory.
    with reading_as_system(session, reason="Sujets d’un besoin"):
        current = queries.current_subjects(session, wanted)
    if current != set(wanted):
        raise DomainError(OLD_SUBJECT, field="subjects")
    return wanted


def _consent(consent: Consent) -> dict[str, object]:
    by = " ".join(normalised(consent.by).split())
    if not by or len(by) > LONGEST_REASON:
        raise DomainError(NO_CONSENT, field="consent_by")
    if consent.on > today():
        raise DomainError(TOO_LATE, field="consent_on")
    return {"consent_how": consent.how, "consent_by": by, "consent_on": consent.on}
