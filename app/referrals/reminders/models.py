"""What somebody was reminded of: each thing once for what a referral is, whatever happens to the worker."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class ReminderKind(LabelledEnum):
    """Who is reminded of what."""

    EXPERT = "expert", "Expert relancé, sans réponse de sa part"
    MANAGERS = "responsables", "Responsables de l’antenne prévenus, sans réponse de l’expert"
    EXPERT_TO_CLOSE = "expert_cloture", "Expert relancé, prise en charge non terminée"
    MANAGERS_TO_CLOSE = "responsables_cloture", "Responsables de l’antenne prévenus, prise en charge non terminée"  # fmt: skip
    TEAM_TO_CLOSE = "equipe_cloture", "Équipe de l’orientation prévenue, prise en charge non terminée"  # fmt: skip


class ReferralReminder(Base):
    """A reminder that was sent. Never rewritten."""

    __tablename__ = "referral_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    #: what the referral was then: put again to the same expert, it is reminded of again
    version: Mapped[int]
    kind: Mapped[ReminderKind] = enum_column(ReminderKind)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        code_check("kind", ReminderKind),
        Index("uq_referral_reminder_kind", "referral_id", "version", "kind", unique=True),
    )
