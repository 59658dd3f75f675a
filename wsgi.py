"""Entry point of the web server and of ``flask --app wsgi``."""

import gc

# What is imported stays: looking for garbage among it takes a sixth of the start, and time from every request after.
gc.disable()

from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from app import create_app  # noqa: E402
from app.core.database import operator  # noqa: E402

with operator.answering_plainly():
    app = create_app()
proxies = app.config["VIGIE"].proxies
# Without a proxy, these headers would be whatever the client says.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

gc.freeze()
gc.enable()
