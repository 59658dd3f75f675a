"""What Vigie owes to whoever asks: how its algorithm works, what it keeps of a firm, who answers for it, and who has learnt to read it."""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.core.access.permissions import Permission, clauses
from app.detections.lists.pages import ListPart, list_parts


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.transparency import policies
    from app.transparency.algorithm import routes as algorithm_routes
    from app.transparency.demands import routes as demand_routes
    from app.transparency.learning import panels as lesson
    from app.transparency.learning import routes as lesson_routes
    from app.transparency.openly import routes as open_routes
    from app.transparency.statements import routes as statement_routes

    clauses.fill(policies.RULES)
    app.register_blueprint(algorithm_routes.blueprint)
    app.register_blueprint(open_routes.blueprint)
    app.register_blueprint(statement_routes.blueprint)
    app.register_blueprint(demand_routes.blueprint)
    app.register_blueprint(lesson_routes.blueprint)
    list_parts.fill(ListPart("transparency/learning/_reminder.html", lesson.reminder))
    account_pages.fill(AccountPage(42, "Lire une alerte", "lesson.index", lesson.of_account))
    account_pages.fill(
        AccountPage(
            43, "Demandes sur l’algorithme", "demands.index", "ce que des entreprises demandent ou contestent",
            Permission.DEMAND_KEEP,
        )
    )  # fmt: skip
