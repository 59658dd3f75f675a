"""Who may read a firm: its public identity everywhere, its confidential data under conditions."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from app.companies.models import Company
from app.core.access.identity import Identity, Nature, Role
from app.core.access.permissions import Permission, Rule
from app.core.text.labelled import LabelledEnum


class Reach(LabelledEnum):
    """Why an agent may read a firm."""

    ZONE = "zone", "Dans ma zone"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement auquel je participe"
    UNLOCKED = "deverrouillage", "Dans ma zone, déverrouillée"
    OUT_OF_ZONE = "hors_zone", "Hors de ma zone"


class Firm(Protocol):
    """What decides who reads a firm's data: a `Company`, or a row of a list."""

    @property
    def siren(self) -> str:
        """Its number."""

    @property
    def departments(self) -> Sequence[str]:
        """The départements where it works."""

    @property
    def first_alert_on(self) -> date | None:
        """The first day it was in alert or flagged."""


def reach(identity: Identity, company: Company) -> Reach:
    """The reason of access, as journaled with each reading."""
    if identity.covers(company.departments):
        is_unlocked = company.siren in identity.unlocked_sirens
        return Reach.UNLOCKED if is_unlocked and company.first_alert_on is None else Reach.ZONE
    if company.siren in identity.case_sirens:
        return Reach.ACCOMPAGNEMENT
    return Reach.OUT_OF_ZONE


def reads_nature(identity: Identity, firm: Firm, nature: Nature) -> bool:
    """Whether the agent reads the firm's data of this nature; the database decides the same.

    Whoever supports the firm reads what they hold anywhere. Others read what they hold where it works,
    once it was in alert or flagged, or when they unlocked it.
    """
    if nature in identity.natures and firm.siren in identity.case_sirens:
        return True
    is_open = firm.first_alert_on is not None or firm.siren in identity.unlocked_sirens
    return is_open and identity.covers(firm.departments, nature)


def hears_of_alerts(identity: Identity, firm: Firm) -> bool:
    """Whether the agent would read an alert of the firm: « pas d’alerte » may be said to them alone."""
    if Nature.SCORE in identity.natures and firm.siren in identity.case_sirens:
        return True
    return identity.covers(firm.departments, Nature.SCORE)


RULES = {Permission.COMPANY_READ: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
