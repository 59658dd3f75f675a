"""What the database keeps of the seals: enough to purge. The proof is the file, and the key that signs it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class JournalSeal(Base):
    """The state of the journal at the end of a day (UTC), signed."""

    __tablename__ = "journal_seal"

    day: Mapped[date] = mapped_column(primary_key=True)
    #: the last line of the day or, on a day without lines, of earlier days; 0 before the first line
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    #: how many lines since the previous seal
    lines: Mapped[int] = mapped_column(BigInteger)
    #: the previous seal, empty for the first
    previous: Mapped[bytes]
    seal: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
