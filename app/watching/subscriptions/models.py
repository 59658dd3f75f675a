"""What an agent wants to be told of, how often, and up to when they were told."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.watching.models import SavedView


class TellingPace(LabelledEnum):
    """How often an agent is told."""

    AT_ONCE = "aussitot", "Aussitôt"
    DAILY = "quotidien", "Une fois par jour, à 7 heures"
    WEEKLY = "hebdomadaire", "Une fois par semaine, le lundi à 7 heures"


class Subscription(Base):
    """An agent is told of what enters a view, or a département that they follow."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"))
    department: Mapped[str | None]
    pace: Mapped[TellingPace] = enum_column(TellingPace)
    #: by e-mail as well as by the bell
    by_mail: Mapped[bool] = mapped_column(server_default="true")
    #: the last list of which they were told
    told_list_id: Mapped[int | None] = mapped_column(ForeignKey("detection_list.id"))
    #: firms flagged until then were told
    told_until: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when it was stopped from an e-mail: it is told no more, until its agent takes it up again
    stopped_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")
    view: Mapped[SavedView | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("agent_id", "view_id"),
        UniqueConstraint("agent_id", "department"),
        code_check("pace", TellingPace),
        CheckConstraint("num_nonnulls(view_id, department) = 1", name="of_one_thing"),
        Index("ix_subscription_view_id", "view_id"),
    )

    @property
    def asked(self) -> str:
        """What it asks of a list, as in its URL."""
        return self.view.query if self.view else f"departement={self.department}"


class TellingLevel(LabelledEnum):
    """How much an agent is told, in the words of firms: what enters a view or a territory is told, or nothing for a while."""

    ALL = "all", "Tout"
    NOTHING = "nothing", "Rien"

    @classmethod
    def of(cls, known: Subscription) -> "TellingLevel":
        """Return the level of a subscription."""
        return cls.ALL if known.stopped_at is None else cls.NOTHING
