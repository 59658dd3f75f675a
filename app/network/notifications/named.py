"""The e-mail that tells an agent at once that a text names them: one for each text, which names neither the firm nor what is said."""

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.front.addresses import address_of
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.messages.outbox import post
from app.network.models import FeedEvent, Notification


def write(session: Session, event_id: int) -> None:
    """Post the e-mails of those whom the text of an event names, unless they are posted or unwanted; no digest counts them again."""
    event = session.get_one(FeedEvent, event_id)
    author = session.get(Agent, event.actor_id) if event.actor_id else None
    letter = _letter(author.full_name if author else "Quelqu’un")
    for notification in session.scalars(_to_tell(event_id)):
        key = f"mention:{notification.agent_id}:{event_id}"
        email_id = post(session, agent_id=notification.agent_id, key=key, letter=letter)
        if email_id is not None:
            one = Notification.id == notification.id
            session.execute(update(Notification).where(one).values(email_id=email_id))


def _to_tell(event_id: int) -> Select[Notification]:
    named = (Notification.event_id == event_id, Notification.reason == Reason.MENTIONED)
    wanted = select(Notification).join(Agent, Agent.id == Notification.agent_id)
    return wanted.where(*named, Notification.read_at.is_(None), Agent.wants_mentions)


def _letter(author: str) -> Letter:
    return Letter(
        subject=f"{author} vous cite dans un commentaire",
        parts=[
            Part(text=f"{author} vous cite dans un commentaire, et attend peut-être votre réponse.")
        ],
        action=Link(label="Lire et répondre dans Vigie", url=address_of("notifications.index")),
        closing="Par confidentialité, ce message ne nomme aucune entreprise. Vous le recevez parce qu’un texte vous cite.",
        opt_out=Link(label="Ne plus le recevoir", url=address_of("notifications.settings")),
    )
