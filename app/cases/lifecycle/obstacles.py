"""What stands on an accompagnement, and keeps it from being deleted."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseOutcome
from app.cases.summaries.models import CaseSummary, SummaryVersion
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.slots import Slot
from app.network.models import Comment

#: returns the sentence that says what stands on the accompagnement, none when nothing does
Obstacle = Callable[[Session, Identity, Case], str | None]

#: those that the domains above register
obstacles: Slot[Obstacle] = Slot("what keeps an accompagnement from being deleted")
ENDED = "Cet accompagnement a déjà eu une issue : il ne se supprime plus."
WRITTEN = "D’autres que vous y ont écrit : il ne se supprime plus, enregistrez plutôt son issue."


def require_none(session: Session, identity: Identity, case: Case) -> None:
    """Raise `DomainError` where an outcome, a text of somebody else or what domains above know stands on the accompagnement.

    Texts are looked for whoever reads them: their network is not told.
    """
    ended = select(CaseOutcome.id).where(CaseOutcome.case_id == case.id)
    if session.scalar(ended.limit(1)) is not None:
        raise DomainError(ENDED)
    if _is_written_by_others(session, identity, case):
        raise DomainError(WRITTEN)
    for obstacle in obstacles:
        said = obstacle(session, identity, case)
        if said:
            raise DomainError(said)


def _is_written_by_others(session: Session, identity: Identity, case: Case) -> bool:
    commented = select(Comment.id).where(
        Comment.case_id == case.id, Comment.author_id != identity.agent_id
    )
    written = select(SummaryVersion.version).join(
        CaseSummary, CaseSummary.id == SummaryVersion.summary_id
    )
    written = written.where(
        CaseSummary.case_id == case.id, SummaryVersion.edited_by != identity.agent_id
    )
    with reading_as_system(session, reason="Textes d’un accompagnement") as connection:
        return any(connection.scalar(each.limit(1)) is not None for each in (commented, written))
