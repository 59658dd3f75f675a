"""What an administration's own tool gives Vigie and takes from it, so that nothing is typed twice.

- ``references``: the public identifier of an accompagnement.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.cases.board.files import CaseFile, case_files
from app.core.access.permissions import clauses


def init_app(app: Flask) -> None:
    """Register the rooms: files of accompagnements, out and back."""
    from app.exchanges.files import routes as files
    from app.exchanges.returns import policies as return_policies
    from app.exchanges.returns import presenters
    from app.exchanges.returns import routes as returns

    clauses.fill(return_policies.RULES)
    app.add_template_filter(presenters.said_of, "import_said")
    app.register_blueprint(files.blueprint)
    app.register_blueprint(returns.blueprint)
    for format_, endpoint in (("XLSX", "case_files.workbook"), ("CSV", "case_files.table")):
        case_files.fill(CaseFile(format=format_, endpoint=endpoint))
    account_pages.fill(
        AccountPage(
            38,
            "Échanges de fichiers",
            "case_returns.index",
            "vos accompagnements dans un fichier, repris de votre outil ou remis à lui",
        )
    )
