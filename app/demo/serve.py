"""Everything the demonstration needs, started together and stopped together: web, worker, clock, and a mail sink."""

import os
import shlex
import signal
import socket
import sys
from pathlib import Path

from honcho.manager import Manager

from config import ROOT

#: what honcho answers after Ctrl-C and after a request to end
STOPPED_BY_USER = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def serve(*, port: int, home: Path) -> int:
    """Run the processes until one ends or the user interrupts; return an exit code, 0 when the user stopped them."""
    smtp_port = _free_port()
    environment = {
        **os.environ,
        "VIGIE_DEMO": "1",
        "VIGIE_HOME": str(home),
        "VIGIE_SMTP_PORT": str(smtp_port),
        "VIGIE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    python = shlex.quote(sys.executable)
    flask = f"{python} -m flask --app wsgi"
    commands = {
        "web": f"{python} -m gunicorn --bind 127.0.0.1:{port} --workers 2 --threads 4 --worker-class gthread"
        " --no-control-socket --log-level warning wsgi:app",
        "worker": f"{flask} worker",
        "clock": f"{flask} clock",
        "mail": f"{flask} demo mail --port {smtp_port}",
    }
    manager = Manager()
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT))
    manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in STOPPED_BY_USER else code


def is_free(port: int) -> bool:
    """Whether nothing listens on ``port`` of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
