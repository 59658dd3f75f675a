"""Advance notices by e-mail: the end of a right, the suspension of a dormant account, the deadline of a review.

However often the task runs, each e-mail is written once; a missed morning is made up for the next one.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import DORMANT_AFTER, Administration, Agent
from app.core.front.addresses import address_of
from app.core.now import day_of, today
from app.core.text.french import date_fr
from app.habilitations import reach
from app.habilitations.agents import services
from app.habilitations.models import Habilitation, ReviewCampaign, ReviewItem
from app.habilitations.reviews import services as reviews
from app.messages.letters import Letter, Link, Part
from app.messages.outbox import post

#: days before the end of a habilitation when a reminder is sent
STAGES = (3, 15, 30)
DORMANCY_NOTICE = timedelta(days=15)
#: before the deadline of a review
LAST_CALL = timedelta(days=3)


def remind_ends(session: Session) -> int:
    """Notify holders and their correspondants of the habilitations that end soon, one e-mail per person; return how many."""
    ending = [right for right in _ending(session) if _stage(right) != right.reminded_days]
    contacts: dict[Administration, Sequence[Agent]] = {}
    own: dict[int, list[Habilitation]] = defaultdict(list)
    managed: dict[int, list[Habilitation]] = defaultdict(list)
    for right in ending:
        own[right.agent_id].append(right)
        administration = right.agent.administration
        if administration not in contacts:
            contacts[administration] = reach.list_contacts(session, administration)
        for correspondent in contacts[administration]:
            if correspondent.id != right.agent_id:
                managed[correspondent.id].append(right)
        right.reminded_days = _stage(right)
    return sum(
        _post_ends(session, agent_id, own.get(agent_id, []), managed.get(agent_id, []))
        for agent_id in sorted({*own, *managed})
    )


def warn_dormant(session: Session) -> int:
    """Warn those whose account will be suspended unless they sign in; return how many e-mails were written."""
    count = 0
    for agent in services.list_soon_dormant(session, within=DORMANCY_NOTICE):
        end = day_of(agent.last_active_at + DORMANT_AFTER)
        letter = Letter(
            subject="Votre compte Vigie va être suspendu",
            parts=[
                Part(
                    text=f"Sans connexion de votre part, votre compte sera suspendu le {date_fr(end)}. "
                    "Une connexion suffit à le garder ; suspendu, il n’est réactivé que par un correspondant."
                )
            ],
            action=Link(label="Se connecter à Vigie", url=address_of("accounts.sign_in")),
        )
        count += _post(session, agent.id, f"dormancy:{agent.id}:{end.isoformat()}", letter)
    return count


def remind_reviews(session: Session) -> int:
    """Remind correspondants of what they have not decided, halfway and just before the deadline; return how many e-mails were written."""
    campaign = reviews.find_open(session)
    stage = _review_stage(campaign) if campaign is not None else None
    if campaign is None or stage is None:
        return 0
    waiting_agents: dict[Administration, list[Agent]] = defaultdict(list)
    undecided = select(ReviewItem.agent_id).where(
        ReviewItem.campaign_id == campaign.id, ReviewItem.decision.is_(None)
    )
    for agent in session.scalars(select(Agent).where(Agent.id.in_(undecided)).order_by(Agent.id)):
        waiting_agents[agent.administration].append(agent)
    count = 0
    for administration, agents in waiting_agents.items():
        for correspondent in reach.list_contacts(session, administration):
            theirs = [agent for agent in agents if agent.id != correspondent.id]
            key = f"review:{campaign.id}:{stage}:{correspondent.id}"
            count += bool(theirs) and _post(
                session, correspondent.id, key, _review(campaign, theirs)
            )
    return count


def _ending(session: Session) -> Sequence[Habilitation]:
    day = today()
    return session.scalars(
        select(Habilitation)
        .join(Habilitation.agent)
        .options(joinedload(Habilitation.agent), joinedload(Habilitation.zone))
        .where(Agent.active, Habilitation.in_force(day))
        .where(Habilitation.ends_on <= day + timedelta(days=max(STAGES)))
        .order_by(Habilitation.ends_on, Habilitation.id)
        .with_for_update(of=Habilitation, skip_locked=True)
    ).all()


def _stage(right: Habilitation) -> int:
    left = (right.ends_on - today()).days
    return next(stage for stage in STAGES if left <= stage)


def _post_ends(
    session: Session, agent_id: int, own: list[Habilitation], managed: list[Habilitation]
) -> bool:
    parts = []
    if own:
        title = (
            "Votre habilitation finit bientôt ; demandez à votre correspondant de la renouveler :"
        )
        parts.append(Part(text=title, lines=[_end_line(right) for right in own]))
    if managed:
        title = "Ces habilitations de votre administration finissent bientôt :"
        lines = [f"{right.agent.full_name}, {_end_line(right)}" for right in managed]
        parts.append(Part(text=title, lines=lines))
    letter = _managed_letter(parts) if managed else _own_letter(parts)
    contents = ",".join(f"{right.id}-{right.reminded_days}" for right in (*own, *managed))
    digest = hashlib.sha256(contents.encode()).hexdigest()
    return _post(session, agent_id, f"habilitation-end:{agent_id}:{digest}", letter)


def _managed_letter(parts: Sequence[Part]) -> Letter:
    return Letter(
        subject="Des habilitations finissent bientôt",
        parts=parts,
        action=Link(label="Renouveler dans Vigie", url=address_of("habilitations.index", fin=30)),
    )


def _own_letter(parts: Sequence[Part]) -> Letter:
    return Letter(
        subject="Votre habilitation finit bientôt",
        parts=parts,
        action=Link(label="Voir mes habilitations", url=address_of("habilitations.mine")),
    )


def _end_line(right: Habilitation) -> str:
    return f"{right.zone.label}, le {date_fr(right.ends_on)}"


def _review_stage(campaign: ReviewCampaign) -> str | None:
    day = today()
    if day >= campaign.due_on - LAST_CALL:
        return "last" if day <= campaign.due_on else None
    middle = campaign.opened_on + (campaign.due_on - campaign.opened_on) / 2
    return "middle" if day >= middle else None


def _review(campaign: ReviewCampaign, people: Iterable[Agent]) -> Letter:
    title = (
        f"Sans décision de votre part au plus tard le {date_fr(campaign.due_on)}, "
        "les habilitations de ces agents seront retirées :"
    )
    names = list(dict.fromkeys(agent.full_name for agent in people))
    return Letter(
        subject="Revue des habilitations : des décisions vous attendent",
        parts=[Part(text=title, lines=names)],
        action=Link(
            label="Décider dans Vigie",
            url=address_of("habilitations.review", campaign_id=campaign.id),
        ),
    )


def _post(session: Session, agent_id: int, key: str, letter: Letter) -> bool:
    return post(session, agent_id=agent_id, key=key, letter=letter) is not None
