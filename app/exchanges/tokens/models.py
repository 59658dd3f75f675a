"""A token: what recognises it, what it opens, until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import today, utcnow
from app.core.text.labelled import LabelledEnum

LONGEST_NAME = 80
#: days that a token lasts at most
LONGEST_DAYS = 365


class Scope(LabelledEnum):
    """What a token opens, of the accompagnements in which its agent takes part."""

    CASES = (
        "accompagnements",
        "Les accompagnements : état, criticité, référents, qualification, issue",
    )
    DEADLINES = "echeances", "Leurs échéances"
    VISITS = (
        "visites",
        "Les contacts et visites de leurs entreprises, avec les notes que vous lisez",
    )
    COMMENTS = "commentaires", "Les commentaires que vous lisez sur leurs entreprises"
    CHANGES = "changements", "Ce qui s’y passe : quoi, quand, par qui"


class ApiToken(Base):
    """A token of an agent, which Vigie does not keep: a digest of its secret."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: the last day when it opens anything
    expires_on: Mapped[date]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_length"),
        CheckConstraint(
            f"scopes <@ array[{', '.join(repr(scope.value) for scope in Scope)}]::text[] and cardinality(scopes) > 0",
            name="scopes_known",
        ),
        CheckConstraint(f"expires_on <= created_at::date + {LONGEST_DAYS + 1}", name="a_year"),
        Index("ix_api_token_agent_id", "agent_id", "id"),
    )

    @property
    def is_in_force(self) -> bool:
        """Whether it may still open something."""
        return self.revoked_at is None and self.expires_on >= today()

    @property
    def scope_labels(self) -> list[str]:
        """What it opens, as its agent chose it."""
        return [scope.label for scope in Scope if scope.value in self.scopes]
