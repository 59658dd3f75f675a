"""An expert who exercises their rights: found, corrected, erased from the directory."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.persons.places import HeldObject, PersonPlace
from app.core.text.telephone import telephone_of
from app.referrals.areas.gazetteer import name_key
from app.referrals.directory import leaving
from app.referrals.directory.experts.services import checked_address, checked_name
from app.referrals.directory.models import Antenne, Expert

WHY = "Droits d’un expert"
GONE = "Cet expert n’est plus dans l’annuaire."
ERASED = "Expert effacé"
FIELDS = ("name", "telephone", "email")


def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return experts, archived ones too."""
    found = select(Expert).where(Expert.id.in_(numbers)).order_by(Expert.id.desc())
    whole = found.options(joinedload(Expert.antenne).joinedload(Antenne.institution))
    return [_held(expert) for expert in session.scalars(whole)]


def correct(session: Session, identity: Identity, number: int, said: Mapping[str, str]) -> None:
    """Correct the name and the ways of an expert; the journal keeps which parts changed."""
    name, telephone = checked_name(said["name"]), telephone_of(said["telephone"], field="telephone")
    with writing_as_system(session, identity, reason=WHY):
        expert = _hold(session, number)
        email = checked_address(session, expert.antenne_id, said["email"], but=number)
        values = {"name": name, "name_sort": name_key(name), "telephone": telephone, "email": email}
        changed = set(journal.changes({key: getattr(expert, key) for key in values}, values))
        for key, value in values.items():
            setattr(expert, key, value)
        expert.version += bool(changed)
    _record(session, identity, number, change="changed", fields=sorted(changed - {"name_sort"}))


def erase(session: Session, identity: Identity, number: int) -> None:
    """Leave nothing of them but a number that past needs point to; their open needs go to others."""
    with writing_as_system(session, identity, reason=WHY):
        expert = _hold(session, number)
        expert.name, expert.name_sort, expert.telephone = ERASED, name_key(ERASED), ""
        # Nobody is written to there, and each has their own: an antenne holds an address once.
        expert.email, expert.agent_id = f"efface-{number}@vigie.invalid", None
        expert.version += 1
        expert.archived_at = expert.archived_at or utcnow()
        session.flush()
        leaving.pass_on(session)
    _record(session, identity, number, change="archived")


PLACE = PersonPlace(
    kind="expert", label="Experts de l’annuaire", read=read, whom="un responsable de son antenne",
    fields=FIELDS, correct=correct, erase=erase,
)  # fmt: skip


def _held(expert: Expert) -> HeldObject:
    antenne = expert.antenne
    ways = {"Nom": expert.name, "Téléphone": expert.telephone, "Courriel": expert.email}
    told = {"Source": expert.source, "Archivé": "oui" if expert.archived_at else ""}
    return HeldObject(
        object_id=expert.id, title=f"Expert de {antenne.name} ({antenne.institution.name})", own={**ways, **told},
        day=expert.verified_on, email=expert.email, telephone=expert.telephone,
        fields={name: getattr(expert, name) for name in FIELDS},
    )  # fmt: skip


def _hold(session: Session, number: int) -> Expert:
    one = select(Expert).where(Expert.id == number).with_for_update()
    expert = session.scalar(one.execution_options(populate_existing=True))
    if expert is None:
        raise DomainError(GONE)
    return expert


def _record(session: Session, identity: Identity, number: int, **details: Any) -> None:
    journal.record(session, identity, journal.Event.DIRECTORY_CHANGED, expert=number, **details)
