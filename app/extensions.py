"""Unbound extension objects; the factory binds them."""

from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

#: sessions and engines; models derive from `app.core.database.tables.Base`, whose metadata migrations read
db = SQLAlchemy()
migrate = Migrate()
security = Security()
csrf = CSRFProtect()
htmx = Htmx()
