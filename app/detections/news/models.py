"""How many firms a list shows in each département, and what the answers to the list before led to, stored when it is published."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base


class ListTally(Base):
    """The firms of a list whose head office is in a département. Confidential: nature `score`."""

    __tablename__ = "list_tally"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("detection_list.id", ondelete="CASCADE"), primary_key=True
    )
    #: of the head office: each firm counts once
    department: Mapped[str] = mapped_column(primary_key=True)
    elevee: Mapped[int]
    moderee: Mapped[int]
    first_alerts: Mapped[int]
    aggravations: Mapped[int]
    re_alerts: Mapped[int]
    #: in alert on the list before, and no more
    leavers: Mapped[int]
    #: firms whose alert was answered on the list before; none: the list was published before this was counted, or is the first
    answered: Mapped[int | None]
    #: of these, judged inexact and in alert no more
    inexact_gone: Mapped[int | None]
    #: of these, watched until a day that has come
    watched_back: Mapped[int | None]
    #: of these, with a difficulty confirmed by a contact, or an accompagnement opened, since the answer
    confirmed: Mapped[int | None]
