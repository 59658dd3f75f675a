"""The requests that an adviser filed, and no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.errors import NotFoundError
from app.referrals.guichet.following import queries as following
from app.referrals.needs.models import Origin, Solicitation


@dataclass(frozen=True, kw_only=True)
class FiledRequest:
    """A request as a page opens it: whom it is for is read by nobody there, so that no reading of a firm is journaled."""

    solicitation: Solicitation


def get_own(session: Session, identity: Identity, solicitation_id: int) -> FiledRequest:
    """Return a request that somebody filed as an adviser; raise `NotFoundError` for any other."""
    mine = (Solicitation.id == solicitation_id, *_own(identity))
    if session.scalar(select(Solicitation.id).where(*mine)) is None:
        raise NotFoundError
    # An adviser does not read the directory: who took a need in charge is told to them as to the firm.
    with reading_as_system(session, reason="Demande d’un conseiller"):
        solicitation = following.get_solicitation(session, solicitation_id)
    return FiledRequest(solicitation=solicitation)


def slice_of_own(session: Session, identity: Identity, cursor: str | None) -> Slice[Solicitation]:
    """Return the requests that somebody filed as an adviser, the latest first."""
    mine = select(Solicitation).where(*_own(identity))
    return slice_of(session, mine, key=[Solicitation.id.desc()], cursor=cursor).scalars()


def whole(session: Session, shown: Sequence[Solicitation]) -> Mapping[int, Solicitation]:
    """Return some of their requests with what became of each need, by number."""
    with reading_as_system(session, reason="Demandes d’un conseiller"):
        numbers = [each.id for each in shown]
        return {each.id: each for each in following.list_solicitations(session, numbers)}


def _own(identity: Identity) -> tuple[ColumnElement[bool], ...]:
    return (Solicitation.author_id == identity.agent_id, Solicitation.origin == Origin.ADVISER)
