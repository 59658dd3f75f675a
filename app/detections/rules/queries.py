"""Reading the versions of the expert rules, and what they moved in a list."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.models import ExpertRuleSet


def list_versions(session: Session, *, limit: int = 50) -> Sequence[ExpertRuleSet]:
    """The versions with their authors, the last written first."""
    return session.scalars(
        select(ExpertRuleSet)
        .options(joinedload(ExpertRuleSet.author))
        .order_by(ExpertRuleSet.id.desc())
        .limit(limit)
    ).all()


def find_in_force(session: Session, *, as_of: date) -> ExpertRuleSet | None:
    """The version that a run of this day applies: the last written of those in force by then."""
    return session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.in_force_from <= as_of)
        .order_by(ExpertRuleSet.id.desc())
        .limit(1)
    )


def text_on(session: Session, day: date) -> str:
    """The YAML in force on ``day``; empty without any."""
    version = find_in_force(session, as_of=day)
    return version.text if version else ""


def find_last(session: Session) -> ExpertRuleSet | None:
    """The last version written, in force or not."""
    return session.scalar(select(ExpertRuleSet).order_by(ExpertRuleSet.id.desc()).limit(1))


def find_version(session: Session, version_id: int | None) -> ExpertRuleSet | None:
    """A version by its number; `None` for none."""
    return None if version_id is None else session.get(ExpertRuleSet, version_id)


def get_version(session: Session, _identity: Identity, version_id: int) -> ExpertRuleSet:
    """A version with its author; raise `NotFoundError`."""
    found = session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.id == version_id)
        .options(joinedload(ExpertRuleSet.author))
    )
    if found is None:
        raise NotFoundError
    return found


def find_former(session: Session, version: ExpertRuleSet) -> ExpertRuleSet | None:
    """The version written just before another."""
    return session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.id < version.id)
        .order_by(ExpertRuleSet.id.desc())
        .limit(1)
    )
