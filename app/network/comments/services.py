"""Write, answer, correct and delete comments."""

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.network import policies
from app.network.models import COMMENT_SUBJECT, Comment, CommentVersion
from app.network.services import follow_by_acting

EMPTY = "Écrivez votre commentaire avant de l’envoyer."
EMPTY_ANSWER = "Écrivez votre réponse avant de l’envoyer."
NOT_MY_NETWORK = "Choisissez un cercle de lecteurs auquel vous appartenez."
#: shown in place of a text that its author deleted
TOMBSTONE = "Commentaire supprimé par son auteur."


def require_audience(identity: Identity, network_id: int | None) -> int:
    """Return ``network_id`` if the agent belongs to it; raise `DomainError` otherwise: it comes from the client."""
    if network_id is None or network_id not in identity.network_ids:
        raise DomainError(NOT_MY_NETWORK, field="network_id")
    return network_id


def write(
    session: Session, identity: Identity, company: Company, *,
    network_id: int | None, body: str | None, case_id: int | None = None,
) -> Comment:  # fmt: skip
    """Write a comment on the firm, or on one of its accompagnements, for one of the author's networks."""
    if not policies.reaches_firm(identity, company):
        raise DomainError(
            "Cette entreprise n’est pas dans votre zone : vous ne pouvez pas y écrire."
        )
    comment = Comment(
        siren=company.siren,
        case_id=case_id,
        author_id=identity.agent_id,
        network_id=require_audience(identity, network_id),
        departments=company.departments,
        body=require_text(body, field="body", absent=EMPTY),
    )
    return _publish(session, identity, company, comment)


def reply(session: Session, identity: Identity, comment: Comment, *, body: str | None) -> Comment:
    """Answer a comment, for whoever reads it: its author is told."""
    if not policies.may_reply(identity, comment):
        raise DomainError("Ce commentaire n’est plus là : il n’y a plus rien à quoi répondre.")
    answer = Comment(
        siren=comment.siren,
        case_id=comment.case_id,
        author_id=identity.agent_id,
        network_id=comment.network_id,
        departments=comment.departments,
        answers_id=comment.id,
        answered_agent_id=comment.author_id,
        body=require_text(body, field="body", absent=EMPTY_ANSWER),
    )
    return _publish(session, identity, session.get_one(Company, comment.siren), answer)


def edit(session: Session, identity: Identity, comment: Comment, *, body: str | None) -> None:
    """Edit the author's own comment; the former text is kept."""
    _require_author(session, identity, comment)
    text = require_text(body, field="body", absent=EMPTY)
    if text == comment.body:
        return
    session.add(CommentVersion(comment_id=comment.id, body=comment.body))
    comment.body, comment.edited_at = text, utcnow()
    session.flush()
    _journal_change(session, identity, comment, journal.Event.COMMENT_EDITED)


def delete(session: Session, identity: Identity, comment: Comment) -> None:
    """Delete the author's own comment: a tombstone replaces its text, which is kept as a version."""
    _require_author(session, identity, comment)
    session.add(CommentVersion(comment_id=comment.id, body=comment.body))
    comment.body, comment.deleted_at = TOMBSTONE, utcnow()
    session.flush()
    _journal_change(session, identity, comment, journal.Event.COMMENT_DELETED)


def _publish(session: Session, identity: Identity, company: Company, comment: Comment) -> Comment:
    session.add(comment)
    session.flush()
    follow_by_acting(session, identity, company)
    trace = {
        "comment_id": comment.id,
        "network_id": comment.network_id,
        "case_id": comment.case_id,
        "answers": comment.answers_id,
    }
    journal.record(session, identity, journal.Event.COMMENT_WRITTEN, siren=comment.siren, **trace)
    events.emit(session, identity, _written(comment))
    return comment


def _written(comment: Comment) -> DomainEvent:
    return DomainEvent(
        kind=EventKind.COMMENT_WRITTEN,
        siren=comment.siren,
        departments=comment.departments,
        subject_kind=COMMENT_SUBJECT,
        subject_id=comment.id,
        occurred_on=today(),
        network_id=comment.network_id,
        details={
            "case_id": comment.case_id,
            "answers": comment.answers_id,
            "agent_id": comment.answered_agent_id,
        },
    )


def _require_author(session: Session, identity: Identity, comment: Comment) -> None:
    if not policies.is_author(identity, comment):
        raise DomainError("Seul l’auteur d’un commentaire peut le modifier.")
    hold(session, comment)
    if comment.deleted_at is not None:
        raise DomainError("Ce commentaire vient d’être supprimé : il ne peut plus changer.")


def _journal_change(
    session: Session, identity: Identity, comment: Comment, event: journal.Event
) -> None:
    trace = {"comment_id": comment.id, "network_id": comment.network_id}
    journal.record(session, identity, event, siren=comment.siren, **trace)
