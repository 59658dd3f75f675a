"""The morning e-mail: at most one a day, never empty, and naming no firm."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.front.addresses import address_of
from app.habilitations.queries import identities_of
from app.messages.letters import Letter, Link, Part
from app.messages.models import Email
from app.messages.outbox import post
from app.network import presenters
from app.network.models import FeedEvent, Notification
from app.network.notifications import queries

#: events listed one by one; the others are counted
TOLD = 7


def list_readers(session: Session) -> list[Identity]:
    """Return the active, habilitated agents who want the digest and have unread notifications that none has counted yet."""
    waiting = select(Notification.agent_id).where(
        Notification.read_at.is_(None), *queries.is_uncounted()
    )
    agents = session.scalars(
        select(Agent)
        .where(Agent.active, Agent.wants_digest, Agent.id.in_(waiting))
        .order_by(Agent.id)
    )
    return [who for who in identities_of(session, agents) if who.is_habilitated]


def compose(session: Session, identity: Identity) -> tuple[list[int], Letter] | None:
    """Return the notifications to count and the letter, read on the agent's behalf; `None` when there is nothing."""
    waiting = queries.list_not_emailed(session, identity)
    if not waiting:
        return None
    return [notification.id for notification in waiting], _letter([row.event for row in waiting])


def write(
    session: Session, identity: Identity, *, day: date, counted: list[int], letter: Letter
) -> bool:
    """Post the e-mail of ``day``; return False if it was already posted."""
    if identity.agent_id is None:
        return False
    key = f"digest:{identity.agent_id}:{day.isoformat()}"
    email_id = post(session, agent_id=identity.agent_id, key=key, letter=letter)
    if email_id is None:
        return False
    these = Notification.id.in_(counted)
    session.execute(update(Notification).where(these).values(email_id=email_id))
    return True


def settle(session: Session, email: Email) -> None:
    """Say that the notifications of a digest were e-mailed once the server took it; given up, leave them to the next digest."""
    its_own = update(Notification).where(Notification.email_id == email.id)
    taken = {"emailed_at": email.sent_at}
    session.execute(its_own.values(taken if email.sent_at is not None else {"email_id": None}))


def _letter(events: Sequence[FeedEvent]) -> Letter:
    count, others = len(events), max(len(events) - TOLD, 0)
    lines = [presenters.line(event, {}) for event in events[:TOLD]]
    told = [f"{line.title} ({line.when})" for line in lines]
    if others:
        told.append(f"et {others} autre{'s' if others > 1 else ''}")
    news = f"{count} nouveauté{'s' if count > 1 else ''} sur vos suivis"
    return Letter(
        subject=news,
        parts=[Part(text=f"{news} :", lines=told)],
        action=Link(label="À lire dans Vigie", url=address_of("notifications.index")),
        closing="Par confidentialité, ce message ne nomme aucune entreprise.",
        opt_out=Link(label="Ne plus le recevoir", url=address_of("notifications.settings")),
    )
