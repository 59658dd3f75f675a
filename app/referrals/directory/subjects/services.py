"""Write what a need may be about, and who receives what nobody else does."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import normalised
from app.referrals.directory.models import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Expert,
    ReferralFallback,
    ReferralSubject,
    ReferralTheme,
)

WRITING = 7_162_003
NO_LABEL = "Donnez un nom à ce sujet, dans les mots d’un chef d’entreprise."
NO_THEME = "Donnez le thème de ce sujet."
TOO_LONG = f"{LONGEST_NAME} caractères au plus."
TAKEN = "Un sujet a déjà ce nom : s’il est archivé, reprenez-le."
NO_EXPERT = "Choisissez un expert qui est encore dans l’annuaire."
TWICE = "Cet expert reçoit déjà ces besoins."


@dataclass(frozen=True, kw_only=True)
class SubjectEntry:
    """What is typed of a subject; without words for the public, the guichet does not offer it."""

    label: str
    theme: str
    public_wording: str | None = ""
    public_help: str | None = ""


def add(session: Session, identity: Identity, entry: SubjectEntry) -> ReferralSubject:
    """Add a subject under a theme, which is made when there is none of this name; raise `DomainError`."""
    subject = ReferralSubject(**_checked(session, entry, but=None))
    session.add(subject)
    session.flush()
    _record(session, identity, subject=subject.id, change="created")
    return subject


def change(
    session: Session, identity: Identity, subject: ReferralSubject, entry: SubjectEntry, *, archived: bool
) -> None:  # fmt: skip
    """Rename a subject, sort it otherwise, change its words for the public, archive it or bring it back; raise `DomainError`."""
    hold(session, subject)
    values = _checked(session, entry, but=subject.id)
    changed = set(journal.changes({key: getattr(subject, key) for key in values}, values))
    for name, value in values.items():
        setattr(subject, name, value)
    if (subject.archived_at is not None) is not archived:
        subject.archived_at = utcnow() if archived else None
        changed.add("archived")
    session.flush()
    if changed:
        _record(session, identity, subject=subject.id, change="changed", fields=sorted(changed))


def add_fallback(
    session: Session, identity: Identity, *, expert: Expert | None, subject_id: int | None, area: str
) -> ReferralFallback:  # fmt: skip
    """Have an expert receive what nobody else receives in an area; raise `DomainError`."""
    if expert is None or expert.is_archived:
        raise DomainError(NO_EXPERT, field="expert_id")
    take_turn(session, WRITING)
    same = (
        ReferralFallback.expert_id == expert.id,
        ReferralFallback.area == area,
        ReferralFallback.subject_id.is_not_distinct_from(subject_id),
        ReferralFallback.ended_at.is_(None),
    )
    if session.scalar(select(ReferralFallback.id).where(*same)) is not None:
        raise DomainError(TWICE, field="expert_id")
    fallback = ReferralFallback(expert_id=expert.id, subject_id=subject_id, area=area)
    session.add(fallback)
    session.flush()
    _record(session, identity, fallback=fallback.id, expert=expert.id, change="created")
    return fallback


def end_fallback(session: Session, identity: Identity, fallback: ReferralFallback) -> None:
    """Have an expert receive it no more."""
    hold(session, fallback)
    if fallback.ended_at is None:
        fallback.ended_at = utcnow()
        session.flush()
        _record(session, identity, fallback=fallback.id, expert=fallback.expert_id, change="withdrawn")  # fmt: skip


def _checked(session: Session, entry: SubjectEntry, *, but: int | None) -> dict[str, Any]:
    wording, helping = normalised(entry.public_wording), normalised(entry.public_help)
    if len(wording) > LONGEST_NAME:
        raise DomainError(TOO_LONG, field="public_wording")
    if len(helping) > LONGEST_TEXT:
        raise DomainError(f"{LONGEST_TEXT} caractères au plus.", field="public_help")
    return {
        "label": _label(session, entry.label, but=but),
        "theme_id": _theme(session, entry.theme),
        "public_wording": wording,
        "public_help": helping,
    }


def _label(session: Session, label: str, *, but: int | None) -> str:
    said = normalised(label)
    if not said:
        raise DomainError(NO_LABEL, field="label")
    if len(said) > LONGEST_NAME:
        raise DomainError(TOO_LONG, field="label")
    take_turn(session, WRITING)
    same = func.lower(ReferralSubject.label) == said.lower()
    known = session.scalar(select(ReferralSubject.id).where(same))
    if known is not None and known != but:
        raise DomainError(TAKEN, field="label")
    return said


def _theme(session: Session, label: str) -> int:
    said = normalised(label)
    if not said:
        raise DomainError(NO_THEME, field="theme")
    if len(said) > LONGEST_NAME:
        raise DomainError(TOO_LONG, field="theme")
    known = session.scalar(select(ReferralTheme.id).where(func.lower(ReferralTheme.label) == said.lower()))  # fmt: skip
    if known is not None:
        return known
    last = session.scalar(select(func.max(ReferralTheme.position)))
    theme = ReferralTheme(label=said, position=0 if last is None else last + 1)
    session.add(theme)
    session.flush()
    return theme.id


def _record(session: Session, identity: Identity, **details: Any) -> None:
    journal.record(session, identity, journal.Event.DIRECTORY_CHANGED, **details)
