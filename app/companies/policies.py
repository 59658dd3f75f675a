"""Who may read a firm: its public identity everywhere, its confidential data under conditions."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from app.companies.models import Company
from app.core.access.identity import Identity, Nature, Role
from app.core.access.permissions import Permission, Rule
from app.core.text.labelled import LabelledEnum


class Reach(LabelledEnum):
    """On what ground an agent may read a firm."""

    ZONE = "zone", "Dans ma zone"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement auquel je participe"
    UNLOCKED = "deverrouillage", "Dans ma zone, déverrouillée"
    OUT_OF_ZONE = "hors_zone", "Hors de ma zone"


class Firm(Protocol):
    """What determines who reads a firm's data: a `Company`, or a row of a list."""

    @property
    def siren(self) -> str:
        """The firm's siren."""

    @property
    def departments(self) -> Sequence[str]:
        """The départements where the firm operates."""

    @property
    def first_alert_on(self) -> date | None:
        """The first day the firm was in alert or flagged."""


def reach(identity: Identity, company: Company) -> Reach:
    """The ground of access, as journaled with each reading."""
    if identity.covers(company.departments):
        is_unlocked = company.siren in identity.unlocked_sirens
        return Reach.UNLOCKED if is_unlocked and company.first_alert_on is None else Reach.ZONE
    if company.siren in identity.case_sirens:
        return Reach.ACCOMPAGNEMENT
    return Reach.OUT_OF_ZONE


def reads_nature(identity: Identity, firm: Firm, nature: Nature) -> bool:
    """Whether the agent may read the firm's data of this nature; the database enforces the same rule.

    An agent who supports the firm reads any nature they hold, wherever they hold it. Others read the natures
    they hold where the firm operates, provided that it was in alert or flagged, or that they unlocked it.
    """
    if nature in identity.natures and firm.siren in identity.case_sirens:
        return True
    is_open = firm.first_alert_on is not None or firm.siren in identity.unlocked_sirens
    return is_open and identity.covers(firm.departments, nature)


def hears_of_alerts(identity: Identity, firm: Firm) -> bool:
    """Whether the agent would see an alert of the firm: only they may be told that there is none."""
    if Nature.SCORE in identity.natures and firm.siren in identity.case_sirens:
        return True
    return identity.covers(firm.departments, Nature.SCORE)


RULES = {Permission.COMPANY_READ: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
