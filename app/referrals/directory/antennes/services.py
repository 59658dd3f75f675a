"""Write institutions and antennes, and say who keeps the entries of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import normalised
from app.referrals.criteria import Criteria
from app.referrals.directory import leaving, policies
from app.referrals.directory.models import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Antenne,
    AntenneManager,
    Institution,
)
from app.referrals.directory.versions import require_version

#: two who write the same name at the same moment: the second is told of the first
WRITING = 7_162_002
NO_NAME = "Donnez un nom."
TOO_LONG = "{} caractères au plus."
TAKEN = "Une institution a déjà ce nom."
ANTENNE_TAKEN = "Cette institution a déjà une antenne de ce nom."
POSITIVE = "Saisissez un nombre d’au moins 1, ou laissez vide."
NO_ACCOUNT = "Aucun compte actif n’a l’adresse « {} »."
ARCHIVED = "Cette institution est archivée."
FUTURE = "Cette date n’est pas encore venue."


@dataclass(frozen=True, kw_only=True)
class AntenneEntry:
    """What is said of an antenne."""

    name: str
    areas: list[str] = field(default_factory=list)
    criteria: Criteria = field(default_factory=Criteria)
    #: the subjects that the criteria are about; none: every one
    criteria_subjects: Sequence[int] = ()
    most: int | None = None
    source: str = ""
    verified_on: date | None = None


def add_institution(session: Session, identity: Identity, *, name: str, description: str = "") -> Institution:  # fmt: skip
    """Add an institution; raise `DomainError` when one has this name."""
    institution = Institution(**_named(session, name, description, but=None))
    session.add(institution)
    session.flush()
    _record(session, identity, institution=institution.id, change="created")
    return institution


def change_institution(
    session: Session, identity: Identity, institution: Institution, *, name: str, description: str, archived: bool
) -> None:  # fmt: skip
    """Rename an institution, describe it, archive it or bring it back: its experts follow it."""
    hold(session, institution)
    values = _named(session, name, description, but=institution.id)
    changed = set(journal.changes({key: getattr(institution, key) for key in values}, values))
    for key, value in values.items():
        setattr(institution, key, value)
    if (institution.archived_at is not None) is not archived:
        institution.archived_at = utcnow() if archived else None
        changed.add("archived")
    session.flush()
    if changed:
        _record(session, identity, institution=institution.id, change="changed", fields=sorted(changed))  # fmt: skip
    if "archived" in changed and archived:
        leaving.pass_on(session)


def add(session: Session, identity: Identity, institution: Institution, entry: AntenneEntry) -> Antenne:  # fmt: skip
    """Add an antenne to an institution; raise `DomainError`."""
    if institution.archived_at is not None:
        raise DomainError(ARCHIVED)
    values = _values(session, institution.id, entry, but=None)
    antenne = Antenne(institution_id=institution.id, **values)
    session.add(antenne)
    session.flush()
    _record(session, identity, antenne=antenne.id, change="created")
    return antenne


def change(
    session: Session,
    identity: Identity,
    antenne: Antenne,
    entry: AntenneEntry,
    *,
    shown: int | None,
) -> None:
    """Change what is said of an antenne: its experts without a territory or criteria of their own follow.

    ``shown``: the version that was read; raise `ChangedMeanwhileError` when somebody changed the entry since.
    """
    if not policies.keeps_antenne(identity, antenne):
        raise DomainError(policies.NOT_KEPT)
    hold(session, antenne)
    require_version(antenne, shown=shown)
    values = _values(session, antenne.institution_id, entry, but=antenne.id)
    changed = journal.changes({key: getattr(antenne, key) for key in values}, values)
    for key, value in values.items():
        setattr(antenne, key, value)
    antenne.version += bool(changed)
    session.flush()
    if changed:
        _record(session, identity, antenne=antenne.id, change="changed", fields=sorted(changed))


def set_archived(session: Session, identity: Identity, antenne: Antenne, *, archived: bool) -> None:
    """Archive an antenne, or bring it back: its experts receive needs no more, or again."""
    if not policies.keeps_antenne(identity, antenne):
        raise DomainError(policies.NOT_KEPT)
    hold(session, antenne)
    if antenne.is_archived is not archived:
        antenne.archived_at = utcnow() if archived else None
        session.flush()
        _record(session, identity, antenne=antenne.id, change="archived" if archived else "brought_back")  # fmt: skip
        if archived:
            leaving.pass_on(session)


def set_managers(session: Session, identity: Identity, antenne: Antenne, emails: Sequence[str]) -> None:  # fmt: skip
    """Say who keeps the entries of an antenne; raise `DomainError` when an address is that of nobody."""
    wanted = [_agent_id(session, email) for email in emails]
    take_turn(session, WRITING, antenne.id)
    # Read again, now that nobody else writes: two who name the same person name them once.
    current = (AntenneManager.antenne_id == antenne.id, AntenneManager.removed_at.is_(None))
    held = {each.agent_id: each for each in session.scalars(select(AntenneManager).where(*current))}
    for agent_id in held.keys() - set(wanted):
        held[agent_id].removed_at = utcnow()
        _record(session, identity, antenne=antenne.id, agent=agent_id, change="removed")
    for agent_id in dict.fromkeys(wanted):
        if agent_id not in held:
            session.add(AntenneManager(antenne_id=antenne.id, agent_id=agent_id))
            _record(session, identity, antenne=antenne.id, agent=agent_id, change="added")
    session.flush()


def _values(
    session: Session, institution_id: int, entry: AntenneEntry, *, but: int | None
) -> dict[str, object]:  # fmt: skip
    entry.criteria.require_possible()
    if entry.most is not None and entry.most < 1:
        raise DomainError(POSITIVE, field="most")
    if entry.verified_on is not None and entry.verified_on > today():
        raise DomainError(FUTURE, field="verified_on")
    name = _bounded(entry.name, "name", LONGEST_NAME, absent=NO_NAME)
    take_turn(session, WRITING)
    same = (Antenne.institution_id == institution_id, func.lower(Antenne.name) == name.lower())
    _require_free(session, Antenne.id, same, but, ANTENNE_TAKEN)
    return {
        "name": name,
        "areas": list(entry.areas),
        "criteria": entry.criteria.stored,
        "criteria_subjects": sorted(entry.criteria_subjects) if entry.criteria.stored else [],
        "most": entry.most,
        "source": _bounded(entry.source, "source", LONGEST_TEXT),
        "verified_on": entry.verified_on,
    }


def _named(session: Session, name: str, description: str, *, but: int | None) -> dict[str, str]:
    said = _bounded(name, "name", LONGEST_NAME, absent=NO_NAME)
    take_turn(session, WRITING)
    _require_free(session, Institution.id, (func.lower(Institution.name) == said.lower(),), but, TAKEN)  # fmt: skip
    return {"name": said, "description": _bounded(description, "description", LONGEST_TEXT)}


def _require_free(
    session: Session, key: object, same: Sequence[ColumnElement[bool]], but: int | None, refusal: str
) -> None:  # fmt: skip
    known = session.scalar(select(key).where(*same))  # type: ignore[call-overload]
    if known is not None and known != but:
        raise DomainError(refusal, field="name")


def _agent_id(session: Session, email: str) -> int:
    with reading_as_system(session, reason="un responsable d’antenne est désigné"):
        known = session.scalar(select(Agent.id).where(func.lower(Agent.email) == email.lower(), Agent.active))  # fmt: skip
    if known is None:
        raise DomainError(NO_ACCOUNT.format(email), field="managers")
    return int(known)


def _bounded(text: str, name: str, longest: int, *, absent: str = "") -> str:
    value = normalised(text)
    if absent and not value:
        raise DomainError(absent, field=name)
    if len(value) > longest:
        raise DomainError(TOO_LONG.format(longest), field=name)
    return value


def _record(session: Session, identity: Identity, **details: Any) -> None:
    journal.record(session, identity, journal.Event.DIRECTORY_CHANGED, **details)
