"""Accompagnements: one at most on an establishment, its people, its states, its outcome."""

from flask import Flask

from app.core import web
from app.core.permissions import Permission, declare
from app.detections.marks import Mark, register
from app.habilitations.queries import extend_reach
from app.network import notifying


def init_app(app: Flask) -> None:
    """Plug the domain in: it extends the reach of those who take part, and has them told."""
    from app.cases import member_routes, policies, presenters, queries, routes

    declare(policies.RULES)
    presenters.register()
    extend_reach(queries.list_reach)
    notifying.add_members(presenters.list_concerned)
    register(
        Mark(
            code="supported",
            filter_label="En accompagnement",
            label="Accompagnée",
            position=10,
            condition=queries.is_supported,
        )
    )
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(member_routes.blueprint)
    web.add_navigation(
        web.NavigationItem(30, "Accompagnements", "cases.index", Permission.CASE_READ)
    )
