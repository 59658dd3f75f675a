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


#: the parts that the domains above register
case_panels: Slot[CasePanel] = Slot("panels of an accompagnement")


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """Return the context of every panel, with their templates under ``panels``."""
    context: dict[str, Any] = {"panels": [panel.template for panel in case_panels]}
    for panel in case_panels:
        context.update(panel.provider(session, identity, case))
    return context
