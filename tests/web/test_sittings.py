"""A sitting from its agenda to its minutes: ordered, prepared, decided, followed by tasks; read by its network where it sits."""

import io
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.core.access.identity import Nature
from app.core.journal import Event
from app.core.now import today
from app.deadlines.models import Deadline
from app.habilitations.models import Habilitation
from app.network.models import FeedEvent
from app.sittings.models import SittingItem
from app.watching.lists import services as company_lists
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.factories.sittings import call, enter, item_of
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

FIRM, QUIET = "Forges fictives de Dijon", "Tissages paisibles de Beaune"
SOON = (today() + timedelta(days=20)).isoformat()


def text_of(client: InspectingClient, path: str) -> str:
    return client.page(path).select_one("main").get_text(" ", strip=True)


def order(client: InspectingClient, sitting_id: int) -> list[str]:
    links = client.page(f"/seances/{sitting_id}").select("tbody th a")
    return [link.get_text() for link in links]


def test_a_sitting_goes_from_its_agenda_to_its_minutes(
    world: World, client: InspectingClient
) -> None:
    with working_as(world.alice) as (session, who):
        known = company_lists.create(session, who, company_lists.ListRequest(label="À voir"))
        company_lists.fill(session, who, known, [world.siren_21, world.siren_21_quiet])
        source = f"liste:{known.id}"
    sign_in_as(client, world.alice)
    asked = {
        "label": "CODEFI de novembre", "held_on": SOON, "network_id": network_id("codefi"), "department": "21", "source": source,
    }  # fmt: skip
    page = str(client.submit("/seances/nouvelle", asked).location)
    number = int(page.rpartition("/")[2])
    assert order(client, number) == [FIRM, QUIET]
    quiet = f"/seances/points/{item_of(number, world.siren_21_quiet)}"
    assert client.submit(f"{quiet}/place", {"sens": "haut"}, page=page).status_code == 303
    assert order(client, number) == [QUIET, FIRM]
    # In the sitting, the correspondent of the Urssaf writes as well.
    sign_in_as(client, world.bob)
    firm = f"/seances/points/{item_of(number, world.siren_21)}"
    decided = {"version": "0", "outcome": "examinee", "decision": "Un **moratoire** est demandé."}
    assert client.submit(f"{firm}/decision", decided, page=firm).status_code == 303
    task = {"what": "Saisir la CCSF", "due_on": SOON, "assignee_id": world.bob}
    assert client.submit(f"{firm}/tache", task, page=firm).status_code == 303
    with system() as session:
        assert session.scalars(select(Deadline.what)).one() == "Saisir la CCSF"
    assert "Saisir la CCSF" in text_of(client, "/echeances")
    assert client.submit(f"/seances/{number}/arret", {}, page="/compte").status_code == 403
    sign_in_as(client, world.alice)
    assert client.submit(f"/seances/{number}/arret", {}, page=page).status_code == 303
    assert "1 entreprise sans suite" in text_of(client, page)
    left = {"version": "0", "outcome": "reportee", "decision": ""}
    assert client.submit(f"{quiet}/decision", left, page=quiet).status_code == 303
    assert client.submit(f"/seances/{number}/arret", {}, page=page).status_code == 303
    for minutes in (text_of(client, f"{page}/compte-rendu"), docx(client, page)):
        for said in (
            "CODEFI de novembre",
            FIRM,
            "moratoire",
            "Saisir la CCSF",
            "Reportée",
            "arrêté",
        ):
            assert said in minutes, said
    # Settled, it changes no more; the readers of the firm that was examined are told.
    assert client.submit(f"{firm}/decision", decided, page="/compte").status_code == 403
    with system() as session:
        told = select(FeedEvent.siren).where(FeedEvent.kind == Event.FIRM_EXAMINED)
        assert session.scalars(told).all() == [world.siren_21]
    assert journaled(Event.SITTING_EXPORTED)[0].details["count"] == 2


def docx(client: InspectingClient, page: str) -> str:
    answer = client.get(f"{page}/compte-rendu.docx")
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.get_data()))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_two_who_decide_at_once_lose_nothing_of_what_they_typed(
    world: World, client: InspectingClient
) -> None:
    number = call(world.alice)
    enter(world.alice, number, [world.siren_21])
    firm = f"/seances/points/{item_of(number, world.siren_21)}"
    sign_in_as(client, world.bob)
    first = {"version": "0", "outcome": "examinee", "decision": "Moratoire"}
    assert client.submit(f"{firm}/decision", first, page=firm).status_code == 303
    sign_in_as(client, world.alice)
    mine = {"version": "0", "outcome": "examinee", "decision": "Médiation"}
    refused = client.submit(f"{firm}/decision", mine, page=firm)
    assert refused.status_code == 422
    page = parsed(refused.text).select_one("main")
    assert "Quelqu’un vient d’écrire ici" in page.get_text()
    assert "Moratoire" in page.get_text()
    assert page.select_one("#noter textarea").get_text().strip() == "Médiation"
    version = page.select_one("#noter [name=version]")["value"]
    assert (
        client.submit(f"{firm}/decision", {**mine, "version": version}, page=firm).status_code
        == 303
    )
    with system() as session:
        assert session.scalars(select(SittingItem.decision)).one() == "Médiation"


