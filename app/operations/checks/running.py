"""Whether the background processes run: pages are served without them, and nothing else happens."""

from collections.abc import Iterator

from app.operations.checks.findings import InstanceFinding, Looked, to_know
from app.operations.health import queries

PROCESSES = {"horloge": "clock", "travaux": "worker"}


def check_processes(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether a worker and a clock are there; before the first start, neither is."""
    parts = queries.parts(looked.session)
    for part, command in PROCESSES.items():
        if not parts[part]:
            yield to_know(
                f"Aucun processus « {command} » ne tourne : ni courriels, ni importations, ni listes.",
                f"flask --app wsgi {command}, ou le service vigie-{command} (docs/install-systemd.md).",
            )
