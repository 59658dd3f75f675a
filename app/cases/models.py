"""Accompagnements: at most one open per establishment, its people, its states, its outcome."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.database.tables import Base, Siren, Siret, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.labelled import LabelledEnum
from app.values.models import ListValue

#: an accompagnement in progress without news for longer is said to be silent
SILENT_AFTER = timedelta(days=60)


class CaseState(LabelledEnum):
    """The state of an accompagnement."""

    EN_COURS = "en_cours", "En cours"
    SOUS_SURVEILLANCE = "sous_surveillance", "Sous surveillance"
    TERMINE = "termine", "Terminé"


class Criticality(LabelledEnum):
    """Priority given by the référents."""

    ELEVEE = "elevee", "Criticité élevée"
    MODEREE = "moderee", "Criticité modérée"
    NONE = "none", "Pas de criticité"


class MemberRole(LabelledEnum):
    """How an agent takes part in an accompagnement."""

    REFERENT = "referent", "Référent"
    PARTICIPANT = "participant", "Participant"


class Outcome(LabelledEnum):
    """How an accompagnement ended (issue)."""

    STABILISEE = "stabilisee", "Entreprise stabilisée"
    RESTRUCTUREE = "restructuree", "Entreprise restructurée"
    REPRISE = "reprise", "Reprise ou cession"
    PROCEDURE_AMIABLE = "procedure_amiable", "Procédure amiable"
    PROCEDURE_COLLECTIVE = "procedure_collective", "Procédure collective"
    CESSATION = "cessation", "Cessation d’activité"
    REFUS = "refus_accompagnement", "Refus de l’accompagnement"
    SANS_OBJET = "sans_objet", "Sans objet"
    PERDUE_DE_VUE = "perdue_de_vue", "Perdue de vue"

    @property
    def is_good(self) -> bool:
        """Whether the firm is better off: shown in green, which counts for nothing in the measure of impact."""
        return self in (Outcome.STABILISEE, Outcome.RESTRUCTUREE, Outcome.REPRISE)


class ChangeKind(LabelledEnum):
    """What changed of an accompagnement, besides its states, its values and its measures."""

    CRITICALITY = "criticite", "Criticité"
    MEMBER = "membre", "Membre"
    DELETION = "suppression", "Suppression"
    RESTORATION = "retablissement", "Suppression annulée"
    COPY = "duplication", "Duplication"


class Case(Base):
    """An accompagnement on one establishment."""

    __tablename__ = "support_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[Siret] = mapped_column(ForeignKey("establishment.siret"))
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"))
    #: département of the establishment
    department: Mapped[str]
    state: Mapped[CaseState] = enum_column(CaseState)
    criticality: Mapped[Criticality] = enum_column(
        Criticality, server_default=Criticality.NONE.value
    )
    opened_on: Mapped[date]
    opened_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: what it opens of the firm to its members, when nothing else had opened it
    unlock_id: Mapped[int | None] = mapped_column(ForeignKey("unlock.id"))
    closed_on: Mapped[date | None]
    #: the last day when something was written, seen, done or decided of it or of its firm; the database keeps it
    heard_on: Mapped[date] = mapped_column(default=today, server_default=func.current_date())
    #: deleted by a référent: closed, out of the lists, and there in the history
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: when all but what figures count was destroyed, with the visa of the archives
    eliminated_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    company: Mapped[Company] = relationship(lazy="raise_on_sql", viewonly=True)
    members: Mapped[list["CaseMember"]] = relationship(
        back_populates="case", lazy="raise_on_sql", order_by="CaseMember.id"
    )
    outcomes: Mapped[list["CaseOutcome"]] = relationship(
        back_populates="case", lazy="raise_on_sql", order_by="CaseOutcome.recorded_at"
    )

    __table_args__ = (
        code_check("state", CaseState),
        code_check("criticality", Criticality),
        CheckConstraint("(state = 'termine') = (closed_on is not null)", name="closed_when_done"),
        CheckConstraint("closed_on >= opened_on", name="closed_after_opened"),
        CheckConstraint(
            "(deleted_at is null) = (deleted_by is null) and (deleted_at is null or state = 'termine')",
            name="deleted_by_one",
        ),
        CheckConstraint(
            "eliminated_at is null or state = 'termine'", name="eliminated_stays_ended"
        ),
        Index(
            "ix_support_case_to_eliminate",
            "closed_on",
            "id",
            postgresql_where=text("closed_on is not null and eliminated_at is null"),
        ),
        Index(
            "uq_support_case_open_siret",
            "siret",
            unique=True,
            postgresql_where=text("state <> 'termine'"),
        ),
        Index("ix_support_case_department_state", "department", "state"),
        Index("ix_support_case_opened_on_id", "opened_on", "id"),
        Index("ix_support_case_department_opened_on_id", "department", "opened_on", "id"),
        Index(
            "ix_support_case_open_there",
            "department",
            "updated_at",
            "id",
            postgresql_where=text("state <> 'termine'"),
        ),
        Index(
            "ix_support_case_open",
            "updated_at",
            "id",
            postgresql_where=text("state <> 'termine'"),
        ),
        Index(
            "ix_support_case_silent_there",
            "department",
            "heard_on",
            "id",
            postgresql_where=text("state <> 'termine'"),
        ),
        Index(
            "ix_support_case_silent",
            "heard_on",
            "id",
            postgresql_where=text("state <> 'termine'"),
        ),
        Index(
            "ix_support_case_of_firm",
            "siren",
            text("(closed_on is not null)"),
            text("opened_on desc"),
            text("id desc"),
        ),
        Index(
            "ix_support_case_unlock_id",
            "unlock_id",
            postgresql_where=text("unlock_id is not null"),
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether it is still in progress: a closed accompagnement is read-only."""
        return self.state != CaseState.TERMINE

    @property
    def silent_days(self) -> int | None:
        """For how many days nothing was heard of it, once that is long and while it is open."""
        silence = today() - self.heard_on
        return silence.days if self.is_open and silence >= SILENT_AFTER else None

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, as last recorded; `outcomes` must be loaded."""
        return self.outcomes[-1].outcome if self.outcomes else None

    def is_referent(self, agent_id: int | None) -> bool:
        """Return whether `agent_id` is an active référent; `members` must be loaded."""
        return any(
            m.agent_id == agent_id and m.role == MemberRole.REFERENT for m in self.active_members
        )

    def is_contributor(self, agent_id: int | None) -> bool:
        """Return whether `agent_id` is an active référent or participant; `members` must be loaded."""
        return any(member.agent_id == agent_id for member in self.active_members)

    def read_until(self, agent_id: int | None) -> datetime | None:
        """Return until when somebody who handed it over still reads it; `members` must be loaded."""
        left = [m.reads_until for m in self.members if m.agent_id == agent_id and m.reads_until]
        return None if self.is_contributor(agent_id) else max(left, default=None)

    @property
    def active_members(self) -> list["CaseMember"]:
        """The members who have not left."""
        return [member for member in self.members if member.left_at is None]


class CaseMember(Base):
    """An agent's role in an accompagnement, from when to when."""

    __tablename__ = "case_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    role: Mapped[MemberRole] = enum_column(MemberRole)
    #: those that an invitation gives, besides what the member holds where the firm works; never one's own doing
    natures: Mapped[list[str]] = mapped_column(server_default="{}")
    joined_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    left_at: Mapped[datetime | None]
    #: whoever handed the accompagnement over still reads it until then
    reads_until: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="members", lazy="raise_on_sql")
    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("role", MemberRole),
        CheckConstraint(
            "reads_until is null or left_at is not null and reads_until <= left_at + interval '31 days'",
            name="reads_a_month",
        ),
        Index(
            "ix_case_member_refers",
            "agent_id",
            "case_id",
            postgresql_where=text("left_at is null and role = 'referent'"),
        ),
        Index(
            "uq_case_member_active",
            "case_id",
            "agent_id",
            unique=True,
            postgresql_where=text("left_at is null"),
        ),
    )


