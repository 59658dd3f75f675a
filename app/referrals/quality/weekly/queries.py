"""Who is told on Monday, and what waits in the antennes of each."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.referrals.directory.models import Antenne, AntenneManager, Expert
from app.referrals.needs.models import FirmNeed, Referral, ReferralState
from app.referrals.quality.models import AntenneSilence


def list_managers(session: Session) -> Sequence[int]:
    """Return whoever keeps an antenne that is not archived and wants the e-mail. For the system."""
    silent = select(AntenneSilence.agent_id)
    kept = (
        select(AntenneManager.agent_id)
        .join(Agent, Agent.id == AntenneManager.agent_id)
        .join(Antenne, Antenne.id == AntenneManager.antenne_id)
        .where(
            AntenneManager.removed_at.is_(None),
            Antenne.archived_at.is_(None),
            Agent.active,
            Agent.suspended_at.is_(None),
            AntenneManager.agent_id.not_in(silent),
        )
    )
    return session.scalars(kept.distinct().order_by(AntenneManager.agent_id)).all()


def list_waiting(session: Session, agent_id: int) -> Sequence[Referral]:
    """Return what nobody answered yet in the antennes that somebody keeps, the oldest first. For the system."""
    kept = select(AntenneManager.antenne_id).where(
        AntenneManager.agent_id == agent_id, AntenneManager.removed_at.is_(None)
    )
    waiting = (
        select(Referral)
        .join(Referral.expert)
        .where(Expert.antenne_id.in_(kept), Referral.state == ReferralState.TO_TREAT)
        .options(
            joinedload(Referral.expert).joinedload(Expert.antenne),
            joinedload(Referral.need).options(
                joinedload(FirmNeed.subject), joinedload(FirmNeed.solicitation)
            ),
        )
        .order_by(Referral.sent_at, Referral.id)
    )
    return session.scalars(waiting).all()


def is_silent(session: Session, identity: Identity) -> bool:
    """Return whether somebody asked not to receive the e-mail."""
    return session.get(AntenneSilence, identity.agent_id) is not None
