"""One case: what a lead agent and partners do about one alert, from the first look to the outcome.

The verdict of a visit depends on the latent distress of the month, but agents do not see the truth.
Once the firm is in procedure or has ceased, only the end of its accompagnement can follow.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scoring.lab.simulate.agents import phrases as say
from scoring.lab.simulate.agents.events import (
    AgentProfile,
    CommentEvent,
    ContactEvent,
    FollowEvent,
    FollowupEvent,
    SupportClosed,
    SupportOpened,
    VisitEvent,
)

HIGH_LEVEL = "elevee"
QUARTER = timedelta(days=90)
"""An alert older than that is no longer what leads to a support: another list has come."""
RANDOM_ARM = "random"
VERDICT_BASE, VERDICT_DISTRESS = -1.0, 1.3
"""Logit of « difficulté confirmée »: for an average firm, per unit of distress."""
SUPPORT_CHANCE = {"confirmee": 0.8, "indeterminee": 0.25, "non_confirmee": 0.03}
REAL_NATURES = ("conjoncturelle", "creanciers", "structurelle", "sociale_rh", "strategique",
                "gouvernance", "approvisionnement")  # fmt: skip
REAL_NATURE_SHARES = (0.28, 0.24, 0.18, 0.1, 0.08, 0.07, 0.05)
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
"""Fixed public holidays, month and day."""
GOOD_ENDS = ("stabilisee", "restructuree", "sans_objet", "refus_accompagnement", "reprise",
             "procedure_amiable", "perdue_de_vue")  # fmt: skip
CALM_SHARES = (0.52, 0.16, 0.14, 0.04, 0.05, 0.03, 0.06)
TENSE_SHARES = (0.22, 0.24, 0.03, 0.10, 0.14, 0.17, 0.10)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A member of a list: level `elevee` or `moderee`, arm `random` or `algorithm`."""

    siren: str
    siret: str
    department: str
    level: str
    list_on: date
    arm: str


@dataclass(frozen=True, kw_only=True)
class FirmTruth:
    """What the simulation knows of a firm: distress by month (`YYYY-MM`), and when it stopped."""

    distress: dict[str, float]
    failed_on: date | None
    ceased_on: date | None
    #: when it is supported; `None`: never
    supported_on: date | None = None
    #: whether the world says who is supported, so that nobody else is
    is_decided: bool = False

    def distress_on(self, day: date) -> float:
        """Return the latent distress in the month of a day; 0, the average, outside simulated months."""
        return self.distress.get(f"{day:%Y-%m}", 0.0)

    @property
    def ended_on(self) -> date:
        """The day of the procedure or cessation; the end of time without one."""
        return min(self.failed_on or date.max, self.ceased_on or date.max)


@dataclass(kw_only=True)
class CaseMemory:
    """What one case on an establishment leaves to the next: who follows, the last text written, the
    agent in charge and the last day of the case.
    """

    followers: set[str] = field(default_factory=set)
    last_text: str = ""
    lead: AgentProfile | None = None
    busy_until: date = date.min


def is_due(alert: Alert, firm: FirmTruth) -> bool:
    """Return whether an alert is the last one before the support that the world has decided."""
    day = firm.supported_on
    return day is not None and alert.list_on <= day < alert.list_on + QUARTER


