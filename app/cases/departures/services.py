"""Give accompagnements without référent to a colleague, who is told of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.attention import list_unattended
from app.cases.handover.services import reads, require_taker
from app.cases.members import services as members
from app.cases.models import Case, MemberRole
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.text.french import de_fr

NOTHING = "Cochez au moins un accompagnement."
#: those of one gesture: a page of the queue
AT_ONCE = 100


@dataclass
class Entrusted:
    """To whom accompagnements were given: how many, and why others were not, by reason."""

    name: str
    count: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def entrust(
    session: Session, identity: Identity, case_ids: Sequence[int], agent_id: int | None
) -> Entrusted:
    """Make a colleague the référent of accompagnements that have none at work any more; those who left leave them.

    Each is looked at as it is now: two people who give it at once do not give it twice.
    """
    if not case_ids:
        raise DomainError(NOTHING, field="cases")
    colleague, taker = require_taker(session, identity, agent_id)
    entrusted = Entrusted(name=colleague.full_name)
    held = queries.list_held(session, case_ids[:AT_ONCE])
    waiting = set(list_unattended(session, identity, among=[case.id for case in held]))
    for case in held:
        reason = _against(case, taker, is_waiting=case.id in waiting)
        if reason is not None:
            entrusted.left_out[reason] = entrusted.left_out.get(reason, 0) + 1
            continue
        gone = [each for each in case.active_members if each.role is MemberRole.REFERENT]
        leaving = [each for each in gone if each.agent_id != taker.agent_id]
        members.take_over(session, identity, case, taker, leaving=leaving)
        entrusted.count += 1
    return entrusted


def _against(case: Case, taker: Identity, *, is_waiting: bool) -> str | None:
    """Why an accompagnement is not given; `None` when it is."""
    if not case.is_open:
        return "terminé entre-temps"
    if not is_waiting:
        return "suivi de nouveau par un référent"
    if not reads(taker, case):
        return f"hors de la zone {de_fr(taker.name)}"
    return None
