"""What other pages show of échéances."""

from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.cases.board.agenda import AgendaLine
from app.cases.models import Case
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.deadlines import queries

#: why an accompagnement is not deleted
PLANNED = "D’autres que vous y ont fixé des échéances : il ne se supprime plus, enregistrez plutôt son issue."
#: échéances of an accompagnement, and of a firm, on their pages
OF_CASE_SHOWN, OF_FIRM_SHOWN = 12, 5


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """For `_panel_deadlines.html`, on the page of an accompagnement."""
    return {"deadlines": queries.list_of_case(session, identity, case, limit=OF_CASE_SHOWN)}


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_deadlines.html` on the page of a firm, and for its band, which says the nearest to come, else the last left undone."""
    to_do = queries.list_of_firm(session, identity, company.siren, limit=OF_FIRM_SHOWN)
    coming = (deadline for deadline in to_do if not deadline.is_late)
    return {"deadlines": to_do, "due": next(coming, to_do[-1] if to_do else None)}


def keeps_case(session: Session, identity: Identity, case: Case) -> str | None:
    """Return why an accompagnement may not be deleted: what somebody else planned there would be lost with it."""
    return PLANNED if queries.is_planned_by_others(session, identity, case.id) else None


def agenda(
    session: Session, identity: Identity, cases: Select[int], days: tuple[date, date], limit: int
) -> list[AgendaLine]:
    """What is to be done in some accompagnements, by the day when it is due."""
    return [
        AgendaLine(
            day=deadline.due_on,
            said=f"{deadline.what} ({deadline.assignee.full_name})",
            firm=deadline.company.name,
            url=path_to("deadlines.detail", deadline_id=deadline.id),
        )
        for deadline in queries.list_between(session, identity, cases, days, limit)
    ]
