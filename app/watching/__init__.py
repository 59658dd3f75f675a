"""What agents keep an eye on: views of the lists that they saved, shared with a network, or of which they are told.

- ``panels``: the views beside the list that they narrow.
- ``sources``: firms of a view or of a list, for whoever makes something else of them.
"""

from flask import Flask
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.access.permissions import clauses
from app.core.work import clock, events
from app.core.work.events import DomainEvent, EventKind
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.detections.bulk.kinds import kinds
from app.detections.lists.marks import FirmLists, firm_lists
from app.detections.lists.pages import ListPart, list_parts, opening
from app.messages.stops.providers import Stoppable, stoppables


def on_event(session: Session, _identity: Identity, event: DomainEvent) -> None:
    """Have those be told at once who follow the département of a firm that was just flagged."""
    if event.kind is EventKind.SIGNAL_WRITTEN:
        defer(session, Task.WATCHING_NOW)


def init_app(app: Flask) -> None:
    """Plug the domain in: the page of a list shows the views, and the clock tells of what enters them."""
    from app.watching import panels, policies, routes
    from app.watching.lists import bulk, labels
    from app.watching.lists import policies as list_policies
    from app.watching.lists import routes as list_routes
    from app.watching.lists.files import routes as file_routes
    from app.watching.subscriptions import policies as subscription_policies
    from app.watching.subscriptions import routes as subscription_routes
    from app.watching.subscriptions import services as subscription_services

    clauses.fill(policies.RULES)
    clauses.fill(list_policies.RULES)
    clauses.fill(subscription_policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(list_routes.blueprint)
    app.register_blueprint(file_routes.blueprint)
    app.register_blueprint(subscription_routes.blueprint)
    events.listeners.fill(on_event)
    firm_lists.fill(FirmLists(choices=labels.choices, is_on=labels.is_on, names=labels.names))
    list_parts.fill(ListPart("watching/_views.html", panels.views))
    opening.fill(panels.opening_query)
    kinds.fill(bulk.FILL)
    stoppables.fill(
        Stoppable(
            list_running=subscription_services.list_from_mail,
            stop=subscription_services.stop_from_mail,
        )
    )
    clock.schedule(Task.WATCHING_TELL, "0 7 * * *")
