"""Who asks for and reads reports: managers, of the régions of their zone; administrators, of all. Who tells everybody."""

from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule
from app.evidence.reports.models import ConventionReport

READERS = frozenset({Role.MANAGER, Role.ADMINISTRATEUR})


def may_ask(identity: Identity, departments: list[str]) -> bool:
    """Whether somebody may have the report of a région made, or that of the country, which has no département here."""
    return identity.has_role(Role.ADMINISTRATEUR) or identity.covers(departments)


def is_of_country(_identity: Identity, report: ConventionReport) -> bool:
    """Whether a report is that of the country, whose figures are those of the public page."""
    return report.is_of_country


RULES = {
    Permission.REPORT_READ: Rule(
        READERS,
        refusal="Les bilans sont réservés aux responsables et aux administrateurs.",
        needs_habilitation=False,
    ),
    Permission.REPORT_MAKE: Rule(
        READERS,
        refusal="Seuls les responsables et les administrateurs font faire un bilan.",
        needs_habilitation=False,
    ),
    Permission.REPORT_PUBLISH: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        is_of_country,
        "Seul le bilan de la France se publie : ses chiffres par région y sont.",
        needs_habilitation=False,
    ),
}
