"""What an administration's own tool gives Vigie and takes from it, so that nothing is typed twice.

- ``references``: the public identifier of an accompagnement.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.accounts.services import resets
from app.cases.board.files import CaseFile, case_files, case_returns
from app.core.access.permissions import clauses
from app.core.web.pages import doors
from app.habilitations.rights.services import losses


def init_app(app: Flask) -> None:
    """Register the rooms: files of accompagnements, out and back; tokens, and what they read."""
    from app.exchanges.api import bearers
    from app.exchanges.api import policies as api_policies
    from app.exchanges.api import routes as api
    from app.exchanges.files import routes as files
    from app.exchanges.returns import policies as return_policies
    from app.exchanges.returns import presenters
    from app.exchanges.returns import routes as returns
    from app.exchanges.tokens import policies as token_policies
    from app.exchanges.tokens import routes as tokens
    from app.exchanges.tokens import services as token_services

    for rules in (return_policies.RULES, api_policies.RULES, token_policies.RULES):
        clauses.fill(rules)
    doors.fill(bearers.DOOR)
    losses.fill(token_services.revoke_lost)
    resets.fill(token_services.revoke_of_reset)
    app.add_template_filter(presenters.said_of, "import_said")
    for blueprint in (
        files.blueprint, returns.blueprint, tokens.blueprint, api.blueprint, api.pages
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    for format_, endpoint in (("XLSX", "case_files.workbook"), ("CSV", "case_files.table")):
        case_files.fill(CaseFile(format=format_, endpoint=endpoint))
    case_returns.fill("case_returns.index")
    account_pages.fill(
        AccountPage(
            38,
            "Échanges de fichiers",
            "case_returns.index",
            "vos accompagnements dans un fichier, repris de votre outil ou remis à lui",
        )
    )
    account_pages.fill(
        AccountPage(
            39,
            "Jetons pour vos outils",
            "api_tokens.index",
            "l’outil de votre administration lit vos accompagnements en votre nom",
        )
    )
