"""What a token reads: of the accompagnements in which its agent takes part, what row-level security gives that agent."""

from datetime import datetime, timedelta

from sqlalchemy import Row, Select, exists, func, select, true
from sqlalchemy.orm import Session, joinedload

from app.cases.models import Case, CaseMember
from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import NotFoundError
from app.deadlines.models import Deadline
from app.exchanges.references import number_of
from app.network.models import Comment, FeedEvent
from app.visits.models import Visit
from app.visits.queries import select_visits

#: rows of a page
SIZE = 100
#: a line written by a transaction that lasts is numbered before it is seen: what is younger waits
SETTLED_AFTER = timedelta(minutes=1)


def get_own(session: Session, identity: Identity, reference: str) -> Case:
    """Return the accompagnement that an identifier names, if the agent takes part in it; raise `NotFoundError`."""
    number = number_of(reference)
    case = session.scalar(_own(identity).where(Case.id == number)) if number else None
    if case is None:
        raise NotFoundError
    return case


def page_of_numbers(
    session: Session, identity: Identity, *, since: datetime | None, cursor: str | None
) -> Slice[Row[int]]:
    """Return the numbers of the agent's accompagnements, in their order; ``since``: those changed from then on."""
    own = _own(identity).with_only_columns(Case.id)
    if since is not None:
        own = own.where(Case.updated_at >= since)
    return slice_of(session, own, key=(Case.id,), cursor=cursor, size=SIZE)


def page_of_deadlines(session: Session, case: Case, cursor: str | None) -> Slice[Row[Deadline]]:
    """Return the échéances of an accompagnement."""
    people = (joinedload(Deadline.author), joinedload(Deadline.assignee), joinedload(Deadline.network))  # fmt: skip
    of_case = select(Deadline).where(Deadline.case_id == case.id).options(*people)
    return slice_of(session, of_case, key=(Deadline.id,), cursor=cursor, size=SIZE)


def page_of_visits(session: Session, case: Case, cursor: str | None) -> Slice[Row[Visit]]:
    """Return the contacts of the firm of an accompagnement, with the notes that are read."""
    of_firm = select_visits().where(Visit.siren == case.siren)
    return slice_of(session, of_firm, key=(Visit.id,), cursor=cursor, size=SIZE)


def page_of_comments(session: Session, case: Case, cursor: str | None) -> Slice[Row[Comment]]:
    """Return the comments on the firm of an accompagnement that were not deleted."""
    people = (joinedload(Comment.author), joinedload(Comment.network))
    of_firm = select(Comment).where(Comment.siren == case.siren, Comment.deleted_at.is_(None))
    return slice_of(session, of_firm.options(*people), key=(Comment.id,), cursor=cursor, size=SIZE)


def list_changes(session: Session, identity: Identity, *, after: int) -> list[FeedEvent]:
    """Return what happened around the firms of the agent's accompagnements, after a number, in order, up to the first line that waits."""
    sirens = _own(identity).with_only_columns(Case.siren)
    # Neither in the order of an index: the whole feed would be read along it for the few lines of a minute, or of one agent.
    number = FeedEvent.id + 0
    young = FeedEvent.occurred_at >= func.now() - SETTLED_AFTER
    waiting = select(func.min(number)).where(young).scalar_subquery()
    events = (
        select(FeedEvent)
        .where(
            FeedEvent.siren.in_(sirens),
            FeedEvent.id > after,
            FeedEvent.nature.is_(None),
            # Two lines of one moment may be numbered the other way round: whoever reads on from the second never comes back.
            func.coalesce(FeedEvent.id < waiting, true()),
        )
        .options(joinedload(FeedEvent.actor))
    )
    return list(session.scalars(events.order_by(number).limit(SIZE)))


def _own(identity: Identity) -> Select[Case]:
    takes_part = exists().where(
        CaseMember.case_id == Case.id,
        CaseMember.agent_id == identity.agent_id,
        CaseMember.left_at.is_(None),
    )
    return select(Case).where(takes_part, Case.deleted_at.is_(None))
