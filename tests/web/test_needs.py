"""A need on its pages: who reads it and what each may do, two experts, refusal, withdrawal meanwhile, the contact that is counted."""

import re

import pytest
from sqlalchemy import func, select

from app.core.journal import Event
from app.extensions import db
from app.referrals.criteria import Criteria
from app.referrals.needs import queries, services
from app.referrals.needs.models import Actor, ContactReading, FirmNeed, NeedState, Origin
from app.referrals.needs.putting import SYSTEM
from app.referrals.reminders import jobs
from tests.factories.cases import open_case
from tests.factories.needs import (
    SAID,
    PutNeed,
    plant_experts,
    put_to_three,
    referral_of,
    solicitation,
)
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.journaled import journaled
from tests.support.plans import asked_of

BIG = Criteria(workforce_min=5_000)
FIRM = "Forges fictives de Dijon"
NOTE = "Une note que personne ne doit perdre"


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_to_three(world)


def state_of(need_id: int) -> NeedState:
    with system() as session:
        return session.get_one(FirmNeed, need_id).state


def part(page: Tag, selector: str) -> Tag:
    """The part of a page that there has to be."""
    found = page.select_one(selector)
    assert found is not None
    return found


def submitted(**said: object) -> int:
    asked = solicitation(**said)
    with system() as session:
        return services.submit(session, SYSTEM, asked).id


def need_of(solicitation_id: int) -> int:
    with system() as session:
        asked = FirmNeed.solicitation_id == solicitation_id
        return session.scalars(select(FirmNeed.id).where(asked)).one()


def take_back(world: World, put: PutNeed) -> None:
    with working_as(world.team) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.withdraw(session, who, [need], reason="Demande en double", actor=Actor.AGENT)


def test_each_reads_and_does_what_is_theirs(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    page, mine = f"/orientations/{put.need_id}", referral_of(put.bob_expert_id)
    answers = [f"/orientations/reponses/{mine}/{what}" for what in ("refus", "cloture")]
    # page, contact, answering for Bob, taking back, putting to somebody
    for person, statuses in (
        (world.bob, (200, 200, 200, 403, 403)),
        (world.carol, (200, 200, 403, 403, 403)),
        (world.alice, (200, 200, 200, 403, 403)),
        (world.team, (200, 200, 403, 200, 200)),
        (world.stranger, (404, 404, 404, 404, 403)),
        (world.admin, (403, 403, 403, 403, 403)),
        (world.adviser, (403, 403, 403, 403, 403)),
    ):
        client.sign_in(person)
        paths = (page, f"{page}/coordonnees", answers[0], f"{page}/retrait", f"{page}/adresser")
        assert tuple(client.get(path).status_code for path in paths) == statuses, person
        assert client.get(answers[1]).status_code == statuses[2], person
    for path in (page, "/orientations", *answers):
        client.delete_cookie("vigie")
        assert client.get(path).status_code in (302, 303, 401), path


def test_what_waits_comes_first(client: InspectingClient, world: World, put: PutNeed) -> None:
    client.sign_in(world.bob)
    home = client.page("/orientations")
    assert "1 besoin attend votre réponse" in home.text
    (button,) = [link for link in home.select("main a.fr-btn") if "plus pressé" in link.text]
    assert button["href"] == f"/orientations/{put.need_id}"
    assert FIRM in part(home, "tbody").text
    client.sign_in(world.alice)
    home = client.page("/orientations?vue=antennes")
    assert "Bob Fictif, Antenne fictive" in home.text
    assert "aucun expert de l’annuaire" in client.page("/orientations").text
    client.sign_in(world.team)
    assert "Chaque besoin a un expert" in client.page("/orientations").text
    assert FIRM in client.page("/orientations?vue=toutes").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=forges+dijon", True), ("q=échéance", True), ("q=100000009", True), ("q=tissages", False), ("sujet=1", True),
        ("sujet=2", False), ("etat=a_traiter", True), ("etat=retire", False), ("departement=21", True),
        ("departement=75", False), ("depuis=2020-01-01", True), ("jusqu_au=2020-01-01", False), ("etat=rien", True),
    ],
)  # fmt: skip
def test_needs_are_filtered(
    client: InspectingClient, world: World, put: PutNeed, query: str, found: bool
) -> None:
    client.sign_in(world.bob)
    page = client.page(f"/orientations?{query}")
    assert bool(page.select("tbody tr")) == found
    assert ("Aucun besoin ne répond à ces filtres" in page.text) != found


def test_a_list_is_read_a_page_at_a_time(client: InspectingClient, world: World) -> None:
    plant_experts(world)
    for number in range(26):
        submitted(firm_name=f"Firme imaginaire {number}")
    client.sign_in(world.bob)
    first = client.page("/orientations?q=firme")
    assert "26 besoins" in first.text
    (following,) = [str(link["href"]) for link in first.select('main a[href*="suite="]')]
    assert "q=firme" in following
    shown = [{str(a["href"]) for a in page.select("tbody th a")} for page in (first, client.page(following))]  # fmt: skip
    assert [len(each) for each in shown] == [25, 1]
    assert shown[0].isdisjoint(shown[1])


