"""What other domains add to the page of an accompagnement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.services import SUBJECT
from app.core.access.identity import Identity
from app.core.slots import Slot
from app.network.reading.services import PageShows, comments_shown


@dataclass(frozen=True)
class CasePanel:
    """A part of the page of every accompagnement: its template, and the function that returns its context."""

    template: str
    provider: Callable[[Session, Identity, Case], dict[str, Any]]
    #: whether it comes before the rest, after what is to be done next
    is_first: bool = False
    #: whether it comes at the end, after the comments
    is_last: bool = False
    #: what events call the objects that it shows, and how its context names them; none: nobody is told of them
    subject: tuple[str, str] | None = None


#: the parts that the domains above register
case_panels: Slot[CasePanel] = Slot("panels of an accompagnement")


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """Return the context of every panel, with their templates under ``first_panels``, ``panels`` and ``last_panels``."""
    context: dict[str, Any] = {
        "first_panels": [panel.template for panel in case_panels if panel.is_first],
        "panels": [
            panel.template for panel in case_panels if not panel.is_first and not panel.is_last
        ],
        "last_panels": [panel.template for panel in case_panels if panel.is_last],
    }
    for panel in case_panels:
        context.update(panel.provider(session, identity, case))
    return context


def shown(case: Case, context: dict[str, Any]) -> PageShows:
    """Return what the page of an accompagnement shows of what the bell tells: itself, its comments, what its panels hold."""
    subjects = {SUBJECT: [case.id], **comments_shown(context["comments"])}
    for kind, name in filter(None, (panel.subject for panel in case_panels)):
        rows = getattr(context[name], "rows", context[name])
        subjects[kind] = [row.id for row in rows]
    return PageShows(subjects=subjects)
