"""Trained models: where each is stored, its measures, its state, and the decisions on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class ModelState(LabelledEnum):
    """The role of a model: one champion scores, one challenger scores in the shadow."""

    CANDIDATE = "candidate", "Candidat"
    CHALLENGER = "challenger", "À l’essai"
    CHAMPION = "champion", "En service"
    RETIRED = "retired", "Retiré"


class DecisionKind(LabelledEnum):
    """What somebody decides about a model."""

    CHALLENGE = "challenge", "Mis à l’essai"
    PROMOTE = "promote", "Mis en service"
    ROLLBACK = "rollback", "Remis en service"


class ExcuseKind(LabelledEnum):
    """What makes scores or data move without the model being wrong."""

    SOURCE = "source", "Une source est arrivée, a disparu ou a changé de contenu"
    PERIMETER = "perimeter", "Le périmètre des entreprises a changé"
    EPISODE = "episode", "Un épisode économique ou réglementaire, connu et daté"
    LEVEL = "level", "Le niveau du risque a été recalibré, ou le modèle réappris"
    REPAIR = "repair", "Une erreur des données ou du modèle en service a été corrigée"


class ModelVersion(Base):
    """A trained model. Its directory is immutable and named by its digest."""

    __tablename__ = "model_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    directory: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    trained_as_of: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    state: Mapped[ModelState] = enum_column(
        ModelState, default=ModelState.CANDIDATE, server_default=ModelState.CANDIDATE.value
    )
    #: metrics with intervals, alongside the peers on the same rows
    metrics: Mapped[dict[str, Any]]
    #: the conditions of promotion as measured against a champion, see `trainings.steps.judging`; `None` until measured
    gate: Mapped[dict[str, Any] | None]

    __table_args__ = (
        code_check("state", ModelState),
        # One champion, one challenger.
        Index(
            "uq_model_version_on_duty",
            "state",
            unique=True,
            postgresql_where=text("state in ('challenger', 'champion')"),
        ),
    )

    @property
    def is_champion(self) -> bool:
        """Whether it is the one in service."""
        return self.state is ModelState.CHAMPION


class ModelDecision(Base):
    """What somebody decided about a model, and why; never rewritten."""

    __tablename__ = "model_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"), index=True)
    #: the champion it replaces
    former_id: Mapped[int | None] = mapped_column(ForeignKey("model_version.id"))
    kind: Mapped[DecisionKind] = enum_column(DecisionKind)
    reason: Mapped[str]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (code_check("kind", DecisionKind),)
