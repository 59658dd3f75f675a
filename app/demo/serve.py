"""The processes of the demonstration, started and stopped together: web, worker, scheduler, mail sink, double of ProConnect."""

import contextlib
import os
import secrets
import shlex
import signal
import socket
import sys
from pathlib import Path

from honcho.manager import Manager

from app.demo import proconnect
from config import ROOT
from proconnect_double import server

#: exit codes of honcho after Ctrl-C and after a termination request
STOPPED_BY_USER = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def serve(*, port: int, home: Path) -> int:
    """Run the processes until the user interrupts; return an exit code, 0 when the user stopped them.

    Pages go on without the worker and the clock, as in service: they are started again when they end. The end of another
    process ends them all.
    """
    smtp_port, proconnect_port = _free_ports(2)
    # What the commands of `flask` say of themselves is not true of the web process.
    inherited = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
    environment = {
        **inherited,
        "VIGIE_DEMO": "1",
        "VIGIE_HOME": str(home),
        "VIGIE_SMTP_PORT": str(smtp_port),
        "VIGIE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VIGIE_CONTACT": "acces@demo.invalid",
        "VIGIE_PROCONNECT_ISSUER": proconnect.issuer(proconnect_port),
        "VIGIE_PROCONNECT_CLIENT_ID": proconnect.CLIENT_ID,
        "VIGIE_PROCONNECT_CLIENT_SECRET": secrets.token_urlsafe(32),
        # Behind an outgoing proxy, requests to this machine must bypass it.
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), server.LOOPBACK])),
        "PYTHONUNBUFFERED": "1",
    }
    python = shlex.quote(sys.executable)
    flask = f"{python} -m flask --app wsgi"
    commands = {
        "web": f"exec {python} -m gunicorn --bind 127.0.0.1:{port} --log-level warning wsgi:app",
        "worker": _again(f"{flask} worker"),
        "clock": _again(f"{flask} clock"),
        "mail": f"exec {flask} demo mail --port {smtp_port}",
        "proconnect": f"exec {flask} demo proconnect --port {proconnect_port}",
    }
    manager = Manager()
    for name, command in commands.items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in STOPPED_BY_USER else code


def _again(command: str) -> str:
    """Return a shell loop; a signal to its group ends the command, then the loop."""
    return f"trap exit TERM INT; while :; do {command}; sleep 1; done"


def is_free(port: int) -> bool:
    """Return whether nothing listens on ``port`` of the loopback interface."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_ports(count: int) -> list[int]:
    """Return distinct free ports of the loopback interface."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((server.LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
