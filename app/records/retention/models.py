"""The rules, what is asked of them and decided, and what the next night would do."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum

#: months, at most: a century
LONGEST = 1_200
LONGEST_BASIS = 500
LONGEST_REASON = 2_000


class KeptObject(LabelledEnum):
    """What a rule is about."""

    CASE = "accompagnement", "Accompagnements clos"
    COMMENT = "commentaire", "Commentaires hors accompagnement"
    VISIT = "visite", "Comptes rendus de visite hors accompagnement"
    INTERLOCUTOR = "interlocuteur", "Interlocuteurs des entreprises"
    NOTIFICATION = "notification", "Notifications"
    ANNOUNCEMENT = "annonce", "Annonces de la cloche"
    EMAIL = "courriel", "Courriels envoyés"
    DRAFT = "brouillon", "Brouillons"
    SENT_FILE = "fichier_envoye", "Fichiers d’accompagnements revenus"
    DIRECTORY_FILE = "fichier_annuaire", "Fichiers d’experts envoyés"
    AGENT = "agent_parti", "Comptes des agents partis"


class FinalFate(LabelledEnum):
    """What becomes of an object once it was kept as long as it must be."""

    ELIMINATION = "elimination", "Élimination"
    ARCHIVING = "archivage", "Versement aux archives, puis élimination"
    ANONYMISATION = "anonymisation", "Anonymisation"


class Terms:
    """How long an object is kept, what becomes of it, and why."""

    @declared_attr
    def in_use_months(self) -> Mapped[int]:
        """Months for which it is in use."""
        return mapped_column()

    @declared_attr
    def intermediate_months(self) -> Mapped[int]:
        """Months for which it is kept besides, in case it is asked for."""
        return mapped_column()

    @declared_attr
    def fate(self) -> Mapped[FinalFate]:
        """What becomes of it then."""
        column: Mapped[FinalFate] = enum_column(FinalFate)
        return column

    @declared_attr
    def basis(self) -> Mapped[str]:
        """The texts that say so."""
        return mapped_column()

    @property
    def months(self) -> int:
        """Months from the event that begins the delay to the day when it is due."""
        return self.in_use_months + self.intermediate_months


def terms_checks() -> tuple[CheckConstraint, ...]:
    """The constraints of the columns of `Terms`."""
    return (
        CheckConstraint(
            f"in_use_months between 1 and {LONGEST} and intermediate_months between 0 and {LONGEST}",
            name="durations",
        ),
        code_check("fate", FinalFate),
        CheckConstraint(f"char_length(basis) between 1 and {LONGEST_BASIS}", name="basis_length"),
    )


def of_a_rule() -> ForeignKeyConstraint:
    """The constraint of a column ``object``."""
    return ForeignKeyConstraint(["object"], ["retention_rule.object"])


class RetentionRule(Terms, Base):
    """The rule of an object, as it is in force."""

    __tablename__ = "retention_rule"

    object: Mapped[KeptObject] = enum_column(KeptObject, primary_key=True)

    __table_args__ = (code_check("object", KeptObject), *terms_checks())


class RetentionChange(Terms, Base):
    """A change that somebody asked of a rule; only its decision is ever written after it."""

    __tablename__ = "retention_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    object: Mapped[KeptObject] = enum_column(KeptObject)
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]

    asker: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=asked_by)
    decider: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=decided_by)

    __table_args__ = (
        of_a_rule(),
        *terms_checks(),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)", name="decided_whole"
        ),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint(
            f"char_length(reason) between 1 and {LONGEST_REASON}", name="reason_length"
        ),
        Index(
            "uq_retention_change_pending",
            "object",
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
    )


class RetentionRehearsal(Base):
    """What the next night would do of an object: numbers and days, never a text."""

    __tablename__ = "retention_rehearsal"

    object: Mapped[KeptObject] = enum_column(KeptObject, primary_key=True)
    rehearsed_on: Mapped[date]
    #: the last day that is due
    until_on: Mapped[date]
    quantity: Mapped[int]
    oldest_on: Mapped[date | None]
    newest_on: Mapped[date | None]
    #: some of them, by number and day
    examples: Mapped[list[str]] = mapped_column(server_default="{}")

    __table_args__ = (of_a_rule(),)
