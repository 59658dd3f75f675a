"""Links of succession between establishments."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siret


class EstablishmentSuccession(Base):
    """An establishment took over another one day: the same firm elsewhere, or its activity under another. Public data."""

    __tablename__ = "establishment_succession"

    predecessor: Mapped[Siret] = mapped_column(primary_key=True)
    successor: Mapped[Siret] = mapped_column(primary_key=True)
    linked_on: Mapped[date] = mapped_column(primary_key=True)
    #: the head office moved
    is_head_office_transfer: Mapped[bool]
    #: the activity went on
    is_continuous: Mapped[bool]

    __table_args__ = (Index("ix_establishment_succession_successor", "successor"),)

    @property
    def nature(self) -> str:
        """What went on, in words."""
        if self.is_head_office_transfer:
            return "transfert du siège"
        return (
            "l’activité continue"
            if self.is_continuous
            else "succession, sans que l’activité continue"
        )
