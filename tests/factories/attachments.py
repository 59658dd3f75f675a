"""Files joined to texts of the world."""

from app.network.attachments import services
from app.network.attachments.services import JoinedText
from app.network.models import COMMENT_SUBJECT, Attachment, AttachmentContent
from app.network.queries import get_comment
from tests.factories.network import system, working_as

PDF = b"%PDF-1.7\nVigie\n%%EOF\n"


def join(agent_id: int, comment_id: int, *, content: bytes = PDF, name: str = "note.pdf") -> int:
    """A file that somebody joins to their comment; its number."""
    with working_as(agent_id) as (session, who):
        comment = get_comment(session, who, comment_id)
        text = JoinedText(
            siren=comment.siren, departments=comment.departments, network_id=comment.network_id,
            author_id=comment.author_id, subject=(COMMENT_SUBJECT, comment.id), comment_id=comment.id,
        )  # fmt: skip
        return services.join(session, who, text, content=content, name=name).id


def plant(agent_id: int, siren: str, comment_id: int, *, name: str) -> int:
    """The same without the feed: a version of before attachments knows no event of this kind."""
    with system() as session:
        attachment = Attachment(
            siren=siren, comment_id=comment_id, author_id=agent_id, version=1, name=name, kind="pdf", size=len(PDF), sha256="0",
        )  # fmt: skip
        session.add(attachment)
        session.flush()
        session.add(AttachmentContent(attachment_id=attachment.id, content=PDF))
        return attachment.id
