"""Read the register of models."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.models_registry.models import (
    DecisionKind,
    ModelDecision,
    ModelState,
    ModelVersion,
)

NO_CHAMPION = (
    "Aucun modèle n’est en service. Entraînez-en un avec "
    "« flask --app wsgi models train --as-of AAAA-MM-JJ », puis recommencez."
)


def find_champion(session: Session) -> ModelVersion | None:
    """Return the model in service, if any."""
    return session.scalar(select(ModelVersion).where(ModelVersion.state == ModelState.CHAMPION))


def find_challenger(session: Session) -> ModelVersion | None:
    """Return the model that scores in the shadow, if any."""
    return session.scalar(select(ModelVersion).where(ModelVersion.state == ModelState.CHALLENGER))


def find_former_champion(session: Session) -> ModelVersion | None:
    """Return the champion that the last promotion retired; `None` once it is back in service."""
    last = session.scalar(
        select(ModelDecision)
        .where(ModelDecision.kind != DecisionKind.CHALLENGE)
        .order_by(ModelDecision.id.desc())
        .limit(1)
    )
    if last is None or last.kind is not DecisionKind.PROMOTE or last.former_id is None:
        return None
    return session.get(ModelVersion, last.former_id)


def list_decisions(session: Session, version: ModelVersion) -> Sequence[ModelDecision]:
    """Return the decisions on a model, latest first."""
    return session.scalars(
        select(ModelDecision)
        .where(ModelDecision.model_id == version.id)
        .options(joinedload(ModelDecision.agent))
        .order_by(ModelDecision.id.desc())
    ).all()


def find_version(session: Session, _identity: Identity, version_id: int) -> ModelVersion:
    """Return a version, for a page; raise `NotFoundError`."""
    return get_version(session, version_id)


def require_champion(session: Session) -> ModelVersion:
    """Return the model in service; raise `DomainError` explaining how to train one."""
    champion = find_champion(session)
    if champion is None:
        raise DomainError(NO_CHAMPION)
    return champion


def get_version(session: Session, version_id: int) -> ModelVersion:
    """Return a version by its id; raise `NotFoundError`."""
    version = session.get(ModelVersion, version_id)
    if version is None:
        raise NotFoundError
    return version


def find_version_by_digest(session: Session, sha256: str) -> ModelVersion | None:
    """Return the version whose file has this digest, if any."""
    return session.scalar(select(ModelVersion).where(ModelVersion.sha256 == sha256))


def list_versions(session: Session, *, limit: int = 50) -> Sequence[ModelVersion]:
    """Return the versions, the last trained first."""
    return session.scalars(
        select(ModelVersion)
        .order_by(ModelVersion.created_at.desc(), ModelVersion.id.desc())
        .limit(limit)
    ).all()
