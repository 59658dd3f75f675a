"""A guichet of its own address: the subjects it offers, the words of a partner, the sites that may embed it. Archived, never deleted."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow
from app.referrals.directory.models import LONGEST_NAME

LONGEST_SLUG, LONGEST_INTRO = 60, 2000
SLUG = "[a-z0-9]+(-[a-z0-9]+)*"


class Landing(Base):
    """A page of the guichet for one theme or one partner."""

    __tablename__ = "landing"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    intro: Mapped[str] = mapped_column(default="", server_default="")
    #: the institution or partner that shows it, as its readers know it
    partner: Mapped[str] = mapped_column(default="", server_default="")
    #: what it offers; none: all that the guichet offers
    subject_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    #: https origins whose pages may hold it in a frame
    origins: Mapped[list[str]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            f"slug ~ '^{SLUG}$' and char_length(slug) <= {LONGEST_SLUG}", name="slug_shape"
        ),
        CheckConstraint(f"char_length(title) between 1 and {LONGEST_NAME}", name="title_length"),
        CheckConstraint(f"char_length(intro) <= {LONGEST_INTRO}", name="intro_length"),
        CheckConstraint(f"char_length(partner) <= {LONGEST_NAME}", name="partner_length"),
    )

    @property
    def is_archived(self) -> bool:
        """Whether its address leads nowhere any more."""
        return self.archived_at is not None
