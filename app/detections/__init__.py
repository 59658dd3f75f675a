"""Detection: runs and their steps, the lists they publish, why each firm is on them, what agents answer and flag.

- ``metrics``: what the figures of lists, of their news and of an alert count.
- ``panels``: context of each detection panel, shown by `templates/detections/_panel_*.html`.
"""

from flask import Flask

from app.core import metrics as dictionary
from app.core.access.permissions import Permission, clauses
from app.core.persons.places import person_places, text_place
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task
from app.detections.lists.marks import marks


def init_app(app: Flask) -> None:
    """Register the domain."""
    from app.detections import metrics, policies
    from app.detections import models as _models  # noqa: F401 - declares the tables
    from app.detections.answers import marks as answer_marks
    from app.detections.answers import routes as _answers  # noqa: F401 - adds to the blueprint
    from app.detections.bulk import kinds as bulk_kinds
    from app.detections.bulk import models as _bulk  # noqa: F401 - declares the tables
    from app.detections.bulk import pages as bulk_pages
    from app.detections.bulk import policies as bulk_policies
    from app.detections.bulk import routes as bulk_routes
    from app.detections.bulk import subjects as bulk_subjects
    from app.detections.drift import models as _controls  # noqa: F401 - declares the tables
    from app.detections.lists import routes
    from app.detections.lists.pages import ListPart, row_parts
    from app.detections.news import models as _news  # noqa: F401 - declares the tables
    from app.detections.news import routes as news_routes
    from app.detections.rules import routes as rule_routes
    from app.detections.runs import cli
    from app.detections.runs import routes as run_routes

    dictionary.declare(metrics.METRICS)
    clauses.fill(policies.RULES)
    clauses.fill(bulk_policies.RULES)
    for mark in answer_marks.MARKS:
        marks.fill(mark)
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(bulk_routes.blueprint)
    app.register_blueprint(news_routes.blueprint)
    _plug_exploration(app)
    bulk_subjects.subjects.fill(bulk_subjects.FIRMS)
    bulk_kinds.kinds.fill(bulk_kinds.EXPORT)
    _plug_withdrawals(app)
    _plug_persons()
    row_parts.fill(ListPart("detections/bulk/_bar.html", bulk_pages.on_list))
    app.register_blueprint(run_routes.blueprint)
    app.register_blueprint(rule_routes.blueprint)
    app.cli.add_command(cli.group)
    pages.navigation.fill(
        pages.NavigationItem(20, "Détections", "detections.index", Permission.DETECTION_READ)
    )
    # Every night: the monthly run happens once, as soon as it can, even after an outage.
    clock.schedule(Task.DETECTIONS_MONTH, "30 4 * * *")
    # Before the digests of the morning.
    clock.schedule(Task.DETECTIONS_RETURN, "0 6 * * *")


def _plug_exploration(app: Flask) -> None:
    from app.detections.exploration import models as _models  # noqa: F401 - declares the tables
    from app.detections.exploration import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)


def _plug_withdrawals(app: Flask) -> None:
    from app.detections.lists.pages import ListPart, list_parts
    from app.detections.withdrawals import models as _models  # noqa: F401 - declares the tables
    from app.detections.withdrawals import panels, routes

    app.register_blueprint(routes.blueprint)
    list_parts.fill(ListPart("detections/withdrawals/_withdrawn.html", panels.on_list))


def _plug_persons() -> None:
    from app.detections.answers.models import DetectionAnswer
    from app.detections.models import HumanSignal

    for place in (
        text_place(
            "detection_answer", "Réponse à une alerte", DetectionAnswer, texts=[DetectionAnswer.comment],
            key=DetectionAnswer.id, day=DetectionAnswer.answered_at,
        ),
        text_place(
            "human_signal", "Signalement d’une entreprise", HumanSignal, texts=[HumanSignal.comment],
            key=HumanSignal.id, day=HumanSignal.created_at,
        ),
    ):  # fmt: skip
        person_places.fill(place)
