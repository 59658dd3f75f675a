"""An interlocutor who exercises their rights: found, corrected, erased."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.persons.places import HeldObject, PersonPlace
from app.core.text.french import siret_fr
from app.interlocutors.models import Interlocutor
from app.interlocutors.services import GONE, checked_ways

WHY = "Droits d’un interlocuteur"
#: what stands for the name of somebody erased
ERASED = "Personne effacée"
FIELDS = ("name", "function", "telephone", "email")


def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return interlocutors, archived ones too, as they are told to themselves: who gave their name is somebody else."""
    found = select(Interlocutor).where(Interlocutor.id.in_(numbers)).order_by(Interlocutor.id.desc())  # fmt: skip
    return [_held(person) for person in session.scalars(found)]


def correct(session: Session, identity: Identity, number: int, said: Mapping[str, str]) -> None:
    """Correct what is said of them; the journal keeps which parts changed, not what they say."""
    values = checked_ways(said)
    with writing_as_system(session, identity, reason=WHY):
        person = _hold(session, number)
        siren = person.siren
        changed = journal.changes({name: getattr(person, name) for name in values}, values)
        for name, value in values.items():
            setattr(person, name, value)
        person.version += bool(changed)
    _record(session, identity, siren, number, change="changed", fields=sorted(changed))


def erase(session: Session, identity: Identity, number: int) -> None:
    """Leave nothing of them, and show them to nobody."""
    with writing_as_system(session, identity, reason=WHY):
        person = _hold(session, number)
        siren = person.siren
        person.name = ERASED
        person.function = person.telephone = person.email = person.given_by = ""
        person.version += 1
        if person.archived_at is None:
            person.archived_at, person.archived_by = utcnow(), identity.agent_id
    _record(session, identity, siren, number, change="archived")


PLACE = PersonPlace(
    kind="interlocutor", label="Interlocuteurs d’entreprises", read=read, whom="un agent de la zone de l’entreprise",
    fields=FIELDS, correct=correct, erase=erase,
)  # fmt: skip


def _held(person: Interlocutor) -> HeldObject:
    ways = {
        "Nom": person.name,
        "Fonction": person.function,
        "Téléphone": person.telephone,
        "Courriel": person.email,
    }
    told = {"Source": person.source.label, "Archivé": "oui" if person.archived_at else ""}
    return HeldObject(
        object_id=person.id, title=f"Interlocuteur de l’entreprise {siret_fr(person.siren)}", own={**ways, **told},
        day=person.given_on, email=person.email, telephone=person.telephone,
        fields={name: getattr(person, name) for name in FIELDS},
    )  # fmt: skip


def _hold(session: Session, number: int) -> Interlocutor:
    one = select(Interlocutor).where(Interlocutor.id == number).with_for_update()
    person = session.scalar(one.execution_options(populate_existing=True))
    if person is None:
        raise DomainError(GONE)
    return person


def _record(session: Session, identity: Identity, siren: str, number: int, **details: object) -> None:  # fmt: skip
    event = journal.Event.INTERLOCUTOR_CHANGED
    journal.record(session, identity, event, siren=siren, interlocutor=number, **details)
