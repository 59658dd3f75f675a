"""Firms of a saved view or of a list, for whoever makes something else of them: a campaign, the agenda of a sitting."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError, NotFoundError
from app.detections.lists.pages import list_view
from app.detections.lists.queries import find_current_list
from app.watching import queries as views
from app.watching.lists import queries as lists
from app.watching.lists.models import CompanyListMember

#: kinds of sources, as in « vue:12 »
VIEW, LIST = "vue", "liste"
#: views offered
OFFERED = 100
GONE = "Cette source n’est plus la vôtre : choisissez-en une autre."


def choices(session: Session, identity: Identity) -> list[tuple[str, str]]:
    """Return the views and the lists that the agent reads, as choices of a field."""
    known = views.slice_of_views(session, identity, size=OFFERED).rows
    offered = lists.list_offered(session, identity)
    return [
        *((f"{VIEW}:{view.id}", f"Vue « {view.name} »") for view in known),
        *((f"{LIST}:{each.id}", f"Liste « {each.label} »") for each in offered),
    ]


def parse(value: str | None) -> tuple[str, int] | None:
    """Return the kind and the number of a choice, if it is one."""
    kind, _, number = (value or "").partition(":")
    return (kind, int(number)) if kind and number.isascii() and number.isdigit() else None


def nature_of(session: Session, identity: Identity, value: str | None) -> Nature | None:
    """Return the nature that one needs to know which firms these are, if any: a view narrows a list of detections."""
    source = parse(value)
    if source is None or source[0] not in (VIEW, LIST):
        return None
    kind, number = source
    if kind == VIEW:
        return Nature.SCORE
    nature: Nature | None = found(lists.get_list, session, identity, number).nature
    return nature


def sirens_of(session: Session, identity: Identity, value: str, *, most: int) -> list[str]:
    """Return the firms of a view, in its order, or of a list: ``most`` and one when there are more.

    Raise `DomainError` on the field ``source`` when it is none that the agent reads.
    """
    source = parse(value)
    if source is None or source[0] not in (VIEW, LIST):
        raise DomainError(GONE, field="source")
    kind, number = source
    if kind == VIEW:
        return _of_view(session, identity, number, most)
    known = found(lists.get_list, session, identity, number)
    members = select(CompanyListMember.siren).where(CompanyListMember.list_id == known.id)
    return list(session.scalars(members.order_by(CompanyListMember.siren).limit(most + 1)))


def found(
    get: Callable[[Session, Identity, int], Any], session: Session, identity: Identity, number: int
) -> Any:
    """Return what ``get`` finds; raise `DomainError` on the field ``source`` when it is out of reach."""
    try:
        return get(session, identity, number)
    except NotFoundError:
        raise DomainError(GONE, field="source") from None


def _of_view(session: Session, identity: Identity, number: int, most: int) -> list[str]:
    known = found(views.get_view, session, identity, number)
    query = MultiDict(parse_qsl(known.query))
    view = list_view(session, identity, find_current_list(session), query)
    return view.listing.sirens(session, order=view.order, limit=most + 1)
