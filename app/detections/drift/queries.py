"""Read drift reports and shadow runs."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.drift.models import DriftReport, ShadowRun
from app.models_registry.models import ModelVersion


def find_report(session: Session, run_id: int) -> DriftReport | None:
    """Return the drift found by a run, if any."""
    return session.get(DriftReport, run_id)


def get_report(session: Session, _identity: Identity, run_id: int) -> DriftReport:
    """Return the drift found by a run, with the run and who overrode it; raise `NotFoundError`."""
    report = session.scalar(
        select(DriftReport)
        .where(DriftReport.run_id == run_id)
        .options(joinedload(DriftReport.run), joinedload(DriftReport.agent))
    )
    if report is None:
        raise NotFoundError
    return report


def find_last_report(session: Session, model_id: int | None = None) -> DriftReport | None:
    """Return the latest drift found, for any model or for one, with its run."""
    statement = select(DriftReport).options(joinedload(DriftReport.run))
    if model_id is not None:
        statement = statement.where(DriftReport.model_id == model_id)
    return session.scalar(statement.order_by(DriftReport.run_id.desc()).limit(1))


def list_shadows(session: Session, model_id: int, *, limit: int = 24) -> Sequence[ShadowRun]:
    """Return the shadow runs of a model, latest first."""
    return session.scalars(
        select(ShadowRun)
        .where(ShadowRun.model_id == model_id)
        .options(joinedload(ShadowRun.run))
        .order_by(ShadowRun.run_id.desc())
        .limit(limit)
    ).all()


def require_shadow_run(
    session: Session, challenger: ModelVersion, champion: ModelVersion
) -> str | None:
    """Return why a challenger may not be signed for: it needs a complete run in the shadow of the current champion."""
    followed = session.scalar(
        select(func.count()).where(
            ShadowRun.model_id == challenger.id,
            ShadowRun.champion_id == champion.id,
            ShadowRun.error.is_(None),
        )
    )
    if followed:
        return None
    return "Ce modèle n’a pas encore suivi une détection à côté du modèle en service : une au moins est demandée."  # fmt: skip
