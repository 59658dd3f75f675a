"""What the page of an accompagnement shows of what it is described with."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.measures.queries import list_measures
from app.cases.models import Case
from app.cases.panels import CasePanel
from app.cases.qualification.queries import LISTS, list_held
from app.core.access.identity import Identity


def described(session: Session, _identity: Identity, case: Case) -> dict[str, Any]:
    """For `_qualification.html`: the values held, by list, and the measures."""
    held = [row.value for row in list_held(session, case)]
    by_list = {kind: [value for value in held if value.list_code is kind] for kind in LISTS}
    filled = {kind: values for kind, values in by_list.items() if values}
    return {"qualification": filled, "measures": list_measures(session, case)}


PANEL = CasePanel(template="cases/_qualification.html", provider=described)