class SimulatedCase:
    """One alert and what follows; `today` moves forward with each event."""

    def __init__(
        self,
        alert: Alert,
        firm: FirmTruth,
        *,
        lead: AgentProfile,
        partners: list[AgentProfile],
        rng: random.Random,
        memory: CaseMemory,
    ) -> None:
        self.today = alert.list_on
        self._alert, self._firm = alert, firm
        self._lead, self._partners, self._rng = lead, partners, rng
        self._memory = memory
        self._events: list[FollowupEvent] = []
        #: the day on which this case leads to a support, when the world has decided so
        self._due = firm.supported_on if is_due(alert, firm) else None

    def play(self) -> list[FollowupEvent]:
        """Return the events of the case, possibly none."""
        # A member drawn at random is handled as often as a high alert, or the draw would be useless.
        is_priority = self._alert.level == HIGH_LEVEL or self._alert.arm == RANDOM_ARM
        if not self._due and not self._chance(
            (0.95 if is_priority else 0.55) * self._lead.diligence
        ):
            return []
        if not self._follow():
            return self._events
        result = self._contact()
        if self._chance({"besoin": 0.9, "indemne": 0.2}.get(result, 0.0)):
            verdict = self._visit()
            if not self._firm.is_decided and self._chance(SUPPORT_CHANCE.get(verdict, 0.0)):
                self._support()
        if self._due:
            self.today = self._due
            self._support()
        return self._events

    def _follow(self) -> bool:
        """Make the lead follow, often saying why, and maybe partners; return False if the firm has ended."""
        if not self._wait(0, 12):
            return False
        self._follow_as(self._lead)
        if self._chance(0.7):
            self._comment(self._lead, say.FOLLOWING)
        for partner in self._partners:
            if self._chance(0.3 * partner.diligence) and self._wait(0, 6):
                self._follow_as(partner)
                if self._chance(0.6):
                    self._comment(partner, say.PARTNER.get(partner.network, say.PARTNER["autre"]))
        return True

    def _follow_as(self, agent: AgentProfile) -> None:
        if agent.agent_id not in self._memory.followers:
            self._memory.followers.add(agent.agent_id)
            self._events.append(FollowEvent(**self._by(agent)))

    def _contact(self) -> str:
        """Make the lead call, twice at most; return the last result, "" without a call."""
        result = ""
        for _ in range(2):
            if not self._wait(2, 16):
                break
            tension = 0.25 * self._firm.distress_on(self.today)
            weights = (0.45 + tension, 0.12, max(0.25 - tension, 0.05), 0.18)
            result = self._pick(("besoin", "refus", "indemne", "injoignable"), weights)
            text = self._say(say.CONTACT[result])
            self._events.append(ContactEvent(**self._by(self._lead), result=result, text=text))
            if result != "injoignable":
                break
        return result

    def _visit(self) -> str:
        """Visit the firm and report within a week; return the verdict, "" without one."""
        if not self._wait(6, 40):
            return ""
        visited_on = self.today
        answered = self._pick(("repondu", "injoignable", "refus"), (0.9, 0.06, 0.04))
        verdict = self._verdict() if answered == "repondu" else ""
        nature, severity = self._diagnosis(verdict)
        if answered == "repondu":
            text = self._say(say.VISIT_OPENING, say.OBSERVATION[nature])
        else:
            text = self._say(say.NO_ANSWER[answered])
        # When the firm is about to end, the report is immediate, or it would come after the end.
        self._wait(0, 5)
        self.today = max(visited_on, min(self.today, self._firm.ended_on - timedelta(days=1)))
        self._events.append(
            VisitEvent(
                **self._by(self._lead),
                visited_on=visited_on,
                channel=self._pick(("sur_place", "visio", "telephone"), (0.7, 0.15, 0.15)),
                contact_result=answered,
                verdict=verdict or None,
                nature=nature or None,
                severity=severity if verdict else None,
                text=text,
                next_step=say.compose(self._rng, say.NEXT_STEP[verdict]),
            )
        )
        self._replies()
        return verdict

    def _verdict(self) -> str:
        if self._chance(0.12):
            return "indeterminee"
        logit = VERDICT_BASE + VERDICT_DISTRESS * self._firm.distress_on(self.today)
        confirmed = self._chance(1.0 / (1.0 + math.exp(-logit)))
        return "confirmee" if confirmed else "non_confirmee"

    def _diagnosis(self, verdict: str) -> tuple[str, int]:
        """Return the nature and severity that go with a verdict ("" and 0 without one)."""
        if not verdict:
            return "", 0
        if verdict == "non_confirmee":
            return "aucune", 0
        level = self._firm.distress_on(self.today) + self._rng.gauss(0.0, 0.5)
        severity = 1 + int(level > 0.8) + int(level > 1.7)
        nature = self._pick(REAL_NATURES, REAL_NATURE_SHARES)
        return nature, severity if verdict == "confirmee" else 1

    def _replies(self) -> None:
        """Let partners react to the visit."""
        for partner in self._partners:
            if self._chance(0.3 * partner.diligence) and self._wait(0, 8):
                self._comment(partner, say.PARTNER.get(partner.network, say.PARTNER["autre"]))

    def _support(self) -> None:
        """Open an accompagnement, report on it, close it with an outcome."""
        is_due, self._due = self._due is not None, None
        if not is_due and not self._wait(2, 25):
            return
        severe = self._firm.distress_on(self.today) > 1.2
        self._events.append(
            SupportOpened(
                **self._by(self._lead),
                criticality=self._pick(("elevee", "moderee", "aucune"), (0.6, 0.35, 0.05))
                if severe
                else self._pick(("elevee", "moderee", "aucune"), (0.15, 0.65, 0.2)),
                text=self._say(say.SUPPORT),
            )
        )
        for _ in range(self._rng.randint(3, 9)):
            if not self._wait(15, 60):
                break
            author = self._lead if self._chance(0.7) or not self._partners else self._partner()
            self._comment(author, say.PROGRESS)
        self._close()

    def _close(self) -> None:
        """Close with an outcome: procedure or cessation if it came first, else one the agents choose."""
        outcome = ""
        if self._wait(10, 45):
            tense = self._firm.distress_on(self.today) > 1.0
            outcome = self._pick(GOOD_ENDS, TENSE_SHARES if tense else CALM_SHARES)
        else:
            failed = self._firm.failed_on == self._firm.ended_on
            outcome = "procedure_collective" if failed else "cessation"
        text = self._say(say.CLOSING[outcome])
        self._events.append(SupportClosed(**self._by(self._lead), outcome=outcome, text=text))

    def _partner(self) -> AgentProfile:
        return self._rng.choice(self._partners)

    def _comment(self, author: AgentProfile, bank: tuple[str, ...]) -> None:
        self._events.append(CommentEvent(**self._by(author), text=self._say(bank)))

    def _say(self, *banks: tuple[str, ...]) -> str:
        """Return a text that differs from the previous one on this firm's page."""
        self._memory.last_text = say.compose(self._rng, *banks, avoid=self._memory.last_text)
        return self._memory.last_text

    def _by(self, agent: AgentProfile) -> dict[str, Any]:
        return {
            "siren": self._alert.siren,
            "siret": self._alert.siret,
            "agent_id": agent.agent_id,
            "happened_on": self.today,
        }

    def _pick(self, options: tuple[str, ...], weights: tuple[float, ...]) -> str:
        return self._rng.choices(options, weights)[0]

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability

    def _wait(self, shortest: int, longest: int) -> bool:
        """Move to a working day in the interval; return False when the firm has ended by then."""
        self.today += timedelta(days=self._rng.randint(shortest, longest))
        while self.today.weekday() >= 5 or (self.today.month, self.today.day) in HOLIDAYS:
            self.today += timedelta(days=1)
        if self._due:
            self.today = min(self.today, self._due)
        return self.today < self._firm.ended_on
