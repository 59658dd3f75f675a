"""A training: its steps, its state, the model it produced."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class TrainingStep(LabelledEnum):
    """The steps of a training, in order."""

    LEARN = "learn", "Apprentissage et test"
    REGISTER = "register", "Inscription au registre"
    JUDGE = "judge", "Mesure à côté du modèle en service"


class TrainingState(LabelledEnum):
    """The state of a training."""

    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échec"


class TrainingRun(Base):
    """A training, requested by the schedule or by a person, and its progress."""

    __tablename__ = "training_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    state: Mapped[TrainingState] = enum_column(TrainingState)
    #: the current step; earlier ones are done
    step: Mapped[TrainingStep] = enum_column(TrainingStep)
    trigger: Mapped[str]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: the model it produced, once registered
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model_version.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (code_check("state", TrainingState), code_check("step", TrainingStep))

    @property
    def is_over(self) -> bool:
        """Whether the training will make no further progress on its own."""
        return self.state in (TrainingState.DONE, TrainingState.FAILED)

    @property
    def seconds(self) -> float | None:
        """The time since its first start, `None` until it is over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()
