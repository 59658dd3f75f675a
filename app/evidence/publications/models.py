"""The figures of a period as they were counted, which nobody reads, and as they are told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow
from app.evidence.publications.kinds import ALL


class PeriodTally(Base):
    """What was counted of a period: never told as it is, and never counted again. Read by the worker alone."""

    __tablename__ = "period_tally"

    #: ``2025``, ``2025-S1``
    period: Mapped[str] = mapped_column(primary_key=True)
    #: kind -> place, its axes joined by « | » -> firms or agents
    counts: Mapped[dict[str, Any]]
    #: region, or « total » -> delay -> median of days, where enough firms make one
    delays: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class PublishedPeriod(Base):
    """What is told of a period: masked, audited, frozen. Only its publication to everybody is written later."""

    __tablename__ = "published_period"

    period: Mapped[str] = mapped_column(ForeignKey("period_tally.period"), primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    #: ``counts``: kind -> place -> figure, null where it is masked, absent where there is nobody; ``delays``: as counted
    figures: Mapped[dict[str, Any]]
    cells: Mapped[int]
    masked: Mapped[int]
    #: cells that a reader of all that is told could compute: 0, or nothing is frozen
    recoverable: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when everybody could read it
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    __table_args__ = (
        CheckConstraint("recoverable = 0 and masked <= cells", name="audited"),
        CheckConstraint("(published_at is null) = (published_by is null)", name="published_by_one"),
    )

    def count(self, kind: str, *places: str) -> int | None:
        """Return a figure; `None` where it is masked, or where the regions of a kind are not told by sector. ``places``: one for each
        axis, « total » where it is summed over.
        """
        told: dict[str, int | None] = self.figures["counts"].get(kind, {})
        key = "|".join(places)
        if key not in told and ALL not in places[:2] and told and not any(map(_is_crossed, told)):
            return None
        return told.get(key, 0)

    def delay(self, name: str, region: str) -> float | None:
        """Return a median of days; `None` where too few firms make one."""
        value: float | None = self.figures["delays"].get(region, {}).get(name)
        return value


def _is_crossed(place: str) -> bool:
    """Whether a place is a region and a sector at once."""
    return ALL not in place.split("|")[:2]
