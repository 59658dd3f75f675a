"""Who may read a firm: its public identity everywhere, its confidential data under conditions."""

from collections.abc import Collection, Sequence
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
    """What is read of a firm by whoever asks: a `Company`, or a row of a list."""

    @property
    def departments(self) -> Sequence[str]:
        """The départements where the firm operates."""

    @property
    def readable(self) -> Collection[str]:
        """The natures of its confidential data that whoever asks reads: what the database decides, in one place."""


def reach(identity: Identity, company: Company) -> Reach:
    """The ground of access, as journaled with each reading."""
    if identity.covers(company.departments):
        return Reach.UNLOCKED if company.siren in identity.unlocked_sirens else Reach.ZONE
    if company.siren in identity.case_sirens:
        return Reach.ACCOMPAGNEMENT
    return Reach.OUT_OF_ZONE


def hears_of_alerts(identity: Identity, firm: Firm) -> bool:
    """Whether the agent would see an alert of the firm: only they may be told that there is none."""
    return Nature.SCORE in firm.readable or identity.covers(firm.departments, Nature.SCORE)


RULES = {Permission.COMPANY_READ: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