def test_firms_of_elsewhere_or_unknown_are_not_entered(
    world: World, client: InspectingClient
) -> None:
    number = call(world.alice)
    sign_in_as(client, world.alice)
    page = f"/seances/{number}"
    sirens = f"{world.siren_21} {world.siren_75} 999999999"
    assert client.submit(f"{page}/inscription", {"sirens": sirens}, page=page).status_code == 303
    said = text_of(client, page)
    assert "1 entreprise à l’ordre du jour" in said
    assert "Hors du territoire de la séance, non inscrites : 1" in said
    assert "Inconnues de Vigie, non inscrites : 1" in said
    again = client.submit(f"{page}/inscription", {"sirens": "rien"}, page=page)
    assert again.status_code == 422
    assert "rien</textarea>" in again.text
    item = f"/seances/points/{item_of(number, world.siren_21)}"
    assert client.submit(f"{item}/retrait", {}, page=page).status_code == 303
    assert order(client, number) == []
    assert journaled(Event.SITTING_CHANGED)[-1].details["change"] == "retirée"


def test_owner_colleague_stranger_and_anonymous(world: World, client: InspectingClient) -> None:
    number = call(world.alice)
    enter(world.alice, number, [world.siren_21])
    own = call(world.alice, to="crp")
    enter(world.alice, own, [world.siren_21])
    item = item_of(own, world.siren_21)
    paths = {
        f"/seances/{number}": (200, 200, 200, 404, 403),
        f"/seances/{number}/compte-rendu.docx": (200, 200, 200, 404, 403),
        f"/seances/{own}": (200, 200, 404, 404, 403),
        f"/seances/{own}/reglages": (200, 200, 404, 404, 403),
        f"/seances/points/{item}": (200, 200, 404, 404, 403),
    }
    people = (world.alice, world.carol, world.bob, world.stranger, world.admin)
    for path, answers in paths.items():
        for person, status in zip(people, answers, strict=True):
            sign_in_as(client, person)
            assert client.get(path).status_code == status, (path, person)
    client.delete_cookie("vigie")
    for path in paths:
        assert client.get(path).status_code == 401


def test_settled_minutes_are_rewritten_by_nobody_whatever_the_code_asks(world: World) -> None:
    number = call(world.alice)
    enter(world.alice, number, [world.siren_21])
    with system() as session:
        session.execute(update(SittingItem).values(outcome="examinee"))
    with working_as(world.alice) as (session, _):
        closed = "update sitting set closed_at = now() where id = :number"
        session.connection().exec_driver_sql(closed.replace(":number", str(number)))
    for person in (world.alice, world.bob):
        with working_as(person) as (session, _):
            done = session.execute(update(SittingItem).values(decision="Autre chose"))
            assert done.rowcount == 0
    forged = SittingItem(
        sitting_id=number, siren=world.siren_21_quiet, departments=["21"], place=2, added_by=world.bob
    )  # fmt: skip
    with pytest.raises(ProgrammingError):
        _write(world.bob, forged)


def _write(agent_id: int, row: SittingItem) -> None:
    with working_as(agent_id) as (session, _):
        session.add(row)


def test_an_agenda_drawn_from_alerts_is_read_with_the_score_alone(
    world: World, client: InspectingClient
) -> None:
    with working_as(world.alice) as (session, who):
        asked = company_lists.ListRequest(label="Des alertes", nature=Nature.SCORE)
        known = company_lists.create(session, who, asked)
        company_lists.fill(session, who, known, [world.siren_21])
        source = f"liste:{known.id}"
    sign_in_as(client, world.alice)
    said = {
        "label": "CODEFI", "held_on": SOON, "network_id": network_id("codefi"), "department": "21", "source": source,
    }  # fmt: skip
    page = str(client.submit("/seances/nouvelle", said).location)
    sign_in_as(client, world.bob)
    assert FIRM in text_of(client, page)
    with system() as session:
        his = Habilitation.agent_id == world.bob
        session.execute(update(Habilitation).where(his).values(natures=[Nature.URSSAF.value]))
    sign_in_as(client, world.bob)
    assert FIRM not in text_of(client, page)
    assert FIRM not in docx(client, page)
    # Nor does he write on what he may not know.
    answer = client.submit(f"{page}/inscription", {"sirens": world.siren_21}, page="/compte")
    assert answer.status_code == 403


def test_a_firm_goes_after_those_that_one_does_not_read(world: World) -> None:
    number = call(world.alice)
    with system() as session:
        session.add(
            SittingItem(
                sitting_id=number, siren=world.siren_75, departments=["75"], place=1, added_by=world.stranger,
            )
        )  # fmt: skip
    assert enter(world.alice, number, [world.siren_21]).added == [world.siren_21]
    with system() as session:
        places = select(SittingItem.place).order_by(SittingItem.place)
        assert session.scalars(places).all() == [1, 2]
