"""How the web is served; gunicorn reads this file where it is started, `Procfile` and the demonstration alike."""

import gc
import os
import shutil
import tempfile
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
# Each request is told in a line of ours, by the template of its route (app/core/server/traffic.py).
accesslog = None
logger_class = "app.core.server.process_log.ProcessLogger"

#: where workers write what they count, so that whichever is asked adds it up; emptied with the service
FILES = "PROMETHEUS_MULTIPROC_DIR"
SLOT = "PROMETHEUS_MULTIPROC_SLOT"
if FILES not in os.environ:
    os.environ[FILES] = tempfile.mkdtemp(prefix="vigie-metrics-")

#: objects made, less those gone, before the young ones are looked through: some pages’ worth
YOUNG = 50_000


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the first place that is free: the one of whom it replaces, and the figures kept there."""
    taken = {each.slot for each in server.WORKERS.values()}
    worker.slot = next(slot for slot in range(1, len(taken) + 2) if slot not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Tell the worker its place."""
    os.environ[SLOT] = str(worker.slot)


def on_exit(_server: Any) -> None:
    """Forget what was counted: figures begin again with the service, as Prometheus expects."""
    shutil.rmtree(os.environ[FILES], ignore_errors=True)


def post_worker_init(_worker: Any) -> None:
    """Never look through the application for garbage: it lives until the end, and a seventh of a page's time went into it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
