"""How what changed of an accompagnement reads."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.cases.history.queries import (
    MEASURE,
    SEPARATOR,
    STATE,
    SUMMARY,
    VALUES,
    HistoryEntry,
    told_elsewhere,
)
from app.cases.models import CaseState, ChangeKind, Criticality, MemberRole
from app.core.text.french import date_fr, euros
from app.values.models import ValueList


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """A line of the history."""

    at: datetime
    agent: str
    what: str
    before: str = ""
    after: str = ""
    reason: str = ""
    #: the number of the accompagnement that it was made from
    origin: int | None = None


def line_of(change: HistoryEntry) -> HistoryLine:
    """Return how a change reads."""
    who = {"at": change.at, "agent": change.agent}
    made = _reading(change.kind)(change)
    return HistoryLine(**{**who, **made})  # type: ignore[arg-type]


def _state(change: HistoryEntry) -> dict[str, object]:
    before, after = _label(CaseState, change.before), _label(CaseState, change.after)
    return {"what": "État", "before": before, "after": after, "reason": change.reason}


def _criticality(change: HistoryEntry) -> dict[str, object]:
    before, after = _label(Criticality, change.before), _label(Criticality, change.after)
    return {"what": "Criticité", "before": before, "after": after}


def _member(change: HistoryEntry) -> dict[str, object]:
    before, after = _label(MemberRole, change.before), _label(MemberRole, change.after)
    return {"what": change.concerned or "Membre", "before": before, "after": after or "Parti"}


def _values(change: HistoryEntry) -> dict[str, object]:
    what = ValueList(change.list_code).label if change.list_code else ""
    before = ["Retiré : " + _listed(change.before)] if change.before else []
    after = ["Ajouté : " + _listed(change.after)] if change.after else []
    return {"what": what, "before": "".join(before), "after": "".join(after)}


def _summary(change: HistoryEntry) -> dict[str, object]:
    return {"what": f"Synthèse {change.before}", "after": f"Version {change.after}"}


def _measure(change: HistoryEntry) -> dict[str, object]:
    after = _facts(change.after) if change.after else "Retiré"
    before = _facts(change.before) if change.before else ""
    return {"what": "Dispositif mobilisé", "before": before, "after": after}


def _deletion(change: HistoryEntry) -> dict[str, object]:
    before = _label(CaseState, change.before)
    return {"what": "État", "before": before, "after": "Supprimé", "reason": change.after}


def _restoration(change: HistoryEntry) -> dict[str, object]:
    after = _label(CaseState, change.after)
    return {"what": "État", "before": "Supprimé", "after": after, "reason": "Suppression annulée"}


def _copy(change: HistoryEntry) -> dict[str, object]:
    return {"what": "Duplication", "origin": int(change.after)}


_MADE: dict[str, Callable[[HistoryEntry], dict[str, object]]] = {
    STATE: _state,
    VALUES: _values,
    MEASURE: _measure,
    SUMMARY: _summary,
    ChangeKind.CRITICALITY: _criticality,
    ChangeKind.MEMBER: _member,
    ChangeKind.DELETION: _deletion,
    ChangeKind.RESTORATION: _restoration,
    ChangeKind.COPY: _copy,
}


def _reading(kind: str) -> Callable[[HistoryEntry], dict[str, object]]:
    """How lines of a kind read: here, or as the domain above that adds them says."""
    elsewhere = {each.kind: each.reads for each in told_elsewhere}
    return elsewhere[kind] if kind in elsewhere else _MADE[kind]


def _label(kind: type[CaseState | Criticality | MemberRole], code: str) -> str:
    return kind(code).label if code else ""


def _listed(labels: str) -> str:
    return ", ".join(sorted(labels.split(SEPARATOR)))


def _facts(written: str) -> str:
    said = json.loads(written)
    amount = euros(said["amount"]) if said["amount"] is not None else ""
    day = date_fr(date.fromisoformat(said["starts_on"]))
    until = f"du {day} au {date_fr(date.fromisoformat(said['ends_on']))}" if said["ends_on"] else ""
    parts = (said["label"], amount, until or f"depuis le {day}", said["note"])
    return ", ".join(part for part in parts if part)
