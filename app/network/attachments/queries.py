"""Read files; row-level security gives those of the texts that one reads."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.network.models import Attachment, AttachmentContent


def get_attachment(session: Session, _identity: Identity, attachment_id: int) -> Attachment:
    """Return a file that is still there; raise `NotFoundError` outside of the audience of its text."""
    found = session.get(Attachment, attachment_id)
    if found is None or found.removed_at is not None:
        raise NotFoundError
    return found


def content_of(session: Session, attachment: Attachment) -> bytes:
    """Return the bytes of a file that the agent reads."""
    kept = select(AttachmentContent.content).where(AttachmentContent.attachment_id == attachment.id)
    return session.scalars(kept).one()


def list_of_visit(session: Session, _identity: Identity, visit_id: int) -> Sequence[Attachment]:
    """Return the files of the note of a visit, the latest version first."""
    those = select(Attachment).where(
        Attachment.visit_id == visit_id, Attachment.removed_at.is_(None)
    )
    return session.scalars(those.order_by(Attachment.version.desc())).all()


def find_last(session: Session, of_text: ColumnElement[bool]) -> Attachment | None:
    """Return the last file of a text that is still there, if any."""
    there = select(Attachment).where(of_text, Attachment.removed_at.is_(None))
    return session.scalars(there.order_by(Attachment.version.desc()).limit(1)).first()


def last_version(session: Session, of_text: ColumnElement[bool]) -> int:
    """Return the version of the last file that a text had, taken off or not; 0 without any."""
    return session.scalar(select(func.max(Attachment.version)).where(of_text)) or 0
