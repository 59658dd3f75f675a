"""Entry point of the web server and of ``flask --app wsgi``."""

from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app
from app.core import operator

operator.answer_plainly()
app = create_app()
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
