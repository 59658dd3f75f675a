"""Pages that show a part and lead to the rest: establishments, comments, visits, follows."""

import re

import pytest
from sqlalchemy import text

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from tests.factories import companies as given
from tests.factories.network import follow, system, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.readers import sign_in_as, sign_out

SYSTEM = system_identity("tests")
HTMX = {"HX-Request": "true"}


def link(page: Tag, label: str) -> str:
    """Where the link of that label leads."""
    (found,) = page.find_all("a", string=re.compile(f"^{label}$"))
    return str(found["href"])


def test_the_firm_s_page_leads_to_all_its_establishments(
    client: InspectingClient, world: World
) -> None:
    with unit_of_work(SYSTEM) as writing:
        for number in range(40):
            given.establishment(writing, f"{world.siren_21}{20000 + number}")
        towns = "update establishment set commune = 'Saint-Étienne' where siret like '%20007'"
        writing.execute(text(towns))
    sign_in_as(client, world.alice)
    page = client.page(f"/entreprises/{world.siren_21}/identite")
    assert len(page.select("#liste-etablissements tbody tr")) == 10
    assert "(41 établissements)" in page.get_text()
    first = client.page(link(page, "Tous les établissements"))
    assert len(first.select("tbody tr")) == 25
    assert len(client.page(link(first, "Page suivante")).select("tbody tr")) == 16
    for typed, count in (
        ("saint etienne", 0), ("SAINT-etienne", 1), ("100 000 009 20007", 1), ("rue du test", 25), ("ailleurs", 0),
    ):  # fmt: skip
        path = f"/entreprises/{world.siren_21}/etablissements?q={typed}"
        found = client.page(path)
        assert len(found.select("tbody tr")) == count, typed
        fragment = client.get(path, headers=HTMX).get_data(as_text=True)
        assert found.find(id="liste-etablissements").get_text().split() == _words(fragment)  # type: ignore[union-attr]
    assert "Aucun établissement ne correspond" in found.get_text()


def test_comments_come_by_pages_the_last_ones_first(client: InspectingClient, world: World) -> None:
    numbers = [
        write_comment(world.alice, world.siren_21, to="crp", body=f"numéro {n}.") for n in range(30)
    ]
    sign_in_as(client, world.carol)
    firm = client.page(f"/entreprises/{world.siren_21}/echanges")
    assert said(firm) == [f"numéro {n}." for n in range(25, 30)]
    assert "(30 commentaires)" in firm.get_text()
    last = client.page(link(firm, "Tous les commentaires"))
    assert said(last) == [f"numéro {n}." for n in range(5, 30)]
    former = link(last, "Commentaires plus anciens")
    assert said(client.page(former)) == [f"numéro {n}." for n in range(5)]
    fragment = client.get(former, headers=HTMX).get_data(as_text=True)
    assert said(parsed(fragment)) == [f"numéro {n}." for n in range(5)]
    back = link(client.page(former), "Revenir aux derniers commentaires")
    assert said(client.page(back)) == said(last)
    # What a thread leads to is on the page that it opens.
    led = client.page(f"/entreprises/{world.siren_21}/commentaires?commentaire={numbers[2]}")
    assert said(led) == [f"numéro {n}." for n in range(3)]
    assert led.find(id=f"commentaire-{numbers[2]}") is not None
    for forged in ("0", "-1", "x", "9" * 30):
        path = f"/entreprises/{world.siren_21}/commentaires?commentaire={forged}"
        assert len(said(client.page(path))) == 25, forged


def test_an_edited_comment_is_on_the_page_that_follows(
    client: InspectingClient, world: World
) -> None:
    numbers = [write_comment(world.alice, world.siren_21, to="crp") for _ in range(30)]
    sign_in_as(client, world.alice)
    answer = client.submit(f"/commentaires/{numbers[0]}", {"body": "Texte corrigé"})
    path, _, anchor = answer.location.partition("#")
    assert "Texte corrigé" in client.page(path).find(id=anchor).get_text()  # type: ignore[union-attr]


def test_follows_have_their_page(client: InspectingClient, world: World) -> None:
    with system() as session:
        session.execute(
            text(
                "insert into company (siren, name, name_sort, is_active, departments, procedure_status, in_perimeter)"
                " select 500000000 + n, 'Firme ' || n, 'FIRME ' || n, true, '{21}', 'in_bonis', true"
                " from generate_series(1, 30) n"
            )
        )
        session.execute(
            text(
                "insert into follow select :agent, siren, 'all', now() - interval '1 minute' * right(siren, 2)::integer"
                " from company where siren like '5%'"
            ),
            {"agent": world.alice},
        )
    follow(world.carol, world.siren_21)
    sign_in_as(client, world.alice)
    home = client.page("/")
    first = client.page(link(home, "Tous mes suivis"))
    names = [f"Firme {n}" for n in range(1, 31)]
    assert [name.get_text() for name in first.select("tbody tr > th")] == names[:25]
    rest = client.page(link(first, "Page suivante"))
    assert [name.get_text() for name in rest.select("tbody tr > th")] == names[25:]
    sign_in_as(client, world.carol)
    assert "Firme" not in client.page("/suivis").get_text()
    assert "Forges fictives" in client.page("/suivis").get_text()
    sign_in_as(client, world.bob)
    assert "Aucun suivi" in client.page("/suivis").get_text()
    sign_in_as(client, world.admin)
    client.page("/suivis", status=403)
    sign_out(client)
    assert client.get("/suivis").status_code == 401


@pytest.mark.parametrize("tail", ["etablissements", "visites"])
def test_each_reader_before_the_parts_of_a_firm(
    client: InspectingClient, world: World, tail: str
) -> None:
    """A firm is public to whoever is habilitated; who may not read a visit sees none."""
    with system() as session:
        session.execute(
            text(
                "insert into visit (siret, siren, department, departments, author_id, visited_on, channel, contact_result, verdict)"
                " select :siret, :siren, '21', array['21'], :author, date '2026-01-01' + n, 'sur_place', 'repondu', 'confirmee'"
                " from generate_series(1, 30) n"
            ),
            {"siret": world.siret_21, "siren": world.siren_21, "author": world.alice},
        )
    path = f"/entreprises/{world.siren_21}/{tail}"
    rows = {"etablissements": (1, 1, 1), "visites": (25, 25, 0)}[tail]
    for agent_id, count in zip((world.alice, world.bob, world.stranger), rows, strict=True):
        sign_in_as(client, agent_id)
        assert len(client.page(path).select("tbody tr")) == count
    client.page(f"/entreprises/999999999/{tail}", status=404)
    sign_in_as(client, world.admin)
    client.page(path, status=403)
    sign_out(client)
    assert client.get(path).status_code == 401


def test_the_firm_s_page_leads_to_all_its_visits(client: InspectingClient, world: World) -> None:
    test_each_reader_before_the_parts_of_a_firm(client, world, "visites")
    sign_in_as(client, world.alice)
    page = client.page(f"/entreprises/{world.siren_21}/echanges")
    assert len(page.select("#visites tbody tr")) == 25
    first = client.page(link(page, "Toutes les visites de l’entreprise"))
    assert len(client.page(link(first, "Page suivante")).select("tbody tr")) == 5


def said(page: Tag) -> list[str]:
    """The comments of a page, in order."""
    return [found.get_text().strip() for found in page.select("#commentaires .vigie-text")]


def _words(html: str) -> list[str]:
    return parsed(html).get_text().split()
