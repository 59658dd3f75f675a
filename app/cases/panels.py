"""What other domains add to the page of an accompagnement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.slots import Slot


@dataclass(frozen=True)
class CasePanel:
    """A part of the page of every accompagnement: its template, and the function that returns its context."""

    template: str
    provider: Callable[[Session, Identity, Case], dict[str, Any]]
    #: whether it comes at the end, after the comments
    is_last: bool = False


#: the parts that the domains above register
case_panels: Slot[CasePanel] = Slot("panels of an accompagnement")


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """Return the context of every panel, with their templates under ``panels`` and, at the end, ``last_panels``."""
    context: dict[str, Any] = {
        "panels": [panel.template for panel in case_panels if not panel.is_last],
        "last_panels": [panel.template for panel in case_panels if panel.is_last],
    }
    for panel in case_panels:
        context.update(panel.provider(session, identity, case))
    return context
