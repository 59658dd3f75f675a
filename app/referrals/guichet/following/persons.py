"""Whoever asked for help, and exercises their rights: the contact of a request, its texts, what they said of the help."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import day_of
from app.core.persons.places import HeldObject, PersonPlace, text_place
from app.core.text.addresses import is_address
from app.core.text.bounds import normalised
from app.core.text.french import siret_fr
from app.core.text.telephone import telephone_of
from app.referrals.guichet.following import erasing
from app.referrals.guichet.following.models import Satisfaction
from app.referrals.needs.models import (
    LONGEST_NAME,
    NeedMessage,
    Solicitation,
    SolicitationContact,
)

WHY = "Droits d’une personne qui a demandé de l’aide"
TEAM = "l’équipe de l’orientation"
GONE = "Cette demande ne dit plus rien de personne : elle est déjà effacée."
STILL_OPEN = "Un besoin de cette demande est encore ouvert : qu’il soit d’abord retiré, par la personne ou par l’équipe de l’orientation."
WITH_ITS_REQUEST = (
    "S’efface avec la demande dont il fait partie, par son contact, sinon à la durée qu’elle dit."
)
FIELDS = ("name", "telephone", "email")


def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return the contacts of requests."""
    found = (
        select(SolicitationContact, Solicitation.siren, Solicitation.created_at)
        .join(Solicitation, Solicitation.id == SolicitationContact.solicitation_id)
        .where(SolicitationContact.solicitation_id.in_(numbers))
        .order_by(SolicitationContact.solicitation_id.desc())
    )
    return [
        HeldObject(
            object_id=contact.solicitation_id, title=f"Contact d’une demande de l’entreprise {siret_fr(siren)}",
            own={"Nom": contact.name, "Téléphone": contact.telephone, "Courriel": contact.email},
            day=day_of(created_at), email=contact.email, telephone=contact.telephone,
            fields={name: getattr(contact, name) for name in FIELDS},
        )
        for contact, siren, created_at in session.execute(found)
    ]  # fmt: skip


def correct(session: Session, identity: Identity, number: int, said: Mapping[str, str]) -> None:
    """Correct whom to call for a request."""
    values = _checked(said)
    with writing_as_system(session, identity, reason=WHY):
        contact = session.get(SolicitationContact, number, with_for_update=True, populate_existing=True)  # fmt: skip
        if contact is None:
            raise DomainError(GONE)
        changed = journal.changes({name: getattr(contact, name) for name in values}, values)
        for name, value in values.items():
            setattr(contact, name, value)
    journal.record(
        session, identity, journal.Event.SOLICITATION_CONTACT_CORRECTED, solicitation=number, fields=sorted(changed)
    )  # fmt: skip


def erase(session: Session, identity: Identity, number: int) -> None:
    """Erase all that a request says of a person, once none of its needs is open."""
    # Under the very name that the nightly erasing bears: its line of the journal is the same.
    with writing_as_system(session, identity, reason=erasing.SYSTEM.name):
        one = select(Solicitation).where(Solicitation.id == number, Solicitation.erased_at.is_(None))  # fmt: skip
        request = session.scalar(one.options(selectinload(Solicitation.needs)).with_for_update())
        if request is None:
            raise DomainError(GONE)
        if any(need.state.is_open for need in request.needs):
            raise DomainError(STILL_OPEN)
        erasing.erase(session, request)


PLACES = (
    PersonPlace(
        kind="solicitation_contact", label="Contacts des demandes d’entreprises", read=read, whom=TEAM,
        fields=FIELDS, correct=correct, erase=erase,
    ),
    text_place(
        "solicitation", "Message d’une demande", Solicitation,
        texts=[Solicitation.firm_name, Solicitation.message, Solicitation.consent_by],
        key=Solicitation.id, day=Solicitation.created_at, whom=TEAM, erase=erase,
    ),
    text_place(
        "need_message", "Message d’un besoin", NeedMessage, texts=[NeedMessage.body], key=NeedMessage.id, day=NeedMessage.written_at,
        whom=TEAM, retained=WITH_ITS_REQUEST,
    ),
    text_place(
        "satisfaction", "Avis sur l’aide reçue", Satisfaction, texts=[Satisfaction.comment], key=Satisfaction.need_id,
        day=Satisfaction.answered_at, whom=TEAM, retained=WITH_ITS_REQUEST,
    ),
)  # fmt: skip


def _checked(said: Mapping[str, str]) -> dict[str, str]:
    name, email = " ".join(normalised(said["name"]).split()), normalised(said["email"])
    telephone = telephone_of(said["telephone"], field="telephone")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise DomainError(f"Donnez un nom, de {LONGEST_NAME} caractères au plus.", field="name")
    if email and not is_address(email):
        raise DomainError(f"« {email} » n’est pas une adresse électronique.", field="email")
    if not email and not telephone:
        raise DomainError("Laissez un téléphone ou une adresse : sinon, effacez.", field="telephone")  # fmt: skip
    return {"name": name, "telephone": telephone, "email": email}
