"""The directory: institutions, their antennes, the experts of each, what each does, where, for which firms. Archived, never deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.labelled import LabelledEnum

#: characters of a name, of an address, of a sentence
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_TEXT = 160, 254, 500
#: days after which an entry that nobody verified is said to be old
FRESH_FOR = 365


class ExpertKind(LabelledEnum):
    """Who answers at an address."""

    PERSON = "personne", "Une personne"
    MAILBOX = "boite", "Une boîte partagée"


class DirectoryEntry:
    """What every entry of the directory bears: where it comes from, when somebody last verified it, since when it is archived."""

    source: Mapped[str] = mapped_column(server_default="")
    verified_on: Mapped[date | None]
    archived_at: Mapped[datetime | None]
    #: the subjects that the criteria are about; empty: every one
    criteria_subjects: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    #: how many times it was changed: two people do not write over one another
    version: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def is_archived(self) -> bool:
        """Whether it is kept for the figures of the past alone."""
        return self.archived_at is not None

    @property
    def is_old(self) -> bool:
        """Whether nobody verified it for a year."""
        return self.verified_on is None or (today() - self.verified_on).days > FRESH_FOR


class ReferralTheme(Base):
    """What subjects are sorted under."""

    __tablename__ = "referral_theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]


class ReferralSubject(Base):
    """What a firm may need: chosen in a list, so that it finds those who do it."""

    __tablename__ = "referral_subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("referral_theme.id"), index=True)
    label: Mapped[str] = mapped_column(unique=True)
    archived_at: Mapped[datetime | None]
    #: how the guichet says it to a head of firm; empty: the guichet does not offer it
    public_wording: Mapped[str] = mapped_column(default="", server_default="")
    public_help: Mapped[str] = mapped_column(default="", server_default="")

    theme: Mapped[ReferralTheme] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(
            f"char_length(public_wording) <= {LONGEST_NAME}", name="public_wording_length"
        ),
        CheckConstraint(f"char_length(public_help) <= {LONGEST_TEXT}", name="public_help_length"),
    )


class Institution(Base):
    """A national partner; what it does is done by its antennes."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_length"),
        Index("uq_institution_name", text("lower(name)"), unique=True),
    )


class Antenne(DirectoryEntry, Base):
    """An office of an institution: its territory and criteria are those of its experts, unless they have their own."""

    __tablename__ = "antenne"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    name: Mapped[str]
    #: codes of areas, see `areas.gazetteer`
    areas: Mapped[list[str]] = mapped_column(server_default="{}")
    #: conditions on firms, as `Criteria.stored`
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    #: how many of its experts a need is put to; none: all of them
    most: Mapped[int | None]

    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
    managers: Mapped[list["AntenneManager"]] = relationship(lazy="raise_on_sql", viewonly=True)

    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_length"),
        CheckConstraint("most > 0", name="most_positive"),
        Index("uq_antenne_name", "institution_id", text("lower(name)"), unique=True),
    )

    @property
    def manager_ids(self) -> set[int]:
        """The agents who keep its entries now."""
        return {each.agent_id for each in self.managers if each.removed_at is None}


class AntenneManager(Base):
    """An agent who keeps the entries of an antenne, since when, until when."""

    __tablename__ = "antenne_manager"

    id: Mapped[int] = mapped_column(primary_key=True)
    antenne_id: Mapped[int] = mapped_column(ForeignKey("antenne.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    removed_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_antenne_manager_current", "antenne_id", "agent_id", unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )  # fmt: skip


class Expert(DirectoryEntry, Base):
    """Whom a need is put to: a person or a shared mailbox, with or without an account."""

    __tablename__ = "expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    antenne_id: Mapped[int] = mapped_column(ForeignKey("antenne.id"))
    kind: Mapped[ExpertKind] = enum_column(ExpertKind)
    name: Mapped[str]
    #: without case nor accents: the order of lists
    name_sort: Mapped[str]
    email: Mapped[str]
    telephone: Mapped[str] = mapped_column(server_default="")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    #: their own territory; empty: that of the antenne
    areas: Mapped[list[str]] = mapped_column(server_default="{}")
    #: their own criteria; empty: those of the antenne
    criteria: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    #: open needs at once; none: no bound
    capacity: Mapped[int | None]

    antenne: Mapped[Antenne] = relationship(lazy="raise_on_sql")
    competences: Mapped[list["Competence"]] = relationship(lazy="raise_on_sql", viewonly=True)
    absences: Mapped[list["ExpertAbsence"]] = relationship(
        lazy="raise_on_sql", viewonly=True, foreign_keys="ExpertAbsence.expert_id"
    )

    __table_args__ = (
        code_check("kind", ExpertKind),
        CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_length"),
        CheckConstraint(f"char_length(email) between 3 and {LONGEST_ADDRESS}", name="email_length"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        Index("uq_expert_email", "antenne_id", text("lower(email)"), unique=True),
        Index("ix_expert_name_sort", "name_sort", "id"),
        Index("ix_expert_areas", "areas", postgresql_using="gin"),
    )

    @property
    def territory(self) -> list[str]:
        """The codes of the areas where they answer."""
        return self.areas or self.antenne.areas


class Competence(Base):
    """A subject that an expert treats, and the service that they render."""

    __tablename__ = "competence"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("referral_subject.id"))
    service: Mapped[str] = mapped_column(server_default="")
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    ended_at: Mapped[datetime | None]

    subject: Mapped[ReferralSubject] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(f"char_length(service) <= {LONGEST_TEXT}", name="service_length"),
        Index(
            "uq_competence_current", "expert_id", "subject_id", unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_competence_subject_id", "subject_id", "expert_id"),
    )  # fmt: skip


class ExpertAbsence(Base):
    """Days when an expert receives nothing, both included, and the expert who stands in."""

    __tablename__ = "expert_absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"))
    declared_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    cancelled_at: Mapped[datetime | None]

    expert: Mapped[Expert] = relationship(lazy="raise_on_sql", foreign_keys=[expert_id])
    delegate: Mapped[Expert | None] = relationship(lazy="raise_on_sql", foreign_keys=[delegate_id])

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("delegate_id <> expert_id", name="delegate_is_another"),
    )


class ReferralFallback(Base):
    """Who receives the needs of an area that nobody else receives: of one subject, or of every one."""

    __tablename__ = "referral_fallback"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("referral_subject.id"))
    area: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    ended_at: Mapped[datetime | None]

    expert: Mapped[Expert] = relationship(lazy="raise_on_sql")
    subject: Mapped[ReferralSubject | None] = relationship(lazy="raise_on_sql")