def test_an_expert_takes_it_and_says_what_it_gave(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    page, mine = f"/orientations/{put.need_id}", referral_of(put.bob_expert_id)
    client.sign_in(world.bob)
    before = client.page(page)
    why = part(before, 'section[aria-label^="Répondre"]').text
    assert "Service rendu : Une aide fictive. Intervient : Côte-d’Or" in why
    assert SAID in before.text
    take = f"/orientations/reponses/{mine}/prise-en-charge"
    assert client.submit(take, {"shown": "0"}, page=page).status_code == 303
    assert state_of(put.need_id) is NeedState.TAKEN
    client.submit(take, {"shown": "0"}, page=page)
    assert "vient de changer" in client.page(page).text
    close = f"/orientations/reponses/{mine}/cloture"
    refused = client.submit(close, {"shown": "1", "note": NOTE})
    assert refused.status_code == 422
    assert NOTE in refused.text
    said = {"shown": "1", "outcome": "aide_proposee", "note": NOTE}
    assert client.submit(close, said).status_code == 303
    assert state_of(put.need_id) is NeedState.HELPED
    after = client.page(page).text
    assert NOTE in after
    assert "Reprendre" in after
    undo = f"/orientations/reponses/{mine}/annulation"
    assert client.submit(undo, {"shown": "2"}, page=page).status_code == 303
    assert state_of(put.need_id) is NeedState.TAKEN
    lines = journaled(Event.NEED_ANSWERED)
    assert [line.details["state"] for line in lines] == ["prise_en_charge", "aide_proposee", "prise_en_charge"]  # fmt: skip


def test_a_refusal_needs_a_reason_and_goes_to_somebody_else(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    mine = referral_of(put.bob_expert_id)
    third = add_antenne(world.admin, institution="Troisième réseau", areas=["21"])
    noa = add_expert(world.admin, third, name="Noa Fictif", subject_id=put.subject_id)
    client.sign_in(world.bob)
    refuse = f"/orientations/reponses/{mine}/refus"
    refused = client.submit(refuse, {"shown": "0", "note": NOTE})
    assert (refused.status_code, NOTE in refused.text) == (422, True)
    other = client.submit(refuse, {"shown": "0", "reason": "autre", "note": ""})
    assert (other.status_code, "Dites en une phrase" in other.text) == (422, True)
    assert client.submit(refuse, {"shown": "0", "reason": "charge"}).status_code == 303
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        assert noa in {each.expert_id for each in need.referrals}
    page = client.page(f"/orientations/{put.need_id}")
    assert "ne sont plus montrées" in page.text
    assert "Annuler mon refus" in page.text
    assert not page.select('a[href$="/coordonnees"]')
    assert "ne sont plus montrées" in client.page(f"/orientations/{put.need_id}/coordonnees").text


def test_what_is_taken_back_meanwhile_is_said_and_what_was_typed_stays(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    page, mine = f"/orientations/{put.need_id}", referral_of(put.bob_expert_id)
    client.sign_in(world.bob)
    take = f"/orientations/reponses/{mine}/prise-en-charge"
    client.submit(take, {"shown": "0"}, page=page)
    take_back(world, put)
    for path, said in (
        (f"/orientations/reponses/{mine}/cloture", {"shown": "1", "outcome": "aide_proposee", "note": NOTE}),
        (f"{page}/messages", {"body": NOTE}),
    ):  # fmt: skip
        answer = client.submit(path, said, page="/compte")
        assert (answer.status_code, NOTE in answer.text) == (422, True), path
        assert "Ce besoin a été retiré" in answer.text
    shown = client.page(page)
    assert "Demande en double" in shown.text
    assert not shown.select("form[action*=reponses]")


def test_the_team_takes_back_with_a_reason_and_puts_to_somebody(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    page = f"/orientations/{put.need_id}"
    far = add_antenne(world.admin, institution="Réseau de Paris", areas=["75"])
    paris = add_expert(world.admin, far, name="Parisien Fictif", subject_id=put.subject_id)
    client.sign_in(world.team)
    choices = client.page(f"{page}/adresser?q=parisien")
    assert "N’intervient pas dans cette commune" in choices.text
    assert len(choices.select("tbody tr")) == 1
    chosen = client.submit(f"{page}/adresser", {"expert_id": str(paris)})
    assert chosen.status_code == 303
    assert "Le besoin est adressé à Parisien Fictif" in client.page(page).text
    client.submit(f"{page}/adresser", {"expert_id": str(paris)})
    assert "déjà adressé à cet expert" in client.page(page).text
    assert [line.details["expert"] for line in journaled(Event.NEED_PUT_TO)] == [paris]
    empty = client.submit(f"{page}/retrait", {"reason": " "})
    assert (empty.status_code, "Dites pourquoi" in empty.text) == (422, True)
    assert client.submit(f"{page}/retrait", {"reason": "Hors champ"}).status_code == 303
    assert state_of(put.need_id) is NeedState.WITHDRAWN
    client.submit(f"{page}/adresser", {"expert_id": str(put.bob_expert_id)}, page="/compte")
    assert "a été retiré" in client.page(page).text


def test_whom_to_call_is_shown_on_demand_and_counted(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    page = f"/orientations/{put.need_id}"
    client.sign_in(world.bob)
    assert "03 80" not in client.page(page).text
    for _ in range(2):
        assert "03 80 00 00 00" in client.get(f"{page}/coordonnees", headers={"HX-Request": "true"}).text  # fmt: skip
    with system() as session:
        assert session.scalar(select(func.count()).select_from(ContactReading)) == 2
    assert "2 affichages par vous" in client.page(page).text
    assert len(journaled(Event.NEED_CONTACT_READ)) == 2
    client.sign_in(world.carol)
    assert "affichages" not in client.page(page).text


def test_they_write_to_one_another(client: InspectingClient, world: World, put: PutNeed) -> None:
    page = f"/orientations/{put.need_id}"
    client.sign_in(world.bob)
    empty = client.submit(f"{page}/messages", {"body": ""}, page=page)
    assert (empty.status_code, "Écrivez votre message" in empty.text) == (422, True)
    assert client.submit(f"{page}/messages", {"body": "Je l’appelle demain"}, page=page).status_code == 303  # fmt: skip
    client.sign_in(world.carol)
    thread = part(client.page(page), "#fil")
    assert "Je l’appelle demain" in thread.text
    assert "Bob Fictif" in thread.text


def test_the_accompagnement_is_told_to_its_people_alone(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    asked = solicitation(origin=Origin.CASE, case_id=case_id, siren=world.siren_21)
    with working_as(world.alice) as (session, who):
        number = services.submit(session, who, asked).id
    need_id = need_of(number)
    page = f"/orientations/{need_id}"
    for person, reads in ((world.alice, True), (world.bob, False), (world.team, False)):
        client.sign_in(person)
        shown = client.page(page)
        assert bool(shown.select(f'a[href="/accompagnements/{case_id}"]')) == reads
        assert ("ccompagnement" in part(shown, "#besoin").text) == reads
    client.sign_in(world.alice)
    assert FIRM in part(client.page("/orientations?vue=envoyees"), "tbody").text
    assert client.get(f"{page}/retrait").status_code == 200
    client.sign_in(world.team)
    firm = part(client.page(page), "#besoin")
    assert not firm.select('a[href^="/entreprises"]')


def test_why_not_to_others_is_for_the_sender_and_the_team(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    full = add_antenne(world.admin, institution="Réseau des grandes", areas=["21"], criteria=BIG)
    add_expert(world.admin, full, name="Lointain Fictif", subject_id=put.subject_id)
    need_id = need_of(submitted(siren=world.siren_21))
    for person, reads in ((world.bob, False), (world.team, True)):
        client.sign_in(person)
        text = client.page(f"/orientations/{need_id}").text
        assert bool(re.search(r"Lointain Fictif.*hors de ses critères : effectif", text, re.S)) == reads  # fmt: skip


#: page -> how many statements it may send, besides who asks and the journal, whatever the number of needs, experts and messages
BUDGETS = {"/orientations": 8, "/orientations?vue=antennes&q=forges": 8, "/orientations/{need}": 16}


def test_a_page_asks_as_much_of_many_needs_as_of_one(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    for number in range(12):
        other = add_antenne(world.admin, institution=f"Réseau {number}", areas=["21"])
        add_expert(world.admin, other, name=f"Expert {number}", subject_id=put.subject_id)
    need_id = need_of(submitted())
    for number in range(5):
        with working_as(world.bob) as (session, who):
            need = queries.get_need(session, who, need_id)
            services.write_message(session, who, need, f"Message {number}")
    client.sign_in(world.bob)
    for page, budget in BUDGETS.items():
        client.get(page.format(need=need_id))
        with asked_of(db.engine) as plans:
            assert client.get(page.format(need=need_id)).status_code == 200
        assert plans.statements <= budget, [each.statement[:90] for each in plans.asked]


def test_whoever_archives_an_expert_is_told_what_they_have_open(
    client: InspectingClient, world: World, put: PutNeed
) -> None:
    client.sign_in(world.alice)
    page = f"/annuaire/experts/{put.bob_expert_id}"
    assert "S’il est archivé, 1 besoin ouvert ira à d’autres experts" in client.page(page).text
    antenne = client.page(f"/annuaire/antennes/{put.antenne_id}")
    assert "Si elle est archivée, 2 besoins ouverts iront" in antenne.text
    assert client.submit(f"{page}/archivage", {}, page=page).status_code == 303
    jobs.pass_on()
    assert "besoin ouvert" not in client.page(page).text
    client.sign_in(world.bob)
    shown = client.page(f"/orientations/{put.need_id}")
    assert "quitté l’annuaire" in shown.text
    assert not shown.select("form[action*=reponses]")
    client.sign_in(world.admin)
    assert "1 besoin ouvert ira" in client.page("/annuaire/institutions/2/modifier").text
