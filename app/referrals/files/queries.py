"""Read the files of experts that were sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.referrals.files.models import DirectoryFile

#: files that the page shows
SHOWN = 20


def get_file(session: Session, _identity: Identity, directory_file_id: int) -> DirectoryFile:
    """Return a file that somebody sent; raise `NotFoundError`."""
    known = session.get(DirectoryFile, directory_file_id)
    if known is None:
        raise NotFoundError
    return known


def list_files(session: Session, identity: Identity) -> Sequence[DirectoryFile]:
    """Return the last files that somebody sent."""
    mine = select(DirectoryFile).where(DirectoryFile.agent_id == identity.agent_id)
    return session.scalars(mine.order_by(DirectoryFile.id.desc()).limit(SHOWN)).all()


def count_since(session: Session, identity: Identity, moment: datetime) -> int:
    """Return how many files somebody sent since a moment."""
    mine = (DirectoryFile.agent_id == identity.agent_id, DirectoryFile.sent_at > moment)
    return session.scalar(select(func.count()).select_from(DirectoryFile).where(*mine)) or 0
