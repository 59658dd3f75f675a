"""What an administration's own tool gives Vigie and takes from it, so that nothing is typed twice.

- ``references``: the public identifier of an accompagnement.
"""

from flask import Flask

from app.cases.board.files import CaseFile, case_files


def init_app(app: Flask) -> None:
    """Register the rooms: files of accompagnements, out and back."""
    from app.exchanges.files import routes as files

    app.register_blueprint(files.blueprint)
    for format_, endpoint in (("XLSX", "case_files.workbook"), ("CSV", "case_files.table")):
        case_files.fill(CaseFile(format=format_, endpoint=endpoint))
