"""Needs drawn at random over some weeks, with what each expert did of them, event by event."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app.core.now import today, utcnow
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.needs.models import (
    Actor,
    Cause,
    CheckVerdict,
    ConsentHow,
    DeclineReason,
    FirmNeed,
    NeedState,
    Origin,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
)
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import submit
from app.referrals.needs.states import ANSWERS, derived
from app.referrals.openings.models import RegionTest
from app.referrals.quality.checks import queries, services
from app.referrals.quality.checks.services import CheckFinding
from app.referrals.quality.institutions.quarters import quarter_of
from app.referrals.quality.models import AntenneSilence, OrientationFigures
from tests.factories.needs import solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids

DEPARTMENTS = ("21", "67", "75", "974")
WEEKS = 8


def plant_directory(world: World) -> list[int]:
    """Two antennes and two experts of each; the numbers of the experts."""
    subject_id = subject_ids()[0]
    experts = []
    for institution in ("Institut dessiné", "Réseau dessiné"):
        antenne = add_antenne(world.admin, institution=institution, areas=["21"])
        for name in ("Un Fictif", "Deux Fictif"):
            experts.append(add_expert(world.admin, antenne, name=name, subject_id=subject_id))
    return experts


def plant_checks(world: World, put: Mapping[str, object], *, email_id: int) -> dict[str, object]:
    """That of the need ``put`` is to be checked; another, of Paris where nobody answers, was found right a moment ago."""
    asked = solicitation(
        siren=world.siren_75, firm_name="Ateliers imaginaires de Paris", commune=gazetteer().find("75056")
    )  # fmt: skip
    with system() as session:
        made = submit(session, SYSTEM, asked).id
        waiting = session.get_one(FirmNeed, put["need_id"]).solicitation_id
        session.add(AntenneSilence(agent_id=world.bob))
        session.add(OrientationFigures(period="2020", content={}))
        session.add(RegionTest(region="R27", email_id=email_id, asked_by=world.team))
    with working_as(world.team) as (session, who):
        found = CheckFinding(verdict=CheckVerdict.RIGHT)
        decision = services.decide(
            session, who, queries.get_solicitation(session, who, made), found
        ).id
    return {
        **put, "solicitation_id": waiting, "decision_id": decision, "region_code": "R27",
        "quarter": quarter_of(today()).code,
    }  # fmt: skip


def draw(world: World, *, seed: int, count: int) -> list[int]:
    """Write needs and their events; the experts they were put to."""
    chance, experts = random.Random(seed), plant_directory(world)  # noqa: S311 - a test
    subjects = subject_ids()[:3]
    rows: dict[type[Any], list[dict[str, Any]]] = {
        kind: [] for kind in (Solicitation, FirmNeed, Referral, ReferralChange)
    }
    for number in range(1, count + 1):
        _draw_one(chance, number, experts, subjects, rows)
    with system() as session:
        for kind, several in rows.items():
            if several:
                session.execute(insert(kind), several)
    return experts


def _draw_one(
    chance: random.Random, number: int, experts: list[int], subjects: list[int], rows: Any
) -> None:
    filed = utcnow() - timedelta(minutes=chance.randrange(WEEKS * 7 * 24 * 60))
    verdict = chance.choice([CheckVerdict.RIGHT] * 6 + [CheckVerdict.TO_CHECK, CheckVerdict.ABUSE])
    rows[Solicitation].append({
        "id": number, "origin": Origin.GUICHET, "siren": f"{chance.randrange(1, 40):09d}", "firm_name": "Forges fictives",
        "commune": "21231", "department": chance.choice(DEPARTMENTS), "message": "Un besoin", "consent_how": ConsentHow.FORM,
        "consent_on": filed.date(), "consent_by": "Sacha Fictif", "created_at": filed, "verdict": verdict,
    })  # fmt: skip
    lives: list[dict[str, Any]] = []
    for place, expert_id in enumerate(chance.sample(experts, chance.randrange(4))):
        cause = Cause.FIRST if place == 0 else chance.choice([Cause.REFUSED, Cause.EXPIRED])
        key = len(rows[Referral]) + len(lives) + 1
        lives.append(_live(chance, key, (number, expert_id), cause, filed, rows))
    withdrawn = utcnow() - (utcnow() - filed) * chance.random() if chance.random() < 0.1 else None
    taken = [each["taken_at"] for each in lives if each["taken_at"]]
    state = derived([each["state"] for each in lives], is_withdrawn=withdrawn is not None)
    rows[Referral] += lives
    rows[FirmNeed].append({
        "id": number, "solicitation_id": number, "subject_id": chance.choice(subjects), "state": state, "created_at": filed,
        "taken_at": min(taken, default=None), "withdrawn_at": withdrawn,
        "withdrawn_by": Actor.FIRM if withdrawn else None, "withdrawal_reason": "Réglé" if withdrawn else "",
        "closed_at": None if state in (NeedState.TO_TREAT, NeedState.TAKEN, NeedState.NOBODY) else utcnow(),
    })  # fmt: skip


def _live(
    chance: random.Random, number: int, put: tuple[int, int], cause: Cause, filed: datetime, rows: Any
) -> dict[str, Any]:  # fmt: skip
    """The events of a referral, then the row that they leave."""
    moment = filed
    row: dict[str, Any] = {
        "id": number, "need_id": put[0], "expert_id": put[1], "state": ReferralState.TO_TREAT, "cause": cause, "why": {},
        "sent_at": moment, "answer_by": filed.date(), "taken_at": None, "closed_at": None, "reason": None, "version": 0,
    }  # fmt: skip
    _change(rows, number, None, ReferralState.TO_TREAT, moment)
    for _ in range(chance.randrange(4)):
        moment += timedelta(minutes=chance.randrange(1, 9 * 24 * 60))
        after = chance.choice([*ANSWERS[row["state"]], ReferralState.EXPIRED])
        if moment > utcnow() or after is row["state"]:
            break
        if after is ReferralState.EXPIRED and row["state"] is not ReferralState.TO_TREAT:
            continue
        _change(rows, number, row["state"], after, moment)
        if after is ReferralState.TAKEN:
            row["taken_at"] = row["taken_at"] or moment
        elif after is ReferralState.TO_TREAT:
            row["taken_at"] = None
        row["reason"] = chance.choice([*DeclineReason]) if after is ReferralState.NOT_MINE else None
        row["state"], row["version"] = after, row["version"] + 1
    return row


def _change(
    rows: Any, number: int, before: ReferralState | None, after: ReferralState, moment: datetime
) -> None:
    rows[ReferralChange].append({
        "referral_id": number, "before": before, "after": after, "actor": Actor.SYSTEM, "changed_at": moment,
    })  # fmt: skip
