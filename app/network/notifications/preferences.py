"""Which e-mails an agent wants, and how those are stopped from one of them."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Agent, MailPace
from app.core import journal
from app.core.access.identity import Identity
from app.messages.stops.links import Regular, ToStop
from app.messages.stops.providers import Stoppable
from app.messages.stops.services import SYSTEM

#: each e-mail that comes again, as one that stops it names it, and what an agent who stopped it wants
NAMES = {
    Regular.DIGEST: "Le courriel de ce qui est nouveau dans ce que vous suivez",
    Regular.AT_ONCE: "Les courriels qui disent aussitôt qu’un texte vous cite ou qu’une échéance vous est confiée",
}
STOPPED: dict[Regular, dict[str, Any]] = {
    Regular.DIGEST: {"mail_pace": MailPace.NEVER},
    Regular.AT_ONCE: {"wants_at_once": False},
}


def choose(session: Session, identity: Identity, *, pace: MailPace, at_once: bool) -> None:
    """Choose when the e-mail of what is new comes, and whether others come at once."""
    wanted = {"mail_pace": pace, "wants_at_once": at_once}
    session.execute(update(Agent).where(Agent.id == identity.agent_id).values(wanted))
    journal.record(session, identity, journal.Event.DIGEST_CHANGED, pace=pace, at_once=at_once)


def _list_running(session: Session, asked: ToStop) -> list[str]:
    wanted = _own(asked)
    agent = session.get_one(Agent, asked.agent_id) if wanted else None
    return [NAMES[regular] for regular in wanted if agent and _runs(agent, regular)]


def _stop(session: Session, asked: ToStop) -> None:
    wanted = _own(asked)
    if not wanted:
        return
    agent = session.get_one(Agent, asked.agent_id, with_for_update=True)
    for regular in wanted:
        if _runs(agent, regular):
            for name, value in STOPPED[regular].items():
                setattr(agent, name, value)
            session.flush()
            journal.record(
                session, SYSTEM, journal.Event.DIGEST_CHANGED, pace=agent.mail_pace,
                at_once=agent.wants_at_once, agent_id=agent.id,
            )  # fmt: skip


def _own(asked: ToStop) -> list[Regular]:
    """Those that are regulated here: others are by the domains above."""
    return [regular for regular in asked.regular if regular in NAMES]


def _runs(agent: Agent, regular: Regular) -> bool:
    return any(getattr(agent, name) != value for name, value in STOPPED[regular].items())


STOPPABLE = Stoppable(list_running=_list_running, stop=_stop)
