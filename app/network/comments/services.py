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
from app.habilitations.models import Network
from app.network import policies, queries
from app.network.comments import mentions
from app.network.models import COMMENT_SUBJECT, Comment, CommentVersion
from app.network.services import follow_by_acting, notify_again

EMPTY = "Écrivez votre commentaire avant de l’envoyer."
EMPTY_ANSWER = "Écrivez votre réponse avant de l’envoyer."
NOT_MY_NETWORK = "Choisissez un cercle de lecteurs auquel vous appartenez."
#: shown in place of a text that its author deleted
TOMBSTONE = "Commentaire supprimé par son auteur."
TOO_LATE = "Une suppression se défait pendant trente minutes, par l’auteur du commentaire : écrivez-en un autre."
NOT_WIDER = "Ce commentaire est déjà lisible par tous les partenaires."


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
    """Edit the author's own comment; the former text is kept, and whoever is newly named is told."""
    _require_author(session, identity, comment)
    text = require_text(body, field="body", absent=EMPTY)
    if text == comment.body:
        return
    session.add(CommentVersion(comment_id=comment.id, body=comment.body))
    comment.body, comment.edited_at = text, utcnow()
    session.flush()
    if mentions.record(session, identity, comment):
        notify_again(session, COMMENT_SUBJECT, comment.id)
    _journal_change(session, identity, comment, journal.Event.COMMENT_EDITED)


def delete(session: Session, identity: Identity, comment: Comment) -> None:
    """Delete the author's own comment: a tombstone replaces its text, which is kept as a version."""
    _require_author(session, identity, comment)
    session.add(CommentVersion(comment_id=comment.id, body=comment.body))
    comment.body, comment.deleted_at = TOMBSTONE, utcnow()
    session.flush()
    _journal_change(session, identity, comment, journal.Event.COMMENT_DELETED)


def restore(session: Session, identity: Identity, comment: Comment) -> None:
    """Put back the text that its author has just deleted; raise `DomainError` once `REGRET` is over."""
    hold(session, comment)
    if comment.deleted_at is None:
        return
    if not policies.may_restore(identity, comment):
        raise DomainError(TOO_LATE)
    comment.body = queries.last_version(session, comment.id).body
    comment.deleted_at = None
    session.flush()
    _journal_change(session, identity, comment, journal.Event.COMMENT_RESTORED)


def widen(session: Session, identity: Identity, comment: Comment, *, network_id: int) -> None:
    """Have all the partners read the author's own comment, who are told of it; its answers keep their readers."""
    _require_author(session, identity, comment)
    network = session.get_one(Network, require_audience(identity, network_id))
    if not network.is_codefi or comment.network_id == network.id:
        raise DomainError(NOT_WIDER)
    comment.network_id, comment.widened_at = network.id, utcnow()
    session.flush()
    _journal_change(session, identity, comment, journal.Event.COMMENT_WIDENED)
    events.emit(session, identity, _event(comment, EventKind.COMMENT_WIDENED))


def _publish(session: Session, identity: Identity, company: Company, comment: Comment) -> Comment:
    session.add(comment)
    session.flush()
    mentions.record(session, identity, comment)
    follow_by_acting(session, identity, company)
    trace = {
        "comment_id": comment.id,
        "network_id": comment.network_id,
        "case_id": comment.case_id,
        "answers": comment.answers_id,
    }
    journal.record(session, identity, journal.Event.COMMENT_WRITTEN, siren=comment.siren, **trace)
    events.emit(session, identity, _event(comment, EventKind.COMMENT_WRITTEN))
    return comment


def _event(comment: Comment, kind: EventKind) -> DomainEvent:
    return DomainEvent(
        kind=kind,
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
