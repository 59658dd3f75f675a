"""Join a file to a text, and take it off."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.web.files import uploads
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.network.attachments import policies, queries
from app.network.models import Attachment, AttachmentContent

#: bytes of a file: a photo of a phone, a report with its annexes
LARGEST = 10 * uploads.MEGABYTE
#: versions of the file of one text
MOST_VERSIONS = 50
#: of two files joined to one text at the same moment, the second is the next version
JOIN_LOCK = 7_146_013


@dataclass(frozen=True, kw_only=True)
class JoinedText:
    """The text that a file is joined to: a comment, or the note of a visit, with who reads it."""

    siren: str
    departments: list[str]
    network_id: int
    author_id: int
    #: what is told of it is told of the text
    subject: tuple[str, int]
    comment_id: int | None = None
    visit_id: int | None = None

    @property
    def is_its(self) -> ColumnElement[bool]:
        """SQL condition: the file of the row is of this text."""
        if self.comment_id is not None:
            return Attachment.comment_id == self.comment_id
        return Attachment.visit_id == self.visit_id


def join(
    session: Session, identity: Identity, text: JoinedText, *, content: bytes, name: str
) -> Attachment:
    """Join a file to one's own text, as its next version; the same file twice is joined once.

    Raise `DomainError` on a file that is too large, or is not what its name says.
    """
    if text.author_id != identity.agent_id:
        raise DomainError("Seul l’auteur d’un texte y joint un fichier.")
    kind = uploads.check(content, name=name, limit=LARGEST, kinds=uploads.DOCUMENTS)
    digest = sha256(content).hexdigest()
    take_turn(session, JOIN_LOCK, text.comment_id or -(text.visit_id or 0))
    last = queries.find_last(session, text.is_its)
    if last is not None and last.sha256 == digest:
        return last
    version = queries.last_version(session, text.is_its) + 1
    if version > MOST_VERSIONS:
        raise DomainError(f"Ce texte a déjà eu {MOST_VERSIONS} versions de son fichier.")
    attachment = Attachment(
        siren=text.siren, comment_id=text.comment_id, visit_id=text.visit_id, author_id=text.author_id, version=version,
        name=uploads.shown_name(name), kind=kind, size=len(content), sha256=digest,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    session.add(AttachmentContent(attachment_id=attachment.id, content=content))
    session.flush()
    _trace(session, identity, attachment, journal.Event.ATTACHMENT_ADDED)
    _tell(session, identity, text)
    return attachment


def remove(session: Session, identity: Identity, attachment: Attachment) -> None:
    """Take off one's own file: nobody else reads it any more."""
    if not policies.joined(identity, attachment):
        raise DomainError("Ce fichier n’est plus là.")
    attachment.removed_at = utcnow()
    session.flush()
    _trace(session, identity, attachment, journal.Event.ATTACHMENT_REMOVED)


def _trace(
    session: Session, identity: Identity, attachment: Attachment, event: journal.Event
) -> None:
    """Of the name of a file, which says what it is about, the journal keeps nothing."""
    journal.record(
        session, identity, event, siren=attachment.siren,
        attachment=attachment.id, comment_id=attachment.comment_id, visit_id=attachment.visit_id,
        version=attachment.version, sha256=attachment.sha256,
    )  # fmt: skip


def _tell(session: Session, identity: Identity, text: JoinedText) -> None:
    kind, number = text.subject
    event = DomainEvent(
        kind=EventKind.ATTACHMENT_ADDED,
        siren=text.siren,
        departments=text.departments,
        subject_kind=kind,
        subject_id=number,
        occurred_on=today(),
        network_id=text.network_id,
    )
    events.emit(session, identity, event)
