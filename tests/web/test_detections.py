"""The lists, their filters, the export, signals and answers, as agents use them."""

import base64
import hashlib
import json
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import g
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.companies.models import Company
from app.core.identity import Identity, Role, system_identity
from app.core.journal import Event, JournalEntry
from app.core.unit_of_work import unit_of_work
from app.detections.models import (
    DetectionEntry,
    DetectionFeedback,
    HumanSignal,
    Level,
    Novelty,
)
from app.habilitations.models import Habilitation
from tests.factories.detections import EARLIER, Alerted, publish_list
from tests.factories.people import World
from tests.support.client import InspectingClient

ACTOR = system_identity("tests")


@pytest.fixture
def listed(world: World) -> int:
    """A list with one firm of Côte-d’Or and one of Paris; its number."""
    with unit_of_work(ACTOR) as session:
        return publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE, p18=0.4),
            Alerted(siren=world.siren_75, department="75"),
        ).id


def sign_in(client: InspectingClient, agent: int) -> InspectingClient:
    """Sign in as another: tests share one application context, which remembers who came before."""
    g.pop("_login_user", None)
    return client.sign_in(agent)


def entry_of(siren: str) -> int:
    with unit_of_work(ACTOR) as session:
        return session.scalars(select(DetectionEntry.id).where(DetectionEntry.siren == siren)).one()


def journaled(event: Event) -> list[JournalEntry]:
    reader = Identity(agent_id=None, name="Contrôle", roles=frozenset({Role.CONTROLEUR}))
    with unit_of_work(reader) as session:
        found = session.scalars(select(JournalEntry).where(JournalEntry.event == event.value)).all()
        session.expunge_all()
    return list(found)


def names(client: InspectingClient, path: str) -> list[str]:
    rows = client.page(path).select("#resultats tbody tr th a")
    return [row.get_text() for row in rows]


