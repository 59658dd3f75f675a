"""The OpenLab: ideas are looked for before they are proposed, voted for once, answered; replies are read as far as one's natures go."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core.access.identity import Nature, Role
from app.core.journal import Event
from app.detections.answers.models import AnswerKind, DetectionAnswer
from app.openlab.ideas.models import IdeaState, IdeaVote
from scoring.vocabulary import Level
from tests.factories import openlab
from tests.factories.detections import Alerted, entry_of, publish_list
from tests.factories.network import system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

IDEA = "Filtrer les entreprises par greffe"


def votes() -> int:
    with system() as session:
        return session.scalar(select(func.count()).select_from(IdeaVote)) or 0


def test_an_idea_is_looked_for_then_proposed_voted_for_once_and_answered(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    new = "/openlab/idees/nouvelle"
    made = client.submit(new, {"title": IDEA, "body": "Pour les audiences."}, page=new)
    path = str(made.location)
    sign_in_as(client, world.bob)
    like = {"title": "filtrer par greffe", "body": "Utile aussi à l’Urssaf."}
    refused = client.submit(new, like, page=new)
    assert refused.status_code == 422
    assert IDEA in refused.text
    assert "Utile aussi à l’Urssaf." in refused.text
    for _ in range(2):
        client.submit(f"{path}/vote", {}, page="/openlab")
    assert votes() == 2
    assert "2 votes, dont le vôtre" in client.page(path).get_text()
    client.submit(f"{path}/vote/retrait", {}, page="/openlab")
    assert votes() == 1
    another = client.submit(new, {**like, "is_another": "y"}, page=new)
    assert another.status_code == 303
    first, *_ = client.page("/openlab/idees").select("tbody th a")
    assert client.page("/openlab/idees?q=GREFFE&etat=proposee").select("tbody th a")
    assert client.page("/openlab/idees?etat=faite").select("tbody th a") == []
    assert client.get(f"{path}/reponse").status_code == 403
    sign_in_as(client, world.scientist)
    said = {"becomes": "ecartee", "body": ""}
    silent = client.submit(f"{path}/reponse", said, page=f"{path}/reponse")
    assert silent.status_code == 422
    client.submit(f"{path}/reponse", {**said, "body": "Aucune source ne donne le greffe."}, page=f"{path}/reponse")  # fmt: skip
    page = client.page(path).get_text(" ", strip=True)
    assert "Écartée" in page
    assert "Aucune source ne donne le greffe." in page
    assert first.get_text(strip=True) in (IDEA, like["title"])
    # Nobody is for an idea that was set aside.
    client.submit(f"{path}/vote", {}, page="/openlab")
    assert "on ne vote plus pour elle" in client.page("/openlab").get_text()


def test_what_was_changed_is_told_once_it_is(client: InspectingClient, world: World) -> None:
    number = openlab.propose(world.alice, IDEA)
    openlab.answer(world.scientist, number, IdeaState.DONE, "C’est fait.")
    sign_in_as(client, world.scientist)
    new = "/openlab/changements/nouveau"
    said = {"title": "Les listes se filtrent par greffe", "done_on": "2999-01-01", "idea_id": str(number)}  # fmt: skip
    refused = client.submit(new, said, page=new)
    assert refused.status_code == 422
    assert "Ce jour est à venir" in refused.text
    assert client.submit(new, {**said, "done_on": "2026-06-03"}, page=new).status_code == 303
    sign_in_as(client, world.bob)
    told = client.page("/openlab").select_one("#changements").get_text(" ", strip=True)
    assert "3 juin 2026 : Les listes se filtrent par greffe" in told
    assert client.page("/openlab").select(f"#changements a[href='/openlab/idees/{number}']")


@pytest.fixture
def replies(world: World) -> None:
    """Four replies in Côte-d’Or and one in Paris, to a list."""
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            Alerted(siren=world.siren_75, department="75"),
            as_of=date(2026, 6, 1),
        )
    dijon, paris = entry_of(world.siren_21), entry_of(world.siren_75)
    people = (world.alice, world.bob, world.carol, world.manager)
    given = [(agent, dijon, world.siren_21, "21", "Effet de groupe") for agent in people]
    given.append((world.stranger, paris, world.siren_75, "75", "Secret-de-réponse"))
    with system() as session:
        for agent, entry, siren, department, comment in given:
            session.add(
                DetectionAnswer(
                    entry_id=entry, agent_id=agent, siren=siren, departments=[department], kind=AnswerKind.INEXACT,
                    reasons=["no_difficulty"], comment=comment,
                )
            )  # fmt: skip


def numbers(client: InspectingClient, query: str = "") -> list[list[str]]:
    rows = client.page(f"/openlab/reponses{query}").select("#nombres tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in rows]


def test_replies_are_counted_for_all_and_read_with_ones_natures(
    client: InspectingClient, world: World, replies: None
) -> None:
    sign_in_as(client, world.scientist)
    page = client.page("/openlab/reponses")
    assert numbers(client)[0] == ["Inexacte", "Toutes", "5"]
    # Two of one level would say who: it is not told.
    assert numbers(client, "?niveau=moderee")[0][2] == "moins de 3"
    # Nor is a word looked for where one may not read.
    assert numbers(client, "?q=Secret-de-réponse")[0][2] == "5"
    for secret in ("Secret-de-réponse", "Effet de groupe", "Dijon", "Alice"):
        assert secret not in page.get_text()
    assert "Vous n’êtes pas habilité au score" in page.get_text()
    with system() as session:
        reader = newcomer(session, "statisticienne", natures={"21": [Nature.SCORE]}, roles=[Role.DATA_SCIENTIST])  # fmt: skip
    sign_in_as(client, reader)
    rows = client.page("/openlab/reponses?q=GROUPE&theme=groupe&raison=no_difficulty").select("#lues tbody tr")  # fmt: skip
    assert len(rows) == 4
    assert "Secret-de-réponse" not in client.page("/openlab/reponses").get_text()
    read = journaled(Event.OPENLAB_REPLIES_READ)[-1]
    assert (read.details["count"], read.details["sirens"]) == (4, [world.siren_21])


@pytest.mark.parametrize("query", ["?niveau=x", "?liste=999999", "?reponse=<b>", "?theme=1"])
def test_a_filter_that_is_not_offered_is_said(
    client: InspectingClient, world: World, query: str
) -> None:
    sign_in_as(client, world.scientist)
    assert client.get(f"/openlab/reponses{query}").status_code == 422


def test_replies_are_for_data_scientists(client: InspectingClient, world: World) -> None:
    for agent in (world.alice, world.manager, world.admin, world.controller):
        sign_in_as(client, agent)
        assert client.get("/openlab/reponses").status_code == 403
    assert client.get("/openlab").status_code == 403
