"""Entry point of the web server and of ``flask --app wsgi``."""

import gc

# Imported modules stay: collecting garbage among them takes a sixth of the startup time, and time from every later request.
gc.disable()

from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from app import create_app  # noqa: E402
from app.core.database import operator  # noqa: E402

with operator.plain_errors():
    app = create_app()
proxies = app.config["VIGIE"].proxies
# Without a proxy, these headers would be whatever the client sends.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

gc.freeze()
gc.enable()
