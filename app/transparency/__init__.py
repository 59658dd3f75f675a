"""What Vigie owes to whoever asks: how its algorithm works, what it keeps of a firm, who answers for it, and who has learnt to read it."""

from flask import Flask

from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.transparency import policies
    from app.transparency.algorithm import routes as algorithm_routes
    from app.transparency.openly import routes as open_routes
    from app.transparency.statements import routes as statement_routes

    clauses.fill(policies.RULES)
    app.register_blueprint(algorithm_routes.blueprint)
    app.register_blueprint(open_routes.blueprint)
    app.register_blueprint(statement_routes.blueprint)
