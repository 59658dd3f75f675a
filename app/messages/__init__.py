"""What Vigie says to its agents: e-mails and the bell.

- ``alarms``: telling administrators that e-mails do not leave, each once.
- ``bell``: the announcements of an agent's bell that concern no firm: a list held back, a training that failed.
- ``letters``: every e-mail of Vigie: sentences, lists below them, one link.
- ``outbox``: writing an e-mail in the transaction that calls for it, and sending it: begun, handed over, settled.
- ``smtp``: handing an e-mail to the SMTP server, and what its refusals mean.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in; the domains above write messages and provide the agents' addresses and names."""
    from app.messages.stops import routes as stop_routes
    from app.messages.troubles import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(stop_routes.blueprint)
    clock.schedule(Task.MAIL_DUE, "* * * * *")
    pages.navigation.fill(
        pages.NavigationItem(90, "Courriels", "mail.index", Permission.MAIL_MANAGE)
    )
