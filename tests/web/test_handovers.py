"""A portfolio changes hands when whoever is asked takes it: what each keeps, reads and has to do, and what may come in between."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Agent
from app.cases.handover.models import Handover, HandoverLine, HandoverOutcome, HandoverState
from app.cases.handover.services import READABLE
from app.cases.models import CaseMember, MemberRole
from app.core.journal import Event
from app.core.now import utcnow
from app.deadlines.models import Deadline
from app.habilitations.models import Habilitation
from app.messages.models import Announcement
from tests.factories.cases import add_member, close_case, hand_over, open_case, take
from tests.factories.deadlines import plan
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import World
from tests.factories.unlocks import unlock
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_departures import leave, referents

START = "/accompagnements/transmission"
FIRM = "Forges fictives de Dijon"


@pytest.fixture
def case_id(world: World) -> int:
    """The firm of Côte-d’Or, accompanied by alice."""
    return open_case(world.alice, world.siret_21)


def path_of(handover_id: int) -> str:
    return f"/accompagnements/transmissions/{handover_id}"


def last() -> int:
    with system() as session:
        return session.scalars(select(Handover.id).order_by(Handover.id.desc())).first() or 0


def outcome(handover_id: int) -> tuple[HandoverState, set[HandoverOutcome | None]]:
    with system() as session:
        lines = select(HandoverLine.outcome).where(HandoverLine.handover_id == handover_id)
        return session.get_one(Handover, handover_id).state, set(session.scalars(lines))


def told(agent_id: int) -> list[str]:
    with system() as session:
        mine = select(Announcement.subject).where(Announcement.agent_id == agent_id)
        return list(session.scalars(mine.order_by(Announcement.id)))


def test_a_portfolio_goes_to_whoever_takes_it(
    world: World, client: InspectingClient, case_id: int
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    other = open_case(world.alice, world.siret_21_quiet)
    due = plan(world.alice, world.siren_21, to="crp", case_id=case_id)
    sign_in_as(client, world.alice)
    sent = {"scope": "tous", "choice": str(world.carol), "note": "Prenez soin d’eux"}
    assert client.submit(START, sent).status_code == 303
    handover = path_of(last())
    assert "2 accompagnements proposés à Carol Fictif" in client.page(handover).get_text()
    assert referents(case_id) == [world.alice], "until she answers nothing changes"
    assert told(world.carol) == ["Alice Fictif vous propose 2 accompagnements à prendre"]
    sign_in_as(client, world.carol)
    assert "1 transmission d’accompagnements" in client.page("/").get_text()
    assert "Prenez soin d’eux" in client.page(handover).get_text()
    assert (
        client.submit(f"{handover}/reponse", {"answer": "prendre"}, page=handover).status_code
        == 303
    )
    assert referents(case_id) == referents(other) == [world.carol]
    with system() as session:
        assert session.get_one(Deadline, due).assignee_id == world.carol
    assert "transmission d’accompagnements" not in client.page("/").get_text()
    assert told(world.alice)[-1].endswith("acceptée")
    assert told(world.carol) == [], "there is nothing left to answer"
    assert len(journaled(Event.HANDOVER_ASKED, Event.HANDOVER_ANSWERED)) == 2
    again = client.submit(f"{handover}/reponse", {"answer": "prendre"}, page="/compte")
    assert again.status_code == 403
    assert len(journaled(Event.CASE_HANDED_OVER)) == 2


def test_only_those_that_are_ticked_go(
    world: World, client: InspectingClient, case_id: int
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    other = open_case(world.alice, world.siret_21_quiet)
    sign_in_as(client, world.alice)
    sent = {"scope": "choisis", "choice": str(world.carol), "cases": str(other)}
    client.submit(START, sent)
    take(world.carol, last())
    assert (referents(case_id), referents(other)) == ([world.alice], [world.carol])


def test_whoever_declines_says_why_and_nothing_changes(
    world: World, client: InspectingClient, case_id: int
) -> None:
    handover = hand_over(world.alice, world.carol, case_id)
    sign_in_as(client, world.carol)
    page = path_of(handover)
    bare = client.submit(f"{page}/reponse", {"answer": "refuser"}, page=page)
    assert bare.status_code == 422
    assert "Dites en quelques mots pourquoi" in bare.text
    client.submit(f"{page}/reponse", {"answer": "refuser", "reason": "Trop de dossiers"}, page=page)
    assert referents(case_id) == [world.alice]
    sign_in_as(client, world.alice)
    assert "Motif du refus : Trop de dossiers" in client.page(page).get_text()
    assert told(world.alice) == [
        "Carol Fictif a répondu à une transmission d’accompagnements : refusée"
    ]


def test_the_former_referent_reads_for_thirty_days_from_elsewhere_and_writes_nothing(
    world: World, client: InspectingClient, case_id: int
) -> None:
    add_member(world.alice, case_id, world.stranger, MemberRole.REFERENT)
    with working_as(world.alice) as (session, who):
        network = next(n for n in who.network_ids if n != who.own_network_id)
        session.execute(
            text(
                "insert into comment (siren, case_id, author_id, network_id, departments, body)"
                " values (:siren, :case, :me, :network, '{21}', 'Mot-de-l’accompagnement')"
            ),
            {"siren": world.siren_21, "case": case_id, "me": who.agent_id, "network": network},
        )
    write_comment(world.alice, world.siren_21, to="codefi", body="Mot-de-la-firme")
    take(world.carol, hand_over(world.stranger, world.carol, case_id))
    with working_as(world.stranger) as (session, who):
        assert (who.case_ids, who.former_case_ids) == ((), (case_id,))
        assert session.scalars(text("select id from support_case")).all() == [case_id]
        texts = session.scalars(text("select body from comment")).all()
        assert texts == ["Mot-de-l’accompagnement"], (
            "of the firm, what is beyond their zone stays so"
        )
    for write in (
        "insert into case_member (case_id, agent_id, role) values (:case, :me, 'referent')",
        "insert into case_change (case_id, kind, agent_id) values (:case, 'criticite', :me)",
        "insert into case_state_change (case_id, to_state, agent_id) values (:case, 'termine', :me)",
        (
            "insert into comment (siren, case_id, author_id, network_id, departments, body)"
            " select siren, :case, :me, network_id, departments, 'x' from comment limit 1"
        ),
    ):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            working_as(world.stranger) as (session, who),
        ):
            session.execute(text(write), {"case": case_id, "me": who.agent_id})
    with working_as(world.stranger) as (session, _):
        for change in (
            "update case_member set left_at = null, reads_until = null",
            "update support_case set state = 'sous_surveillance'",
        ):
            assert session.execute(text(change)).rowcount == 0  # type: ignore[attr-defined]
    sign_in_as(client, world.stranger)
    page = client.page(f"/accompagnements/{case_id}").get_text()
    assert "Vous avez transmis cet accompagnement" in page
    said = client.submit(
        f"/accompagnements/{case_id}/commentaires",
        {"body": "Encore", "network_id": str(network)},
        page="/compte",
    )
    assert said.status_code == 422
    assert client.get(f"/accompagnements/{case_id}/modification").status_code == 403
    with system() as session:
        passed = utcnow() - READABLE - timedelta(minutes=1)
        session.execute(
            update(CaseMember)
            .where(CaseMember.reads_until.is_not(None))
            .values(left_at=passed, reads_until=passed + READABLE)
        )
    assert client.get(f"/accompagnements/{case_id}").status_code == 404


def test_what_happened_meanwhile_is_told_line_by_line(world: World, case_id: int) -> None:
    unlock(world.alice, world.siren_21_quiet)
    left = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, left, world.bob, MemberRole.REFERENT)
    handover = hand_over(world.alice, world.carol, case_id, left)
    with system() as session:
        mine = (CaseMember.case_id == left, CaseMember.agent_id == world.alice)
        session.execute(update(CaseMember).where(*mine).values(left_at=utcnow()))
    assert take(world.carol, handover) == 1
    assert outcome(handover) == (
        HandoverState.TAKEN,
        {HandoverOutcome.TAKEN, HandoverOutcome.NOT_REFERENT},
    )
    assert referents(left) == [world.bob]


def test_a_handover_of_what_is_over_closes_by_itself(world: World, case_id: int) -> None:
    handover = hand_over(world.alice, world.carol, case_id)
    close_case(world.alice, case_id)
    assert outcome(handover) == (HandoverState.VOID, {HandoverOutcome.CLOSED})


def moved_away(world: World) -> None:
    with system() as session:
        hers = Habilitation.agent_id == world.carol
        session.execute(update(Habilitation).where(hers).values(zone_code="75"))


def without_right(world: World) -> None:
    with system() as session:
        hers = Habilitation.agent_id == world.carol
        session.execute(update(Habilitation).where(hers).values(withdrawn_at=utcnow()))


@pytest.mark.parametrize(
    ("change", "status", "state"),
    [(moved_away, 303, HandoverState.VOID), (without_right, 403, HandoverState.PROPOSED)],
)
def test_whoever_lost_their_rights_takes_nothing(
    world: World, client: InspectingClient, case_id: int,
    change: Callable[[World], None], status: int, state: HandoverState,
) -> None:  # fmt: skip
    handover = hand_over(world.alice, world.carol, case_id)
    change(world)
    sign_in_as(client, world.carol)
    answer = client.submit(f"{path_of(handover)}/reponse", {"answer": "prendre"}, page="/compte")
    assert answer.status_code == status
    assert outcome(handover)[0] is state
    assert referents(case_id) == [world.alice]


def test_what_waits_is_not_proposed_twice_and_is_withdrawn_by_whoever_asked(
    world: World, client: InspectingClient, case_id: int
) -> None:
    handover = hand_over(world.alice, world.carol, case_id)
    sign_in_as(client, world.alice)
    again = client.submit(START, {"scope": "tous", "choice": str(world.carol), "note": "Gardée"})
    assert again.status_code == 422
    assert "déjà proposé à quelqu’un" in again.text
    assert "Gardée" in again.text
    for choice, why in ((world.bob, "agent de votre réseau"), (world.stranger, "hors de la zone")):
        with system() as session:
            session.execute(update(Handover).values(state="retiree", answered_at=utcnow()))
        refused = client.submit(START, {"scope": "tous", "choice": str(choice)})
        assert refused.status_code == 422
        assert why in refused.text
    handover = hand_over(world.alice, world.carol, case_id)
    client.submit(f"{path_of(handover)}/retrait", {}, page=path_of(handover))
    assert outcome(handover) == (HandoverState.WITHDRAWN, {None})


def test_the_head_of_the_house_hands_over_what_somebody_left(
    world: World, client: InspectingClient, case_id: int
) -> None:
    add_member(world.alice, case_id, world.bob, MemberRole.REFERENT)
    sign_in_as(client, world.manager)
    path = f"{START}/{world.alice}"
    assert client.get(path).status_code == 404, "she is at work"
    leave(world.alice)
    client.submit(path, {"scope": "tous", "choice": str(world.carol)})
    assert referents(case_id) == [world.alice, world.bob]
    take(world.carol, last())
    assert set(referents(case_id)) == {world.bob, world.carol}
    leave(world.bob)
    assert client.get(f"{START}/{world.bob}").status_code == 404, "he is of another house"
    sign_in_as(client, world.carol)
    assert client.get(path).status_code == 403


def test_those_whom_it_names_alone_read_it(
    world: World, client: InspectingClient, case_id: int
) -> None:
    handover = hand_over(world.alice, world.carol, case_id)
    page = path_of(handover)
    for person, read, answered in (
        ("alice", 200, 403), ("carol", 200, 303), ("bob", 404, 404), ("manager", 404, 404), ("admin", 403, 403),
    ):  # fmt: skip
        sign_in_as(client, getattr(world, person))
        assert client.get(page).status_code == read, person
        if person != "carol":
            sent = {"answer": "prendre"}
            got = client.submit(f"{page}/reponse", sent, page="/compte").status_code
            assert got == answered, person
    sign_out(client)
    assert client.get(page).status_code == 401
    assert client.get(START).status_code == 401
    with system() as session:
        assert session.get_one(Agent, world.alice).active


def test_one_goes_to_another_administration_which_takes_it(
    client: InspectingClient, world: World, case_id: int
) -> None:
    path = f"/accompagnements/{case_id}/transmission"
    readers = (world.carol, world.bob, world.stranger)
    assert [sign_in_as(client, each).get(path).status_code for each in readers] == [403, 403, 404]
    sign_in_as(client, world.alice)
    assert client.page(f"/accompagnements/{case_id}").find("a", {"href": path})
    offered = [option["value"] for option in client.page(path).select("[name=choice] option")]
    assert offered == [str(each) for each in (world.carol, world.manager, world.bob)]
    for number in (world.stranger, world.alice, world.admin, "x"):
        refused = client.submit(path, {"choice": str(number), "note": "Gardé"})
        assert refused.status_code == 422, number
        assert "Choisissez un agent dans la liste." in refused.text
        assert "Gardé" in refused.text
    sent = client.submit(path, {"choice": str(world.bob), "note": "L’Urssaf d’abord"})
    assert sent.status_code == 303
    again = client.submit(path, {"choice": str(world.bob), "note": ""})
    assert "déjà proposé à quelqu’un" in again.text
    assert referents(case_id) == [world.alice]
    assert told(world.bob) == ["Alice Fictif vous propose 1 accompagnement à prendre"]
    sign_in_as(client, world.bob)
    answer = client.submit(f"{sent.location}/reponse", {"answer": "prendre"}, page=sent.location)
    assert answer.status_code == 303
    assert referents(case_id) == [world.bob]
    assert sign_in_as(client, world.alice).get(path).status_code == 403
    assert "vous pouvez le lire jusqu’au" in client.page(f"/accompagnements/{case_id}").get_text()
