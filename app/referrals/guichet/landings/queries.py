"""Read guichets of themes: as whoever keeps them, or as the system for the public."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.referrals.guichet.landings.models import Landing
from app.referrals.needs.models import Solicitation


def get_landing(session: Session, _identity: Identity, landing_id: int) -> Landing:
    """Return a guichet, archived or not; raise `NotFoundError`."""
    landing = session.get(Landing, landing_id)
    if landing is None:
        raise NotFoundError
    return landing


def find_open(session: Session, slug: str) -> Landing | None:
    """Return the guichet of an address, unless it is archived. For the system."""
    return session.scalar(
        select(Landing).where(Landing.slug == slug, Landing.archived_at.is_(None))
    )


def list_landings(session: Session, _identity: Identity) -> Sequence[Landing]:
    """Return every guichet, those in service first."""
    ordered = select(Landing).order_by(Landing.archived_at.is_not(None), Landing.title, Landing.id)
    return session.scalars(ordered).all()


def count_requests(session: Session, _identity: Identity) -> Mapping[int, int]:
    """Return how many requests that the reader reads came by each guichet."""
    counted = (
        select(Solicitation.landing_id, func.count())
        .where(Solicitation.landing_id.is_not(None))
        .group_by(Solicitation.landing_id)
    )
    return {number: count for number, count in session.execute(counted) if number is not None}
