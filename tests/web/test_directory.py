"""The directory on its pages: who keeps what, what is refused, who would answer, where nobody does."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.now import today
from app.referrals.directory import queries
from app.referrals.needs.models import FirmNeed
from tests.factories.needs import put_need
from tests.factories.network import working_as
from tests.factories.people import World
from tests.factories.referrals import (
    add_antenne,
    add_expert,
    plant_directory,
    subject_ids,
)
from tests.support.client import InspectingClient
from tests.support.documents import parsed

HTMX = {"HX-Request": "true"}
ASK = "/annuaire/qui-repondrait"


@pytest.fixture
def planted(world: World) -> dict[str, int]:
    """An antenne of Côte-d’Or that Alice keeps, and two experts."""
    return plant_directory(world)


def entry(**said: object) -> dict[str, object]:
    """What a keeper types of an expert."""
    known = {"who": "personne", "name": "Sacha Fictif", "email": "sacha@exemple.invalid", "service_1": "Un conseil"}  # fmt: skip
    return {**known, **said}


def test_experts_are_found_by_name_subject_and_place(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    paris = add_antenne(world.admin, institution="Institut de Paris", areas=["75101"])
    add_expert(world.admin, paris, name="Parisien Fictif", subject_id=subject_ids()[1])
    client.sign_in(world.bob)
    for query, found in (
        ("q=camille", {"Camille Fictif"}), ("sujet=1", {"Camille Fictif", "Boîte fictive"}),
        ("territoire=Beaune", {"Camille Fictif", "Boîte fictive"}), ("territoire=75101", {"Parisien Fictif"}),
        ("territoire=75102", set()), ("sujet=2", {"Parisien Fictif"}), ("etat=archive", set()),
    ):  # fmt: skip
        page = parsed(client.get(f"/annuaire?{query}").text)
        assert {link.text for link in page.select("#experts tbody th a")} == found, query
    assert "pas un territoire connu" in client.get("/annuaire?territoire=Nulle-part").text


def test_the_manager_of_an_antenne_keeps_it_and_nobody_else_but_administrators(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    other = add_antenne(world.admin, institution="Autre institut", areas=["21"])
    mine, theirs = (f"/annuaire/antennes/{n}/experts/nouveau" for n in (planted["antenne_id"], other))  # fmt: skip
    client.sign_in(world.alice)
    assert client.submit(mine, entry()).status_code == 303
    assert client.get(theirs).status_code == 403
    client.sign_in(world.carol)
    assert client.get(mine).status_code == 403
    client.sign_in(world.admin)
    assert client.submit(theirs, entry()).status_code == 303


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"email": "guichet@exemple.invalid"}, "a déjà cette adresse"), ({"service_1": ""}, "au moins un service"),
        ({"areas": "Ville-imaginaire"}, "pas un territoire connu"), ({"naf_accepted": "abc"}, "pas un début de code NAF"),
        ({"workforce_min": "50", "workforce_max": "10"}, "dépasse le maximum"), ({"capacity": "0"}, "au moins 1"),
        ({"account": "personne@exemple.invalid"}, "Aucun compte"), ({"telephone": "12"}, "numéro de téléphone"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: InspectingClient, world: World, planted: dict[str, int], said: dict[str, str], refusal: str
) -> None:  # fmt: skip
    client.sign_in(world.alice)
    address = f"/annuaire/antennes/{planted['antenne_id']}/experts/nouveau"
    answer = client.submit(address, entry(**said))
    assert answer.status_code == 422
    page = parsed(answer.text)
    assert refusal in page.select("[data-error-summary]")[0].text
    assert page.select('[name="name"]')[0]["value"] == "Sacha Fictif"


def test_an_expert_without_any_territory_is_refused(client: InspectingClient, world: World) -> None:
    bare = add_antenne(world.admin, institution="Sans lieu")
    client.sign_in(world.admin)
    answer = client.submit(f"/annuaire/antennes/{bare}/experts/nouveau", entry())
    assert "Donnez un territoire" in answer.text


def test_what_was_merged_is_kept_as_what_it_became_and_what_ends_stays(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    address = f"/annuaire/experts/{planted['expert_id']}/modifier"
    said = entry(
        areas="Saint-Bois (01340) ; 75101",
        service_1="",
        service_2="Autre service",
        workforce_min="10",
    )
    assert client.submit(address, said).status_code == 303
    with working_as(world.alice) as (session, who):
        expert = queries.get_expert(session, who, planted["expert_id"])
        assert expert.areas == ["01015", "75101"]
        assert {each.subject_id for each in expert.competences} == {2}
        assert expert.criteria == {"workforce_min": 10}
    page = parsed(client.get(address).text)
    assert page.select('[name="areas"]')[0]["value"] == "Arboys en Bugey (01015) ; Paris 1er Arrondissement (75101)"  # fmt: skip


def test_who_would_answer_says_why_and_why_not(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    client.submit(
        f"/annuaire/experts/{planted['expert_id']}/modifier",
        entry(name="Camille Fictif", workforce_min="50"),
    )
    page = client.get(f"{ASK}?sujet=1&commune=Dijon").text
    assert "Effectif" in parsed(page).select("#proposes")[0].text
    page = client.get(f"{ASK}?sujet=1&commune=21231&siren={world.siren_21}").text
    assert "Boîte fictive" in parsed(page).select("#proposes")[0].text
    assert "hors de ses critères : effectif" in parsed(page).select("#ecartes")[0].text
    assert "Recevr" not in page
    assert "aucun n’intervient" in client.get(f"{ASK}?sujet=1&commune=69123").text
    assert "Aucun expert ne traite" in client.get(f"{ASK}?sujet=3&commune=69123").text
    assert "reçoit ce que personne" in client.get(f"{ASK}?sujet=3&commune=Dijon").text.lower()
    for query, said in (
        ("commune=Dijon", "Choisissez un sujet"), ("sujet=1&commune=Ville-imaginaire", "pas une commune connue"),
        ("sujet=1&commune=Dijon&siren=999999999", "Aucune entreprise"), ("sujet=1&commune=21400", "désigne plusieurs"),
    ):  # fmt: skip
        assert said in client.get(f"{ASK}?{query}").text


def test_communes_are_suggested_and_keep_the_rest_of_the_question(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    options = parsed(
        client.get("/annuaire/communes?commune=dijo&sujet=4&siren=1", headers=HTMX).text
    )
    assert [each["data-url"] for each in options.select("[role=option]")] == [
        f"{ASK}?sujet=4&siren=1&commune=Dijon+(21231)"
    ]


def test_an_absence_sends_needs_to_whoever_stands_in(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    away = f"/annuaire/experts/{planted['expert_id']}/absence"
    days = {"starts_on": today().isoformat(), "ends_on": (today() + timedelta(days=3)).isoformat()}
    assert client.submit(away, {**days, "delegate_id": "2"}).status_code == 303
    page = parsed(client.get(f"{ASK}?sujet=1&commune=Dijon").text)
    assert "remplacé par Boîte fictive" in page.select("#ecartes")[0].text
    for _ in range(2):
        assert "Absent jusqu’au" in client.get("/annuaire?q=camille").text
    past = {"starts_on": "2020-01-01", "ends_on": "2020-01-02", "delegate_id": ""}
    assert "déjà passée" in client.submit(away, past).text


def test_what_would_happen_without_an_expert_is_tried(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    lone = add_expert(world.alice, planted["antenne_id"], name="Seul Fictif", subject_id=5, areas=["242100410"])  # fmt: skip
    client.sign_in(world.carol)
    page = parsed(client.get(f"/annuaire/experts/{lone}/sans-lui").text)
    assert [each.text for each in page.select(".vigie-stat__value")][:3] == ["23", "0", "23"]
    assert "Aucun besoin n’est encore enregistré" in page.text


def test_the_matrix_shows_holes_and_doubles_and_goes_out_in_a_file(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    page = parsed(client.get("/annuaire/couverture").text)
    first = page.select("#couverture tbody tr")[0].select("td")
    labels = {each["data-label"]: " ".join(each.text.split()) for each in first}
    assert labels["Côte-d’Or"].startswith("1 antenne")
    assert labels["Doubs"] == "Personne"
    holes = parsed(client.get("/annuaire/couverture?territoire=21&montrer=doubles").text)
    assert "Aucun sujet à montrer" in holes.text
    book = client.get("/annuaire/couverture.xlsx?territoire=21").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sum(row[4] == "Une antenne" for row in rows) > 10
    table = client.get("/annuaire/couverture.csv?territoire=R27").text
    assert "Doubs;Personne;0;0;" in table


@pytest.mark.parametrize("kind", ["experts", "antennes"])
def test_two_people_do_not_write_over_one_another(
    client: InspectingClient, world: World, planted: dict[str, int], kind: str
) -> None:
    """What was typed stays, what changed is said; sent again, it is about the entry as it is now."""
    number = planted["expert_id" if kind == "experts" else "antenne_id"]
    address = f"/annuaire/{kind}/{number}/modifier"
    client.sign_in(world.alice)
    shown = str(client.page(address).select('[name="shown"]')[0]["value"])
    said = entry(name="Nom d’Alice", shown=shown, areas="21")
    client.sign_in(world.admin)
    assert (
        client.submit(
            address, entry(name="Nom de l’administration", shown=shown, areas="21")
        ).status_code
        == 303
    )
    client.sign_in(world.alice)
    refused = client.submit(address, said)
    assert refused.status_code == 422
    page = parsed(refused.text)
    assert (
        "Quelqu’un a modifié « Nom de l’administration »"
        in page.select("[data-error-summary]")[0].text
    )
    assert page.select('[name="name"]')[0]["value"] == "Nom d’Alice"
    again = {**said, "shown": page.select('[name="shown"]')[0]["value"]}
    assert client.submit(address, again).status_code == 303
    assert "Nom d’Alice" in client.get(address.removesuffix("/modifier")).text


def test_criteria_are_limited_to_some_subjects_on_the_form(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    first, second = subject_ids()[:2]
    said = entry(
        name="Camille Fictif", workforce_min="50", service_2="Autre", criteria_subjects=[str(first)]
    )
    client.sign_in(world.alice)
    address = f"/annuaire/experts/{planted['expert_id']}"
    assert client.submit(f"{address}/modifier", said).status_code == 303
    assert "Effectif : 50 personnes au moins ; pour : " in client.get(address).text
    asked = f"{ASK}?sujet={{}}&commune=21231&siren={world.siren_21}"
    assert "hors de ses critères : effectif" in client.get(asked.format(first)).text
    assert (
        "Camille Fictif"
        in parsed(client.get(asked.format(second)).text).select("#proposes")[0].text
    )


def test_a_change_is_tried_on_the_needs_of_the_past_that_its_keeper_does_not_read(
    client: InspectingClient, world: World
) -> None:
    put = put_need(world)
    address = f"/annuaire/experts/{put.outside_expert_id}/sans-lui"
    for reader, example in ((world.admin, False), (world.team, True)):
        client.sign_in(reader)
        page = client.page(address)
        assert "Essayé sur 1 besoin des douze derniers mois" in page.get_text(" ", strip=True)
        assert bool(page.select("main table")) is example
    with working_as(world.admin) as (session, _):
        assert session.scalars(select(FirmNeed)).all() == [], "trying gives nothing to read"
