"""Reading what was found of drift and of challengers."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.detections.drift.models import DriftReport, ShadowRun
from app.models_registry.models import ModelVersion


def find_report(session: Session, run_id: int) -> DriftReport | None:
    """The drift found by a run."""
    return session.get(DriftReport, run_id)


def get_report(session: Session, _identity: Identity, run_id: int) -> DriftReport:
    """The drift found by a run, with the run and who passed over it; raise `NotFoundError`."""
    found = session.scalar(
        select(DriftReport)
        .where(DriftReport.run_id == run_id)
        .options(joinedload(DriftReport.run), joinedload(DriftReport.agent))
    )
    if found is None:
        raise NotFoundError
    return found


def find_last_report(session: Session, model_id: int | None = None) -> DriftReport | None:
    """The last drift found, of any model or of one, with its run."""
    statement = select(DriftReport).options(joinedload(DriftReport.run))
    if model_id is not None:
        statement = statement.where(DriftReport.model_id == model_id)
    return session.scalar(statement.order_by(DriftReport.run_id.desc()).limit(1))


def list_shadows(session: Session, model_id: int, *, limit: int = 24) -> Sequence[ShadowRun]:
    """What a model made of the runs it followed in the shadow, the last first."""
    return session.scalars(
        select(ShadowRun)
        .where(ShadowRun.model_id == model_id)
        .options(joinedload(ShadowRun.run))
        .order_by(ShadowRun.run_id.desc())
        .limit(limit)
    ).all()


def demand_a_shadow(
    session: Session, challenger: ModelVersion, champion: ModelVersion
) -> str | None:
    """One whole run in the shadow of the present champion is needed before a signature."""
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
