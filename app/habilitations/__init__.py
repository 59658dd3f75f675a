"""Networks, zones and habilitations: who may read which nature of data, where, until when, and who decided it.

- ``entrance``: the identity behind the session of a request, and who may enter Vigie today.
- ``pages``: what the pages of this domain share: their blueprint, the page of a single action, that of a decision, the download of a file.
- ``reach``: what a correspondant or an administrateur can reach: the agents of their administration, or all; nothing else exists for them.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.accounts.proconnect import recognition
from app.core.access.permissions import Permission, clauses
from app.core.database.seeds import reference_lists
from app.core.web import pages as web
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Plug the domain in: from the session of a request to its identity, and the life of rights."""
    from app.habilitations import cli, entrance, pages, policies
    from app.habilitations import routes as _routes  # noqa: F401 - adds to the blueprint
    from app.habilitations.agents import presenters as accounts_shown
    from app.habilitations.agents import routes as _agents  # noqa: F401 - adds to the blueprint
    from app.habilitations.entries import routes as _entries  # noqa: F401 - adds to the blueprint
    from app.habilitations.impersonation import routes as impersonation_routes
    from app.habilitations.impersonation import services
    from app.habilitations.networks import routes as _networks  # noqa: F401 - adds to the blueprint
    from app.habilitations.reference import seeds as reference
    from app.habilitations.requests import routes as _requests  # noqa: F401 - adds to the blueprint
    from app.habilitations.reviews import presenters as reviews_shown
    from app.habilitations.reviews import routes as _reviews  # noqa: F401 - adds to the blueprint
    from app.habilitations.rights import presenters as rights_shown
    from app.habilitations.rights import routes as _rights  # noqa: F401 - adds to the blueprint
    from app.habilitations.roles import labels as roles_shown
    from app.habilitations.roles import routes as _roles  # noqa: F401 - adds to the blueprint

    clauses.fill(policies.RULES)
    clauses.fill(services.RULES)
    _init_absences(app)
    reference_lists.fill(reference.plant)
    app.register_blueprint(impersonation_routes.blueprint)
    app.before_request(impersonation_routes.restrict_impersonation)
    app.cli.add_command(cli.group)
    recognition.admission.fill(entrance.may_enter)
    web.identity_loader.fill(entrance.signed_in_identity)
    app.register_blueprint(pages.blueprint)
    app.add_template_filter(rights_shown.right_state)
    app.add_template_filter(accounts_shown.account_state)
    app.add_template_filter(roles_shown.role_names)
    app.add_template_filter(reviews_shown.decision, "review_decision")
    web.navigation.fill(
        web.NavigationItem(80, "Habilitations", "habilitations.index", Permission.HABILITATION_READ)
    )
    clock.schedule(Task.HABILITATIONS_MIDNIGHT, "5 0 * * *")
    clock.schedule(Task.HABILITATIONS_REMINDERS, "0 7 * * *")


def _init_absences(app: Flask) -> None:
    from app.habilitations.absences import policies, routes

    clauses.fill(policies.RULES)
    app.register_blueprint(routes.blueprint)
    account_pages.fill(
        AccountPage(
            38, "Absence", "absences.own", "quand vous êtes absent, et qui voir entre-temps"
        )
    )
