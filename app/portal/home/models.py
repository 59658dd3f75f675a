"""What an agent did of the alerts of their home page, for nobody but them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siren
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class Postponement(LabelledEnum):
    """For how long an alert may be put aside."""

    WEEK = "semaine", "Dans une semaine"
    MONTH = "mois", "Dans un mois"
    QUARTER = "trimestre", "Dans trois mois"

    @property
    def days(self) -> int:
        """How many days."""
        return {Postponement.WEEK: 7, Postponement.MONTH: 30, Postponement.QUARTER: 91}[self]


class HandledAlert(Base):
    """An alert that left the home page of an agent: for good as far as its list goes, or until a date."""

    __tablename__ = "handled_alert"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"), primary_key=True)
    #: the list of the alert: what a later list says anew is another alert
    list_id: Mapped[int] = mapped_column(ForeignKey("detection_list.id"))
    #: the day it comes back; none when it was followed or seen
    until: Mapped[date | None]
    #: the day it had come back, when it was handled again: where an undo puts it
    former_until: Mapped[date | None]
    #: whether handling it made the agent follow the firm: an undo ends that too
    made_follow: Mapped[bool] = mapped_column(server_default="false")
    handled_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (Index("ix_handled_alert_agent_id_until", "agent_id", "until"),)
