"""The orientation of the demonstration: what is written at once is what services write; nothing is missing, nobody is real."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, class_mapper, joinedload

from app.cases.models import Case, CaseState
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import PARIS, at, today
from app.demo import people
from app.demo.orienting import directory, history, past, waiting
from app.demo.orienting.asking import AskedOnce
from app.demo.orienting.invented import drawing, habits, names
from app.demo.orienting.invented.habits import PlannedAnswer
from app.demo.orienting.past import Cast, History
from app.demo.orienting.present import LastWeeks
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.coverage.grid import CoverageState, grid
from app.referrals.directory.models import (
    AntenneManager,
    Expert,
    ExpertAbsence,
    Institution,
    ReferralSubject,
)
from app.referrals.guichet.following.models import Satisfaction
from app.referrals.needs import answering, services
from app.referrals.needs.models import (
    Actor,
    CheckVerdict,
    ContactReading,
    DeclineReason,
    FirmNeed,
    NeedMessage,
    NeedRouting,
    NeedState,
    Origin,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
    SolicitationContact,
)
from app.referrals.needs.putting import SYSTEM
from app.referrals.openings.queries import is_open
from app.referrals.routing.queries import load_directory
from tests.factories.needs import plant_experts, solicitation
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids

ACTOR = system_identity("tests")
TABLES = (
    Solicitation, SolicitationContact, FirmNeed, NeedRouting, Referral, ReferralChange, NeedMessage, ContactReading,
)  # fmt: skip
MOMENT = datetime(2026, 9, 1, 10, tzinfo=PARIS)
END = MOMENT + timedelta(days=60)
#: numbers that two writings do not share, and what the team says afterwards
APART = {"id", "solicitation_id", "need_id", "referral_id", "verdict", "verdict_at", "verdict_by"}


class KilledError(BaseException):
    """The process ends here."""


def script(key: str, *, expert: str, sent_at: datetime, department: str) -> Sequence[PlannedAnswer]:  # fmt: skip
    """Bob refuses, his colleague without account takes it in charge and helps at last, whoever is left says nothing."""

    def said(days: int, state: ReferralState, **more: object) -> PlannedAnswer:
        return PlannedAnswer(moment=sent_at + timedelta(days=days), state=state, **more)  # type: ignore[arg-type]

    if expert.startswith("bob"):
        return [said(1, ReferralState.NOT_MINE, reason=DeclineReason.OTHER, note="Déjà vu.")]
    if expert.startswith("dominique"):
        return [
            said(3, ReferralState.TAKEN, message="Je rappelle mardi."),
            said(9, ReferralState.UNREACHABLE),
            said(12, ReferralState.TAKEN),
            said(20, ReferralState.HELPED, note="Vu."),
            said(40, ReferralState.TAKEN),
        ]
    return []


def rows(session: Session) -> dict[str, list[dict[str, object]]]:
    """What is written of needs, but for numbers."""
    session.expire_all()
    return {
        table.__name__: [
            {column.key: getattr(row, column.key) for column in class_mapper(table).column_attrs if column.key not in APART}
            for row in session.scalars(select(table).order_by(*class_mapper(table).primary_key))
        ]
        for table in TABLES
    }  # fmt: skip


def lived_in_memory(once: Sequence[AskedOnce], *, team_id: int) -> dict[str, list[dict[str, object]]]:  # fmt: skip
    """What is written of a history, of which nothing is kept."""
    with unit_of_work(SYSTEM) as session:
        with session.no_autoflush:
            whole = select(Expert).options(joinedload(Expert.antenne))
            cast = Cast(
                experts={each.id: each for each in session.scalars(whole)},
                directory=load_directory(session, SYSTEM), team_id=team_id,
            )  # fmt: skip
            lived = History(session, cast, until=END)
            lived.live(once)
            with at(END):
                lived._withdraw(lived.written.needs, "C’est réglé.", Actor.FIRM, None)
        lived.written.flush(session, SYSTEM)
        written = rows(session)
        session.rollback()
    return written


def test_what_is_lived_in_memory_is_what_the_services_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_experts(world)
    other = add_antenne(world.admin, institution="Relais imaginaire", areas=["R27"], most=1)
    subjects = subject_ids()
    add_expert(world.admin, other, name="Noa Fictif", subject_id=subjects[0])
    add_expert(world.admin, other, name="Lou Fictif", subject_id=subjects[0])
    add_expert(world.admin, other, name="Yael Fictif", subject_id=subjects[1], areas=["75"])
    with at(MOMENT):
        asked = solicitation(subject_ids=subjects[:2])
    once = [AskedOnce(moment=MOMENT, author_id=None, asked=asked)]
    monkeypatch.setattr(habits, "answers", script)
    monkeypatch.setattr(past, "WITHDRAWN", 0)
    monkeypatch.setattr(past, "PUT_BY_TEAM", 0)
    monkeypatch.setattr(past, "VERDICTS", ((CheckVerdict.RIGHT, 1),))
    at_once = lived_in_memory(once, team_id=world.team)
    LastWeeks(until=END).live(once)
    with at(END), unit_of_work(SYSTEM) as session:
        needs = session.scalars(select(FirmNeed).options(joinedload(FirmNeed.solicitation))).all()
        services.withdraw(session, SYSTEM, needs, reason="C’est réglé.", actor=Actor.FIRM)
    with unit_of_work(SYSTEM) as session:
        by_services = rows(session)
    for name, written in by_services.items():
        assert at_once[name] == written, name
    assert all(by_services.values())
    became = {row["after"] for row in by_services["ReferralChange"]}
    assert became == set(ReferralState) - {ReferralState.NO_HELP}


@pytest.mark.parametrize("survived", [0, 2, 4])
def test_the_last_weeks_killed_between_two_acts_are_not_lived_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    plant_experts(world)
    with at(MOMENT):
        once = [AskedOnce(moment=MOMENT, author_id=None, asked=solicitation())]
    monkeypatch.setattr(habits, "answers", script)
    left = [survived]

    def die(*args: Any, **options: Any) -> Referral:
        if left[0] == 0:
            raise KilledError
        left[0] -= 1
        return real_answer(*args, **options)

    real_answer = answering.answer
    with monkeypatch.context() as patched:
        patched.setattr(answering, "answer", die)
        with pytest.raises(KilledError):
            LastWeeks(until=END).live(once)
    LastWeeks(until=END).live(once)
    assert not LastWeeks(until=END).live(once)
    with unit_of_work(SYSTEM) as session:
        became = session.scalars(select(ReferralChange.after).order_by(ReferralChange.changed_at, ReferralChange.id)).all()  # fmt: skip
        assert count(session, Solicitation.id > 0) == 1
    assert became == [
        ReferralState.TO_TREAT, ReferralState.TO_TREAT, ReferralState.NOT_MINE, ReferralState.TAKEN, ReferralState.UNREACHABLE,
        ReferralState.TAKEN, ReferralState.HELPED, ReferralState.TAKEN,
    ]  # fmt: skip


def count(session: Session, *which: object) -> int:
    """How many rows meet some conditions."""
    return session.scalar(select(func.count()).where(*which)) or 0  # type: ignore[arg-type]


def test_the_demonstration_orients_five_hundred_needs_of_nobody_real(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        people.settle(session, password="une phrase de passe de test", on=today())
        session.add(
            Case(
                siret=world.siret_21, siren=world.siren_21, department="21", state=CaseState.EN_COURS, opened_by=world.alice,
                opened_on=today() - timedelta(days=500),
            )
        )  # fmt: skip
    for step in (directory, history):
        assert not step.are_done()
        step.perform()
        assert step.are_done()
    with unit_of_work(ACTOR) as session:
        assert count(session, Institution.id > 0) >= 60
        assert count(session, Expert.id > 0) >= 400
        assert count(session, FirmNeed.id > 0) >= 500
        for kind, column in (
            (NeedState, FirmNeed.state), (ReferralState, Referral.state), (Origin, Solicitation.origin),
            (CheckVerdict, Solicitation.verdict),
        ):  # fmt: skip
            assert set(session.scalars(select(column).distinct())) == set(kind), kind
        assert is_open(session, drawing.REGION)
        assert count(session, Satisfaction.answered_at.is_not(None)) > 50
        assert count(session, NeedMessage.author_id.is_not(None)) > 0
        assert count(session, NeedMessage.referral_id.is_not(None)) > 0
        assert count(session, ExpertAbsence.delegate_id.is_not(None)) > 10
        _require_holes(session)
        _require_somebody_waits(session)
        _require_nobody_real(session)
        before = count(session, Solicitation.id > 0)
    history.perform()
    with unit_of_work(ACTOR) as session:
        assert count(session, Solicitation.id > 0) == before


def _require_holes(session: Session) -> None:
    """Nobody answers in the holes that are drawn, last resort left out; somewhere, two antennes of one institution do."""
    labels = {row.label: row.id for row in session.execute(select(ReferralSubject.label, ReferralSubject.id))}  # fmt: skip
    areas = [area for area in map(gazetteer().find, drawing.DEPARTMENTS) if area]
    cells = grid(load_directory(session, ACTOR), list(labels.values()), areas, gazetteer())
    states = {(cell.subject_id, cell.area.code): cell.state for row in cells for cell in row}
    for label, departments in drawing.HOLES.items():
        for department in departments:
            assert states[labels[label], department] is CoverageState.NOBODY, (label, department)
    assert set(states.values()) == set(CoverageState)
    assert any(cell.doubled for row in cells for cell in row)


def _require_somebody_waits(session: Session) -> None:
    """Each person who answers has something to answer today, the adviser something they filed, somebody keeps each antenne of theirs."""
    waits = select(Expert.email).join(Referral, Referral.expert_id == Expert.id)
    fresh = waits.where(Referral.state == ReferralState.TO_TREAT, Expert.agent_id.is_not(None))
    names_of = {f"{name}@demo.invalid" for name in ("aline", "bruno", "chantal", "denis", "elsa", "ines")}  # fmt: skip
    assert set(session.scalars(fresh)) == names_of
    assert count(session, AntenneManager.id > 0) == 6
    # What the README has one play: an expert with an account, another without.
    of_first = select(FirmNeed.id).join(FirmNeed.solicitation).where(Solicitation.siren == names.unknown_siren(waiting.FIRST))  # fmt: skip
    played = set(session.scalars(waits.where(Referral.need_id.in_(of_first))))
    assert {"chantal@demo.invalid", "sacha.fictif.1@demo.invalid"} <= played
    last = session.scalars(select(FirmNeed).order_by(FirmNeed.id.desc()).limit(1)).one()
    assert last.state is NeedState.NOBODY


def _require_nobody_real(session: Session) -> None:
    """Addresses lead nowhere, numbers are those of fictions, names are made of words."""
    contacts = session.scalars(select(SolicitationContact)).all()
    experts = session.scalars(select(Expert)).all()
    emails = [each.email for each in contacts] + [each.email for each in experts]
    assert all(email.endswith("@demo.invalid") for email in emails)
    telephones = [each.telephone for each in contacts] + [each.telephone for each in experts]
    assert all(number.startswith("01 99 00 ") for number in telephones)
    assert {each.name.split()[1] for each in contacts} <= set(names.LAST_NAMES)
