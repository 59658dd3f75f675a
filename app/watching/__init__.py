"""What agents keep an eye on: views of the lists that they saved, shared with a network, or of which they are told.

- ``panels``: the views beside the list that they narrow.
"""

from flask import Flask

from app.core.access.permissions import clauses
from app.core.work import clock
from app.core.work.tasks import Task
from app.detections.lists.pages import ListPart, list_parts, opening


def init_app(app: Flask) -> None:
    """Plug the domain in: the page of a list shows the views, and the clock tells of what enters them."""
    from app.watching import panels, policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    list_parts.fill(ListPart("watching/_views.html", panels.views))
    opening.fill(panels.opening_query)
    clock.schedule(Task.WATCHING_TELL, "0 7 * * *")
