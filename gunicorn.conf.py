"""How the web is served; gunicorn reads this file where it is started, `Procfile` and the demonstration alike."""

import gc
import os
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = 2
threads = 4
# Only whole requests reach a thread: see the class.
worker_class = "app.core.server.connections.PatientWorker"
worker_connections = 128
keepalive = 0
# A worker is replaced after some hours of work, never two at once: what its memory has gathered goes with it.
max_requests = 5_000
max_requests_jitter = 1_000
timeout = 60
graceful_timeout = 30
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
# The scheme is what `VIGIE_PROXIES` makes of it (wsgi.py): gunicorn would believe whoever connects from this machine.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
umask = 0o077
control_socket_disable = True
accesslog = None

#: objects made, less those gone, before the young ones are looked through: some pages’ worth
YOUNG = 50_000


def post_worker_init(_worker: Any) -> None:
    """Never look through the application for garbage: it lives until the end, and a seventh of a page's time went into it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
