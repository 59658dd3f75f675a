"""The views beside the list that they narrow."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.web.forms import choices
from app.detections.lists.filters import kept_of
from app.habilitations.queries import list_audiences
from app.watching import queries
from app.watching.forms import ViewForm
from app.watching.models import SavedView

#: views beside a list; their page has the others
VIEWS_SHOWN = 20


def views(session: Session, identity: Identity) -> dict[str, Any]:
    """The context of `_views.html` on the page of a list: the first views, and the form that saves this one."""
    kept = kept_of(request.query_string.decode("utf-8", "replace"))
    form = None
    if kept:
        form = ViewForm(formdata=None, query=kept)
        form.network_id.choices = network_choices(session, identity)
    found = queries.slice_of_views(session, identity, size=VIEWS_SHOWN)
    lines = [_line(view, identity, kept=kept) for view in found.rows]
    return {"views": lines, "view_form": form}


def page_of_views(session: Session, identity: Identity, cursor: str | None) -> dict[str, Any]:
    """The context of the page of views, from a cursor on."""
    found = queries.slice_of_views(session, identity, cursor)
    lines = [_line(view, identity, kept="") for view in found.rows]
    return {"views": lines, "next_cursor": found.next_cursor}


def opening_query(session: Session, identity: Identity) -> str | None:
    """Return the query of the view that the list opens with for the agent, if they chose one."""
    view = queries.find_default(session, identity)
    return view.query if view else None


def network_choices(session: Session, identity: Identity) -> Any:
    """Whom a view may be shared with, nobody first."""
    networks = [(str(network.id), network.label) for network in list_audiences(session, identity)]
    return choices([("", "Moi seul"), *networks])


def address_of(view: SavedView) -> str:
    """Return the list as a view narrows it."""
    return f"{path_to('detections.index')}?{view.query}"


def _line(view: SavedView, identity: Identity, *, kept: str) -> dict[str, Any]:
    is_mine = view.agent_id == identity.agent_id
    return {
        "id": view.id,
        "label": view.name,
        "url": address_of(view),
        "is_current": view.query == kept,
        "is_mine": is_mine,
        "is_default": view.is_default,
        "is_watched": view.is_watched,
        "network": view.network.label if view.network else None,
        "author": None if is_mine else view.agent.full_name,
    }
