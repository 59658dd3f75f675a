"""Tell agents of the new alerts in the views they watch. Thin: units of work and calls."""

from urllib.parse import parse_qsl

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.text.french import counted_fr
from app.core.work.jobs import does
from app.core.work.tasks import Task
from app.detections.lists.pages import list_view
from app.detections.lists.queries import find_current_list
from app.detections.panels import NEW
from app.habilitations.queries import identities_of
from app.messages import bell
from app.watching import panels, queries
from app.watching.models import SavedView

SYSTEM = system_identity("Vues")


@does(Task.WATCHING_TELL)
def tell() -> None:
    """Tell of each watched view once a list, as its author reads it: nothing is told of a view without a new alert."""
    with unit_of_work(SYSTEM) as session:
        current = find_current_list(session)
        if current is None:
            return
        list_id = current.id
        views = [view for view in queries.list_watched(session) if view.told_list_id != list_id]
        readers = identities_of(session, [view.agent for view in views])
        waiting = [(view.id, view.query, who) for view, who in zip(views, readers, strict=True)]
    for view_id, asked, reader in waiting:
        count = _entered(reader, asked) if reader.is_habilitated else 0
        with unit_of_work(SYSTEM) as session:
            _tell(session, view_id, list_id=list_id, count=count)


def _entered(reader: Identity, asked: str) -> int:
    """How many alerts are new or worse in what a view asks, for its author; none when they may no longer read alerts."""
    query = MultiDict(parse_qsl(asked))
    # What agents signal is no alert of the list.
    query.poplist("signalements")
    if not query.getlist("nouveaute"):
        query.setlist("nouveaute", [novelty.value for novelty in NEW])
    with unit_of_work(reader) as session:
        view = list_view(session, reader, find_current_list(session), query)
        # A filter that they may not use is ignored: the count would be that of the whole view.
        return 0 if "nouveaute" in view.form.refused else view.listing.count(session)


def _tell(session: Session, view_id: int, *, list_id: int, count: int) -> None:
    view = session.get_one(SavedView, view_id)
    view.told_list_id = list_id
    if count:
        bell.announce(
            session,
            agent_id=view.agent_id,
            key=f"view:{view.id}:{list_id}",
            subject=f"« {view.name} » : {counted_fr(count, 'alerte')} à voir",
            path=panels.address_of(view),
        )
