"""Detection: runs and their steps, the lists they publish, why each firm is there, what agents answer and flag."""

from flask import Flask

from app.core import clock, web
from app.core.permissions import Permission, declare
from app.models_registry.demands import add_demand
from app.models_registry.panels import add_panel, add_version_panel
from app.models_registry.rules_source import set_source


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.detections import (
        cli,
        control_queries,
        jobs,
        panels,
        policies,
        routes,
        rule_queries,
        rule_routes,
        run_routes,
    )
    from app.detections import control_models as _controls  # noqa: F401 - declares the tables
    from app.detections import models as _models  # noqa: F401 - declares the tables

    declare(policies.RULES)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(run_routes.blueprint)
    app.register_blueprint(rule_routes.blueprint)
    app.cli.add_command(cli.group)
    web.add_navigation(
        web.NavigationItem(20, "Détections", "detections.index", Permission.DETECTION_READ)
    )
    add_panel(panels.runs)
    add_panel(panels.rules)
    add_version_panel(panels.controls)
    add_demand(control_queries.demand_a_shadow)
    set_source(rule_queries.text_on)
    # Every night: the run of the month is made once, as soon as it can be, even after an outage.
    clock.schedule("detections.monthly", "30 4 * * *", jobs.run_month)
