"""What keeps robots out, for two days: who knocked, as digests that nobody turns back; which forms were sent."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class KnockKind(LabelledEnum):
    """What requests are counted by."""

    NETWORK = "reseau", "même réseau"
    TELEPHONE = "telephone", "même téléphone"
    EMAIL = "courriel", "même adresse électronique"
    SIREN = "siren", "même entreprise"
    SEARCH = "recherche", "recherches du même réseau"


class DoorKnock(Base):
    """A request was filed, or a firm looked for, from a place."""

    __tablename__ = "door_knock"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[KnockKind] = enum_column(KnockKind)
    #: under a key of the day: the same place has another digest the next day
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    knocked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        code_check("kind", KnockKind),
        Index("ix_door_knock_digest", "digest", "knocked_at"),
        Index("ix_door_knock_knocked_at", "knocked_at"),
    )


class DoorSending(Base):
    """A form that was sent, and what it said: a second click changes nothing."""

    __tablename__ = "door_sending"

    #: digest of the number of the form
    form: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    said: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (Index("ix_door_sending_sent_at", "sent_at"),)
