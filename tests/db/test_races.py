"""Two people, or two tabs, act on one thing: the second, which was shown the former state, decides on the present one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.departures import services as departures
from app.cases.handover import services as handovers
from app.cases.handover.queries import get_handover
from app.cases.members import services as members
from app.cases.models import CaseValue
from app.cases.qualification import services as qualification
from app.cases.qualification.queries import list_held
from app.cases.queries import get_case
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import apart
from app.core.errors import DomainError
from app.core.journal import Event, JournalEntry
from app.habilitations.models import Habilitation
from app.habilitations.rights import services as rights
from app.imports import services as imports
from app.imports.models import Batch, BatchState, Decision
from app.imports.queries import get_batch
from app.imports.services import Start
from app.network.comments import services as network
from app.network.models import Comment, CommentVersion
from app.unlocks import services as unlocks
from app.unlocks.models import Unlock
from app.visits import services as visits
from app.visits.models import VisitNote
from app.visits.queries import get_visit
from tests.factories.cases import add_member, hand_over, open_case
from tests.factories.cases import qualify as tick
from tests.factories.habilitations import right_of
from tests.factories.network import system, unfollow, working_as, write_comment
from tests.factories.people import World
from tests.factories.unlocks import unlock
from tests.factories.values import value_id
from tests.factories.visits import a_report, log_visit
from tests.web.test_departures import leave, referents

Act = Callable[[Session, Identity], object]


@dataclass(frozen=True)
class Race:
    """Who acts, what the slow one was shown, and what each then does of it."""

    person: int
    shown: Callable[[Session, Identity], object]
    slow: Callable[[Session, Identity, object], object]
    quick: Act


def run(race: Race) -> None:
    """The slow one opens the page, the quick one acts and is done, then the slow one sends."""
    with working_as(race.person) as (session, who):
        thing = race.shown(session, who)
        with apart(who) as other:
            race.quick(other, who)
        race.slow(session, who, thing)


def test_an_edit_never_overwrites_a_tombstone(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="Le texte")
    race = Race(
        world.alice,
        lambda session, _: session.get_one(Comment, number),
        lambda session, who, comment: network.edit(session, who, comment, body="Revenu"),  # type: ignore[arg-type]
        lambda session, who: network.delete(session, who, session.get_one(Comment, number)),
    )
    with pytest.raises(DomainError, match="supprimé"):
        run(race)
    with system() as session:
        comment = session.get_one(Comment, number)
        assert (comment.body, comment.deleted_at is None) == (network.TOMBSTONE, False)


def test_a_deletion_keeps_the_text_that_was_edited_meanwhile(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="Le texte")
    run(
        Race(
            world.alice,
            lambda session, _: session.get_one(Comment, number),
            network.delete,  # type: ignore[arg-type]
            lambda session, who: network.edit(
                session, who, session.get_one(Comment, number), body="Le texte corrigé"
            ),
        )
    )
    with system() as session:
        versions = session.scalars(select(CommentVersion.body).order_by(CommentVersion.id)).all()
        assert versions == ["Le texte", "Le texte corrigé"]


def test_a_member_who_left_is_not_removed_again(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)

    def leave(session: Session, who: Identity, case: object = None) -> None:
        case = case or get_case(session, who, case_id)
        (member,) = [each for each in case.active_members if each.agent_id == world.carol]  # type: ignore[attr-defined]
        members.remove_member(session, who, case, member_id=member.id)  # type: ignore[arg-type]

    with pytest.raises(DomainError, match="ne participe pas"):
        run(Race(world.alice, lambda session, who: get_case(session, who, case_id), leave, leave))


def test_two_tabs_that_describe_an_accompagnement_lose_nothing(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    cars, ships, wood = (value_id("filiere", code) for code in ("automobile", "naval", "bois"))
    tick(world.alice, case_id, chosen={cars})

    def choose(*chosen: int) -> Callable[..., None]:
        def describe(session: Session, who: Identity, shown: object = None) -> None:
            case = get_case(session, who, case_id)
            qualification.qualify(session, who, case, shown={cars}, chosen=set(chosen))

        return describe

    def show(session: Session, who: Identity) -> object:
        return list(list_held(session, get_case(session, who, case_id)))

    # Both take the first off and add the same one; each adds another.
    run(Race(world.alice, show, choose(ships, wood), choose(ships)))
    with system() as session:
        rows = select(CaseValue.value_id, CaseValue.removed_at.is_(None)).order_by(CaseValue.id)
        assert set(session.execute(rows)) == {(cars, False), (ships, True), (wood, True)}
        assert len(session.execute(rows).all()) == 3


def test_the_journal_tells_what_a_correction_replaced(world: World) -> None:
    number = log_visit(world.alice, world.siret_21, to="crp", severity=1)

    def graver(severity: int) -> Callable[..., None]:
        def correct(session: Session, who: Identity, visit: object = None) -> None:
            visit = visit or get_visit(session, who, number)
            visits.correct_visit(
                session, who, visit, a_report(severity=severity, body=f"{severity}")
            )  # type: ignore[arg-type]

        return correct

    run(
        Race(
            world.alice, lambda session, who: get_visit(session, who, number), graver(3), graver(2)
        )
    )
    with system() as session:
        lines = select(JournalEntry.details).where(
            JournalEntry.event == Event.VISIT_CORRECTED.value
        )
        changes = [
            line["changes"]["severity"] for line in session.scalars(lines.order_by(JournalEntry.id))
        ]
        assert changes == [[1, 2], [2, 3]]
        assert session.scalars(select(VisitNote.body)).one() == "3"


def test_an_unlock_ends_once(world: World) -> None:
    number = unlock(world.alice, world.siren_21_quiet)

    def end(session: Session, who: Identity, shown: object = None) -> None:
        unlocks.end_unlock(session, who, shown or session.get_one(Unlock, number))  # type: ignore[arg-type]

    with pytest.raises(DomainError, match="déjà terminé"):
        run(Race(world.alice, lambda session, _: session.get_one(Unlock, number), end, end))


def test_a_right_is_withdrawn_once_and_keeps_its_reason(world: World) -> None:
    number = right_of(world.carol)

    def withdraw(session: Session, who: Identity, right: object = None) -> None:
        reason = "Seconde raison" if right else "Première raison"
        right = right or session.get_one(Habilitation, number)
        rights.withdraw(session, who, right, reason=reason)  # type: ignore[arg-type]

    with pytest.raises(DomainError, match="vient de changer"):
        run(
            Race(
                world.correspondent,
                lambda session, _: session.get_one(Habilitation, number),
                withdraw,
                withdraw,
            )
        )
    with system() as session:
        assert session.get_one(Habilitation, number).withdrawal_reason == "Première raison"


def test_what_is_no_longer_followed_is_left_again_in_silence(world: World) -> None:
    unfollow(world.alice, world.siren_21)
    with system() as session:
        lines = select(JournalEntry.id).where(JournalEntry.event == Event.FOLLOW_CHANGED.value)
        assert session.scalars(lines).all() == []


def test_a_batch_is_decided_upon_once(world: World) -> None:
    with system() as session:
        imports.begin_batch(
            session, system_identity("tests"), batch_id="lot", start=Start(origin="Essai")
        )
        session.get_one(Batch, "lot").state = BatchState.WAITING

    def decide(session: Session, who: Identity, batch: Batch) -> None:
        imports.ask_decision(session, who, batch, kind=Decision.ABANDON, reason="Trop tôt")

    with pytest.raises(DomainError, match="déjà en cours"):
        run(
            Race(
                world.admin,
                lambda session, who: get_batch(session, who, "lot"),
                decide,  # type: ignore[arg-type]
                lambda session, who: decide(session, who, get_batch(session, who, "lot")),
            )
        )
    with working_as(world.admin) as (session, who):
        assert len(get_batch(session, who, "lot").decisions) == 1


def test_two_heads_of_a_house_give_an_accompagnement_once(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    leave(world.alice)
    told: list[departures.Entrusted] = []

    def give(session: Session, who: Identity, to: int) -> None:
        told.append(departures.entrust(session, who, [case_id], to))

    run(
        Race(
            world.manager,
            lambda session, who: get_case(session, who, case_id),
            lambda session, who, _: give(session, who, world.manager),
            lambda session, who: give(session, who, world.carol),
        )
    )
    assert [each.count for each in told] == [1, 0]
    assert told[1].left_out == {"suivi de nouveau par un référent": 1}
    assert referents(case_id) == [world.carol]


@pytest.mark.parametrize("first", [handovers.accept, handovers.withdraw])
def test_what_was_answered_or_withdrawn_is_not_taken_again(world: World, first: Act) -> None:
    case_id = open_case(world.alice, world.siret_21)
    handover = hand_over(world.alice, world.carol, case_id)
    race = Race(
        world.carol,
        lambda session, who: get_handover(session, who, handover),
        handovers.accept,  # type: ignore[arg-type]
        lambda session, who: first(session, who, get_handover(session, who, handover)),  # type: ignore[call-arg]
    )
    with pytest.raises(DomainError):
        run(race)
    taken = first is handovers.accept
    assert referents(case_id) == [world.carol if taken else world.alice]
