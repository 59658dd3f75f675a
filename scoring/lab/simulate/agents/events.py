"""What invented agents did after an alert: plain events, with the codes the portal records."""

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
class AgentEvent:
    """Something `agent_id` did about an establishment on a day."""

    siren: str
    siret: str
    agent_id: str
    happened_on: date


@dataclass(frozen=True, kw_only=True)
class FollowEvent(AgentEvent):
    """The agent follows the firm."""


@dataclass(frozen=True, kw_only=True)
class CommentEvent(AgentEvent):
    """The agent writes a comment, in French."""

    text: str


@dataclass(frozen=True, kw_only=True)
class ContactEvent(AgentEvent):
    """The agent contacts the firm: besoin, refus, indemne or injoignable."""

    result: str
    text: str


@dataclass(frozen=True, kw_only=True)
class VisitEvent(AgentEvent):
    """A visit; `happened_on` is the day of its report, on or after `visited_on`.

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
class SupportOpened(AgentEvent):
    """An accompagnement begins, with its criticité: elevee, moderee or aucune."""

    criticality: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SupportClosed(AgentEvent):
    """The accompagnement ends with one of `OUTCOMES`."""

    outcome: str
    text: str


FollowupEvent = (
    FollowEvent | CommentEvent | ContactEvent | VisitEvent | SupportOpened | SupportClosed
)

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
