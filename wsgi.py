"""Entry point of the web server and of ``flask --app wsgi``."""

import gc
import os
import sys

# Imported modules stay: collecting garbage among them takes a sixth of the startup time, and time from every later request.
gc.disable()

# Whatever a process of Vigie writes is for whoever runs it alone.
os.umask(0o077)

from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from app import create_app  # noqa: E402
from app.core.database import operator  # noqa: E402

with operator.plain_errors():
    # `flask` runs commands; anything else that loads this file serves pages, also when a command started it.
    runs_commands = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    app = create_app(serves="gunicorn.arbiter" in sys.modules or not runs_commands)
proxies = app.config["VIGIE"].proxies
# Without a proxy, these headers would be whatever the client sends.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

gc.freeze()
gc.enable()
