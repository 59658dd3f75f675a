"""The four rooms of a firm under one band: why it is here, what to do next, what is new."""

from datetime import timedelta

from sqlalchemy import text

from app.cases import services
from app.cases.endings import Ending
from app.cases.models import Outcome
from app.cases.queries import get_case
from app.core.access.identity import Nature
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import today, utcnow
from scoring.vocabulary import Level
from tests.factories import companies
from tests.factories.cases import open_case
from tests.factories.confidences import Confidences
from tests.factories.detections import Alerted, publish_list
from tests.factories.journal import superuser_of, write_then
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import World, newcomer
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.firm import ROOMS
from tests.support.readers import sign_in_as


def band(page: Tag) -> str:
    """What stands above the rooms."""
    found = page.select_one(".vigie-band")
    assert found is not None
    return found.get_text(" ", strip=True)


def cause(page: Tag) -> str | None:
    found = page.select_one("#cause")
    return found.get_text(strip=True) if found else None


def test_every_room_has_the_same_band_and_leads_to_the_others(
    client: InspectingClient, confidences: Confidences
) -> None:
    firm = f"/entreprises/{confidences.world.siren_21}"
    sign_in_as(client, confidences.world.alice)
    client.page(firm)
    pages = [client.page(f"{firm}{room}") for room in ROOMS]
    assert len({band(page) for page in pages}) == 1
    for room, page in zip(ROOMS, pages, strict=True):
        doors = page.select('nav[aria-label="Les pages de l’entreprise"] a')
        assert [door["href"] for door in doors] == [f"{firm}{each}" for each in ROOMS]
        (current,) = [door for door in doors if door.has_attr("aria-current")]
        assert current["href"] == f"{firm}{room}"


def test_the_cause_is_the_heaviest_fact_that_the_reader_may_read(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
        score = newcomer(session, "score", natures={"21": [Nature.SCORE]})
    firm = f"/entreprises/{world.siren_21}"
    sign_in_as(client, world.alice)
    assert cause(client.page(firm)) == "Dette Urssaf : 3,2 mois de cotisations"
    sign_in_as(client, score)
    assert cause(client.page(firm)) == "Les faits qui l’expliquent ne vous sont pas ouverts."
    sign_in_as(client, world.stranger)
    assert cause(client.page(firm)) is None
    with system() as session:
        session.execute(text("update detection_reason set contribution = -abs(contribution)"))
    sign_in_as(client, world.alice)
    # Nothing raises it, though everything may be read: an expert rule made the alert.
    assert cause(client.page(firm)) == "Aucun fait n’augmente à lui seul le risque."


def test_the_context_is_never_a_cause(client: InspectingClient, world: World) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
        session.execute(
            text(
                "insert into detection_reason (entry_id, siren, departments, theme, variable, contribution, unit,"
                " category, sentence, position, horizon) select id, siren, departments, 'contexte', 'naf_division', 9,"
                " 'text', '43', 'Secteur d’activité : Travaux', 0, 24 from detection_entry"
            )
        )
    sign_in_as(client, world.alice)
    assert cause(client.page(f"/entreprises/{world.siren_21}")) == (
        "Dette Urssaf : 3,2 mois de cotisations"
    )


def test_what_is_new_is_counted_since_the_last_coming(
    app: TransactionalFlask, cluster: LocalCluster, client: InspectingClient, world: World
) -> None:
    firm = f"/entreprises/{world.siren_21}"
    sign_in_as(client, world.carol)
    assert "Première lecture de cette fiche" in band(client.page(firm))
    # The second page, a moment later, is no first reading.
    assert "Première lecture" not in band(client.page(f"{firm}/donnees"))
    with superuser_of(app, cluster) as superuser:
        write_then(
            superuser, utcnow() - timedelta(hours=2), event=Event.COMPANY_READ, actor_id=world.carol,
            actor_name="Carol Fictif", siren=world.siren_21, details={"natures": []},
        )  # fmt: skip
    assert "Rien de nouveau depuis votre dernière lecture" in band(client.page(firm))
    write_comment(world.alice, world.siren_21, to="crp", body="Un mot")
    write_comment(world.carol, world.siren_21, to="crp", body="Le mien")
    write_comment(world.bob, world.siren_21, to="urssaf", body="Pour un autre réseau")
    # One's own words are no news, and those of a network that one is not in are not told of.
    assert "1 nouveauté depuis votre dernière lecture" in band(client.page(f"{firm}/echanges"))


def test_a_firm_that_is_not_listed_says_why(client: InspectingClient, world: World) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_75, department="75"))
    path = f"/entreprises/{world.siren_21}"
    said = {
        "": "au-dessous du seuil des alertes",
        "workforce = 4, in_perimeter = false": "son effectif est resté sous 10 salariés",
        "workforce = null": "aucun effectif connu",
        "workforce = 42, legal_category = '4160'": "sa forme juridique est de droit public",
        "legal_category = '5710', naf = '64.19Z'": "son activité est exclue",
        "procedure_status = 'redressement'": "elle est déjà en procédure (redressement judiciaire)",
        "is_active = false": "elle a cessé son activité",
    }
    sign_in_as(client, world.alice)
    for change, sentence in said.items():
        with system() as session:
            if change:
                statement = text(f"update company set {change} where siren = :siren")
                session.execute(statement, {"siren": world.siren_21})
        panel = client.page(path).select_one("#alerte")
        assert panel is not None
        assert sentence in panel.get_text(" ", strip=True).lower()
    sign_in_as(client, world.stranger)
    text_of_stranger = client.page(path).get_text(" ", strip=True)
    assert not [sentence for sentence in said.values() if sentence in text_of_stranger.lower()]


def test_the_next_step_depends_on_where_the_case_stands(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
    firm = f"/entreprises/{world.siren_21}"
    sign_in_as(client, world.alice)

    def main_action() -> str:
        found = client.page(firm).select_one(".vigie-band__next .fr-btn")
        assert found is not None
        return found.get_text(strip=True)

    assert main_action() == "Consigner un contact"
    log_visit(world.alice, world.siret_21, to="crp")
    assert main_action() == "Ouvrir un accompagnement"
    case_id = open_case(world.alice, world.siret_21)
    assert main_action() == "Consigner une visite"
    assert "Alice Fictif" in band(client.page(firm))
    close(world.alice, case_id)
    assert main_action() == "Ouvrir un nouvel accompagnement"
    said = band(client.page(firm))
    assert "entreprise stabilisée" in said
    assert "Alice Fictif" not in said


def test_a_firm_of_another_zone_is_contacted_where_it_works_in_mine(
    client: InspectingClient, world: World
) -> None:
    """Its head office is in Paris; only its place in Côte-d’Or is the agent's to visit."""
    place = f"{world.siren_75}20001"
    with system() as session:
        companies.establishment(session, place)
        publish_list(session, Alerted(siren=world.siren_75, department="75", level=Level.ELEVEE))
        session.execute(
            text("update establishment set department = '21' where siret = :siret"),
            {"siret": place},
        )
        session.execute(
            text("update company set departments = '{21,75}' where siren = :siren"),
            {"siren": world.siren_75},
        )
        session.execute(text("update detection_entry set departments = '{21,75}'"))
    sign_in_as(client, world.alice)
    step = client.page(f"/entreprises/{world.siren_75}").select_one(".vigie-band__next .fr-btn")
    assert step is not None
    assert step["href"] == f"/etablissements/{place}/visite"


def close(agent_id: int, case_id: int) -> None:
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        ending = Ending(outcome=Outcome.STABILISEE, occurred_on=today())
        services.close_case(session, who, case, ending)
