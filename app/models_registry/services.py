"""Write the register of models."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.now import utcnow
from app.models_registry import queries
from app.models_registry.models import (
    ModelState,
    ModelVersion,
)


def register(
    session: Session,
    identity: Identity,
    *,
    directory: str,
    sha256: str,
    trained_as_of: date,
    metrics: dict[str, Any],
) -> ModelVersion:
    """Register a trained model; the first one becomes the champion, others wait for a decision.

    ``directory`` is relative to the instance's home. A file already registered is returned, not duplicated.
    """
    existing = queries.find_version_by_digest(session, sha256)
    if existing is not None:
        return existing
    is_first = queries.find_champion(session) is None
    version = ModelVersion(
        directory=directory,
        sha256=sha256,
        trained_as_of=trained_as_of,
        created_at=utcnow(),
        state=ModelState.CHAMPION if is_first else ModelState.CANDIDATE,
        metrics=metrics,
    )
    session.add(version)
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.MODEL_TRAINED,
        version=version.id,
        sha256=sha256,
        as_of=trained_as_of,
        is_champion=version.is_champion,
    )
    return version


def keep_gate(session: Session, version_id: int, gate: dict[str, Any]) -> None:
    """Store the gate of a model; a new measure replaces the former one."""
    queries.get_version(session, version_id).gate = gate
    session.flush()
