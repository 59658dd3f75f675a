"""Who finished « Lire une alerte », and who asked not to be reminded of it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base


class LessonRecord(Base):
    """What an agent did of a version of the lesson; how many mistakes they made is nobody's business."""

    __tablename__ = "lesson_record"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    #: the first time that every answer was right
    finished_at: Mapped[datetime | None]
    #: since when the lists say no more of it
    hushed_at: Mapped[datetime | None]
