"""Writing labels: each act that teaches something becomes a row, in the transaction of the act."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.now import utcnow
from app.core.work.events import DomainEvent
from app.labels.models import Label, LabelKind

#: a label of an act: its kind, its value, the probability with which the firm was chosen
Lesson = tuple[LabelKind, str, float | None]


def record(session: Session, _identity: Identity, event: DomainEvent) -> None:
    """Write the labels of ``event``. A correction is another act, so another row, known later."""
    known_at = utcnow()
    for kind, value, p_select in READERS[event.kind](event.details):
        # Inline: whoever acts may write a label and not read it back.
        session.execute(
            insert(Label).inline(),
            {
                "siren": event.siren,
                "kind": kind,
                "occurred_on": event.occurred_on,
                "known_at": known_at,
                "value": value,
                "p_select": p_select,
                "subject_kind": event.subject_kind,
                "subject_id": event.subject_id,
            },
        )


def _opening(_details: dict[str, Any]) -> Iterator[Lesson]:
    yield LabelKind.SUPPORT_OPENED, "", None


def _closing(details: dict[str, Any]) -> Iterator[Lesson]:
    yield LabelKind.SUPPORT_CLOSED, details["outcome"], None
    yield from _outcome(details)


def _outcome(details: dict[str, Any]) -> Iterator[Lesson]:
    yield LabelKind.OUTCOME, details["outcome"], None


def _visit(details: dict[str, Any]) -> Iterator[Lesson]:
    p_select = details.get("p_select")
    if details["contact_result"] == "refus":
        yield LabelKind.REFUSAL, "", p_select
    elif details["contact_result"] == "injoignable":
        yield LabelKind.UNREACHABLE, "", p_select
    elif details.get("verdict"):
        yield LabelKind.VERDICT, details["verdict"], p_select


#: what each kind of event teaches
READERS: dict[str, Callable[[dict[str, Any]], Iterator[Lesson]]] = {
    "cases:case:opened": _opening,
    "cases:case:closed": _closing,
    "cases:outcome:revised": _outcome,
    "visits:visit:logged": _visit,
    "visits:visit:revised": _visit,
}
