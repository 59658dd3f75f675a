"""Zones, networks, and who may read which nature of data, where and until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, func, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum

#: the roles that nobody gives alone: they give rights, let people into networks, watch those who do, or let what is kept be destroyed
DECIDING = (Role.CORRESPONDANT, Role.CONTROLEUR, Role.ADMINISTRATEUR, Role.ARCHIVISTE)


class ZoneKind(LabelledEnum):
    """What a zone is made of."""

    DEPARTMENT = "departement", "Départements"
    REGION = "region", "Régions"
    FORMER_REGION = "ancienne_region", "Anciennes régions"
    CUSTOM = "ensemble", "Ensembles"
    FRANCE = "france", "France entière"


class Department(Base):
    """A French département, or an overseas collectivity treated as one."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    region_code: Mapped[str] = mapped_column(index=True)


class Zone(Base):
    """A named set of départements that a habilitation can cover."""

    __tablename__ = "zone"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    kind: Mapped[ZoneKind] = enum_column(ZoneKind)
    departments: Mapped[list[str]]

    __table_args__ = (code_check("kind", ZoneKind),)

    @property
    def name(self) -> str:
        """``Côte-d’Or (21)``: two zones may share a label, never a code."""
        return f"{self.label} ({self.code})"


class Network(Base):
    """Agents who read one another's texts: one network per partner, and CODEFI for all the partners in a département."""

    __tablename__ = "network"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    is_codefi: Mapped[bool] = mapped_column(server_default="false")
    #: whose correspondants let agents of other administrations in; none: it is everybody's, like CODEFI
    administration: Mapped[Administration | None] = enum_column(Administration)
    position: Mapped[int]
    #: an inactive network neither reads nor writes; its texts come back with it
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __table_args__ = (code_check("administration", Administration),)

    def is_foreign_to(self, agent: Agent) -> bool:
        """Whether the network belongs to another administration than the agent's: entering it takes its consent."""
        return self.administration not in (None, agent.administration)


class Membership(Base):
    """The fact that an agent belongs to a network."""

    __tablename__ = "membership"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")


class RequestState(LabelledEnum):
    """The state of a request."""

    PENDING = "en_attente", "En attente"
    VALIDATED = "validee", "Validée"
    REFUSED = "refusee", "Refusée"


class Decided(Base):
    """What every request bears: for whom, who asks and why, who decides and how. Three people: database and code say so."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    reason: Mapped[str]
    requested_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    requested_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    state: Mapped[RequestState] = enum_column(
        RequestState, default=RequestState.PENDING, server_default=RequestState.PENDING.value
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]

    @declared_attr
    @classmethod
    def agent(cls) -> Mapped[Agent]:
        """Whom it concerns."""
        return relationship(foreign_keys=[cls.agent_id], lazy="raise_on_sql")

    @declared_attr
    @classmethod
    def requester(cls) -> Mapped[Agent]:
        """Who asks."""
        return relationship(foreign_keys=[cls.requested_by], lazy="raise_on_sql")

    @declared_attr
    @classmethod
    def decider(cls) -> Mapped[Agent | None]:
        """Who decided."""
        return relationship(foreign_keys=[cls.decided_by], lazy="raise_on_sql")

    @property
    def is_pending(self) -> bool:
        """Whether the request still waits for a decision."""
        return self.state is RequestState.PENDING


def decided_once(table: str, *subject: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints of a table of `Decided` requests: one waits at most for an agent and a ``subject``."""
    return (
        code_check("state", RequestState),
        CheckConstraint("agent_id <> requested_by", name="not_for_oneself"),
        CheckConstraint("decided_by <> requested_by and decided_by <> agent_id", name="two_persons"),
        CheckConstraint(
            "(state = 'en_attente') = (decided_at is null)"
            " and (decided_by is null) = (decided_at is null)",
            name="decided_or_pending",
        ),
        Index(
            f"uq_{table}_pending", "agent_id", *subject, unique=True,
            postgresql_where=text("state = 'en_attente'"),
        ),
    )  # fmt: skip


class NetworkRequest(Decided):
    """A request that an agent enter a network of another administration, which decides."""

    __tablename__ = "network_request"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))

    network: Mapped[Network] = relationship(lazy="raise_on_sql")

    __table_args__ = decided_once("network_request", "network_id")


