"""Entry point of the web server and of ``flask --app wsgi``."""

from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app
from app.core.database import operator

with operator.answering_plainly():
    app = create_app()
proxies = app.config["VIGIE"].proxies
# Without a proxy, these headers would be whatever the client says.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
