"""What would be sent from an accompagnement: word for word, to whom and why. Nothing is written here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.cases.endings import CLOSED
from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.now import today
from app.core.text.bounds import require_motive
from app.interlocutors.queries import get_interlocutor
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory import typed
from app.referrals.needs import services as needs
from app.referrals.needs.models import LONGEST_REASON, ConsentHow, Origin
from app.referrals.needs.putting import busier
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall
from app.referrals.routing.cards import Directory, Need, place_of
from app.referrals.routing.engine import Routing, route
from app.referrals.routing.facts import facts_of
from app.referrals.routing.queries import load_directory
from app.referrals.sending import policies

SHUT = "Cette entreprise est fermée : aucun expert ne peut plus la rappeler."
NO_INTERLOCUTOR = "Cette personne n’est plus parmi les interlocuteurs : choisissez-en une autre, ou donnez qui rappeler."
SHORT_REASON = "Dites en quelques mots pourquoi vous passez outre l’accord de l’entreprise : les contrôleurs le liront."


@dataclass(frozen=True, kw_only=True)
class OrientingSaid:
    """What an agent says of a need; ``interlocutor_id``: whom to call, when it is somebody already known of the firm."""

    subject_ids: Sequence[int]
    commune: str | None
    message: str | None
    consent_how: ConsentHow
    #: who agreed; of an override, why
    consent_by: str | None
    consent_on: date | None
    interlocutor_id: int | None = None
    name: str | None = ""
    telephone: str | None = ""
    email: str | None = ""
    has_debt: bool | None = None
    is_first: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RoutedNeed:
    """One need: its subject, and to whom it would go in a directory where the former ones are put."""

    subject: str
    need: Need
    routing: Routing
    directory: Directory


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What would be sent, and to whom."""

    asked: NewSolicitation
    contact: Mapping[str, str]
    needs: Sequence[RoutedNeed]
    #: who is to be called, when it is somebody already known
    interlocutor_id: int | None = None

    @property
    def stamp(self) -> str:
        """What stands for what is shown: the experts of each subject, and a digest of the words."""
        experts = [
            f"{each.need.subject_id}:{','.join(map(str, sorted(each.routing.expert_ids)))}"
            for each in self.needs
        ]
        asked = self.asked
        words = (
            asked.firm_name, asked.commune, asked.message, sorted(self.contact.items()), asked.consent, asked.has_debt,
            asked.is_first,
        )  # fmt: skip
        return f"{';'.join(experts)}|{hashlib.sha256(repr(words).encode()).hexdigest()}"


def prepare(session: Session, identity: Identity, case: Case, said: OrientingSaid) -> Prepared:
    """Return what would be sent today; raise `DomainError`, on the field that is wrong."""
    asked = _asked(session, identity, case, said)
    needs.require_sound(session, asked)
    subject_ids = sorted(set(asked.subject_ids))
    directory = load_directory(session, identity, subject_ids=subject_ids)
    area = asked.commune
    place = place_of(gazetteer(), area) if area else None
    facts = facts_of(case.company, has_debt=asked.has_debt, is_first=asked.is_first)
    routed = []
    for subject_id in subject_ids:
        need = Need(subject_id=subject_id, place=place, day=today(), facts=facts)
        routing = route(need, directory)
        routed.append(
            RoutedNeed(
                subject=directory.subjects[subject_id],
                need=need,
                routing=routing,
                directory=directory,
            )
        )
        # The next one is put after this one: who has the fewest open needs counts it.
        directory = busier(directory, sorted(routing.expert_ids))
    contact = needs.contact_of(asked.asker)
    return Prepared(
        asked=asked, contact=contact, needs=routed, interlocutor_id=said.interlocutor_id
    )


def _asked(
    session: Session, identity: Identity, case: Case, said: OrientingSaid
) -> NewSolicitation:
    if not case.is_open:
        raise DomainError(CLOSED)
    if not case.company.is_active:
        raise DomainError(SHUT)
    return NewSolicitation(
        origin=Origin.CASE, siren=case.siren, firm_name=case.company.name,
        commune=typed.commune_of(said.commune, field="commune") if said.commune else None,
        subject_ids=said.subject_ids, message=said.message, asker=_asker(session, identity, case, said),
        consent=_consent(identity, case, said), has_debt=said.has_debt, is_first=said.is_first, case_id=case.id,
    )  # fmt: skip


def _asker(session: Session, identity: Identity, case: Case, said: OrientingSaid) -> PersonToCall:
    if said.interlocutor_id is None:
        return PersonToCall(name=said.name, telephone=said.telephone, email=said.email)
    try:
        person = get_interlocutor(session, identity, said.interlocutor_id)
    except NotFoundError:
        raise DomainError(NO_INTERLOCUTOR, field="interlocutor") from None
    if person.siren != case.siren:
        raise DomainError(NO_INTERLOCUTOR, field="interlocutor")
    return PersonToCall(name=person.name, telephone=person.telephone, email=person.email)


def _consent(identity: Identity, case: Case, said: OrientingSaid) -> Consent:
    on = said.consent_on or today()
    if said.consent_how is not ConsentHow.OVERRIDDEN:
        return Consent(how=said.consent_how, by=said.consent_by, on=on)
    if not policies.may_override(identity, case):
        raise DomainError(policies.NOT_YOURS)
    reason = require_motive(
        said.consent_by, field="override_reason", limit=LONGEST_REASON, too_short=SHORT_REASON
    )
    return Consent(how=ConsentHow.OVERRIDDEN, by=reason, on=today())
