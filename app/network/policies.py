"""Who may follow, write and edit."""

from datetime import timedelta

from app.companies.models import Company
from app.core.access.identity import AGENTS, Identity, Role
from app.core.access.permissions import Permission, Rule
from app.core.now import utcnow
from app.network.models import Comment

#: for how long the author of a comment may undo its deletion
REGRET = timedelta(minutes=30)


def reaches_firm(identity: Identity, company: Company) -> bool:
    """Return whether the firm is in the agent's zone or in one of their accompagnements."""
    return identity.covers(company.departments) or company.siren in identity.case_sirens


def may_reply(identity: Identity, comment: Comment) -> bool:
    """Return whether the agent is in the audience of the comment, and its author has not deleted it."""
    return (
        comment.deleted_at is None
        and comment.network_id in identity.network_ids
        and (identity.covers(comment.departments) or comment.siren in identity.case_sirens)
    )


def may_restore(identity: Identity, comment: Comment) -> bool:
    """Return whether the agent deleted the comment, not long ago."""
    return (
        comment.author_id == identity.agent_id
        and comment.deleted_at is not None
        and utcnow() - comment.deleted_at < REGRET
    )


def is_author(identity: Identity, comment: Comment) -> bool:
    """Return whether the agent wrote the comment and has not deleted it."""
    return comment.author_id == identity.agent_id and comment.deleted_at is None


RULES = {
    Permission.FOLLOW_OWN: Rule(AGENTS),
    Permission.COMMENT_WRITE: Rule(
        AGENTS,
        reaches_firm,
        "Cette entreprise n’est pas dans votre zone : vous ne pouvez pas y écrire.",
    ),
    Permission.COMMENT_EDIT: Rule(
        AGENTS, is_author, "Seul l’auteur d’un commentaire peut le modifier."
    ),
    Permission.COMMENT_RESTORE: Rule(
        AGENTS,
        may_restore,
        "Une suppression se défait pendant trente minutes, par l’auteur du commentaire.",
    ),
    Permission.COMMENT_REPLY: Rule(
        AGENTS, may_reply, "Ce commentaire a été supprimé : il n’y a plus rien à quoi répondre."
    ),
    Permission.NOTIFICATION_OWN: Rule(frozenset(Role), needs_habilitation=False, is_own=True),
}
