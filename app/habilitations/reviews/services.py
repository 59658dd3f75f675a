"""The six-monthly review: each habilitation is kept, changed or withdrawn before a deadline; no answer means withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.habilitations.models import (
    Habilitation,
    HabilitationRequest,
    RequestState,
    ReviewCampaign,
    ReviewDecision,
    ReviewItem,
)
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.reach import review_items, within_reach
from app.habilitations.requests import services as requests
from app.habilitations.requests.services import RequestedRights
from app.habilitations.rights import services

SHORTEST, LONGEST = timedelta(days=7), timedelta(days=90)
SILENCE = "Non confirmée à la date limite de la revue des habilitations"


@dataclass(frozen=True, kw_only=True)
class ReviewProgress:
    """How far a campaign has come in one administration."""

    administration: Administration
    decided: int
    total: int


def list_campaigns(session: Session) -> Sequence[ReviewCampaign]:
    """The campaigns, latest first."""
    return session.scalars(select(ReviewCampaign).order_by(ReviewCampaign.id.desc())).all()


def find_open(session: Session) -> ReviewCampaign | None:
    """The open campaign, if any."""
    return session.scalar(select(ReviewCampaign).where(ReviewCampaign.closed_at.is_(None)))


def list_items(
    session: Session, identity: Identity, campaign: ReviewCampaign
) -> Sequence[ReviewItem]:
    """The lines within reach, undecided ones first, then by name."""
    return session.scalars(
        review_items(identity)
        .join(ReviewItem.agent)
        .where(ReviewItem.campaign_id == campaign.id)
        .order_by(
            ReviewItem.decision.is_not(None), Agent.last_name, Agent.first_name, ReviewItem.id
        )
    ).all()


def list_progress(
    session: Session, identity: Identity, campaign: ReviewCampaign
) -> list[ReviewProgress]:
    """How far each administration within reach has come."""
    statement = (
        select(Agent.administration, func.count(ReviewItem.decision), func.count())
        .select_from(ReviewItem)
        .join(Agent, Agent.id == ReviewItem.agent_id)
        .where(ReviewItem.campaign_id == campaign.id, within_reach(identity))
        .group_by(Agent.administration)
        .order_by(Agent.administration)
    )
    return [
        ReviewProgress(administration=administration, decided=decided, total=total)
        for administration, decided, total in session.execute(statement).all()
    ]


def open_campaign(session: Session, identity: Identity, *, due_on: date | None) -> ReviewCampaign:
    """Put every habilitation in force under review until ``due_on`` (inclusive). Raise `DomainError` if a campaign is already open."""
    day = today()
    if due_on is None or not day + SHORTEST <= due_on <= day + LONGEST:
        raise DomainError(
            f"Choisissez une date limite entre le {day + SHORTEST:%d/%m/%Y} et le {day + LONGEST:%d/%m/%Y}.",
            field="due_on",
        )
    campaign = ReviewCampaign(opened_by=identity.agent_id, opened_on=day, due_on=due_on)
    try:
        with session.begin_nested():
            session.add(campaign)
    except IntegrityError as error:
        if "uq_review_campaign_open" not in str(error.orig):
            raise
        raise DomainError("Une revue est déjà ouverte : attendez qu’elle soit close.") from None
    rights = session.scalars(
        select(Habilitation).where(Habilitation.in_force(day)).order_by(Habilitation.id)
    ).all()
    session.add_all(
        ReviewItem(campaign_id=campaign.id, habilitation_id=right.id, agent_id=right.agent_id)
        for right in rights
    )
    session.flush()
    journal.record(
        session, identity, journal.Event.REVIEW_OPENED, campaign=campaign.id, due_on=due_on,
        count=len(rights),
    )  # fmt: skip
    return campaign


def decide(
    session: Session,
    identity: Identity,
    item: ReviewItem,
    decision: ReviewDecision,
    *,
    reason: str,
    requested: RequestedRights | None = None,
) -> None:
    """Decide on a line: keeping or changing (to ``requested``) makes a request that somebody else must validate; withdrawing is immediate.

    Raise `DomainError` when the habilitation is one's own, when it is already decided, or if too late.
    """
    item = _locked(session, identity, item)
    right = session.get_one(Habilitation, item.habilitation_id)
    agent = session.get_one(Agent, item.agent_id)
    if decision is ReviewDecision.WITHDRAW:
        if right.is_in_force(today()):
            services.withdraw(session, identity, right, reason=reason)
    elif decision is ReviewDecision.CHANGE or not _is_already_requested(session, right):
        require_text(reason, field="reason", absent="Dites pourquoi l’agent en a besoin.")
        requests.ask(session, identity, agent, requested or _same_again(right, reason))
    item.decision = decision
    item.decided_by = identity.agent_id
    item.decided_at = utcnow()
    session.flush()
    journal.record(
        session, identity, journal.Event.REVIEW_DECIDED, campaign=item.campaign_id,
        agent=item.agent_id, habilitation=item.habilitation_id, decision=decision,
    )  # fmt: skip


def close_due(session: Session, identity: Identity) -> int:
    """Close the campaign whose deadline has passed, withdraw what nobody decided, and return how many were withdrawn."""
    campaign = find_open(session)
    if campaign is None or campaign.due_on >= today():
        return 0
    undecided = session.scalars(
        select(Habilitation)
        .join(ReviewItem, ReviewItem.habilitation_id == Habilitation.id)
        .where(ReviewItem.campaign_id == campaign.id, ReviewItem.decision.is_(None))
        .where(Habilitation.in_force(today()))
        .order_by(Habilitation.id)
    ).all()
    for right in undecided:
        services.withdraw(session, identity, right, reason=SILENCE)
    campaign.closed_at = utcnow()
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.REVIEW_CLOSED,
        campaign=campaign.id,
        withdrawn=len(undecided),
    )
    return len(undecided)


def _locked(session: Session, identity: Identity, item: ReviewItem) -> ReviewItem:
    if identity.agent_id == item.agent_id:
        raise DomainError(NOT_ONESELF)
    undecided = (ReviewItem.id == item.id, ReviewItem.decision.is_(None))
    # Only its number is read again: a page that is shown once more still has the people it names.
    if session.scalar(select(ReviewItem.id).where(*undecided).with_for_update()) is None:
        raise DomainError("Quelqu’un a déjà décidé de cette ligne.")
    session.refresh(item, ["decision"])
    campaign = session.get_one(ReviewCampaign, item.campaign_id)
    if campaign.closed_at is not None or campaign.due_on < today():
        raise DomainError("La revue est close.")
    return item


def _is_already_requested(session: Session, right: Habilitation) -> bool:
    """Whether a request for the same agent and zone is already pending: keeping then makes no new one."""
    waiting = select(HabilitationRequest.id).where(
        HabilitationRequest.agent_id == right.agent_id,
        HabilitationRequest.zone_code == right.zone_code,
        HabilitationRequest.state == RequestState.PENDING,
    )
    return session.scalar(waiting.exists().select()) or False


def _same_again(right: Habilitation, reason: str) -> RequestedRights:
    return RequestedRights(
        zone=right.zone_code,
        natures=tuple(requests.natures_of(right)),
        function=right.function,
        reason=reason,
        renews=right,
    )