class HabilitationRequest(Decided):
    """Rights that a correspondant requests for an agent; somebody else decides."""

    __tablename__ = "habilitation_request"

    zone_code: Mapped[str] = mapped_column(ForeignKey("zone.code"))
    natures: Mapped[list[str]]
    #: codes of the networks to join when the request is validated
    networks: Mapped[list[str]]
    function: Mapped[str]
    #: exclusive
    wanted_end: Mapped[date]
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("habilitation.id"))

    zone: Mapped[Zone] = relationship(lazy="raise_on_sql")

    __table_args__ = decided_once("habilitation_request", "zone_code")


class Habilitation(Base):
    """The right of an agent to read these natures in this zone between two dates, requested by one person and validated by another."""

    __tablename__ = "habilitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("zone.code"))
    natures: Mapped[list[str]]
    function: Mapped[str]
    starts_on: Mapped[date]
    #: exclusive: nothing can be read from the start of that day, Paris time
    ends_on: Mapped[date]
    requested_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    validated_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: absent for those granted by a command
    request_id: Mapped[int | None] = mapped_column(
        ForeignKey("habilitation_request.id", use_alter=True), unique=True
    )
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    withdrawal_reason: Mapped[str | None]
    #: the last reminder of its end that was sent, in days before that end
    reminded_days: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent] = relationship(foreign_keys=agent_id, lazy="raise_on_sql")
    zone: Mapped[Zone] = relationship(lazy="raise_on_sql")
    requester: Mapped[Agent] = relationship(foreign_keys=requested_by, lazy="raise_on_sql")
    validator: Mapped[Agent] = relationship(foreign_keys=validated_by, lazy="raise_on_sql")
    withdrawer: Mapped[Agent | None] = relationship(foreign_keys=withdrawn_by, lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(
            "ends_on > starts_on and ends_on <= starts_on + interval '6 months'",
            name="at_most_six_months",
        ),
        CheckConstraint("requested_by <> validated_by", name="two_persons"),
        CheckConstraint("agent_id <> validated_by", name="not_by_its_holder"),
    )

    @classmethod
    def in_force(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """Whether the habilitation of a row is in force on a day: started, not ended, not withdrawn."""
        return and_(cls.starts_on <= day, cls.ends_on > day, cls.withdrawn_at.is_(None))

    def is_in_force(self, day: date) -> bool:
        """`in_force`, for a loaded habilitation."""
        return self.starts_on <= day < self.ends_on and self.withdrawn_at is None


class ReviewDecision(LabelledEnum):
    """What a correspondant decides about a habilitation under review."""

    KEEP = "maintenir", "Maintenir"
    CHANGE = "modifier", "Modifier"
    WITHDRAW = "retirer", "Retirer"


class ReviewCampaign(Base):
    """A review of every habilitation in force before a deadline; what is not decided by then is withdrawn."""

    __tablename__ = "review_campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    opened_on: Mapped[date]
    #: the last day to decide
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("due_on > opened_on", name="time_to_decide"),
        Index(
            "uq_review_campaign_open", text("(closed_at is null)"), unique=True,
            postgresql_where=text("closed_at is null"),
        ),
    )  # fmt: skip


class ReviewItem(Base):
    """A habilitation under review."""

    __tablename__ = "review_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaign.id"), index=True)
    habilitation_id: Mapped[int] = mapped_column(ForeignKey("habilitation.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    decision: Mapped[ReviewDecision | None] = enum_column(ReviewDecision)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]

    campaign: Mapped[ReviewCampaign] = relationship(lazy="raise_on_sql")
    habilitation: Mapped[Habilitation] = relationship(lazy="raise_on_sql")
    agent: Mapped[Agent] = relationship(foreign_keys=agent_id, lazy="raise_on_sql")
    decider: Mapped[Agent | None] = relationship(foreign_keys=decided_by, lazy="raise_on_sql")

    __table_args__ = (
        code_check("decision", ReviewDecision),
        CheckConstraint("agent_id <> decided_by", name="not_for_oneself"),
        CheckConstraint("(decision is null) = (decided_at is null)", name="decided_once"),
        Index("uq_review_item_habilitation", "campaign_id", "habilitation_id", unique=True),
    )
