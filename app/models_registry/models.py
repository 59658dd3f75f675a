"""Trained models: where each lies, what it was measured at, and which one is the champion."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.now import utcnow


class ModelVersion(Base):
    """A trained model. Its directory is immutable and named by its digest."""

    __tablename__ = "model_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    directory: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    trained_as_of: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    is_champion: Mapped[bool] = mapped_column(server_default="false")
    #: metrics with intervals, beside the peers on the same rows
    metrics: Mapped[dict[str, Any]]

    __table_args__ = (
        Index(
            "uq_model_version_champion",
            "is_champion",
            unique=True,
            postgresql_where=text("is_champion"),
        ),
    )
