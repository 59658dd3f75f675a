"""The pages of studies: what was found and what to doubt of it, for managers; registering, for data scientists."""

from datetime import timedelta

import pytest

from app.core.now import today
from tests.factories.people import World
from tests.factories.studies import plant_study, register
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.readers import sign_in_as

FORM = {
    "title": "Étude d’essai", "outcome": "procedure", "cohort_from": "2023-01-01", "cohort_to": "2023-04-01", "horizons": ["12", "18"],
    "frozen_on": "2030-01-01", "note": "Pour savoir",
}  # fmt: skip


def text_of(page: Tag) -> str:
    return " ".join(page.select("main")[0].get_text(" ", strip=True).split())


def test_a_manager_comes_from_the_funnel_and_reads_a_study(
    client: InspectingClient, world: World
) -> None:
    study_id = plant_study(world.scientist)
    sign_in_as(client, world.manager)
    assert client.page("/impact").select_one('main a[href="/impact/effet"]') is not None
    (row,) = client.page("/impact/effet").select("#etudes tbody tr")
    assert "Favorable : 5 points de moins." in row.get_text()
    page = client.page(f"/impact/effet/{study_id}")
    verdict = page.select("#verdict")[0].get_text(" ", strip=True)
    assert verdict.index("Favorable : 5 points") < verdict.index("Trop peu de défaillances.")
    assert "−5 points" in verdict
    assert "de −7 points à −3 points" in verdict
    assert len(page.select("svg.vigie-drawing")) == 3
    rows = {"intervalle": 1, "courbes": 3, "equilibre": 2, "robustesse": 5}
    assert {each: len(page.select(f"#{each} tbody tr")) for each in rows} == rows
    assert page.select("#courbes tbody tr")[-1].get_text(" ", strip=True).count("moins de 11") == 2
    assert "Le seuil a été déplacé à la main." in page.select("#robustesse")[0].get_text()
    method = page.select("#methode")[0].get_text(" ", strip=True)
    assert all(each in method for each in ("c0de", "da7a", "Données figées"))
    assert "Région simulée" not in text_of(page)


def test_before_its_day_a_study_says_when_and_shows_no_figure(
    client: InspectingClient, world: World
) -> None:
    study_id = register(world.scientist, frozen_on=today() + timedelta(days=40))
    sign_in_as(client, world.manager)
    page = client.page(f"/impact/effet/{study_id}")
    assert "personne n’en connaît encore le résultat" in text_of(page)
    assert page.select("svg.vigie-drawing") == []


def test_a_scientist_registers_a_study(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.scientist)
    answer = client.submit("/impact/effet/nouvelle", FORM)
    assert answer.status_code == 303
    page = client.page(answer.headers["Location"])
    assert "Sera lue le 1er janvier 2030" in text_of(page)
    again = client.submit("/impact/effet/nouvelle", FORM)
    assert again.status_code == 422
    assert "déjà enregistrée" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"outcome": "bonheur"}, "outcome"),
        ({"outcome": "emplois", "horizons": ["18"]}, "horizons"),
        ({"horizons": []}, "horizons"),
        ({"cohort_from": "2023-02-15"}, "cohort_from"),
        ({"cohort_from": "2023-02-01"}, "cohort_to"),
        ({"cohort_to": "2022-10-01"}, "cohort_to"),
        ({"frozen_on": "hier"}, "frozen_on"),
        ({"frozen_on": "2023-01-01"}, "frozen_on"),
        ({"departments": ["99"]}, "departments"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_what_cannot_be_registered_is_said_where_it_is_and_nothing_typed_is_lost(
    client: InspectingClient, world: World, changed: dict[str, object], field: str
) -> None:
    sign_in_as(client, world.scientist)
    answer = client.submit("/impact/effet/nouvelle", FORM | changed)
    assert answer.status_code == 422
    page = parsed(answer.get_data(as_text=True))
    (said,) = [each.get_text(strip=True) for each in page.select(".fr-message--error")]
    assert said
    (pointed,) = page.select(".vigie-error-summary a")
    assert field in str(pointed["href"])
    if field != "title":
        assert page.select('[name="title"]')[0]["value"] == FORM["title"]


def test_only_scientists_register_and_agents_read_nothing(
    client: InspectingClient, world: World
) -> None:
    study_id = plant_study(world.scientist)
    for person in (world.alice, world.admin):
        sign_in_as(client, person)
        for path in ("/impact/effet", f"/impact/effet/{study_id}", "/impact/effet/nouvelle"):
            assert client.get(path).status_code == 403
    sign_in_as(client, world.manager)
    assert client.get("/impact/effet/nouvelle").status_code == 403
    assert client.get("/impact/effet/999999").status_code == 404
