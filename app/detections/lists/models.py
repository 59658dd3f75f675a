"""Where each entry of a list is read, a row for each of its départements and one for the country; and what raises its risk."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siren
from scoring.vocabulary import Level, Novelty

#: the levels that a list shows, the highest first: their numbers order it
GRADES = {Level.ELEVEE: 1, Level.MODEREE: 2}
#: what is new, the newest first
NEWS = {Novelty.FIRST_ALERT: 1, Novelty.AGGRAVATION: 2, Novelty.RE_ALERT: 3, Novelty.NONE: 4}


class DetectionPlace(Base):
    """An entry of a list at one place, in the orders that a list is read in. Confidential: nature `score`."""

    __tablename__ = "detection_place"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("detection_list.id", ondelete="CASCADE"), primary_key=True
    )
    #: a département, or `app.companies.models.FRANCE`
    place: Mapped[str] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(primary_key=True)
    departments: Mapped[list[str]]
    #: its level, of `GRADES`
    grade: Mapped[int]
    #: its novelty, of `NEWS`
    news: Mapped[int]
    #: its place in the list by level then rank, from 1
    position: Mapped[int]
    #: its place by novelty, then as by `position`
    news_position: Mapped[int]
    #: whether it owes its place to the draw
    is_drawn: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        Index("ix_detection_place_position", "list_id", "place", "position", "siren"),
        Index("ix_detection_place_grade", "list_id", "place", "grade", "position", "siren"),
        Index("ix_detection_place_news_position", "list_id", "place", "news_position", "siren"),
        CheckConstraint("grade in (1, 2)", name="grade_known"),
        CheckConstraint("news between 1 and 4", name="news_known"),
    )


class DetectionTheme(Base):
    """A theme that raises the risk of an entry that a list shows. Confidential: `score`, and the nature of the theme."""

    __tablename__ = "detection_theme"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("detection_list.id", ondelete="CASCADE"), primary_key=True
    )
    siren: Mapped[Siren] = mapped_column(primary_key=True)
    #: its place among those of the entry, from 1, the heaviest
    position: Mapped[int] = mapped_column(primary_key=True)
    departments: Mapped[list[str]]
    theme: Mapped[str]
    #: the nature a reader needs
    nature: Mapped[str | None]
