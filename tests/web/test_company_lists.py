"""Lists of firms: made, filled, shown as labels and as a filter; none reveals a firm beyond one's reach."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.companies.models import Company
from app.core.access.identity import Nature
from app.core.journal import Event
from app.detections.models import HumanSignal, SignalSource
from app.habilitations.models import Habilitation
from app.watching.lists.forms import sirens_in
from app.watching.lists.models import CompanyList, CompanyListMember, ListSource
from tests.factories.detections import names_on
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

pytest_plugins = ["tests.factories.region"]

FIRM, QUIET, PARIS = (
    "Forges fictives de Dijon",
    "Tissages paisibles de Beaune",
    "Ateliers imaginaires de Paris",
)


def make(client: InspectingClient, label: str = "À voir", **said: str) -> int:
    """Make a list as its page does; its number."""
    answer = client.submit("/listes", {"label": label, "source": "agents", "audience": "", **said})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(str(answer.location).rpartition("/")[2])


def fill(client: InspectingClient, number: int, sirens: str) -> str:
    """Paste firms on a list; what is said of it."""
    page = f"/listes/{number}"
    assert client.submit(f"{page}/ajout", {"sirens": sirens}, page=page).status_code == 303
    return client.page(page).get_text(" ", strip=True)


def labels(client: InspectingClient, path: str) -> list[str]:
    """The labels of the firm on one of its pages."""
    found = client.page(path).select('ul[aria-label="Listes de l’entreprise"] a')
    return [label.get_text(strip=True) for label in found]


def test_a_list_labels_every_page_of_its_firms_and_filters_the_detections(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    number = make(client)
    said = fill(client, number, f"{world.siren_21}\n200 000 008; {world.siret_21}")
    assert "2 entreprises sur la liste" in said
    assert FIRM in said
    assert QUIET in said
    firm = f"/entreprises/{world.siren_21}"
    for room in ("", "/echanges", "/donnees", "/identite"):
        assert labels(client, firm + room) == ["À voir"], room
    assert labels(client, f"/etablissements/{world.siret_21}") == ["À voir"]
    assert names_on(client, f"/detections?liste={number}") == [FIRM]
    rows = client.page("/detections?tout=1").select_one("#resultats tbody").get_text()
    assert "À voir" in rows
    chip = client.page(f"/detections?liste={number}").select_one(".vigie-chips a")
    assert "À voir" in chip.get_text()
    # Off the list, it labels nothing.
    path = f"/listes/{number}/retrait/{world.siren_21}"
    assert client.submit(path, {}, page=f"/listes/{number}").status_code == 303
    assert labels(client, firm) == []
    assert names_on(client, f"/detections?liste={number}") == []
    lines = journaled(Event.COMPANY_LIST_FILLED)
    assert [line.details["change"] for line in lines] == ["ajoutées", "retirées"]
    assert lines[0].details["sirens"] == [world.siren_21, world.siren_21_quiet]
    assert lines[1].siren == world.siren_21


def test_what_is_pasted_beyond_ones_reach_is_said_and_not_added(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    number = make(client)
    said = fill(client, number, f"{world.siren_75} 999999999 {world.siren_21}")
    assert f"Hors de votre zone, non ajoutées : {world.siren_75}" in said
    assert "Inconnues de Vigie, non ajoutées : 999999999" in said
    with system() as session:
        assert session.scalars(select(CompanyListMember.siren)).all() == [world.siren_21]


def test_a_partners_list_is_crossed_with_the_alerts_both_ways(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    number = make(client)
    page = f"/listes/{number}"
    fill(client, number, f"{world.siren_21_quiet}")
    apart = f"{page}?alerte=non"
    assert QUIET in client.page(apart).get_text()
    assert names_on(client, f"/detections?hors_liste={number}") == [FIRM]
    assert journaled(Event.COMPANY_LIST_READ)[-1].details["natures"] == ["score"]
    fill(client, number, world.siren_21)
    shown = client.page(apart).get_text(" ", strip=True)
    assert (FIRM in shown, QUIET in shown, "1 entreprise" in shown) == (False, True, True)
    assert names_on(client, f"/detections?hors_liste={number}") == []
    # A human signal is an alert too.
    with system() as session:
        said = {"source": SignalSource.PRESSE, "comment": "Un article."}
        firm = {"siren": world.siren_21_quiet, "departments": ["21"]}
        session.add(HumanSignal(author_id=world.bob, **firm, **said))
    assert "Aucune n’est hors alerte" in client.page(apart).get_text()


def test_whoever_reads_no_alert_is_told_of_none_by_crossing(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    number = make(client)
    fill(client, number, f"{world.siren_21} {world.siren_21_quiet}")
    with system() as session:
        session.execute(
            update(Habilitation)
            .where(Habilitation.agent_id == world.alice)
            .values(natures=[Nature.URSSAF.value])
        )
    page = client.page(f"/listes/{number}?alerte=non")
    assert {FIRM, QUIET} <= {name.get_text() for name in page.select("tbody th a")}
    assert "en alerte" not in page.get_text()


@pytest.mark.parametrize("source", ["dgfip", "relance", "strategique"])
def test_a_partners_list_is_brought_by_a_head_of_network_and_read_by_each_in_their_zone(
    world: World, listed: int, client: InspectingClient, source: str
) -> None:
    sign_in_as(client, world.alice)
    said = {"label": "Retraitée", "source": source, "audience": "tous"}
    assert client.submit("/listes", said).status_code == 422
    sign_in_as(client, world.manager)
    number = make(client, "Retraitée", source=source, audience="tous")
    fill(client, number, world.siren_21)
    name = f"Retraitée – {ListSource(source).label}"
    # Another firm, of Paris, is on the list too: nobody of Dijon may know.
    with system() as session:
        session.add(
            CompanyListMember(
                list_id=number, siren=world.siren_75, departments=["75"], added_by=world.manager
            )
        )
    for reader, mine, other in (
        (world.bob, (world.siren_21, FIRM), (world.siren_75, PARIS)),
        (world.stranger, (world.siren_75, PARIS), (world.siren_21, FIRM)),
    ):
        sign_in_as(client, reader)
        page = client.page(f"/listes/{number}").get_text()
        assert mine[1] in page
        assert other[1] not in page
        assert "1 entreprise" in page
        assert labels(client, f"/entreprises/{mine[0]}") == [name]
        assert labels(client, f"/entreprises/{other[0]}") == []
        assert names_on(client, f"/detections?liste={number}") == [mine[1]]
        assert [
            row.get_text() for row in client.page("/listes").select("td[data-label*=zone]")
        ] == ["1"]
        # Only those who answer for it fill it.
        sent = client.submit(f"/listes/{number}/ajout", {"sirens": mine[0]}, page="/compte")
        assert sent.status_code == 403


def test_a_list_with_a_nature_tells_nothing_to_who_lacks_it(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    crp = str(network_id("crp"))
    number = make(client, "Tirée des alertes", audience=crp, nature=Nature.SCORE.value)
    fill(client, number, world.siren_21)
    sign_in_as(client, world.carol)
    assert labels(client, f"/entreprises/{world.siren_21}") == ["Tirée des alertes"]
    with system() as session:
        session.execute(
            update(Habilitation)
            .where(Habilitation.agent_id == world.carol)
            .values(natures=[Nature.URSSAF.value])
        )
    sign_in_as(client, world.carol)
    assert labels(client, f"/entreprises/{world.siren_21}") == []
    assert FIRM not in client.page(f"/listes/{number}").get_text()
    # The journal says what each was shown.
    shown = [line.details["sirens"] for line in journaled(Event.COMPANY_LIST_READ)]
    assert shown == [[], [world.siren_21], []]


def test_ones_own_list_is_ones_own_and_a_networks_is_filled_by_its_members(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    own, shared = (
        make(client, "La mienne"),
        make(client, "La nôtre", audience=str(network_id("crp"))),
    )
    fill(client, own, world.siren_21)
    for reader, known in (
        (world.bob, 404),
        (world.carol, 200),
        (world.stranger, 200),
        (world.admin, 403),
    ):
        sign_in_as(client, reader)
        assert client.get(f"/listes/{own}").status_code in (404, 403)
        assert client.get(f"/listes/{shared}").status_code == known
    sign_in_as(client, world.carol)
    assert "1 entreprise sur la liste" in fill(client, shared, world.siren_21)
    assert client.submit(f"/listes/{shared}/archivage", {}, page="/compte").status_code == 403
    assert labels(client, f"/entreprises/{world.siren_21}") == ["La nôtre"]
    sign_out(client)
    assert client.get(f"/listes/{shared}").status_code == 401
    sign_in_as(client, world.alice)
    page = f"/listes/{shared}"
    assert client.submit(f"{page}/archivage", {}, page=page).status_code == 303
    assert labels(client, f"/entreprises/{world.siren_21}") == ["La mienne"]
    sent = client.submit(f"{page}/ajout", {"sirens": world.siren_21_quiet}, page="/compte")
    assert sent.status_code == 403


def test_a_firm_is_put_on_lists_from_its_page(world: World, client: InspectingClient) -> None:
    sign_in_as(client, world.alice)
    first, second = make(client, "Première"), make(client, "Seconde")
    path = f"/entreprises/{world.siren_21}/listes"
    assert client.submit(path, {"lists": [str(first), str(second)]}).status_code == 303
    assert labels(client, f"/entreprises/{world.siren_21}") == ["Première", "Seconde"]
    assert client.submit(path, {"lists": [str(second)]}).status_code == 303
    assert labels(client, f"/entreprises/{world.siren_21}") == ["Seconde"]
    # Out of the zone, the firm is public and stays off the lists.
    other = f"/entreprises/{world.siren_75}/listes"
    assert client.submit(other, {"lists": [str(first)]}).status_code == 422


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"label": ""}, "Donnez un nom"),
        ({"label": "x" * 61}, "60 caractères au plus"),
        ({"audience": "999"}, "un de vos réseaux"),
        ({"audience": "tous"}, "ouverte à tous"),
        ({"nature": "inconnue"}, "nature"),
        ({"source": "inconnue"}, "source"),
    ],
)
def test_a_list_refused_says_why_and_keeps_what_was_typed(
    world: World, client: InspectingClient, said: dict[str, str], message: str
) -> None:
    sign_in_as(client, world.alice)
    form = {"label": "Gardée", "description": "Telle quelle", "source": "agents", "audience": ""}
    answer = client.submit("/listes", form | said)
    assert answer.status_code == 422
    assert message.lower() in answer.get_data(as_text=True).lower()
    assert "Telle quelle" in answer.get_data(as_text=True)
    with system() as session:
        assert session.scalars(select(CompanyList)).all() == []


def test_numbers_are_read_however_they_are_pasted() -> None:
    text = "100 000 009\t10000000900008\n200\u202f000\u202f008;300000007,100000009 1234567890 12"
    assert sirens_in(text) == ["100000009", "200000008", "300000007"]


def test_where_a_firm_works_is_not_for_an_agent_to_say(
    world: World, client: InspectingClient
) -> None:
    """Row-level security: a firm of Paris is not put on a list as if it were of Dijon."""
    sign_in_as(client, world.alice)
    number = make(client)
    with working_as(world.alice) as (session, who):
        firm = session.get_one(Company, world.siren_75)
        session.add(
            CompanyListMember(
                list_id=number, siren=firm.siren, departments=["21"], added_by=who.agent_id
            )
        )
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
        session.rollback()
