"""What invented agents did after an alert: plain events, in the words the portal records."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class AgentProfile:
    """An agent of the demonstration.

    `network` is the administration (Direccte, Urssaf, BdF, DGFiP…); `visits` whether the agent goes to see
    firms and opens accompagnements; `diligence`, between 0 and 1, scales how often they act.
    """

    agent_id: str
    network: str
    departments: tuple[str, ...]
    visits: bool = True
    diligence: float = 0.8


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something `agent_id` did about an establishment on a day."""

    siren: str
    siret: str
    agent_id: str
    happened_on: date


@dataclass(frozen=True, kw_only=True)
class Follow(Event):
    """The agent follows the firm."""


@dataclass(frozen=True, kw_only=True)
class Comment(Event):
    """The agent writes (French)."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Contact(Event):
    """The agent reaches for the firm: besoin, refus, indemne or injoignable."""

    result: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Visit(Event):
    """A visit; `happened_on` is the day it was written down, on or after `visited_on`.

    channel: sur_place, visio, telephone; contact_result: repondu, injoignable, refus;
    verdict: confirmee, non_confirmee, indeterminee; nature: one of `NATURES`; severity: 0 to 3.
    Verdict, nature and severity are None when nobody answered.
    """

    visited_on: date
    channel: str
    contact_result: str
    verdict: str | None
    nature: str | None
    severity: int | None
    text: str
    next_step: str


@dataclass(frozen=True, kw_only=True)
class SupportOpened(Event):
    """An accompagnement begins, with its criticité: elevee, moderee or aucune."""

    criticality: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SupportClosed(Event):
    """The accompagnement ends with one of `OUTCOMES`."""

    outcome: str
    text: str


FollowupEvent = Follow | Comment | Contact | Visit | SupportOpened | SupportClosed

NATURES = (
    "structurelle",
    "conjoncturelle",
    "creanciers",
    "strategique",
    "sociale_rh",
    "approvisionnement",
    "gouvernance",
    "aucune",
)
OUTCOMES = (
    "stabilisee",
    "restructuree",
    "reprise",
    "procedure_amiable",
    "procedure_collective",
    "cessation",
    "refus_accompagnement",
    "sans_objet",
    "perdue_de_vue",
)
