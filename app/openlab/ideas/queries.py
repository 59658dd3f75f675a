"""Read ideas, how many are for each, and what was changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import NotFoundError
from app.openlab.ideas.models import Idea, IdeaAnswer, IdeaState, IdeaVote, OpenlabChange

#: ideas that are shown to whoever proposes another, and how alike they are at least
ALIKE_SHOWN, ALIKE = 5, 0.4
#: changes that a page shows
CHANGES_SHOWN = 20


def get_idea(session: Session, _identity: Identity, idea_id: int) -> Idea:
    """Return an idea with its answers; raise `NotFoundError`."""
    idea = session.scalar(
        select(Idea)
        .where(Idea.id == idea_id)
        .options(joinedload(Idea.author), selectinload(Idea.answers).joinedload(IdeaAnswer.author))
    )
    if idea is None:
        raise NotFoundError
    return idea


def slice_of_ideas(
    session: Session, identity: Identity, cursor: str | None, *, state: IdeaState | None = None, said: str = ""
) -> Slice[Row[Idea, int, bool]]:  # fmt: skip
    """Return ideas, how many are for each and whether the reader is; those that most are for first."""
    votes = select(IdeaVote.idea_id, func.count().label("votes")).group_by(IdeaVote.idea_id)
    each = votes.subquery()
    count: ColumnElement[int] = func.coalesce(each.c.votes, 0)
    statement = (
        select(Idea, count.label("votes"), _is_for(identity))
        .outerjoin(each, each.c.idea_id == Idea.id)
        .options(joinedload(Idea.author))
    )
    if state is not None:
        statement = statement.where(Idea.state == state)
    if said:
        statement = statement.where(_plain(said).op("<%")(_text()) | _holds(said))
    return slice_of(session, statement, key=[count.desc(), Idea.id.desc()], cursor=cursor)


def list_alike(session: Session, _identity: Identity, said: str) -> Sequence[Idea]:
    """Return the ideas that say nearly the same, the nearest first."""
    likeness = func.word_similarity(_plain(said), _text())
    alike: Select[Idea] = select(Idea).where(likeness >= ALIKE)
    return session.scalars(alike.order_by(likeness.desc(), Idea.id).limit(ALIKE_SHOWN)).all()


def count_votes(session: Session, _identity: Identity, idea: Idea) -> int:
    """Return how many are for an idea."""
    votes = select(func.count()).select_from(IdeaVote).where(IdeaVote.idea_id == idea.id)
    return session.scalar(votes) or 0


def is_for(session: Session, identity: Identity, idea: Idea) -> bool:
    """Return whether the agent is for an idea."""
    return session.get(IdeaVote, (idea.id, identity.agent_id)) is not None


def list_changes(
    session: Session, _identity: Identity, *, limit: int = CHANGES_SHOWN
) -> Sequence[OpenlabChange]:
    """Return what was changed, the latest first."""
    changes = select(OpenlabChange).options(joinedload(OpenlabChange.idea))
    latest = changes.order_by(OpenlabChange.done_on.desc(), OpenlabChange.id.desc())
    return session.scalars(latest.limit(limit)).all()


def _is_for(identity: Identity) -> ColumnElement[bool]:
    mine = (IdeaVote.idea_id == Idea.id, IdeaVote.agent_id == identity.agent_id)
    return exists().where(*mine).label("is_for")


def _plain(said: str) -> ColumnElement[str]:
    return func.lower(func.unaccent(said))


def _text() -> ColumnElement[str]:
    return func.lower(func.unaccent(Idea.title + " " + Idea.body))


def _holds(said: str) -> ColumnElement[Any]:
    return func.strpos(_text(), _plain(said)) > 0
