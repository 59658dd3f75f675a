"""Where each region stands, and what its checklist is made of."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.accounts.queries import holders_of, list_awake
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Role
from app.core.errors import NotFoundError
from app.core.now import today, utcnow
from app.messages.models import Email
from app.referrals.areas.gazetteer import FRANCE, Area, AreaKind, gazetteer
from app.referrals.coverage.measuring import load_competent
from app.referrals.directory.models import (
    Antenne,
    AntenneManager,
    Expert,
    Institution,
    ReferralFallback,
)
from app.referrals.openings.checklist import EntryDates, RegionFacts
from app.referrals.openings.models import RegionDecision, RegionTest


def is_open(session: Session, region: str) -> bool:
    """Whether the guichet of a region is open; ``region``: « R27 ». Asked for anybody, who need not be known."""
    last = (
        select(RegionDecision.is_open)
        .where(RegionDecision.region == region)
        .order_by(RegionDecision.id.desc())
        .limit(1)
    )
    with reading_as_system(session, reason="Guichet") as connection:
        return bool(connection.scalar(last))


def region_of(code: str) -> str | None:
    """Return the region that holds an area, « R27 »; none overseas where there is no region, nor for an unknown code."""
    area = gazetteer().find(code)
    if area is None:
        return None
    return next((each for each in area.within if each.startswith("R")), None)


def is_open_in(session: Session, commune: str) -> bool:
    """Whether the guichet of the region of a commune is open."""
    region = region_of(commune)
    return region is not None and is_open(session, region)


def list_regions() -> Sequence[Area]:
    """Return every region, by name."""
    known = gazetteer().of_kind(AreaKind.REGION, within=FRANCE)
    return sorted(known, key=lambda area: area.label)


def get_region(_session: Session, _identity: Identity, code: str) -> Area:
    """Return a region by its code, « R27 »; raise `NotFoundError`."""
    area = gazetteer().find(code)
    if area is None or area.kind is not AreaKind.REGION or area.code != code:
        raise NotFoundError
    return area


def last_decisions(session: Session, _identity: Identity) -> Mapping[str, RegionDecision]:
    """Return the last decision on each region that has one."""
    last = (
        select(RegionDecision)
        .ext(distinct_on(RegionDecision.region))
        .order_by(RegionDecision.region, RegionDecision.id.desc())
    )
    return {each.region: each for each in session.scalars(last)}


def list_decisions(session: Session, _identity: Identity, region: str) -> Sequence[RegionDecision]:
    """Return what was decided of a region, the latest first."""
    decided = select(RegionDecision).where(RegionDecision.region == region)
    return session.scalars(
        decided.options(joinedload(RegionDecision.author)).order_by(RegionDecision.id.desc())
    ).all()


def load_known(session: Session, identity: Identity) -> RegionFacts:
    """Read what the checklists of all regions are made of."""
    directory = load_competent(session, identity)
    dates = EntryDates(
        antennes={row[0]: row[1] for row in session.execute(select(Antenne.id, Antenne.verified_on))},
        experts={row[0]: row[1] for row in session.execute(select(Expert.id, Expert.verified_on))},
        managed=set(session.scalars(select(AntenneManager.antenne_id).where(AntenneManager.removed_at.is_(None)))),
    )  # fmt: skip
    # Whoever reads the checklist reads neither the e-mails of others nor which roles they hold.
    with reading_as_system(session, reason="Ouverture des régions"):
        tests = select(RegionTest.region, func.max(Email.sent_at)).join(RegionTest.email)
        sent = {row[0]: row[1] for row in session.execute(tests.group_by(RegionTest.region))}
        team = len(list_team(session))
    return RegionFacts(
        directory=directory, dates=dates, gazetteer=gazetteer(), today=today(), now=utcnow(),
        team=team, tests=sent, last_resorts=_last_resorts(session),
    )  # fmt: skip


def _last_resorts(session: Session) -> set[str]:
    """The areas where somebody in service receives, of every subject, what nobody else does."""
    named = (
        select(ReferralFallback.area)
        .join(Expert, Expert.id == ReferralFallback.expert_id)
        .join(Antenne, Antenne.id == Expert.antenne_id)
        .join(Institution, Institution.id == Antenne.institution_id)
        .where(
            ReferralFallback.ended_at.is_(None),
            ReferralFallback.subject_id.is_(None),
            *(each.archived_at.is_(None) for each in (Expert, Antenne, Institution)),
        )
    )
    return set(session.scalars(named))


def count_tests(session: Session, region: str) -> int:
    """Return how many test e-mails a region had."""
    of_region = select(func.count()).select_from(RegionTest).where(RegionTest.region == region)
    return session.scalar(of_region) or 0


def list_team(session: Session) -> Sequence[int]:
    """Return the accounts of the team that are open. For the system."""
    return list_awake(session, Agent.id.in_(holders_of(Role.ORIENTEUR)))
