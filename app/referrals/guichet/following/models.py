"""Links of follow-up, and what firms say of the help they had."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.bounds import MAX_LENGTH
from app.core.text.labelled import LabelledEnum


class Help(LabelledEnum):
    """Whether what a firm was offered helped it."""

    YES = "oui", "Oui"
    PARTLY = "en_partie", "En partie"
    NO = "non", "Non"


class FollowUpLink(Base):
    """An address that opens a solicitation to whoever holds it: the firm, by its e-mail."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    #: of its secret, see `app.core.secret_links`
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether it is too old to open anything."""
        return self.expires_on < today()


class Satisfaction(Base):
    """What a firm says of one need: asked once, by an e-mail, some time after its end; answered once, then corrected for a week."""

    __tablename__ = "satisfaction"

    need_id: Mapped[int] = mapped_column(
        ForeignKey("need.id"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    answered_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    was_called: Mapped[bool | None]
    was_quick: Mapped[bool | None]
    helped: Mapped[Help | None] = enum_column(Help)
    recommends: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        code_check("helped", Help),
        CheckConstraint(
            "num_nulls(answered_at, was_called, was_quick, helped, recommends) in (0, 5)",
            name="answered_whole",
        ),
        CheckConstraint(f"char_length(comment) <= {MAX_LENGTH}", name="comment_length"),
        Index("ix_satisfaction_answered_at", "answered_at"),
    )
