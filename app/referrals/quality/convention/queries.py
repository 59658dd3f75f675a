"""The firms that asked, who answers, how well, and where it is open, in a period. For the system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.now import day_of, today
from app.referrals.directory.models import Antenne, Competence, Expert, Institution
from app.referrals.needs.models import FirmNeed, Solicitation
from app.referrals.openings.models import RegionDecision
from app.referrals.quality.figures.counting import Deadlines, Tally, tallied
from app.referrals.quality.figures.queries import (
    SET_ASIDE,
    QualityFilter,
    QualityScope,
    counted_needs,
)


@dataclass(frozen=True, kw_only=True)
class ReportedAsker:
    """A firm that asked in the period, where it first did; ``naf``: unknown of a firm that Vigie does not know."""

    siren: str
    department: str
    naf: str | None


def list_firms(session: Session, asked: QualityFilter) -> Sequence[ReportedAsker]:
    """Return the firms that filed a need in a period, each once."""
    first, after = asked.bounds
    firms = (
        select(Solicitation.siren, Solicitation.department, Company.naf)
        .ext(distinct_on(Solicitation.siren))
        .join(FirmNeed, FirmNeed.solicitation_id == Solicitation.id)
        .outerjoin(Company, Company.siren == Solicitation.siren)
        .where(
            FirmNeed.created_at >= first,
            FirmNeed.created_at < after,
            Solicitation.verdict.not_in(SET_ASIDE),
        )
        .order_by(Solicitation.siren, Solicitation.id)
    )
    return [ReportedAsker(**row) for row in session.execute(firms).mappings()]


def quality_of(session: Session, asked: QualityFilter) -> Tally:
    """Return the figures of the needs of a period, everywhere."""
    needs, _, helped = counted_needs(session, QualityScope(is_everything=True), asked)
    return tallied(needs, today=today(), helped=helped, deadlines=Deadlines())


def count_partners(session: Session) -> dict[str, int]:
    """Return how many experts, antennes and institutions answer now."""
    of_them = {"experts": Expert.id, "antennes": Antenne.id, "institutions": Institution.id}
    counted = (
        select(*(func.count(column.distinct()).label(name) for name, column in of_them.items()))
        .select_from(Competence)
        .join(Expert, Expert.id == Competence.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
        .where(
            Competence.ended_at.is_(None),
            *(each.archived_at.is_(None) for each in (Expert, Antenne, Institution)),
        )
    )
    return {name: int(count) for name, count in session.execute(counted).mappings().one().items()}


def open_regions(session: Session, until: date) -> dict[str, date]:
    """Return the regions whose guichet was open at the end of a day, each with the day when it opened: « 27 »."""
    _, after = QualityFilter(since=until, until=until).bounds
    last = (
        select(RegionDecision.region, RegionDecision.is_open, RegionDecision.decided_at)
        .ext(distinct_on(RegionDecision.region))
        .where(RegionDecision.decided_at < after)
        .order_by(RegionDecision.region, RegionDecision.id.desc())
    )
    return {
        row.region.removeprefix("R"): day_of(row.decided_at)
        for row in session.execute(last)
        if row.is_open
    }