class CaseStateChange(Base):
    """A change of state: who, when, why. Never rewritten."""

    __tablename__ = "case_state_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    from_state: Mapped[CaseState | None] = enum_column(CaseState)
    to_state: Mapped[CaseState] = enum_column(CaseState)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class CaseOutcome(Base):
    """An outcome recorded at closing; a revision is a new row and the latest counts."""

    __tablename__ = "case_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    outcome: Mapped[Outcome] = enum_column(Outcome)
    occurred_on: Mapped[date]
    jobs_at_stake: Mapped[int | None]
    jobs_kept: Mapped[int | None]
    comment: Mapped[str] = mapped_column(server_default="")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    case: Mapped[Case] = relationship(back_populates="outcomes", lazy="raise_on_sql")

    __table_args__ = (
        code_check("outcome", Outcome),
        CheckConstraint(
            "jobs_at_stake >= 0 and jobs_kept >= 0 and jobs_kept <= jobs_at_stake", name="jobs"
        ),
    )


class CaseChange(Base):
    """What an agent changed, before and after: codes. Never rewritten."""

    __tablename__ = "case_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    kind: Mapped[ChangeKind] = enum_column(ChangeKind)
    before: Mapped[str] = mapped_column(server_default="")
    after: Mapped[str] = mapped_column(server_default="")
    #: the member whom it is about
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (code_check("kind", ChangeKind),)


class CaseValue(Base):
    """A value of a list that describes an accompagnement, from when to when. Taken off, the row stays."""

    __tablename__ = "case_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    value_id: Mapped[int] = mapped_column(ForeignKey("list_value.id"))
    #: the network of a tag: its members alone read that it is there
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    added_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    removed_at: Mapped[datetime | None]

    value: Mapped[ListValue] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("(removed_at is null) = (removed_by is null)", name="removed_by_one"),
        Index(
            "uq_case_value_held",
            "case_id",
            "value_id",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
        Index(
            "ix_case_value_value_id",
            "value_id",
            "case_id",
            postgresql_where=text("removed_at is null"),
        ),
    )
