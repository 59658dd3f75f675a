"""Who may read a firm: its public identity everywhere, its confidential data under conditions."""

from app.companies.models import Company
from app.core.db import LabelledEnum
from app.core.identity import Identity, Nature, Role
from app.core.permissions import Permission, Rule


class Reach(LabelledEnum):
    """Why an agent may read a firm."""

    ZONE = "zone", "Dans ma zone"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement auquel je participe"
    OUT_OF_ZONE = "hors_zone", "Hors de ma zone"


def reach(identity: Identity, company: Company) -> Reach:
    """The reason of access, as journaled with each reading."""
    if identity.covers(company.departments):
        return Reach.ZONE
    if company.siren in identity.case_sirens:
        return Reach.ACCOMPAGNEMENT
    return Reach.OUT_OF_ZONE


def is_open(identity: Identity, company: Company) -> bool:
    """Whether the firm's confidential data are open to the agent, natures apart.

    The zone reads them once the firm was in alert or flagged; whoever supports it reads them too.
    """
    if company.siren in identity.case_sirens:
        return True
    return company.first_alert_on is not None and identity.covers(company.departments)


def reads_nature(identity: Identity, company: Company, nature: Nature) -> bool:
    """Whether the agent reads the firm's data of this nature; the database decides the same."""
    return nature in identity.natures and is_open(identity, company)


RULES = {Permission.COMPANY_READ: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
