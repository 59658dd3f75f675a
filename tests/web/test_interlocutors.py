"""The people of a firm: who reads them, what is told of a second one alike, what is wrong is shown no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.reading.watching import OPENED, list_heavy_readers
from app.core.journal import Event
from app.core.now import today
from app.interlocutors.models import Interlocutor
from app.visits.models import VisitNote
from tests.factories.cases import add_member, open_case
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_visits import a_form, path_of

NUMBER = "00 00 00 00 31"


def said(**parts: object) -> dict[str, object]:
    return {
        "name": "Mme Fictive",
        "function": "dirigeante",
        "telephone": "00.00.00.00.31",
        "email": "fictive@exemple.invalid",
        "source": "entreprise",
        "given_by": "elle-même",
        "given_on": today().isoformat(),
        **parts,
    }


def adding(siren: str) -> str:
    return f"/entreprises/{siren}/interlocuteurs/nouveau"


def kept() -> list[Interlocutor]:
    with system() as session:
        rows = session.scalars(select(Interlocutor).order_by(Interlocutor.id)).all()
        session.expunge_all()
        return list(rows)


def test_who_is_known_is_shown_and_how_to_reach_them_is_counted(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    assert client.submit(adding(world.siren_21), said()).status_code == 303
    (person,) = kept()
    assert person.telephone == NUMBER
    sign_in_as(client, world.bob)
    for path in (f"/entreprises/{world.siren_21}/echanges", f"/accompagnements/{case_id}"):
        page = client.page(path)
        assert "Mme Fictive, dirigeante" in page.get_text()
        assert NUMBER not in str(page)
        assert "fictive@exemple.invalid" not in str(page)
    assert journaled(Event.INTERLOCUTOR_READ) == []
    link = page.select_one("#interlocuteurs li a")
    assert link is not None
    shown = client.get(str(link["href"]), headers={"HX-Request": "true"})
    assert "<html" not in shown.text
    told = " ".join(parsed(shown.text).get_text().split())
    for words in (NUMBER, "fictive@exemple.invalid", "par elle-même", "Noté par Alice Fictif"):
        assert words in told
    (line,) = journaled(Event.INTERLOCUTOR_READ)
    assert (line.actor_id, line.siren) == (world.bob, world.siren_21)
    # Nothing of a person is in the journal.
    lines = journaled(Event.INTERLOCUTOR_READ, Event.INTERLOCUTOR_CHANGED)
    assert not any("Fictive" in str(each.details) or NUMBER in str(each.details) for each in lines)


def test_going_from_one_firm_to_the_next_is_an_unusual_reading(
    client: InspectingClient, world: World
) -> None:
    """Nothing confidential is open of the quiet firm; whom to call there counts all the same."""
    sign_in_as(client, world.alice)
    for siren in (world.siren_21, world.siren_21_quiet):
        number = plant_interlocutor(world.bob, siren, name="M. Inventé")
        client.page(f"/interlocuteurs/{number}")
    with system() as session:
        (heavy,) = list_heavy_readers(session, OPENED, day=today(), above=1)
    assert (heavy.agent_id, heavy.firms) == (world.alice, 2)


@pytest.mark.parametrize("tail", ["", "/correction"])
def test_each_reader_before_somebody_of_a_firm(
    client: InspectingClient, world: World, tail: str
) -> None:
    number = plant_interlocutor(world.alice, world.siren_21, name="M. Inventé", telephone=NUMBER)
    path = f"/interlocuteurs/{number}{tail}"
    readers = (world.alice, world.carol, world.bob, world.stranger, world.admin)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    seen.append(client.get(path).status_code)
    assert seen == [200, 200, 200, 404, 403, 401]
    # Whoever is invited to the accompagnement reads it from elsewhere.
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.stranger)
    assert NUMBER in sign_in_as(client, world.stranger).get(path).text
    assert client.submit(adding(world.siren_75), said()).status_code == 303


def test_whoever_is_out_of_reach_writes_nobody(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.stranger)
    client.page(adding(world.siren_21), status=403)
    number = plant_interlocutor(world.alice, world.siren_21, name="M. Inventé")
    assert (
        client.submit(f"/interlocuteurs/{number}/archivage", {}, page="/compte").status_code == 404
    )
    assert [row.archived_at for row in kept()] == [None]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"name": " "}, "Donnez le nom de cette personne."),
        ({"name": "x" * 121}, "Raccourcissez"),
        ({"telephone": "12"}, "Ce n’est pas un numéro de téléphone"),
        ({"email": "fictive"}, "n’est pas une adresse électronique"),
        ({"given_on": (today() + timedelta(days=1)).isoformat()}, "donné demain"),
        ({"given_on": "hier"}, "date"),
        ({"source": "ragot"}, "choix valide"),
    ],
)
def test_what_is_wrong_says_why_and_keeps_what_was_typed(
    client: InspectingClient, world: World, part: dict[str, str], message: str
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(adding(world.siren_21), said(**part))
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="dirigeante"' in answer.text
    assert kept() == []


@pytest.mark.parametrize("same", [{"telephone": ""}, {"email": ""}])
def test_somebody_alike_is_told_once(
    client: InspectingClient, world: World, same: dict[str, str]
) -> None:
    sign_in_as(client, world.alice)
    client.submit(adding(world.siren_21), said(email="Fictive@Exemple.invalid"))
    sign_in_as(client, world.bob)
    other = said(name="M. Second", **same)
    asked = client.submit(adding(world.siren_21), other)
    assert asked.status_code == 422
    assert "Mme Fictive a déjà ce téléphone ou cette adresse" in asked.text
    told = parsed(asked.text).select_one("[name=told]")
    assert told is not None
    sent = client.submit(adding(world.siren_21), {**other, "told": str(told["value"])})
    assert sent.status_code == 303
    assert [row.name for row in kept()] == ["Mme Fictive", "M. Second"]
    # In another firm, nobody is told of it.
    assert client.submit(adding(world.siren_21_quiet), other).status_code == 303


def test_two_who_correct_at_once_and_what_is_archived(
    client: InspectingClient, world: World
) -> None:
    number = plant_interlocutor(world.alice, world.siren_21, name="Mme Fictive", telephone=NUMBER)
    path = f"/interlocuteurs/{number}/correction"
    sign_in_as(client, world.bob)
    mine = {"shown": "0", "telephone": "00 00 00 00 32"}
    assert client.submit(path, said(**mine)).status_code == 303
    late = client.submit(path, said(shown="0", telephone="00 00 00 00 33"))
    assert late.status_code == 422
    assert "00 00 00 00 33" in late.text
    assert [row.telephone for row in kept()] == ["00 00 00 00 32"]
    answer = client.submit(f"/interlocuteurs/{number}/archivage", {}, page=path)
    assert answer.status_code == 303
    assert "Mme Fictive" not in client.page(answer.location.split("#")[0]).get_text()
    for reader in (world.bob, world.alice):
        assert sign_in_as(client, reader).get(path).status_code == 404
    (row,) = kept()
    assert (row.name, row.archived_by) == ("Mme Fictive", world.bob)


def test_who_was_met_is_chosen_among_those_known(client: InspectingClient, world: World) -> None:
    number = plant_interlocutor(world.alice, world.siren_21, name="Mme Fictive")
    plant_interlocutor(world.alice, world.siren_21_quiet, name="M. Ailleurs")
    sign_in_as(client, world.alice)
    page = client.page(path_of(world.siret_21))
    assert "Mme Fictive" in page.get_text()
    assert "M. Ailleurs" not in page.get_text()
    form = a_form(met=str(number), people_met="son avocat")
    assert client.submit(path_of(world.siret_21), form).status_code == 303
    with system() as session:
        assert session.scalar(select(VisitNote.people_met)) == "Mme Fictive ; son avocat"


def test_whoever_is_not_shown_for_want_of_room_is_told_of(
    client: InspectingClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.interlocutors.queries.SHOWN", 1)
    for name in ("Mme Première", "M. Second"):
        plant_interlocutor(world.alice, world.siren_21, name=name)
    sign_in_as(client, world.alice)
    told = client.page(f"/entreprises/{world.siren_21}/echanges").select_one("#interlocuteurs")
    assert told is not None
    assert "Mme Première" not in told.get_text()
    assert "les 1 derniers donnés" in told.get_text()
