"""« Orienter » from an accompagnement: who may, what is read before it is sent, what comes back, what is refused."""

import pytest
from sqlalchemy import select, update

from app.companies.models import Company, Establishment
from app.core.journal import Event
from app.referrals.directory import queries as directory
from app.referrals.directory.experts import services as experts
from app.referrals.needs import queries
from app.referrals.needs.models import (
    FirmNeed,
    NeedState,
    Solicitation,
)
from app.referrals.needs.putting import SYSTEM
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.needs import plant_experts
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import subject_ids
from tests.factories.sending import MESSAGE, orient, typed
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out


@pytest.fixture
def case_id(world: World) -> int:
    """The firm of Côte-d’Or, accompanied by alice; Bob and a mailbox are experts of its need."""
    number = open_case(world.alice, world.siret_21)
    plant_experts(world)
    return number


def here(case_id: int) -> str:
    return f"/accompagnements/{case_id}/orienter"


def read_again(client: InspectingClient, case_id: int, **said: object) -> str:
    """Type the form; the page that shows what would be sent."""
    answered = client.submit(here(case_id), typed(**said))
    assert answered.status_code == 303, (
        client.text_of(answered) if hasattr(client, "text_of") else answered.text
    )
    return f"{here(case_id)}/relecture"


def send(client: InspectingClient, path: str, *, status: int = 303) -> str:
    page = client.page(path)
    sent = {each["name"]: each.get("value", "") for each in page.select("main form input[name]")}
    answered = client.post(path, data=sent)
    assert answered.status_code == status
    return answered.text


def sent() -> list[tuple[int, str, str, int | None]]:
    """The number of each solicitation, what it asks, who agreed, from which accompagnement."""
    asked = select(
        Solicitation.id, Solicitation.message, Solicitation.consent_by, Solicitation.case_id
    )
    with system() as session:
        return [
            (row[0], row[1], row[2], row[3])
            for row in session.execute(asked.order_by(Solicitation.id))
        ]


def test_each_reader_before_the_page(client: InspectingClient, world: World, case_id: int) -> None:
    add_member(world.alice, case_id, world.bob)
    readers = (world.alice, world.bob, world.carol, world.stranger, world.manager, world.controller)
    seen = [sign_in_as(client, reader).get(here(case_id)).status_code for reader in readers]
    assert seen == [200, 200, 403, 404, 403, 403]
    sign_out(client)
    assert client.get(here(case_id)).status_code == 401
    close_case(world.alice, case_id)
    assert sign_in_as(client, world.alice).get(here(case_id)).status_code == 403


def test_what_is_read_is_what_is_sent(client: InspectingClient, world: World, case_id: int) -> None:
    client.sign_in(world.alice)
    assert client.page(f"/accompagnements/{case_id}").select_one(
        f'#orientations a[href="{here(case_id)}"]'
    )
    assert "Agencourt" in str(client.page(here(case_id)).select_one("input[name=commune]"))
    path = read_again(client, case_id)
    page = client.page(path)
    text = page.get_text(" ", strip=True)
    for word in (
        MESSAGE,
        "Forges fictives de Dijon",
        "Sacha Fictif, 03 80 00 00 00",
        "Bob Fictif",
        "De vive voix",
    ):
        assert word in text, word
    assert not sent()
    send(client, path)
    assert [each[1:] for each in sent()] == [(MESSAGE, "Sacha Fictif, gérante", case_id)]
    panel = client.page(f"/accompagnements/{case_id}").select_one("#orientations")
    assert panel
    assert "Bob Fictif, Réseau imaginaire : à traiter" in panel.get_text(" ", strip=True)
    assert journaled(Event.NEED_SENT)


def test_a_second_click_sends_nothing_more(
    client: InspectingClient, world: World, case_id: int
) -> None:
    client.sign_in(world.alice)
    path = read_again(client, case_id)
    page = client.page(path)
    form = {each["name"]: each.get("value", "") for each in page.select("main form input[name]")}
    for _ in range(2):
        assert client.post(path, data=form).status_code == 303
    assert client.get(path).location.startswith(f"/accompagnements/{case_id}")
    assert len(sent()) == 1


def test_a_page_out_of_date_shows_what_differs_and_asks_again(
    client: InspectingClient, world: World, case_id: int
) -> None:
    client.sign_in(world.alice)
    path = read_again(client, case_id)
    page = client.page(path)
    form = {each["name"]: each.get("value", "") for each in page.select("main form input[name]")}
    with working_as(world.admin) as (session, who):
        bob = next(e for e in directory.list_entries(session, who, None) if e.name == "Bob Fictif")
        experts.set_archived(
            session, who, directory.get_expert(session, who, bob.id), archived=True
        )
    refused = client.post(path, data=form)
    assert refused.status_code == 422
    assert "Bob Fictif n’est plus de ceux qui le reçoivent." in refused.text
    assert not sent()
    send(client, path)
    assert len(sent()) == 1


