"""Save views, share them, open the list with one, be told of one."""

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.detections.lists.filters import kept_of
from app.detections.lists.queries import find_current_list
from app.watching.models import SavedView

#: views that an agent keeps, and characters of a name and of a query
MOST, LONGEST_NAME, LONGEST_QUERY = 50, 80, 2_000


def save(
    session: Session, identity: Identity, *, name: str, query: str, network_id: int | None
) -> SavedView:
    """Save a view under a name, in place of the agent's own of that name; ``query`` as in the URL of a list.

    Raise `DomainError` when it keeps nothing, is too long, is for a network that the agent is not in, or is one too many.
    """
    kept = kept_of(query)
    if not kept:
        raise DomainError(
            "Choisissez d’abord des filtres ou un tri : une vue sans eux est la liste entière."
        )
    if len(kept) > LONGEST_QUERY:
        raise DomainError("Cette vue a trop de filtres pour être gardée : retirez-en.")
    if network_id is not None and network_id not in identity.network_ids:
        raise DomainError("Choisissez un de vos réseaux.", field="network_id")
    mine = SavedView.agent_id == identity.agent_id
    view = session.scalar(select(SavedView).where(mine, SavedView.name == name))
    if view is None:
        if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
            raise DomainError(f"Vous avez déjà {MOST} vues : supprimez-en une d’abord.")
        view = SavedView(agent_id=identity.agent_id, name=name)
    view.query, view.network_id = kept, network_id
    _insert(session, view)
    _trace(session, identity, view, change="enregistrée")
    return view


def delete(session: Session, identity: Identity, view: SavedView) -> None:
    """Delete a view."""
    _trace(session, identity, view, change="supprimée")
    session.delete(view)


def open_with(session: Session, identity: Identity, view: SavedView, *, is_default: bool) -> None:
    """Make the list open with a view, or no longer."""
    mine = SavedView.agent_id == identity.agent_id
    session.execute(update(SavedView).where(mine, SavedView.is_default).values(is_default=False))
    view.is_default = is_default
    change = "ouvre la liste" if is_default else "n’ouvre plus la liste"
    _trace(session, identity, view, change=change)


def watch(session: Session, identity: Identity, view: SavedView, *, is_watched: bool) -> None:
    """Be told of the new alerts in a view from the next list on, or no longer."""
    current = find_current_list(session)
    view.is_watched = is_watched
    view.told_list_id = current.id if current and is_watched else view.told_list_id
    change = "avertit son auteur" if is_watched else "n’avertit plus"
    _trace(session, identity, view, change=change)


def _insert(session: Session, view: SavedView) -> None:
    try:
        with session.begin_nested():
            session.add(view)
    except IntegrityError:
        # The same name twice at the same moment: the other one is kept.
        raise DomainError("Cette vue vient d’être enregistrée : rechargez la page.") from None


def _trace(session: Session, identity: Identity, view: SavedView, *, change: str) -> None:
    journal.record(session, identity, journal.Event.VIEW_CHANGED, view_id=view.id, change=change)
