"""Networks of partners, zones, and the habilitations that say who may read which nature of data where, until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, LabelledEnum, code_check, enum_column
from app.core.now import utcnow


class ZoneKind(LabelledEnum):
    """What a zone is made of."""

    DEPARTMENT = "departement", "Département"
    REGION = "region", "Région"
    FRANCE = "france", "France entière"


class Department(Base):
    """A French département."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    region_code: Mapped[str] = mapped_column(index=True)


class Zone(Base):
    """A named set of départements a habilitation can cover."""

    __tablename__ = "zone"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    kind: Mapped[ZoneKind] = enum_column(ZoneKind)
    departments: Mapped[list[str]]

    __table_args__ = (code_check("kind", ZoneKind),)


class Network(Base):
    """A circle of readers: one per partner, and CODEFI, the circle of all partners of a département."""

    __tablename__ = "network"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    is_codefi: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int]


class Membership(Base):
    """An agent belongs to a network."""

    __tablename__ = "membership"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")


class Habilitation(Base):
    """An agent may read these natures in this zone between two dates, asked by one person and validated by another."""

    __tablename__ = "habilitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("zone.code"))
    natures: Mapped[list[str]]
    function: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    requested_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    validated_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    zone: Mapped[Zone] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(
            "ends_on > starts_on and ends_on <= starts_on + interval '6 months'",
            name="at_most_six_months",
        ),
        CheckConstraint("requested_by <> validated_by", name="two_persons"),
    )