def test_an_agent_sees_the_firms_of_the_zone_only(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in(client, world.alice)
    assert names(client, "/detections") == ["Forges fictives de Dijon"]
    sign_in(client, world.stranger)
    assert names(client, "/detections") == ["Ateliers imaginaires de Paris"]


def test_a_list_consulted_is_journaled_with_its_filters_and_its_count(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in(client, world.alice).get("/detections?niveau=elevee")
    (line,) = journaled(Event.DETECTION_LIST_READ)
    assert line.details == {"list": listed, "filters": {"niveau": ["elevee"]}, "count": 1}
    assert line.actor_id == world.alice


def test_before_any_list_the_page_says_so(world: World, client: InspectingClient) -> None:
    page = sign_in(client, world.alice).page("/detections")
    assert "Aucune liste n’est encore publiée" in page.get_text()


def test_a_list_not_yet_published_is_invisible(world: World, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        firm = Alerted(siren=world.siren_21, department="21")
        hidden = publish_list(session, firm, is_published=False).id
    sign_in(client, world.alice)
    assert names(client, "/detections") == []
    assert client.get(f"/detections/{hidden}").status_code == 404
    assert client.get(f"/detections/{hidden}/export.xlsx").status_code == 404
    assert client.get(f"/detections/avis/{entry_of(world.siren_21)}").status_code == 404


FILTERS = dict(
    [
        ("niveau=elevee", 1),
        ("niveau=moderee", 0),
        ("niveau=elevee&niveau=moderee", 1),
        ("nouveaute=first_alert", 1),
        ("nouveaute=aggravation", 0),
        ("departement=21", 1),
        ("section=C", 1),
        ("section=F", 0),
        ("effectif_min=42&effectif_max=42", 1),
        ("effectif_min=43", 0),
        ("procedure=in_bonis", 1),
        ("procedure=liquidation", 0),
        ("dette_min=1", 0),
        ("source=algorithme", 1),
        ("source=humain", 0),
        ("source=les_deux", 0),
        ("niveau=inconnu&source=inconnue&tri=inconnu&sens=x&suivi=x", 1),
    ]
)


def test_each_filter_of_the_address_narrows_the_list(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in(client, world.alice)
    found = {query: len(names(client, f"/detections?{query}")) for query in FILTERS}
    assert found == FILTERS


def test_a_wrong_number_is_said_and_ignored(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in(client, world.alice).page("/detections?effectif_min=-3&dette_min=99999999999999")
    assert page.get_text().count("Saisissez un nombre entier positif.") == 2
    assert len(page.select("#resultats tbody tr")) == 1


def test_a_chip_says_each_filter_and_takes_it_away(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in(client, world.alice).page("/detections?niveau=elevee&effectif_min=10&tri=lieu")
    chips = {chip.get_text(strip=True): chip["href"] for chip in page.select(".vigie-chips .fr-tag")}
    assert chips == {
        "Retirer le filtreAlerte élevée": "/detections?effectif_min=10&tri=lieu",
        "Retirer le filtreEffectif : au moins 10": "/detections?niveau=elevee&tri=lieu",
    }


SORTS = (
    "entreprise lieu effectif niveau nouveaute dette activite_partielle procedure suivi"
).split()


@pytest.fixture
def crowd(world: World) -> list[str]:
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
    world: World, crowd: list[str], client: InspectingClient
) -> None:
    sign_in(client, world.alice)
    for sort in SORTS:
        for way in ("croissant", "decroissant"):
            found = walk(client, f"/detections?tri={sort}&sens={way}")
            assert sorted(found) == crowd, (sort, way)


def test_the_list_follows_levels_then_ranks(
    world: World, crowd: list[str], client: InspectingClient
) -> None:
    assert walk(sign_in(client, world.alice), "/detections") == crowd


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
    sign_in(client, world.alice)
    forged = [
        base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        for values in FORGED
    ]
    for cursor in (*forged, "%%%", "é", "[" * 5000, "eyJ", "WzEsMl0"):
        for sort in ("niveau", "entreprise"):
            assert client.get("/detections", query_string={"tri": sort, "curseur": cursor}).status_code == 200
    assert len(names(client, "/detections?curseur=eyJ")) == 1


def test_the_fragment_is_the_same_as_in_the_page(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in(client, world.alice).page("/detections?niveau=elevee")
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
    sign_in(client, world.alice)
    assert names(client, "/detections") == ["Forges fictives de Dijon"]
    assert names(client, f"/detections/{older}") == ["Tissages paisibles de Beaune"]
    assert client.get("/detections/999999").status_code == 404


def test_the_export_is_text_watermarked_and_journaled(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        session.get_one(Company, world.siren_21).name = '=HYPERLINK("http://x","y")'
    response = sign_in(client, world.alice).get(f"/detections/{listed}/export.xlsx?niveau=elevee")
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.data))
    rows = book.get_sheet_by_index(0).to_python()
    asked = book.get_sheet_by_name("Filtres").to_python()
    assert "Alice Fictif" in str(rows[0][0])
    assert rows[1][:2] == ["Siren", "Entreprise"]
    assert [row[:2] for row in rows[2:]] == [[world.siren_21, '=HYPERLINK("http://x","y")']]
    assert ["Niveau", "Alerte élevée"] in asked
    (line,) = journaled(Event.DETECTION_EXPORTED)
    assert line.details["count"] == 1
    assert line.details["filters"] == {"niveau": ["elevee"]}
    assert line.details["sha256"] == hashlib.sha256(response.data).hexdigest()


def test_a_signal_takes_its_place_in_the_list_and_opens_the_firm(
    world: World, listed: int, client: InspectingClient
) -> None:
    path = f"/entreprises/{world.siren_21_quiet}/signaler"
    form = {"source": "presse", "comment": "Grève annoncée dans la presse locale."}
    answer = sign_in(client, world.alice).submit(path, form)
    assert (answer.status_code, answer.location) == (303, f"/entreprises/{world.siren_21_quiet}")
    with unit_of_work(ACTOR) as session:
        assert session.get_one(Company, world.siren_21_quiet).first_alert_on is not None
    (line,) = journaled(Event.SIGNAL_WRITTEN)
    assert line.actor_id == world.alice
    assert line.siren == world.siren_21_quiet
    page = client.page("/detections?source=humain")
    assert "Signalement humain – Presse" in page.get_text()
    assert names(client, "/detections?source=les_deux") == []
    assert len(names(client, "/detections")) == 2
    sign_in(client, world.bob)
    assert len(names(client, "/detections")) == 2
    sign_in(client, world.stranger)
    assert names(client, "/detections?source=humain") == []


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"comment": "x"}, "Choisissez la source."),
        ({"source": "presse", "comment": ""}, "Dites en une phrase ce que vous savez."),
        ({"source": "presse", "comment": "   "}, "Dites en une phrase ce que vous savez."),
        ({"source": "presse", "comment": "x" * 5001}, "dépasse 5000 caractères"),
        ({"source": "autre", "comment": "x"}, ""),
    ],
)
def test_a_signal_refused_says_why_and_loses_nothing(
    world: World, client: InspectingClient, form: dict[str, str], message: str
) -> None:
    answer = sign_in(client, world.alice).submit(f"/entreprises/{world.siren_21}/signaler", form)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert form["comment"] in answer.get_data(as_text=True)
    with unit_of_work(ACTOR) as session:
        assert session.scalars(select(HumanSignal)).all() == []


def test_nobody_flags_a_firm_out_of_the_zone(world: World, client: InspectingClient) -> None:
    path = f"/entreprises/{world.siren_75}/signaler"
    answer = sign_in(client, world.alice).get(path)
    assert answer.status_code == 403
    assert "signalez-la à un collègue" in answer.get_data(as_text=True)
    assert client.get("/entreprises/999999999/signaler").status_code == 404


def test_an_answer_is_kept_and_revised(world: World, listed: int, client: InspectingClient) -> None:
    path = f"/detections/avis/{entry_of(world.siren_21)}"
    sign_in(client, world.alice)
    form = {"is_useful": "non", "reasons": ["too_late", "other"], "comment": "Déjà connue."}
    assert client.submit(path, form).status_code == 303
    page = client.page(path)
    assert {box["value"] for box in page.select("input[name=reasons][checked]")} == {"too_late", "other"}
    assert client.submit(path, {"is_useful": "oui"}).status_code == 303
    with unit_of_work(ACTOR) as session:
        (known,) = session.scalars(select(DetectionFeedback)).all()
        assert (known.agent_id, known.is_useful, known.reasons) == (world.alice, True, [])
    last = journaled(Event.DETECTION_FEEDBACK)[-1]
    assert last.details["changes"]["is_useful"] == [False, True]
    sign_in(client, world.carol)
    assert not client.page(path).select("#avis-detection input[checked]"), "an answer is its author’s"


def test_useless_without_a_reason_is_refused(
    world: World, listed: int, client: InspectingClient
) -> None:
    path = f"/detections/avis/{entry_of(world.siren_21)}"
    answer = sign_in(client, world.alice).submit(path, {"is_useful": "non"})
    assert answer.status_code == 422
    assert "choisissez au moins une raison" in answer.get_data(as_text=True)
    answer = client.submit(path, {"comment": "x"})
    assert "Dites si la détection est utile ou non." in answer.get_data(as_text=True)


def test_object_routes_open_to_the_zone_and_to_nobody_else(
    world: World, listed: int, client: InspectingClient
) -> None:
    feedback = f"/detections/avis/{entry_of(world.siren_21)}"
    assert client.get(feedback).status_code == 401
    assert client.get(f"/detections/{listed}").status_code == 401
    assert client.get(f"/detections/{listed}/export.xlsx").status_code == 401
    for agent, expected in ((world.alice, 200), (world.bob, 200), (world.carol, 200), (world.stranger, 404)):
        assert sign_in(client, agent).get(feedback).status_code == expected
    for agent in (world.admin, world.scientist, world.controller):
        sign_in(client, agent)
        for path in (feedback, "/detections", f"/detections/{listed}", f"/detections/{listed}/export.xlsx"):
            assert client.get(path).status_code in {403, 404}


def test_an_agent_without_the_score_sees_no_alert(world: World, listed: int, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        for right in session.scalars(select(Habilitation).where(Habilitation.agent_id == world.carol)):
            right.natures = ["urssaf"]
    assert names(sign_in(client, world.carol), "/detections") == []
