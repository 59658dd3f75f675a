"""Regions whose guichet is open: each decision, and each test e-mail. Never rewritten."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base
from app.core.now import utcnow
from app.messages.models import Email
from app.referrals.needs.models import LONGEST_REASON

#: « R27 », as `areas.gazetteer` writes a region
REGION = "region ~ '^R[0-9]{2}$'"


class RegionDecision(Base):
    """The team opened or closed a region; the last decision says where it stands, and without one it is closed."""

    __tablename__ = "referral_region"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]
    is_open: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(REGION, name="region_code"),
        CheckConstraint(f"char_length(reason) between 1 and {LONGEST_REASON}", name="reason_length"),
        Index("ix_referral_region_region", "region", "id"),
    )  # fmt: skip


class RegionTest(Base):
    """A test e-mail to the team, asked for a region: seen as sent once the server took it."""

    __tablename__ = "region_test"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]
    email_id: Mapped[int] = mapped_column(ForeignKey("email.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    email: Mapped[Email] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(REGION, name="region_code"),
        Index("ix_region_test_region", "region", "id"),
    )
