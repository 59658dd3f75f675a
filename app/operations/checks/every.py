"""Every check, in the order in which an operator would mend."""

from collections.abc import Sequence

from app.operations.checks import machine, neighbours, people, running, server
from app.operations.checks.findings import Check, InstanceFinding, Looked

CHECKS: Sequence[Check] = (
    machine.check_home,
    server.check_migrations,
    server.check_letters,
    server.check_durability,
    server.check_clock,
    server.check_replica,
    machine.check_backups,
    neighbours.check_smtp,
    neighbours.check_proconnect,
    neighbours.check_lake,
    people.check_people,
    people.check_contact,
    running.check_processes,
)


def look(looked: Looked) -> list[InstanceFinding]:
    """Return what every check finds, the gravest first."""
    found = [finding for check in CHECKS for finding in check(looked)]
    gravities = list(type(found[0].gravity)) if found else []
    return sorted(found, key=lambda finding: gravities.index(finding.gravity))
