"""Write the entry of an expert: what they do, where, for which firms; archive it; say when they are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.addresses import is_address
from app.core.text.bounds import normalised
from app.core.text.telephone import telephone_of
from app.referrals.areas.gazetteer import name_key
from app.referrals.criteria import Criteria
from app.referrals.directory import leaving, policies
from app.referrals.directory.models import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_TEXT,
    Antenne,
    Competence,
    Expert,
    ExpertAbsence,
    ExpertKind,
)
from app.referrals.directory.versions import require_version

#: two who write in an antenne at the same moment: the second is told of what the first wrote
WRITING = 7_162_001
NO_NAME = "Donnez le nom de l’expert, ou celui de la boîte partagée."
NO_SUBJECT = "Dites au moins un service rendu : sans sujet, aucun besoin ne lui parviendrait."
NO_SERVICE = "Dites le service rendu pour chaque sujet."
NO_AREA = "Donnez un territoire : ni cet expert ni son antenne n’en ont, aucun besoin ne lui parviendrait."
NO_ADDRESS = "Donnez une adresse électronique : les besoins y sont envoyés."
TAKEN = "« {} » a déjà cette adresse dans cette antenne : modifiez plutôt sa fiche, ou reprenez-la si elle est archivée."
NO_ACCOUNT = "Aucun compte n’a cette adresse : laissez vide, ou demandez l’ouverture du compte."
TOO_LONG = "{} caractères au plus."
POSITIVE = "Saisissez un nombre d’au moins 1, ou laissez vide."
CLOSED = "Cette antenne est archivée : reprenez-la d’abord."
NO_DAYS = "Donnez le premier et le dernier jour de l’absence."
BACKWARDS = "Le dernier jour vient avant le premier."
OVER = "Cette absence est déjà passée."
NOT_ONESELF = "Choisissez un autre expert : on ne se remplace pas soi-même."
NO_DELEGATE = "Cet expert n’est plus dans l’annuaire : choisissez-en un autre."
FUTURE = "Cette date n’est pas encore venue."


@dataclass(frozen=True, kw_only=True)
class ExpertEntry:
    """What is said of an expert; ``services``: the service rendered, by number of subject."""

    kind: ExpertKind
    name: str
    email: str
    services: Mapping[int, str]
    telephone: str = ""
    #: the address of their account, if they have one
    account: str = ""
    areas: list[str] = field(default_factory=list)
    criteria: Criteria = field(default_factory=Criteria)
    #: the subjects that the criteria are about; none: every one
    criteria_subjects: Sequence[int] = ()
    capacity: int | None = None
    source: str = ""
    verified_on: date | None = None


def add(session: Session, identity: Identity, antenne: Antenne, entry: ExpertEntry) -> Expert:
    """Add an expert to an antenne; raise `DomainError`."""
    _require_keeper(identity, antenne)
    if antenne.is_archived:
        raise DomainError(CLOSED)
    values = _values(session, antenne, entry, but=None)
    expert = Expert(antenne_id=antenne.id, **values)
    session.add(expert)
    session.flush()
    _treat(session, expert, {}, entry.services)
    _record(session, identity, expert.id, change="created")
    return expert


def change(
    session: Session, identity: Identity, expert: Expert, entry: ExpertEntry, *, shown: int | None
) -> set[str]:
    """Change what is said of an expert; return what changed. What they stopped doing is kept, as ended.

    ``shown``: the version that was read; raise `ChangedMeanwhileError` when somebody changed the entry since.
    """
    _require_keeper(identity, expert.antenne)
    hold(session, expert)
    require_version(expert, shown=shown)
    values = _values(session, expert.antenne, entry, but=expert.id)
    # Read again, now that nobody else writes in this antenne: two who add the same subject add it once.
    current = (Competence.expert_id == expert.id, Competence.ended_at.is_(None))
    held = {each.subject_id: each for each in session.scalars(select(Competence).where(*current))}
    before = {name: getattr(expert, name) for name in values}
    changed = set(journal.changes(before, values)) - {"name_sort"}
    if {number: each.service for number, each in held.items()} != dict(entry.services):
        changed.add("services")
    for name, value in values.items():
        setattr(expert, name, value)
    expert.version += bool(changed)
    _treat(session, expert, held, entry.services)
    session.flush()
    if changed:
        _record(session, identity, expert.id, change="changed", fields=sorted(changed))
    return changed


def set_archived(session: Session, identity: Identity, expert: Expert, *, archived: bool) -> None:
    """Archive an entry, or bring it back. The figures of the past keep it."""
    _require_keeper(identity, expert.antenne)
    hold(session, expert)
    if expert.is_archived is archived:
        return
    if not archived and expert.antenne.is_archived:
        raise DomainError(CLOSED)
    expert.archived_at = utcnow() if archived else None
    session.flush()
    change = "archived" if archived else "brought_back"
    _record(session, identity, expert.id, change=change)
    if archived:
        leaving.pass_on(session)


def say_away(
    session: Session, identity: Identity, expert: Expert, *, starts_on: date | None, ends_on: date | None,
    delegate: Expert | None,
) -> ExpertAbsence:  # fmt: skip
    """Say that an expert is away, and who stands in; raise `DomainError`."""
    if not policies.may_say_absence(identity, expert):
        raise DomainError(policies.NOT_KEPT)
    if starts_on is None or ends_on is None:
        raise DomainError(NO_DAYS, field="starts_on")
    if starts_on > ends_on:
        raise DomainError(BACKWARDS, field="ends_on")
    if ends_on < today():
        raise DomainError(OVER, field="ends_on")
    if delegate is not None and delegate.id == expert.id:
        raise DomainError(NOT_ONESELF, field="delegate_id")
    if delegate is not None and delegate.is_archived:
        raise DomainError(NO_DELEGATE, field="delegate_id")
    absence = ExpertAbsence(
        expert_id=expert.id,
        starts_on=starts_on,
        ends_on=ends_on,
        delegate_id=delegate.id if delegate else None,
        declared_by=identity.agent_id,
    )
    session.add(absence)
    session.flush()
    _record(session, identity, expert.id, change="away")
    return absence


def end_absence(session: Session, identity: Identity, absence: ExpertAbsence) -> None:
    """Cancel an absence: the expert is put needs again."""
    if not policies.may_end_absence(identity, absence):
        raise DomainError(policies.NOT_KEPT)
    hold(session, absence)
    if absence.cancelled_at is None:
        absence.cancelled_at = utcnow()
        session.flush()
        _record(session, identity, absence.expert_id, change="back")


def require_sound(entry: ExpertEntry, inherited: Sequence[str]) -> None:
    """Raise `DomainError` on what cannot be, whoever else is in the directory; ``inherited``: the areas of the antenne."""
    entry.criteria.require_possible()
    if entry.capacity is not None and entry.capacity < 1:
        raise DomainError(POSITIVE, field="capacity")
    if entry.verified_on is not None and entry.verified_on > today():
        raise DomainError(FUTURE, field="verified_on")
    if not entry.areas and not inherited:
        raise DomainError(NO_AREA, field="areas")
    if not entry.services:
        raise DomainError(NO_SUBJECT)
    checked_name(entry.name)
    for service in entry.services.values():
        _bounded(service, "services", LONGEST_TEXT, absent=NO_SERVICE)
    _bounded(entry.source, "source", LONGEST_TEXT)


def checked_name(typed: str) -> str:
    """Return a name as it is kept; raise `DomainError` when there is none, or it is too long."""
    return _bounded(typed, "name", LONGEST_NAME, absent=NO_NAME)


def checked_address(session: Session, antenne_id: int, typed: str, *, but: int | None) -> str:
    """Return an address as it is kept, nobody else writing in its antenne; raise `DomainError` when another expert there has it."""
    email = _bounded(typed, "email", LONGEST_ADDRESS, absent=NO_ADDRESS).lower()
    if not is_address(email):
        raise DomainError("Ce n’est pas une adresse électronique.", field="email")
    take_turn(session, WRITING, antenne_id)
    same = select(Expert.name).where(Expert.antenne_id == antenne_id, func.lower(Expert.email) == email)  # fmt: skip
    known = session.scalar(same.where(Expert.id != but) if but else same)
    if known is not None:
        raise DomainError(TAKEN.format(known), field="email")
    return email


def _require_keeper(identity: Identity, antenne: Antenne) -> None:
    if not policies.keeps_antenne(identity, antenne):
        raise DomainError(policies.NOT_KEPT)


def _values(
    session: Session, antenne: Antenne, entry: ExpertEntry, *, but: int | None
) -> dict[str, object]:  # fmt: skip
    """The columns of an entry; raise `DomainError` on what cannot be."""
    require_sound(entry, antenne.areas)
    return {
        "kind": entry.kind,
        "name": normalised(entry.name),
        "name_sort": name_key(normalised(entry.name)),
        "email": checked_address(session, antenne.id, entry.email, but=but),
        "telephone": telephone_of(entry.telephone, field="telephone"),
        "agent_id": _account(session, entry.account),
        "areas": list(entry.areas),
        "criteria": entry.criteria.stored,
        "criteria_subjects": sorted(entry.criteria_subjects) if entry.criteria.stored else [],
        "capacity": entry.capacity,
        "source": normalised(entry.source),
        "verified_on": entry.verified_on,
    }


def _account(session: Session, typed: str) -> int | None:
    email = normalised(typed).lower()
    if not email:
        return None
    with reading_as_system(session, reason="un expert est relié à son compte"):
        agent_id = session.scalar(select(Agent.id).where(func.lower(Agent.email) == email, Agent.active))  # fmt: skip
    if agent_id is None:
        raise DomainError(NO_ACCOUNT, field="account")
    return agent_id


def _bounded(text: str, name: str, longest: int, *, absent: str = "") -> str:
    value = normalised(text)
    if absent and not value:
        raise DomainError(absent, field=name)
    if len(value) > longest:
        raise DomainError(TOO_LONG.format(longest), field=name)
    return value


def _treat(
    session: Session, expert: Expert, held: Mapping[int, Competence], services: Mapping[int, str]
) -> None:  # fmt: skip
    """Have an expert treat these subjects, and no other."""
    for subject_id, competence in held.items():
        if subject_id not in services:
            competence.ended_at = utcnow()
        elif competence.service != services[subject_id]:
            competence.service = services[subject_id]
    for subject_id, service in services.items():
        if subject_id not in held:
            session.add(Competence(expert_id=expert.id, subject_id=subject_id, service=service))
    session.flush()
    session.expire(expert, ["competences"])


def _record(session: Session, identity: Identity, expert_id: int, **details: Any) -> None:
    journal.record(
        session, identity, journal.Event.DIRECTORY_CHANGED, expert=expert_id, **details
    )  # fmt: skip