#: what is typed wrong, and what is said of it
WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"theme_1": []}, "Choisissez au moins un sujet."),
    ({"commune": "Nulle-part"}, "n’est pas une commune connue"),
    ({"consent_by": ""}, "Dites qui, dans l’entreprise, a donné son accord."),
    ({"consent_how": ""}, "Dites comment l’entreprise a donné son accord."),
    ({"consent_how": "passe_outre"}, "choix"),
    ({"consent_on": "2099-01-01"}, "L’accord ne peut pas être donné demain"),
    ({"name": ""}, "Donnez le nom de la personne à rappeler."),
    ({"telephone": ""}, "Donnez un téléphone ou une adresse électronique"),
    ({"interlocutor": "999"}, "n’est plus parmi les interlocuteurs"),
    ({"message": "Appelez le 06 12 34 56 78."}, "Ce texte contient un numéro de téléphone"),
)  # fmt: skip


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: InspectingClient, world: World, case_id: int
) -> None:
    client.sign_in(world.alice)
    for said, refusal in WRONG:
        refused = client.submit(here(case_id), typed(**said))
        assert refused.status_code == 422, said
        assert refusal in refused.text, said
        assert "Sacha Fictif, gérante" in refused.text or "consent_by" in said
    assert not sent()


def test_a_known_interlocutor_is_called_and_each_reading_counts(
    client: InspectingClient, world: World, case_id: int
) -> None:
    known = plant_interlocutor(
        world.alice, world.siren_21, name="Noa Fictif", telephone="03 80 11 11 11"
    )
    plant_interlocutor(world.alice, world.siren_21, name="Injoignable Fictif")
    client.sign_in(world.alice)
    offered = client.page(here(case_id)).select_one("select[name=interlocutor]")
    assert offered
    assert "Noa Fictif" in offered.get_text()
    assert "Injoignable" not in offered.get_text()
    path = read_again(client, case_id, interlocutor=str(known), name="", telephone="")
    assert "Noa Fictif, 03 80 11 11 11" in client.page(path).get_text(" ", strip=True)
    assert journaled(Event.INTERLOCUTOR_READ)
    send(client, path)
    number = sent()[0][0]
    with system() as session:
        assert queries.get_contact(session, SYSTEM, number).name == "Noa Fictif"


def test_without_an_agreement_a_manager_gives_a_reason_that_controllers_read(
    client: InspectingClient, world: World, case_id: int
) -> None:
    add_member(world.alice, case_id, world.manager)
    client.sign_in(world.manager)
    without = f"{here(case_id)}/sans-accord"
    assert client.page(here(case_id)).select_one(f'a[href="{without}"]')
    assert client.submit(without, typed(override_reason="Urgent")).status_code == 422
    reason = "Le dirigeant est hospitalisé et l’échéance tombe demain."
    assert client.submit(without, typed(override_reason=reason)).status_code == 303
    assert "lus par les contrôleurs" in client.page(f"{without}/relecture").get_text()
    send(client, f"{without}/relecture")
    assert journaled(Event.CONSENT_OVERRIDDEN)
    sign_in_as(client, world.controller)
    listed = client.page("/orientations/sans-accord").get_text()
    assert reason in listed
    assert "Direction Fictif" in listed
    assert sign_in_as(client, world.alice).get(without).status_code == 403
    for reader in (world.alice, world.manager, world.admin):
        assert sign_in_as(client, reader).get("/orientations/sans-accord").status_code == 403
    orient(world.alice, case_id)
    with working_as(world.controller) as (session, _):
        assert [each.consent_by for each in session.scalars(select(Solicitation))] == [reason]


def test_a_need_that_nobody_treats_goes_to_the_team(
    client: InspectingClient, world: World, case_id: int
) -> None:
    client.sign_in(world.alice)
    path = read_again(client, case_id, theme_1=[str(each) for each in subject_ids()[:2]])
    text = client.page(path).get_text(" ", strip=True)
    assert "Aucun expert ne traite ce sujet. Le besoin est reçu par l’équipe" in text
    send(client, path)
    with system() as session:
        states = {need.subject_id: need.state for need in session.scalars(select(FirmNeed))}
    assert [states[each] for each in subject_ids()[:2]] == [NeedState.TO_TREAT, NeedState.NOBODY]


def test_nothing_is_sent_of_a_firm_that_is_closed_and_what_was_typed_stays(
    client: InspectingClient, world: World, case_id: int
) -> None:
    client.sign_in(world.alice)
    path = read_again(client, case_id)
    with system() as session:
        session.execute(
            update(Company).where(Company.siren == world.siren_21).values(is_active=False)
        )
    back = client.get(path)
    assert back.location == here(case_id)
    page = client.page(here(case_id)).get_text()
    assert "Cette entreprise est fermée" in page
    assert MESSAGE in page
    assert client.submit(here(case_id), typed()).status_code == 422


def test_a_commune_that_was_merged_is_what_it_became(
    client: InspectingClient, world: World, case_id: int
) -> None:
    with system() as session:
        merged = update(Establishment).where(Establishment.siret == world.siret_21)
        session.execute(merged.values(commune_code="21551"))
    client.sign_in(world.alice)
    shown = client.page(here(case_id)).select_one("input[name=commune]")
    assert shown
    assert str(shown["value"]).endswith("(21084)")
