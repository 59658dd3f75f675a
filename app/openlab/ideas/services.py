"""Propose an idea, vote, answer for the team, say what was changed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.bounds import bounded, normalised
from app.openlab.ideas import queries
from app.openlab.ideas.models import (
    LONGEST_TITLE,
    Idea,
    IdeaAnswer,
    IdeaState,
    IdeaVote,
    OpenlabChange,
)

SEEN_FIRST = (
    "Des idées proches existent déjà : votez pour l’une d’elles, ou confirmez que la vôtre en est une autre."
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """What was changed, as the team says it."""

    title: str
    body: str = ""
    done_on: date
    idea_id: int | None = None


def propose(
    session: Session, identity: Identity, *, title: str, body: str, is_another: bool
) -> Idea:
    """Propose an idea, which its author is for. Raise `DomainError` while others say nearly the same and nobody said it is another."""
    said = _titled(title)
    if not is_another and queries.list_alike(session, identity, said):
        raise DomainError(SEEN_FIRST, field="is_another")
    idea = Idea(title=said, body=bounded(body, field="body"), author_id=identity.agent_id)
    session.add(idea)
    session.flush()
    session.add(IdeaVote(idea_id=idea.id, agent_id=identity.agent_id))
    session.flush()
    journal.record(session, identity, journal.Event.IDEA_WRITTEN, idea=idea.id)
    return idea


def vote(session: Session, identity: Identity, idea: Idea) -> None:
    """Be for an idea, once. Raise `DomainError` of one that is done or set aside."""
    if idea.state in (IdeaState.DONE, IdeaState.SET_ASIDE):
        raise DomainError("Cette idée est faite ou écartée : on ne vote plus pour elle.")
    values = {"idea_id": idea.id, "agent_id": identity.agent_id}
    session.execute(insert(IdeaVote).values(**values).on_conflict_do_nothing())
    journal.record(session, identity, journal.Event.IDEA_VOTED, idea=idea.id, choice="pour")


def take_back(session: Session, identity: Identity, idea: Idea) -> None:
    """Be for it no more."""
    mine = (IdeaVote.idea_id == idea.id, IdeaVote.agent_id == identity.agent_id)
    session.execute(delete(IdeaVote).where(*mine))
    session.expire_all()
    journal.record(session, identity, journal.Event.IDEA_VOTED, idea=idea.id, choice="retiré")


def answer(
    session: Session, identity: Identity, idea: Idea, *, state: IdeaState, body: str
) -> None:
    """Answer an idea for the team: what it becomes, and why. Raise `DomainError` without a word."""
    said = bounded(body, field="body")
    if not said:
        raise DomainError("Dites en une phrase pourquoi : l’auteur et les votants le liront.", field="body")  # fmt: skip
    hold(session, idea)
    before = idea.state
    session.add(IdeaAnswer(idea_id=idea.id, state=state, body=said, author_id=identity.agent_id))
    idea.state = state
    session.flush()
    session.expire(idea, ["answers"])
    changes = journal.changes({"state": before.label}, {"state": state.label})
    journal.record(
        session, identity, journal.Event.IDEA_ANSWERED, idea=idea.id, changes=changes
    )  # fmt: skip


def tell_change(session: Session, identity: Identity, said: ToldChange) -> OpenlabChange:
    """Say what was changed. Raise `DomainError` of a day to come, or of an idea that nobody proposed."""
    if said.done_on > today():
        raise DomainError("Ce jour est à venir : dites ce qui est déjà changé.", field="done_on")
    if said.idea_id is not None and session.get(Idea, said.idea_id) is None:
        raise DomainError("Choisissez une idée de la liste.", field="idea_id")
    change = OpenlabChange(
        title=_titled(said.title), body=bounded(said.body, field="body"), done_on=said.done_on,
        idea_id=said.idea_id, author_id=identity.agent_id,
    )  # fmt: skip
    session.add(change)
    session.flush()
    journal.record(
        session, identity, journal.Event.OPENLAB_CHANGED, openlab_change=change.id, idea=said.idea_id
    )  # fmt: skip
    return change


def _titled(title: str) -> str:
    said = normalised(title)
    if not said:
        raise DomainError("Donnez un titre, en une ligne.", field="title")
    if len(said) > LONGEST_TITLE:
        raise DomainError(f"{LONGEST_TITLE} caractères au plus.", field="title")
    return said
