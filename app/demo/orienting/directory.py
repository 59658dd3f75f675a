"""Writes the directory as it is drawn, through the services, as it was two years ago; verified, and with absences, since."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import PARIS, at, today
from app.demo.gestures.last_list import ACTOR, identity_of_person
from app.demo.orienting.invented import drawing
from app.demo.orienting.invented.drawing import DrawnInstitution, Themes
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.experts import services as experts
from app.referrals.directory.models import (
    Antenne,
    Expert,
    ExpertAbsence,
    Institution,
    ReferralFallback,
)
from app.referrals.directory.queries import get_antenne, get_expert, list_subjects
from app.referrals.directory.subjects import services as subjects
from app.referrals.openings.models import RegionDecision

ADMINISTRATOR, TEAM = "fabien@demo.invalid", "odile@demo.invalid"
#: how long ago the directory was written
SINCE = timedelta(days=760)
#: absences of the two years, and of the day
PAST_ABSENCES, ABSENCES = 30, 4
#: entries out of so many that nobody verified since they were written
NEVER_VERIFIED = 5
#: the département where somebody receives what nobody else does
LAST_RESORT = "21"


def are_done() -> bool:
    """Whether they are all there, to the last resort."""
    with unit_of_work(ACTOR) as session:
        known = session.scalar(select(func.count(Institution.id))) or 0
        return known >= drawing.INSTITUTIONS and _has_fallback(session)


def perform() -> str:
    """Write those that are missing, each institution all or nothing; return a summary sentence."""
    administrator, began = identity_of_person(ADMINISTRATOR), today() - SINCE
    with unit_of_work(administrator) as session:
        known = set(session.scalars(select(Institution.name)))
        drawn = drawing.draw_directory(themes_of(session, administrator), on=began)
    with at(moment_of(began)):
        for institution in drawn:
            if institution.name not in known:
                with unit_of_work(administrator) as session:
                    _write(session, administrator, institution)
    _say_absences(administrator, began)
    with unit_of_work(ACTOR) as session:
        _open_region(session, began)
    with unit_of_work(administrator) as session:
        _verify(session)
        count = session.scalar(select(func.count(Expert.id))) or 0
        # Last: what says that all of it was done.
        _name_last_resort(session, administrator)
    return f"{len(drawn)} institutions, {count} experts inventés"


def themes_of(session: Session, who: Identity) -> Themes:
    """Return the subjects of each theme, in the order of the directory."""
    themes: dict[str, dict[int, str]] = {}
    for subject in list_subjects(session, who):
        themes.setdefault(subject.theme.label, {})[subject.id] = subject.label
    return themes


def moment_of(day: date, hour: int = 9, *, zone: ZoneInfo = PARIS) -> datetime:
    """Return an hour of a day."""
    return datetime.combine(day, time(hour), zone)


def _write(session: Session, who: Identity, drawn: DrawnInstitution) -> None:
    institution = antennes.add_institution(session, who, name=drawn.name, description="Partenaire inventé.")  # fmt: skip
    for each in drawn.antennes:
        added = antennes.add(session, who, institution, each.entry)
        antenne = get_antenne(session, who, added.id)
        for entry in each.experts:
            experts.add(session, who, antenne, entry)
        if each.managers:
            antennes.set_managers(session, who, antenne, each.managers)


def _say_absences(who: Identity, began: date) -> None:
    """Those of two years, some with a colleague who stands in, then those of these days; once."""
    with unit_of_work(who) as session:
        if session.scalar(select(ExpertAbsence.id).limit(1)) is not None:
            return
        present = today()
        held = session.execute(select(Expert.id, Expert.antenne_id).where(Expert.agent_id.is_(None)).order_by(Expert.id))  # fmt: skip
        colleagues: dict[int, list[int]] = {}
        for expert_id, antenne_id in held:
            colleagues.setdefault(antenne_id, []).append(expert_id)
        several = [numbers for numbers in colleagues.values() if len(numbers) > 1]
        draw = random.Random(drawing.SEED)  # noqa: S311 - invented people
        starts = [began + timedelta(days=draw.randrange(30, 700)) for _ in range(PAST_ABSENCES)]
        for place, start in enumerate([*sorted(starts), *[present] * ABSENCES]):
            away, delegate = draw.choice(several)[:2]
            with at(moment_of(start)):
                experts.say_away(
                    session, who, get_expert(session, who, away), starts_on=start,
                    ends_on=start + timedelta(days=draw.randint(5, 20)),
                    delegate=get_expert(session, who, delegate) if place % 3 else None,
                )  # fmt: skip


def _verify(session: Session) -> None:
    """Most antennes verified their entries since, on days of the last year and a half."""
    for antenne in session.scalars(select(Antenne).order_by(Antenne.id)):
        if antenne.id % NEVER_VERIFIED:
            antenne.verified_on = today() - timedelta(days=5 + antenne.id * 37 % 500)
    session.flush()
    for expert in session.scalars(select(Expert).order_by(Expert.id)):
        antenne = session.get_one(Antenne, expert.antenne_id)
        expert.verified_on = antenne.verified_on


def _name_last_resort(session: Session, who: Identity) -> None:
    """Somebody of the département, who bounds nothing, receives what nobody else does there; elsewhere nobody does."""
    if _has_fallback(session):
        return
    for expert in session.scalars(
        select(Expert).where(Expert.agent_id.is_(None)).order_by(Expert.id)
    ):
        found = get_expert(session, who, expert.id)
        codes = [area.within for area in map(gazetteer().find, found.territory) if area]
        if found.capacity is None and any(LAST_RESORT in within for within in codes):
            subjects.add_fallback(session, who, expert=found, subject_id=None, area=LAST_RESORT)
            return


def _open_region(session: Session, began: date) -> None:
    """Open the guichet of the region, on the day when the directory was written.

    Not through the service, which would refuse: what its checklist misses today, the holes and who keeps each antenne, is for
    whoever plays to find and to mend.
    """
    if session.scalar(select(RegionDecision.id).limit(1)) is None:
        session.add(
            RegionDecision(
                region=drawing.REGION, is_open=True, reason="Ouverture de l’expérimentation", decided_at=moment_of(began),
                decided_by=session.scalars(select(Agent.id).where(Agent.email == TEAM)).one(),
            )
        )  # fmt: skip


def _has_fallback(session: Session) -> bool:
    return session.scalar(select(ReferralFallback.id).limit(1)) is not None
