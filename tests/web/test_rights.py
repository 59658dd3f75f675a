"""Dora reads the score and Urssaf in Côte-d’Or, the score only in Paris: every page says it in the same way."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.access.identity import Nature, Role
from app.core.now import today
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.messages.models import Email
from app.network.notifications import jobs
from scoring.vocabulary import Level
from tests.factories import companies
from tests.factories.cases import add_member, open_case
from tests.factories.detections import Alerted, names_on, publish_list
from tests.factories.network import last_event, system
from tests.factories.people import World, newcomer, two_zones
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.firm import sheet
from tests.support.readers import sign_in_as

DIJON, PARIS = "Forges fictives de Dijon", "Ateliers imaginaires de Paris"
DEBT_21, DEBT_75 = "5\u202f678", "8\u202f765"
#: what the list says of these debts: their amount, their move in a year, the délai that runs
LISTED_21 = f"{DEBT_21}\xa0€ ↗ en hausse"
LISTED_75 = f"{DEBT_75}\xa0€ ↗ en hausse · délai jusqu’en déc. 2126"
CLOSED = "non habilité"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def listed(world: World) -> int:
    """Both firms in alert and in debt; the number of the list."""
    with system() as session:
        companies.freshness(session, date(2026, 6, 1))
        companies.series(session, world.siret_21, "dette_patronale", [5678.0])
        companies.series(session, world.siret_21, "ap_consommee", [31.0])
        companies.series(session, world.siret_75, "dette_patronale", [8765.0])
        companies.payment_plan(session, world.siret_75)
        return publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.MODEREE, rank=2),
            Alerted(siren=world.siren_75, department="75", level=Level.ELEVEE, rank=1),
        ).id


@pytest.fixture
def dora(client: InspectingClient, listed: int) -> int:
    """Signed in."""
    with system() as session:
        agent_id = two_zones(session)
    sign_in_as(client, agent_id)
    return agent_id


def with_natures(client: InspectingClient, *natures: Nature, roles: tuple[Role, ...] = ()) -> int:
    """Somebody of Côte-d’Or and of Paris with these natures only, signed in."""
    with system() as session:
        agent_id = newcomer(
            session, "emile", natures={"21": list(natures), "75": list(natures)},
            roles=[Role.AGENT, *roles],
        )  # fmt: skip
    sign_in_as(client, agent_id)
    return agent_id


def cells(page: Tag, name: str) -> dict[str, str]:
    """The cells of a firm in the list, by column."""
    row = next(row for row in page.select("#resultats tbody tr") if name in row.get_text())
    return {str(cell["data-label"]): cell.get_text(" ", strip=True) for cell in row.find_all("td")}


def body(client: InspectingClient, path: str, **headers: str) -> str:
    return client.get(path, headers=headers).get_data(as_text=True)


def test_the_list_writes_not_habilitated_where_the_nature_is_not_held(
    client: InspectingClient, dora: int
) -> None:
    page = client.page("/detections")
    assert cells(page, DIJON)["Dette sociale"] == LISTED_21
    assert cells(page, PARIS)["Dette sociale"] == CLOSED
    assert cells(page, PARIS)["Niveau"] == "Alerte élevée"
    assert cells(page, DIJON)["Activité partielle"] == CLOSED
    assert "seuls départements de votre zone : 21." in page.get_text()
    for headers in ({}, HTMX):
        assert DEBT_75 not in body(client, "/detections", **headers)


def test_the_export_writes_it_too(client: InspectingClient, dora: int, listed: int) -> None:
    answer = client.get(f"/detections/{listed}/export.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    cover, rows = (book.get_sheet_by_index(place).to_python() for place in range(2))
    named = {str(row[2]): dict(zip(map(str, rows[1]), row, strict=True)) for row in rows[2:]}
    assert named[DIJON]["Dette sociale (€)"] == 5678
    assert named[PARIS]["Dette sociale (€)"] == CLOSED
    assert named[PARIS]["Évolution de la dette sur un an (%)"] == CLOSED
    assert named[PARIS]["Délai de paiement jusqu’au"] == CLOSED
    # A column that she may read nowhere is not there, and the first sheet says so.
    assert "Activité partielle (ETP)" not in named[DIJON]
    assert cover[-1][:2] == ["Activité partielle (ETP)", "Activité partielle"]
    assert named[PARIS]["Niveau"] == "Alerte élevée"
    assert "8765" not in str(rows)


def test_a_filter_on_the_debt_tells_nothing_of_the_debts_not_read(
    client: InspectingClient, dora: int
) -> None:
    """The firm of Paris owes 8 765 €: whatever is asked, it answers as one that owes nothing known."""
    for amount, found in ((1, [DIJON]), (5679, []), (8000, []), (9000, [])):
        assert names_on(client, f"/detections?dette_min={amount}") == found
    ways = [
        names_on(client, f"/detections?tri=dette&sens={way}")
        for way in ("croissant", "decroissant")
    ]
    # Unknown comes last both ways.
    assert ways == [[DIJON, PARIS], [DIJON, PARIS]]


def test_a_filter_on_a_sign_tells_nothing_of_the_firms_not_read(
    client: InspectingClient, dora: int
) -> None:
    """Both debts rise, a délai runs in Paris, Dijon used activité partielle: each is found where its nature is held alone."""
    assert names_on(client, "/detections?dette=hausse") == [DIJON]
    assert names_on(client, "/detections?dette=delai") == []
    assert (
        "ignoré : non habilité" in client.page("/detections?activite_partielle=utilisee").get_text()
    )
    with_natures(client, Nature.SCORE, Nature.URSSAF, Nature.ACTIVITE_PARTIELLE)
    assert set(names_on(client, "/detections?dette=hausse")) == {DIJON, PARIS}
    assert names_on(client, "/detections?dette=delai") == [PARIS]
    assert names_on(client, "/detections?dette=delai&dette=hausse") == [PARIS]
    assert names_on(client, "/detections?activite_partielle=utilisee") == [DIJON]


def test_filters_and_orders_on_a_nature_held_nowhere_are_refused_and_said(
    client: InspectingClient, listed: int
) -> None:
    with_natures(client, Nature.SCORE)
    both = names_on(client, "/detections")
    assert len(both) == 2
    for query in (
        "dette_min=1", "dette_min=999999", "dette=hausse", "dette=delai", "activite_partielle=utilisee", "tri=dette",
        "tri=activite_partielle",
    ):  # fmt: skip
        page = client.page(f"/detections?{query}")
        assert names_on(client, f"/detections?{query}") == both
        assert "ignoré : non habilité" in page.get_text()
        assert "Dette sociale : au moins" not in page.get_text()
    page = client.page("/detections")
    assert page.find("input", {"name": "dette_min"}) is None
    assert not page.find_all("a", href=lambda href: href and "tri=dette" in href)
    assert page.find_all("a", href=lambda href: href and "tri=effectif" in href)


def test_without_the_score_no_alert_is_counted_filtered_nor_followed(
    client: InspectingClient, world: World, listed: int
) -> None:
    with_natures(client, Nature.URSSAF, roles=(Role.MANAGER,))
    page = client.page(
        "/detections?niveau=elevee&nouveaute=first_alert&source=algorithme&effectif=baisse&tri=niveau"
    )
    text = page.get_text(" ", strip=True)
    assert text.count("ignoré : non habilité") == 5
    assert f"Alertes élevées {CLOSED}" in text
    assert "Alerte élevée" not in text
    home = client.page("/").get_text(" ", strip=True)
    assert "Score et alertes : non habilité" in home
    assert "nouvelle alerte" not in home
    paris = sheet(client, f"/entreprises/{world.siren_75}")
    assert DEBT_75 in paris
    assert "Pas d’alerte" not in paris
    assert "20\xa0%" not in paris
    assert "Score et alertes : non habilité dans 21, 75" in client.page("/impact").get_text()


def test_a_firm_flagged_by_a_colleague_hides_its_level(
    client: InspectingClient, world: World, listed: int
) -> None:
    with_natures(client, Nature.URSSAF)
    page = client.page(f"/entreprises/{world.siren_75}/signaler")
    assert page is not None
    sent = {"source": "presse", "comment": "Vu dans la presse"}
    assert client.submit(f"/entreprises/{world.siren_75}/signaler", sent).status_code == 303
    row = cells(client.page("/detections"), PARIS)
    assert row["Niveau"].startswith(CLOSED)
    assert row["Nouveauté"] == CLOSED
    assert row["Dette sociale"] == LISTED_75


def test_the_sheet_reads_each_nature_where_it_is_held(
    client: InspectingClient, world: World, dora: int
) -> None:
    dijon = sheet(client, f"/entreprises/{world.siren_21}")
    assert DEBT_21 in dijon
    assert "Dette Urssaf : 3,2 mois" in dijon
    place = client.page(f"/etablissements/{world.siret_75}").get_text(" ", strip=True)
    for paris in (sheet(client, f"/entreprises/{world.siren_75}"), place):
        assert DEBT_75 not in paris
        assert "12\u202f000" not in paris
        assert "dans d’autres départements que ceux de l’entreprise" in paris
    why = client.page(f"/entreprises/{world.siren_75}").select_one("#pourquoi")
    assert why is not None
    assert "Dettes sociales : non habilité" in why.get_text()
    assert "Dette Urssaf" not in why.get_text()
    assert "Effectif : 42 salariés" in why.get_text()


def test_an_accompagnement_opens_the_nature_held_elsewhere(
    client: InspectingClient, world: World, dora: int
) -> None:
    case_id = open_case(world.stranger, world.siret_75)
    add_member(world.stranger, case_id, dora)
    sign_in_as(client, dora)
    paris = sheet(client, f"/entreprises/{world.siren_75}")
    assert DEBT_75 in paris
    assert "Vous participez à un accompagnement en cours" in paris
    assert cells(client.page("/detections"), PARIS)["Dette sociale"] == LISTED_75


def test_the_search_shows_public_facts_only(client: InspectingClient, dora: int) -> None:
    for headers in ({}, HTMX):
        found = body(client, "/recherche?q=ateliers imaginaires", **headers)
        assert PARIS in found
        assert "Dans ma zone" in found
        for hidden in (DEBT_75, "Alerte élevée", "Urssaf :"):
            assert hidden not in found


def tell(world: World, siren: str, department: str, nature: Nature) -> int:
    """Something of a nature happens to a firm; the number of the event, told to those who may read it."""
    with system() as session:
        event = DomainEvent(
            kind=EventKind.ALERTED, siren=siren, departments=[department],
            subject_kind="detection_entry", subject_id=1, occurred_on=today(), nature=nature.value,
            details={"level": "elevee", "novelty": "aggravation"},
        )  # fmt: skip
        events.emit(session, jobs.SYSTEM, event)
    number = last_event()
    jobs.notify(event_id=number)
    return number


def test_the_feed_and_the_thread_keep_what_is_of_a_nature_held_there(
    client: InspectingClient, world: World, dora: int
) -> None:
    tell(world, world.siren_75, "75", Nature.URSSAF)
    fragments = ("/fil", "/notifications", f"/entreprises/{world.siren_75}/fil")
    for headers, paths in (({}, ("/", *fragments)), (HTMX, fragments)):
        for path in paths:
            assert ", aggravation" not in body(client, path, **headers), path
    tell(world, world.siren_21, "21", Nature.URSSAF)
    for path in ("/", "/fil", "/notifications", f"/entreprises/{world.siren_21}/fil"):
        assert ", aggravation" in body(client, path), path


def test_the_thread_says_that_alerts_are_left_out(
    client: InspectingClient, world: World, listed: int
) -> None:
    with_natures(client, Nature.URSSAF)
    tell(world, world.siren_21, "21", Nature.SCORE)
    thread = client.page(f"/entreprises/{world.siren_21}/fil").get_text(" ", strip=True)
    assert ", aggravation" not in thread
    assert "Alertes du modèle : non habilité" in thread


def test_the_morning_mail_counts_what_is_read_at_the_time_it_is_written(
    client: InspectingClient, world: World, dora: int
) -> None:
    tell(world, world.siren_75, "75", Nature.URSSAF)
    tell(world, world.siren_21, "21", Nature.URSSAF)
    tell(world, world.siren_75, "75", Nature.SCORE)
    jobs.write_digests(today())
    with system() as session:
        sent = session.execute(
            select(Email.subject, Email.body_text).where(Email.agent_id == dora)
        ).all()
    assert [subject for subject, _ in sent] == ["2 nouveautés dans ce que vous suivez"]
    assert PARIS not in sent[0].body_text


def test_my_account_says_where_each_nature_is_held(client: InspectingClient, dora: int) -> None:
    account = client.page("/compte").get_text(" ", strip=True)
    assert "Score et alertes, Données Urssaf (21 seulement)" in account
    assert client.page("/compte").find("a", {"href": "/deverrouillages"}) is not None
