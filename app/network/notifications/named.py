"""The e-mails that tell an agent at once that a text names them or an échéance is theirs: one for each, which names no firm."""

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.front.addresses import address_of
from app.core.work.events import EventKind
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.messages.outbox import post
from app.messages.stops.links import Regular, ToStop, address_to_stop
from app.network.models import FeedEvent, Notification

MENTION, DEADLINE = "mention:", "deadline:"
#: how the keys of these e-mails begin: they come whatever else was written in the day
AT_ONCE_KEYS = (MENTION, DEADLINE)


def write(session: Session, event_id: int) -> None:
    """Post the e-mails of those whom an event names so, unless they are posted or unwanted; no digest counts them again."""
    event = session.get_one(FeedEvent, event_id)
    author = session.get(Agent, event.actor_id) if event.actor_id else None
    name = author.full_name if author else "Quelqu’un"
    for notification in session.scalars(_to_tell(event)):
        is_named = notification.reason is Reason.MENTIONED
        key = f"{MENTION if is_named else DEADLINE}{notification.agent_id}:{event_id}"
        letter = _letter(notification.agent_id, name, is_named=is_named)
        email_id = post(session, agent_id=notification.agent_id, key=key, letter=letter)
        if email_id is not None:
            one = Notification.id == notification.id
            session.execute(update(Notification).where(one).values(email_id=email_id))


def _to_tell(event: FeedEvent) -> Select[Notification]:
    reasons = [Notification.reason == Reason.MENTIONED]
    if event.kind is EventKind.DEADLINE_ASSIGNED:
        reasons.append(Notification.reason == Reason.CONCERNED)
    named = (Notification.event_id == event.id, or_(*reasons))
    wanted = select(Notification).join(Agent, Agent.id == Notification.agent_id)
    return wanted.where(*named, Notification.read_at.is_(None), Agent.wants_at_once)


def _letter(agent_id: int, author: str, *, is_named: bool) -> Letter:
    if is_named:
        subject = f"{author} vous cite dans un commentaire"
        told, label = (
            f"{subject}, et attend peut-être votre réponse.",
            "Lire et répondre dans Vigie",
        )
        why = "un texte vous cite"
    else:
        subject = f"{author} vous confie une échéance"
        told, label = f"{subject}.", "Voir dans Vigie ce qu’il y a à faire"
        why = "une échéance vous est confiée"
    return Letter(
        subject=subject,
        parts=[Part(text=told)],
        action=Link(label=label, url=address_of("notifications.index")),
        closing=f"Par confidentialité, ce message ne nomme aucune entreprise. Vous le recevez parce que {why}.",
        opt_out=Link(label="Ne plus le recevoir", url=address_of("notifications.settings")),
        one_click_url=address_to_stop(ToStop(agent_id=agent_id, regular=[Regular.AT_ONCE])),
    )
