"""The lists, their filters, the export, signals and answers, as agents use them."""

import base64
import hashlib
import json
from datetime import date
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from python_calamine import CalamineWorkbook

from app.companies.models import Company, Territory, TerritoryCommune
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.detections.lists.display.columns import USUAL, ListColumn
from app.detections.models import HumanSignal, SignalSource
from app.visits.models import ContactResult
from scoring.vocabulary import Level, Novelty
from tests.factories import companies
from tests.factories.cases import close_case, open_case
from tests.factories.detections import EARLIER, Alerted, entry_of, journaled, names_on, publish_list
from tests.factories.people import ALL_NATURES, World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")


def test_an_agent_sees_the_firms_of_the_zone_only(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == ["Forges fictives de Dijon"]
    sign_in_as(client, world.stranger)
    assert names_on(client, "/detections") == ["Ateliers imaginaires de Paris"]


def test_a_list_consulted_is_journaled_with_what_it_showed(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice).get("/detections?niveau=elevee")
    (line,) = journaled(Event.DETECTION_LIST_READ)
    assert line.details == {
        "list": listed,
        "filters": {"niveau": ["elevee"]},
        "count": 1,
        "sirens": [world.siren_21],
        "natures": sorted(ALL_NATURES),
    }
    assert line.actor_id == world.alice


def test_the_journal_keeps_of_the_address_what_was_understood(
    world: World, listed: int, client: InspectingClient
) -> None:
    """Not what somebody wrote there: controllers read no agent’s text."""
    sign_in_as(client, world.alice)
    typed = "note=Le dirigeant est malade&niveau=Le dirigeant&dette_min=le dirigeant&tri=dette&sens=le dirigeant"
    client.get(f"/detections?{typed}&niveau=elevee&effectif_min=3")
    client.get(f"/detections/{listed}/export.xlsx?{typed}")
    (seen,), (taken,) = journaled(Event.DETECTION_LIST_READ), journaled(Event.DETECTION_EXPORTED)
    ordered = {"tri": ["dette"], "sens": ["croissant"]}
    assert seen.details["filters"] == {"niveau": ["elevee"], "effectif_min": ["3"], **ordered}
    assert (taken.details["filters"], taken.details["natures"]) == (ordered, sorted(ALL_NATURES))


def test_a_list_says_up_to_when_each_of_its_sources_speaks(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        companies.freshness(session, date(2026, 6, 1), debit=date(2026, 4, 1))
    page = sign_in_as(client, world.alice).page("/detections")
    said = " ".join(line.get_text(" ", strip=True) for line in page.select(".vigie-source"))
    assert f"{companies.LABELS['debit']} jusqu’à avr. 2026" in said
    assert f"{companies.LABELS['procol']} jusqu’à juin 2026" in said


def test_before_any_list_the_page_says_so(world: World, client: InspectingClient) -> None:
    page = sign_in_as(client, world.alice).page("/detections")
    assert "Aucune liste n’est encore publiée" in page.get_text()


def test_a_list_not_yet_published_is_invisible(world: World, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        firm = Alerted(siren=world.siren_21, department="21")
        hidden = publish_list(session, firm, is_published=False).id
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == []
    assert client.get(f"/detections/{hidden}").status_code == 404
    assert client.get(f"/detections/{hidden}/export.xlsx").status_code == 404
    assert (
        client.get(f"/detections/reponses/{entry_of(world.siren_21)}/inexacte").status_code == 404
    )


FILTERS = {
    "niveau=elevee": 1,
    "niveau=moderee": 0,
    "niveau=elevee&niveau=moderee": 1,
    "nouveaute=first_alert": 1,
    "nouveaute=aggravation": 0,
    "departement=21": 1,
    "section=C": 1,
    "section=F": 0,
    "effectif_min=42&effectif_max=42": 1,
    "effectif_min=43": 0,
    "procedure=in_bonis": 1,
    "procedure=liquidation": 0,
    "dette_min=1": 0,
    "dette=hausse": 0,
    "effectif=baisse": 0,
    "activite_partielle=utilisee": 0,
    "comptes=perte": 0,
    "comptes=benefice": 0,
    "division=25": 1,
    "division=26": 0,
    "section=F&division=25": 1,
    "ca_min=1": 0,
    "forme=57": 1,
    "forme=54": 0,
    "age_min=1": 1,
    "age_max=1": 0,
    "territoire=inconnu": 1,
    "theme=dettes_sociales": 1,
    "theme=effectif": 0,
    "niveau=moderee&signalements=inclus": 0,
    "suivi=untouched": 1,
    "suivi=unanswered": 1,
    "suivi=watched": 0,
    "suivi=handled": 0,
    "suivi=inexact": 0,
    "source=algorithme": 1,
    "source=humain": 0,
    "source=les_deux": 0,
    "niveau=inconnu&source=inconnue&tri=inconnu&sens=x&suivi=x": 1,
}


def test_each_filter_of_the_address_narrows_the_list(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    found = {query: len(names_on(client, f"/detections?{query}")) for query in FILTERS}
    assert found == FILTERS


def test_a_wrong_number_is_said_and_ignored(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(
        "/detections?effectif_min=-3&dette_min=99999999999999"
    )
    assert page.get_text().count("Saisissez un nombre entier positif.") == 2
    assert len(page.select("#resultats tbody tr")) == 1
    words = client.page("/detections?dette_min=abc").select(".fr-message--error")
    assert [word.get_text(strip=True) for word in words] == [
        "Saisissez un nombre entier, sans unité."
    ]


def test_a_chip_says_each_filter_and_takes_it_away(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(
        "/detections?niveau=elevee&effectif_min=10&tri=lieu"
    )
    chips = {
        chip.get_text(strip=True): chip["href"] for chip in page.select(".vigie-chips .fr-tag")
    }
    assert chips == {
        "Retirer le filtreAlerte élevée": "/detections?effectif_min=10&tri=lieu",
        "Retirer le filtreEffectif : au moins 10": "/detections?niveau=elevee&tri=lieu",
    }


SORTS = [
    "entreprise",
    "lieu",
    "effectif",
    "niveau",
    "nouveaute",
    "dette",
    "activite_partielle",
    "procedure",
    "suivi",
]


@pytest.fixture
def sixty_firms(world: World) -> list[str]:
    """Sixty firms of Côte-d’Or in alert, some unlike others; their sirens by rank."""
    sirens = [f"{500_000_000 + number}" for number in range(60)]
    with unit_of_work(ACTOR) as session:
        model = session.get_one(Company, world.siren_21)
        for number, siren in enumerate(sirens):
            session.add(
                Company(
                    siren=siren, name=f"Firme {number % 7}", name_sort=f"FIRME {number % 7}", naf="25.50A",
                    is_active=True, department="21", departments=["21"], commune=None,
                    workforce=None if number % 3 else float(number % 5),
                    procedure_status=model.procedure_status, in_perimeter=True,
                )
            )  # fmt: skip
        session.flush()
        firms = [
            Alerted(
                siren=siren,
                department="21",
                level=Level.ELEVEE if number < 20 else Level.MODEREE,
                novelty=list(Novelty)[number % 4],
                p18=0.5 - number / 1000,
                rank=number + 1,
            )
            for number, siren in enumerate(sirens)
        ]
        publish_list(session, *firms)
    return sirens


def walk(client: InspectingClient, path: str) -> list[str]:
    found: list[str] = []
    while path:
        page = client.page(path)
        links = page.select("#resultats tbody tr th a")
        found += [str(link["href"]).rsplit("/", 1)[1] for link in links]
        following = page.select_one('#resultats a[rel="next"]')
        path = str(following["href"]) if following else ""
    return found


def test_every_sort_pages_through_every_firm_once(
    world: World, sixty_firms: list[str], client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    for sort in SORTS:
        for way in ("croissant", "decroissant"):
            found = walk(client, f"/detections?tri={sort}&sens={way}")
            assert sorted(found) == sixty_firms, (sort, way)


def test_the_list_follows_levels_then_ranks(
    world: World, sixty_firms: list[str], client: InspectingClient
) -> None:
    assert walk(sign_in_as(client, world.alice), "/detections") == sixty_firms


def test_rows_are_counted_up_to_a_bound_and_the_page_and_the_journal_say_so(
    world: World, sixty_firms: list[str], client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("rows.counts", "presenters", "pages"):
        monkeypatch.setattr(f"app.detections.lists.{module}.COUNTED", 30)
    page = sign_in_as(client, world.alice).page("/detections").get_text(" ", strip=True)
    assert "plus de 30 entreprises" in page
    assert "Alertes élevées 20" in page
    assert "Alertes modérées plus de 30" in page
    client.page("/detections?niveau=elevee")
    many, few = journaled(Event.DETECTION_LIST_READ)
    assert (many.details["count"], many.details.get("beyond")) == (30, True)
    assert (few.details["count"], few.details.get("beyond")) == (20, None)


FORGED: list[object] = [
    ["x", "y"],
    [True, "1"],
    [1e400, "1"],
    [10**400, "1"],
    [None, None],
    [1, "\x00"],
    [1, "\ud800"],
    [[1], "1"],
    ["a"],
    {"a": 1},
    [1, 2],
]


def test_a_forged_or_damaged_cursor_never_breaks_the_page(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    forged = [
        base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        for values in FORGED
    ]
    for cursor in (*forged, "%%%", "é", "[" * 1000, "eyJ", "WzEsMl0"):
        for sort in ("niveau", "entreprise"):
            assert (
                client.get("/detections", query_string={"tri": sort, "curseur": cursor}).status_code
                == 200
            )
    assert len(names_on(client, "/detections?curseur=eyJ")) == 1


def test_the_fragment_is_the_same_as_in_the_page(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page("/detections?niveau=elevee")
    headers = {"HX-Request": "true"}
    fragment = client.get("/detections?niveau=elevee", headers=headers).get_data(as_text=True)
    shown = page.select_one("#resultats")
    assert shown is not None
    swapped = BeautifulSoup(fragment, "html5lib").select_one("#resultats")
    assert swapped is not None
    assert swapped.get_text(" ", strip=True) == shown.get_text(" ", strip=True)


def test_an_older_list_stays_readable(world: World, listed: int, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        older = publish_list(
            session, Alerted(siren=world.siren_21_quiet, department="21"), as_of=EARLIER
        ).id
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == ["Forges fictives de Dijon"]
    assert names_on(client, f"/detections/{older}") == ["Tissages paisibles de Beaune"]
    assert client.get("/detections/999999").status_code == 404


def test_the_export_is_text_watermarked_and_journaled(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        session.get_one(Company, world.siren_21).name = '=HYPERLINK("http://x","y")'
        companies.freshness(session, date(2026, 6, 1), debit=date(2026, 4, 1))
    response = sign_in_as(client, world.alice).get(
        f"/detections/{listed}/export.xlsx?niveau=elevee"
    )
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.data))
    cover, rows = (book.get_sheet_by_index(place).to_python() for place in range(2))
    assert "Alice Fictif" in str(cover[0][0])
    assert "Alice Fictif" in str(rows[0][0])
    assert rows[1][:5] == [
        "Siren",
        "Siret du siège",
        "Entreprise",
        "Code NAF",
        "Activité (libellé NAF)",
    ]
    assert [row[:4] for row in rows[2:]] == [
        [world.siren_21, world.siret_21, '=HYPERLINK("http://x","y")', "25.50A"]
    ]
    told = {line[0]: line[1:] for line in cover}
    assert ["Niveau", "Alerte élevée", "", ""] in cover
    assert told["Départements"][0] == "21"
    assert told["Extrait par"][0] == "Alice Fictif"
    # What each figure is: its unit in its name, its source, up to when it speaks, who reads it.
    assert told["Dette sociale (€)"] == ["Débits Urssaf", "avr. 2026", "Données Urssaf"]
    assert told["Pourquoi"][:2] == ["Vigie", "1er novembre 2026"]
    assert {"Ce qui ne peut pas en être fait", "Colonnes"} <= set(told)
    (line,) = journaled(Event.DETECTION_EXPORTED)
    assert line.details["count"] == 1
    assert line.details["filters"] == {"niveau": ["elevee"]}
    assert line.details["sha256"] == hashlib.sha256(response.data).hexdigest()


def test_what_people_do_of_a_firm_narrows_the_list(
    world: World, listed: int, client: InspectingClient
) -> None:
    """Each mark is that of whoever looks: mine is not my colleague's."""
    case_id = open_case(world.alice, world.siret_21)
    log_visit(
        world.alice,
        world.siret_21,
        to="crp",
        contact_result=ContactResult.INJOIGNABLE,
        verdict=None,
    )
    told = {
        world.alice: {"mine": 1, "administration": 1, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
        world.carol: {"mine": 0, "administration": 1, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
        world.bob: {"mine": 0, "administration": 0, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
    }  # fmt: skip
    for agent_id, expected in told.items():
        sign_in_as(client, agent_id)
        found = {mark: len(names_on(client, f"/detections?suivi={mark}")) for mark in expected}
        assert found == expected, agent_id
    close_case(world.alice, case_id)
    log_visit(world.carol, world.siret_21, to="crp")
    sign_in_as(client, world.alice)
    after = {
        mark: len(names_on(client, f"/detections?suivi={mark}"))
        for mark in ("mine", "administration", "met")
    }
    assert after == {"mine": 0, "administration": 0, "met": 1}


def test_the_firms_that_people_signal_are_said_when_a_filter_leaves_them_out(
    world: World, listed: int, client: InspectingClient
) -> None:
    """What the algorithm alone knows is not known of them: the page says how many, and shows them at a click."""
    with unit_of_work(ACTOR) as session:
        session.add(
            HumanSignal(
                siren=world.siren_21_quiet, departments=["21"], author_id=world.bob, source=SignalSource.PRESSE,
                comment="Plan social annoncé",
            )
        )  # fmt: skip
    sign_in_as(client, world.alice)
    whole = client.page("/detections?effectif_min=1")
    assert "signalée par des agents" not in whole.get_text()
    for query in ("niveau=elevee", "nouveaute=first_alert", "effectif=baisse", "theme=effectif"):
        page = client.page(f"/detections?{query}")
        assert "1 entreprise signalée par des agents n’est pas ici" in page.get_text(
            " ", strip=True
        )
        include = page.find("a", string="L’inclure")
        assert include is not None
        assert include["href"] == f"/detections?{query}&signalements=inclus"
        names = names_on(client, str(include["href"]))
        assert "Tissages paisibles de Beaune" in names, query
        after = client.page(str(include["href"])).get_text(" ", strip=True)
        assert "signalée par des agents" not in after
        assert "Avec les signalements humains" in after
    # Somebody who asks for the algorithm alone knows what they leave out; what does not keep the firm says nothing of it.
    for query in ("niveau=elevee&source=algorithme", "niveau=elevee&section=F"):
        assert "signalée par des agents" not in client.page(f"/detections?{query}").get_text()
    sign_in_as(client, world.stranger)
    assert "signalée par des agents" not in client.page("/detections?niveau=elevee").get_text()


def test_a_territory_is_offered_where_it_is_and_keeps_its_firms(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert client.page("/detections").select('[name="territoire"]') == []
    with unit_of_work(ACTOR) as session:
        session.add_all(
            (
                Territory(code="2701", name="Auxois Morvan", departments=["21", "58"]),
                Territory(code="2702", name="Grand Chalon", departments=["71"]),
                TerritoryCommune(commune_code="21001", territory="2701"),
            )
        )
        companies.store_figures(session)
    page = client.page("/detections?territoire=2701")
    assert [box["value"] for box in page.select('[name="territoire"]')] == ["2701"]
    assert names_on(client, "/detections?territoire=2701") == ["Forges fictives de Dijon"]
    assert [chip.get_text(strip=True) for chip in page.select(".vigie-chips .fr-tag")] == [
        "Retirer le filtreAuxois Morvan"
    ]
    # One that is not of the zone is not understood: it is neither said nor followed.
    assert names_on(client, "/detections?territoire=2702") == ["Forges fictives de Dijon"]


def heads(client: InspectingClient, path: str = "/detections?tout=1") -> list[str]:
    """The columns of the list."""
    return [head.get_text(strip=True) for head in client.page(path).select("#resultats thead th")]


def choose(client: InspectingClient, path: str, **said: object) -> int:
    """Send the choice of what the list shows, from its page."""
    sent = {"colonne": [], "densite": "confortable", "query": path.partition("?")[2], **said}
    answer = client.submit("/detections/affichage", sent, page=path)
    assert answer.location in (None, path)
    return answer.status_code


def test_an_agent_chooses_the_columns_and_the_density_and_finds_them_again(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    usual = heads(client)
    page = client.page("/detections?niveau=elevee")
    boxes = page.select('#affichage [name="colonne"]')
    assert len(boxes) == len(ListColumn)
    assert [box["value"] for box in boxes if box.has_attr("checked")] == list(USUAL)
    chosen = {"colonne": ["age", "dette"], "densite": "compacte"}
    assert choose(client, "/detections?niveau=elevee&tri=lieu", **chosen) == 303
    assert heads(client) == ["Entreprise", "Dette sociale", "Âge"]
    row = client.page("/detections?tout=1").select_one("#resultats tbody tr")
    assert row is not None
    assert row.select(".vigie-list__second, .vigie-note") == []
    # Signed in again, elsewhere: it is theirs, and nobody else's.
    sign_in_as(client, world.carol)
    assert heads(client) == usual
    sign_in_as(client, world.alice)
    assert heads(client) == ["Entreprise", "Dette sociale", "Âge"]
    assert choose(client, "/detections?tout=1") == 303
    assert heads(client) == ["Entreprise"]


def test_an_order_by_a_column_that_is_not_shown_is_said(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert "que vous n’affichez pas" not in client.page("/detections?tri=dette").get_text()
    choose(client, "/detections?tri=dette", colonne=["lieu"])
    assert "Liste triée par « Dette sociale », une colonne" in client.page("/detections?tri=dette").get_text()  # fmt: skip


@pytest.mark.parametrize(
    "said", [{"colonne": ["mot_de_passe"]}, {"densite": "énorme"}, {"densite": ""}]
)
def test_a_choice_that_is_none_is_refused(
    world: World, listed: int, client: InspectingClient, said: dict[str, object]
) -> None:
    sign_in_as(client, world.alice)
    assert choose(client, "/detections?tout=1", **said) == 422
    assert len(heads(client)) == 1 + len(USUAL)
