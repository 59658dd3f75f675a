"""Standard letters and what they said: a version is never rewritten, and the last one is in force."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base
from app.core.now import utcnow
from app.core.text.bounds import MAX_LENGTH

LONGEST_LABEL = 80


class StandardLetter(Base):
    """A letter that campaigns may begin with. Archived, it is offered no more; the campaigns that began with it keep their text."""

    __tablename__ = "standard_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    archived_at: Mapped[datetime | None]

    versions: Mapped[list["LetterVersion"]] = relationship(
        lazy="raise_on_sql", viewonly=True, order_by="LetterVersion.id.desc()"
    )

    __table_args__ = (
        CheckConstraint(f"char_length(label) between 1 and {LONGEST_LABEL}", name="label_length"),
        Index("uq_standard_letter_label", text("lower(label)"), unique=True),
    )

    @property
    def current(self) -> "LetterVersion":
        """What it says; `versions` must be loaded."""
        return self.versions[0]


class LetterVersion(Base):
    """What a standard letter said from a moment on, and who wrote it; nobody for the one that Vigie came with."""

    __tablename__ = "standard_letter_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("standard_letter.id"), index=True)
    body: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    written_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(f"char_length(body) between 1 and {MAX_LENGTH}", name="body_length"),
    )
