"""What the page of an item shows: three forms, one after the other in the life of a sitting."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.cases.queries import list_open_of
from app.core.access.identity import Identity
from app.core.web.forms import choices
from app.deadlines.presenters import assignees
from app.sittings import policies
from app.sittings.agenda.forms import ItemDecisionForm, PrepareForm, TaskForm
from app.sittings.models import SittingItem

Forms = dict[str, PrepareForm | ItemDecisionForm | TaskForm]


def forms_of(session: Session, identity: Identity, item: SittingItem, sent: Forms) -> Forms:
    """Return the three forms as the item stands, but those that were ``sent``."""
    version = str(item.version)
    fresh: Forms = {
        "prepare_form": PrepareForm(
            formdata=None, version=version, speaker_id=item.speaker_id, note=item.note
        ),
        "decision_form": ItemDecisionForm(
            formdata=None,
            version=version,
            outcome=item.outcome.value if item.outcome else None,
            decision=item.decision,
        ),
        "task_form": TaskForm(formdata=None),
    }
    forms = {**fresh, **sent}
    people = _people(session, identity, item)
    forms["prepare_form"]["speaker_id"].choices = choices([("", "Personne encore"), *people])
    forms["task_form"]["assignee_id"].choices = choices(people)
    return forms


def of_item(session: Session, identity: Identity, item: SittingItem, sent: Forms) -> dict[str, Any]:
    """Return the context of the page of an item."""
    return {
        "item": item,
        "sitting": item.sitting,
        "company": item.company,
        "writes": policies.sits_on(identity, item),
        **forms_of(session, identity, item, sent),
    }


def _people(session: Session, identity: Identity, item: SittingItem) -> Sequence[tuple[str, str]]:
    """Those of the accompagnement, then the agent and their colleagues."""
    case = next(iter(list_open_of(session, [item.siren])), None)
    return assignees(session, identity, case)
