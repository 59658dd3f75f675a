"""How an accompagnement ends, as an agent reports it, and whether that can be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.cases.models import Case, Outcome
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today
from app.core.slots import Slot

#: why nothing more is done of an accompagnement
CLOSED = "Cet accompagnement est terminé."
#: what to know before an accompagnement ends, in a sentence that the domains above say; none when there is nothing
left_open: Slot[Callable[[Session, Identity, Case], str | None]] = Slot(
    "what an accompagnement that ends leaves open"
)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an accompagnement ended, as reported by an agent; numbers of jobs, `None` if unknown."""

    outcome: Outcome
    occurred_on: date
    jobs_at_stake: int | None = None
    jobs_kept: int | None = None
    comment: str = ""


def require_coherent(case: Case, ending: Ending) -> None:
    """Raise `DomainError` when an ending cannot be that of the accompagnement."""
    if ending.occurred_on > today():
        raise DomainError("L’issue ne peut pas être datée dans le futur.", field="occurred_on")
    if ending.occurred_on < case.opened_on:
        raise DomainError(
            "L’issue ne peut pas précéder l’ouverture de l’accompagnement.", field="occurred_on"
        )
    _require_coherent_jobs(ending)


def _require_coherent_jobs(ending: Ending) -> None:
    for field, number in (("jobs_at_stake", ending.jobs_at_stake), ("jobs_kept", ending.jobs_kept)):
        if number is not None and not 0 <= number <= 1_000_000:
            raise DomainError("Saisissez un nombre d’emplois entre 0 et 1 000 000.", field=field)
    if ending.jobs_kept is None:
        return
    if ending.jobs_at_stake is None:
        raise DomainError("Dites aussi combien d’emplois étaient en jeu.", field="jobs_at_stake")
    if ending.jobs_kept > ending.jobs_at_stake:
        raise DomainError(
            "Il ne peut pas y avoir plus d’emplois préservés que d’emplois en jeu.",
            field="jobs_kept",
        )
