"""Unbound extension objects; the factory binds them."""

from typing import Any

from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

#: where a session keeps the engine it reads from, when it is not the primary's: see `app.core.database.replica`
READ_FROM = "vigie_read_from"


class MovableSession(Session):
    """A session whose transactions may be on another engine, the replica's, whatever they read."""

    def get_bind(self, *arguments: Any, **named: Any) -> Any:
        """The engine of the next transaction."""
        moved = self.info.get(READ_FROM)
        return super().get_bind(*arguments, **named) if moved is None else moved


#: sessions and engines; models derive from `app.core.database.tables.Base`, whose metadata migrations read
db = SQLAlchemy(session_options={"class_": MovableSession})
migrate = Migrate()
security = Security()
csrf = CSRFProtect()
htmx = Htmx()
