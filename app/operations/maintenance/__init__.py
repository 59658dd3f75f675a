"""The maintenance of an instance: what whoever comes is answered, and the commands by which the team closes and opens it.

- ``page``: the answer of a closed instance: the same for everybody, with what was typed, to be sent again.
"""

from flask import Flask

from app.core.database.instance import group
from app.core.maintenance.gate import MaintenanceError


def init_app(app: Flask) -> None:
    """Plug the room in."""
    from app.operations.maintenance import cli, page

    app.register_error_handler(MaintenanceError, page.answer)
    group.add_command(cli.maintenance)
