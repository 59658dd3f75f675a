"""The people of a firm: read by whoever works where it does, until somebody says that they are not the right ones any more."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class InterlocutorSource(LabelledEnum):
    """Where the way to reach somebody comes from."""

    FIRM = "entreprise", "L’entreprise elle-même"
    PARTNER = "partenaire", "Un partenaire ou une administration"
    PUBLIC = "public", "Une source publique : site, annuaire, greffe"


class Interlocutor(Base):
    """Somebody of a firm. Never in a file that leaves Vigie; archived, shown to nobody."""

    __tablename__ = "interlocutor"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    name: Mapped[str]
    function: Mapped[str] = mapped_column(server_default="")
    telephone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    source: Mapped[InterlocutorSource] = enum_column(InterlocutorSource)
    #: who gave it, in words
    given_by: Mapped[str] = mapped_column(server_default="")
    given_on: Mapped[date]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: how many times it was corrected: two agents do not write over one another
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    author: Mapped[Agent] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")

    __table_args__ = (
        code_check("source", InterlocutorSource),
        CheckConstraint("char_length(name) between 1 and 120", name="name_length"),
        CheckConstraint("char_length(function) <= 120", name="function_length"),
        CheckConstraint("char_length(given_by) <= 200", name="given_by_length"),
        CheckConstraint("char_length(telephone) <= 20", name="telephone_length"),
        CheckConstraint("char_length(email) <= 254", name="email_length"),
        CheckConstraint("(archived_at is null) = (archived_by is null)", name="archived_by_one"),
        Index("ix_interlocutor_given_on", "given_on", "id"),
        Index("ix_interlocutor_siren", "siren", postgresql_where=text("archived_at is null")),
    )

    @property
    def full_label(self) -> str:
        """The name, with the function if it is known."""
        return f"{self.name}, {self.function}" if self.function else self.name

    @property
    def is_reachable(self) -> bool:
        """Whether a telephone or an e-mail address is known."""
        return bool(self.telephone or self.email)
