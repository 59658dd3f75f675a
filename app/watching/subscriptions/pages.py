"""What the pages of subscriptions show."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.text.french import counted_fr, number_fr
from app.detections.lists.rows.counts import COUNTED
from app.habilitations.queries import list_departments
from app.watching import queries as views
from app.watching.models import SavedView
from app.watching.subscriptions import queries
from app.watching.subscriptions.models import Subscription, TellingLevel
from app.watching.subscriptions.news import SIGNALS_READ, ExpectedVolume, expected
from app.watching.subscriptions.services import name_of, path_of


def mine(session: Session, identity: Identity) -> dict[str, Any]:
    """Return the context of the page of the agent's subscriptions."""
    found = queries.list_mine(session, identity)
    followed_here = {known.department for known in found}
    return {
        **_lines(found),
        "departments": [
            (department.code, f"{department.code} – {department.label}")
            for department in list_departments(session)
            if department.code in identity.departments and department.code not in followed_here
        ],
    }


def followed(session: Session, identity: Identity) -> dict[str, Any]:
    """Return the same for the page of all that the agent follows, where nothing is begun."""
    return _lines(queries.list_mine(session, identity))


def find_view(session: Session, identity: Identity, view_id: int | None) -> SavedView | None:
    """Return the view asked for, if one is; raise `NotFoundError` beyond reach."""
    return None if view_id is None else views.get_view(session, identity, view_id)


def offered(
    session: Session, identity: Identity, view: SavedView | None, department: str | None
) -> dict[str, Any]:
    """Return the context of the page where one subscribes: what it is, and what to expect."""
    if view is None and department not in identity.departments:
        raise NotFoundError
    query = view.query if view else f"departement={department}"
    foreseen = expected(session, identity, query=query, department=None if view else department)
    return {
        "view": view,
        "department": department,
        "name": f"« {view.name} »" if view else f"Département {department}",
        "expected": _told(foreseen),
        "by_list": [(label, _number(count)) for label, count in foreseen.alerts],
    }


def _told(foreseen: ExpectedVolume) -> str:
    """What to expect, in a sentence: the volume that past lists would have told."""
    counts = [count for _, count in foreseen.alerts]
    if not counts:
        return "Aucune liste n’est encore publiée : le volume n’est pas connu."
    low, high = min(counts), max(counts)
    spread = _number(low) if low == high else f"entre {_number(low)} et {_number(high)}"
    of_lists = "la dernière liste" if len(counts) == 1 else f"les {len(counts)} dernières listes"
    said = f"{spread} alertes nouvelles ou aggravées par liste, sur {of_lists}"
    if foreseen.signals is None:
        return f"{said}."
    days = number_fr(SIGNALS_READ.days)
    return f"{said} ; {counted_fr(foreseen.signals, 'signalement')} en {days} jours."


def _number(count: int) -> str:
    return f"plus de {number_fr(COUNTED)}" if count > COUNTED else number_fr(count)


def _lines(found: Sequence[Subscription]) -> dict[str, Any]:
    return {
        "subscriptions": [_line(known) for known in found],
        "subscription_levels": TellingLevel.choices(),
    }


def _line(known: Subscription) -> dict[str, Any]:
    return {
        "id": known.id,
        "label": name_of(known),
        "url": path_of(known),
        "pace": known.pace.label,
        "by_mail": known.by_mail,
        "stopped_at": known.stopped_at,
        "level": TellingLevel.of(known).value,
        "change": {"vue": known.view_id} if known.view_id else {"departement": known.department},
    }
