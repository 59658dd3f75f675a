"""Read the versions of the expert rules."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.models import ExpertRuleSet


def list_versions(session: Session, *, limit: int = 50) -> Sequence[ExpertRuleSet]:
    """Return the versions with their authors, latest first."""
    return session.scalars(
        select(ExpertRuleSet)
        .options(joinedload(ExpertRuleSet.author))
        .order_by(ExpertRuleSet.id.desc())
        .limit(limit)
    ).all()


def find_in_force(session: Session, *, as_of: date) -> ExpertRuleSet | None:
    """Return the version that a run of this day applies: the latest of those in force by then."""
    return session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.in_force_from <= as_of)
        .order_by(ExpertRuleSet.id.desc())
        .limit(1)
    )


def text_on(session: Session, day: date) -> str:
    """Return the YAML in force on ``day``; empty when there is none."""
    version = find_in_force(session, as_of=day)
    return version.text if version else ""


def find_last(session: Session) -> ExpertRuleSet | None:
    """Return the latest version, in force or not."""
    return session.scalar(select(ExpertRuleSet).order_by(ExpertRuleSet.id.desc()).limit(1))


def find_version(session: Session, version_id: int | None) -> ExpertRuleSet | None:
    """Return a version by its id, or `None`."""
    return None if version_id is None else session.get(ExpertRuleSet, version_id)


def get_version(session: Session, _identity: Identity, version_id: int) -> ExpertRuleSet:
    """Return a version with its author; raise `NotFoundError`."""
    version = session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.id == version_id)
        .options(joinedload(ExpertRuleSet.author))
    )
    if version is None:
        raise NotFoundError
    return version


def find_former(session: Session, version: ExpertRuleSet) -> ExpertRuleSet | None:
    """Return the version written just before another."""
    return session.scalar(
        select(ExpertRuleSet)
        .where(ExpertRuleSet.id < version.id)
        .order_by(ExpertRuleSet.id.desc())
        .limit(1)
    )
