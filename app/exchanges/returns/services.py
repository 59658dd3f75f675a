"""Keep a file that comes back, and apply it once confirmed, through the services of accompagnements and échéances."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from app.cases import services as cases
from app.cases.models import CaseState, Criticality
from app.cases.qualification.services import qualify
from app.cases.queries import list_held
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.web.files.uploads import shown_name
from app.deadlines import services as deadlines
from app.deadlines.services import PlannedDeadline
from app.exchanges.files.columns import LISTS
from app.exchanges.returns import comparing, queries, wishes
from app.exchanges.returns.comparing import FieldChange, FileComparison
from app.exchanges.returns.models import CaseImport

DONE = "Ce fichier est déjà appliqué."
MEANWHILE = "Ce que ce fichier changerait n’est plus ce que vous avez lu : relisez, puis confirmez."
NOTHING = "Il n’y a rien à appliquer."
#: files that one agent sends in a day: each is kept
MOST, A_DAY = 30, timedelta(days=1)
TOO_MANY = (
    f"{MOST} fichiers au plus en un jour : appliquez ceux que vous avez envoyés, ou revenez demain."
)
SENDING = 7_146_079


def keep(session: Session, identity: Identity, *, content: bytes, name: str) -> CaseImport:
    """Keep a file as it was sent: nothing is changed. Raise `DomainError` when it is refused whole."""
    comparing.read_lines(content, name)
    take_turn(session, SENDING, identity.agent_id or 0)
    if queries.count_since(session, identity, utcnow() - A_DAY) >= MOST:
        raise DomainError(TOO_MANY, field="file")
    kept = CaseImport(agent_id=identity.agent_id, name=shown_name(name), content=content)
    session.add(kept)
    session.flush()
    journal.record(
        session, identity, journal.Event.PORTFOLIO_IMPORTED, case_import=kept.id, change="reçu"
    )
    return kept


def examine(session: Session, identity: Identity, kept: CaseImport) -> FileComparison:
    """Return what a file would change today."""
    return comparing.compare(session, identity, content=kept.content, name=kept.name)


def apply(
    session: Session, identity: Identity, kept: CaseImport, *, read: str, overwritten: Collection[str]
) -> int:  # fmt: skip
    """Change what the file changes, as it was ``read``; of what others changed since the export, only what is ``overwritten``.

    All or nothing; return how many fields are changed.
    """
    hold(session, kept)
    if kept.applied_at is not None:
        raise DomainError(DONE)
    lines = comparing.read_lines(kept.content, kept.name)
    # Whoever changes one of them meanwhile waits, or came before: then it is read.
    list_held(session, comparing.numbers_in(lines))
    shown = examine(session, identity, kept)
    if shown.digest != read:
        raise DomainError(MEANWHILE)
    wanted = [c for c in shown.changes if not c.is_conflict or c.key in overwritten]
    if not wanted:
        raise DomainError(NOTHING)
    for _, group in groupby(wanted, key=lambda change: change.line):
        _apply_line(session, identity, list(group))
    kept.applied_at = utcnow()
    kept.outcome = {
        "applied": len(wanted),
        "aside": len(shown.changes) - len(wanted),
        "refused": len(shown.refused),
    }
    session.flush()
    sirens = sorted({change.standing.case.siren for change in wanted})
    journal.record(
        session, identity, journal.Event.PORTFOLIO_IMPORTED, case_import=kept.id, change="appliqué",
        count=len(wanted), sirens=sirens,
    )  # fmt: skip
    return len(wanted)


def _apply_line(session: Session, identity: Identity, changes: Sequence[FieldChange]) -> None:
    """What becomes of one accompagnement."""
    case = changes[0].standing.case
    shown: set[int] = set()
    chosen: set[int] = set()
    for change in changes:
        value = change.wish.value
        if isinstance(value, Criticality):
            cases.update_case(session, identity, case, criticality=value)
        elif isinstance(value, CaseState):
            cases.change_state(session, identity, case, state=value, reason="Import d’un fichier")
        elif change.field in LISTS:
            shown |= {held.id for held in change.standing.of_list(LISTS[change.field])}
            chosen |= value
        else:
            _apply_deadline(session, identity, change)
    if shown != chosen:
        qualify(session, identity, case, shown=shown, chosen=chosen)


def _apply_deadline(session: Session, identity: Identity, change: FieldChange) -> None:
    """Put the next échéance off, or plan one more for oneself and one's network."""
    what, day = change.wish.value
    known = change.standing.deadline
    if known is not None and wishes.postpones(change.standing, what):
        deadlines.change(session, identity, known, due_on=day, assignee_id=known.assignee_id)
        return
    plan = PlannedDeadline(
        what=what, due_on=day, network_id=identity.own_network_id, assignee_id=identity.agent_id
    )
    deadlines.plan_on_case(session, identity, change.standing.case, plan)
