"""How each watched thing stood when it was last looked at, and since when."""

from datetime import datetime

from sqlalchemy import String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class WatchStanding(LabelledEnum):
    """How a watched thing stands."""

    FINE = "en_ordre", "En ordre"
    UNSET = "non_regle", "Non réglé"
    SOON = "a_prevoir", "À prévoir"
    LATE = "en_retard", "En retard"
    FAILING = "en_echec", "En échec"

    @property
    def is_alarming(self) -> bool:
        """Whether somebody has something to do."""
        return self in {WatchStanding.SOON, WatchStanding.LATE, WatchStanding.FAILING}


class WatchedThing(Base):
    """A watched thing as it was last found: what administrators were told of it."""

    __tablename__ = "watched_thing"

    #: of `rules.WATCHED`
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    standing: Mapped[WatchStanding] = enum_column(WatchStanding)
    #: since when it stands so
    since: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    looked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (code_check("standing", WatchStanding),)
