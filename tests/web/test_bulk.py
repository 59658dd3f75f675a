"""Acts on many firms of a list: looked at before they are done, done at once, undone for a time."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.cases.assignments.models import FirmAssignment
from app.cases.models import CaseMember, MemberRole
from app.core.journal import Event
from app.core.now import utcnow
from app.detections.bulk.models import BulkAct
from app.detections.bulk.services import MOST, UNDONE_WITHIN
from app.network.models import Follow, Notification
from app.network.notifications import jobs
from app.watching.lists.models import CompanyListMember
from tests.factories.cases import open_case
from tests.factories.detections import names_on
from tests.factories.network import follow, last_event, system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_company_lists import FIRM, PARIS, QUIET, make

pytest_plugins = ["tests.factories.region"]


def prepare(
    client: InspectingClient, kind: str, *sirens: str, choice: str = "", **said: str
) -> str:
    """Choose firms for an act and what it asks; the address of its page."""
    sent = {"siren": list(sirens), "kind": kind, "scope": "cochees", **said}
    answer = client.submit("/detections/lot", sent, page="/detections?tout=1")
    assert answer.status_code == 303
    path = str(answer.location)
    if choice:
        chosen = client.submit(f"{path}/reglage", {"choice": choice}, page=path)
        assert chosen.status_code == 303, chosen.get_data(as_text=True)
    return path


def followed(agent_id: int) -> list[str]:
    with system() as session:
        mine = select(Follow.siren).where(Follow.agent_id == agent_id).order_by(Follow.siren)
        return list(session.scalars(mine))


def test_firms_are_followed_after_a_look_and_the_act_is_undone(
    world: World, listed: int, client: InspectingClient
) -> None:
    follow(world.alice, world.siren_21_quiet)
    sign_in_as(client, world.alice)
    path = prepare(
        client, "follow", world.siren_21, world.siren_21_quiet, world.siren_75, choice="all"
    )
    page = client.page(path)
    assert "Suivre : 1 entreprise ; 2 autres de côté" in page.select_one("#compte").get_text()
    left = page.select_one("#ecartees").get_text(" ", strip=True)
    assert f"{QUIET} : vous la suivez déjà" in left
    # Of a firm out of the zone, the number that was sent and not the name.
    assert f"{world.siren_75} : hors de votre zone" in left
    assert PARIS not in page.get_text()
    assert followed(world.alice) == [world.siren_21_quiet], "nothing is done yet"
    assert client.submit(path, {}).status_code == 303
    assert followed(world.alice) == [world.siren_21, world.siren_21_quiet]
    # Done once.
    assert client.submit(path, {}).status_code == 303
    assert "Ce lot est déjà fait." in client.page(path).get_text()
    assert client.submit(f"{path}/annulation", {}, page=path).status_code == 303
    assert followed(world.alice) == [world.siren_21_quiet], "what was followed before stays"
    client.submit(f"{path}/annulation", {}, page="/compte")
    assert "Ce lot ne peut plus être annulé." in client.page(path).get_text()
    lines = journaled(Event.BULK_ACT)
    assert [line.details["change"] for line in lines] == ["préparé", "réglé", "fait", "annulé"]
    assert lines[2].details["sirens"] == [world.siren_21]
    assert [line.details["count"] for line in journaled(Event.FOLLOW_CHANGED)[1:]] == [1, 1]


def test_undoing_is_for_a_time(world: World, listed: int, client: InspectingClient) -> None:
    sign_in_as(client, world.alice)
    path = prepare(client, "follow", world.siren_21, choice="all")
    client.submit(path, {})
    with system() as session:
        session.execute(
            update(BulkAct).values(done_at=utcnow() - UNDONE_WITHIN - timedelta(seconds=5))
        )
    assert "Annuler ce lot" not in client.page(path).get_text()
    client.submit(f"{path}/annulation", {}, page="/compte")
    assert followed(world.alice) == [world.siren_21]


def test_all_that_the_filters_keep_and_no_more(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    said = {"scope": "toutes", "list_id": str(listed)}
    path = prepare(client, "follow", choice="all", query="niveau=elevee", **said)
    assert FIRM in client.page(path).get_text()
    sent = {"kind": "follow", "query": "niveau=moderee", **said}
    answer = client.submit("/detections/lot", sent, page="/detections?tout=1")
    assert "niveau=moderee" in str(answer.location)
    assert "Cochez d’abord" in client.page(str(answer.location)).get_text()
    many = {
        "siren": [f"{number:09d}" for number in range(MOST + 1)],
        "kind": "follow",
        "scope": "x",
    }
    answer = client.submit("/detections/lot", many, page="/detections?tout=1")
    assert f"{MOST} entreprises au plus" in client.page(str(answer.location)).get_text()
    answer = client.submit(
        "/detections/lot", {"siren": [world.siren_21], "kind": "x"}, page="/detections?tout=1"
    )
    assert "Choisissez ce que vous voulez" in client.page(str(answer.location)).get_text()


def test_firms_are_put_on_a_list_and_taken_off(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    number = make(client)
    path = prepare(client, "list", world.siren_21, world.siren_21_quiet, choice=str(number))
    client.submit(path, {})
    assert names_on(client, f"/detections?liste={number}") == [FIRM]
    client.submit(f"{path}/annulation", {}, page=path)
    with system() as session:
        assert session.scalars(select(CompanyListMember)).all() == []
    # Nobody else's list is offered.
    sign_in_as(client, world.bob)
    path = prepare(client, "list", world.siren_21)
    assert "faites d’abord une liste" in client.page(path).get_text()
    answer = client.submit(f"{path}/reglage", {"choice": str(number)}, page="/compte")
    assert answer.status_code == 422


def test_firms_are_given_to_a_colleague_who_is_told(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    path = prepare(client, "assign", world.siren_21, choice=str(world.carol))
    client.submit(path, {})
    with system() as session:
        (given,) = session.scalars(select(FirmAssignment)).all()
        assert (given.siren, given.agent_id, given.assigned_by) == (
            world.siren_21, world.carol, world.alice,
        )  # fmt: skip
    jobs.notify(event_id=last_event())
    with system() as session:
        assert world.carol in session.scalars(select(Notification.agent_id)).all()
    assert names_on(client, "/detections?suivi=given_to_me") == []
    sign_in_as(client, world.carol)
    assert names_on(client, "/detections?suivi=given_to_me") == [FIRM]
    again = prepare(client, "assign", world.siren_21, choice=str(world.alice))
    assert "déjà confiée à Carol Fictif" in client.page(again).get_text()
    sign_in_as(client, world.alice)
    client.submit(f"{path}/annulation", {}, page=path)
    assert names_on(client, "/detections?suivi=given") == []


def test_of_a_firm_already_accompanied_the_colleague_becomes_referent(
    world: World, listed: int, client: InspectingClient
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.carol)
    others = prepare(client, "assign", world.siren_21, choice=str(world.carol))
    assert "accompagnée par d’autres" in client.page(others).get_text()
    sign_in_as(client, world.alice)
    path = prepare(client, "assign", world.siren_21, choice=str(world.carol))
    client.submit(path, {})
    assert referents(case_id) == {world.alice, world.carol}
    client.submit(f"{path}/annulation", {}, page=path)
    assert referents(case_id) == {world.alice}


def test_a_colleague_without_the_zone_is_given_nothing(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    path = prepare(client, "assign", world.siren_21, choice=str(world.stranger))
    assert "hors de la zone d’Etranger Fictif" in client.page(path).get_text()
    answer = client.submit(f"{path}/reglage", {"choice": str(world.bob)}, page=path)
    assert answer.status_code == 422


def test_the_file_of_the_firms_chosen_holds_them_alone(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    path = prepare(client, "export", world.siren_21, world.siren_75, list_id=str(listed))
    answer = client.get(f"{path}/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        sheet = "".join(book.read(name).decode() for name in book.namelist() if "xl/" in name)
    assert world.siren_21 in sheet
    assert world.siren_75 not in sheet
    (line,) = journaled(Event.DETECTION_EXPORTED)
    assert line.details["count"] == 1


@pytest.mark.parametrize("act", ["", "/reglage", "/annulation", "/export.xlsx"])
def test_an_act_is_its_agents(
    world: World, listed: int, client: InspectingClient, act: str
) -> None:
    sign_in_as(client, world.alice)
    path = prepare(client, "follow", world.siren_21, choice="all")
    for reader, status in ((world.carol, 404), (world.stranger, 404), (world.admin, 403)):
        sign_in_as(client, reader)
        if act in ("", "/export.xlsx"):
            assert client.get(path + act).status_code == status
        if act != "/export.xlsx":
            assert (
                client.submit(path + act, {"choice": "all"}, page="/compte").status_code == status
            )
    sign_out(client)
    assert client.get(path).status_code == 401


def referents(case_id: int) -> set[int]:
    with system() as session:
        of_case = (CaseMember.case_id == case_id, CaseMember.left_at.is_(None))
        role = CaseMember.role == MemberRole.REFERENT
        return set(session.scalars(select(CaseMember.agent_id).where(*of_case, role)))
