"""An agent's stated need to read the confidential data of a firm in their zone that nothing has opened yet."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum

#: how long an unlock lasts, at most and by default
LASTS = timedelta(days=30)
MOTIVE_LIMIT = 2_000


class UnlockSource(LabelledEnum):
    """Where the need to know comes from."""

    INTERNE = "interne", "Source interne (l’entreprise elle-même, un partenaire de Vigie)"
    EXTERNE = "externe", "Source externe (écosystème local, presse)"
    AUTRE = "autre", "Autre"


class UnlockScope(LabelledEnum):
    """Whom an unlock opens the firm to; each reads only the natures they hold where the firm works."""

    AGENT = "agent", "À son auteur"
    CASE = "case", "Aux membres de l’accompagnement, jusqu’à sa clôture"
    ZONE = "zone", "Aux agents habilités du territoire"


class Unlock(Base):
    """Who unlocked which firm, to whom, why, until when. Once written, only its end may change."""

    __tablename__ = "unlock"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"), index=True)
    #: those of the firm: the managers of these départements can read the reason
    departments: Mapped[list[str]]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the agent's own network, whose managers are notified
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    source: Mapped[UnlockSource] = enum_column(UnlockSource)
    motive: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    scope: Mapped[UnlockScope] = enum_column(UnlockScope)
    #: none for an accompagnement: what it opens ends with it
    expires_at: Mapped[datetime | None]
    #: when its agent ended it early, or the accompagnement ended
    ended_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")
    company: Mapped[Company] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("source", UnlockSource),
        code_check("scope", UnlockScope),
        CheckConstraint(f"char_length(motive) between 1 and {MOTIVE_LIMIT}", name="motive_length"),
        CheckConstraint(
            "case when scope = 'case' then expires_at is null else expires_at is not null"
            " and expires_at > opened_at and expires_at <= opened_at + interval '30 days' end",
            name="at_most_thirty_days",
        ),
        CheckConstraint("ended_at >= opened_at", name="ended_after_opened"),
        Index("ix_unlock_agent_id_expires_at", "agent_id", "expires_at"),
        Index("ix_unlock_network_id_opened_at", "network_id", "opened_at"),
    )

    @property
    def is_in_force(self) -> bool:
        """Whether the unlock is in force now."""
        is_over = self.expires_at is not None and self.expires_at <= utcnow()
        return self.ended_at is None and not is_over
