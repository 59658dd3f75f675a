"""Links of experts without an account. The secret that opens one stands in an e-mail until the server took it, and nowhere else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database.tables import Base
from app.core.now import utcnow
from app.messages.models import Email
from app.referrals.needs.models import Referral


class ReferralLink(Base):
    """By it, whoever holds an e-mail answers a need in the name of its expert: one answer, until a day."""

    __tablename__ = "referral_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    #: the e-mail that bears it
    email_id: Mapped[int] = mapped_column(ForeignKey("email.id"))
    #: SHA-256 of the secret
    digest: Mapped[bytes]
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    expires_at: Mapped[datetime]
    #: when an answer was given by a link of the same referral: the next step takes another
    spent_at: Mapped[datetime | None]
    #: when nothing was left to do of the need
    revoked_at: Mapped[datetime | None]
    #: how many things were written by it: part of the number that each form of its page bears
    uses: Mapped[int] = mapped_column(default=0, server_default="0")

    referral: Mapped[Referral] = relationship(lazy="raise_on_sql")
    email: Mapped[Email] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest_length"),
        CheckConstraint("expires_at > sent_at", name="expires_later"),
        UniqueConstraint("digest"),
        UniqueConstraint("email_id"),
        Index("ix_referral_link_referral_id", "referral_id", "sent_at"),
    )
