"""A comment is answered in place or on its page, for whoever reads it; the answer waits for its author; the feed says what is new."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core.now import utcnow
from app.core.web import drafts
from app.messages.models import Reason
from app.network.comments import services as comments
from app.network.models import Comment, FeedEvent, FeedSeen, Notification
from app.network.notifications import jobs
from tests.factories.network import follow, last_event, system, working_as, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

HTMX = {"HX-Request": "true"}
ASKED, ANSWERED = "Qui les connaît ?", "Moi, je les appelle."


@pytest.fixture
def asked(world: World) -> int:
    """A comment of alice for CRP, where carol reads it and bob does not."""
    follow(world.carol, world.siren_21)
    return write_comment(world.alice, world.siren_21, to="crp", body=ASKED)


def answer(client: InspectingClient, comment_id: int, body: str = ANSWERED, **how: object) -> str:
    sent = client.submit(f"/commentaires/{comment_id}/reponse", {"body": body}, **how)
    assert sent.status_code in {200, 303}
    return str(sent.location)


def to_do(client: InspectingClient) -> dict[str, str]:
    links = client.page("/").select("#a-faire li a")
    return {link.get_text(strip=True): str(link["href"]) for link in links}


def test_the_feed_begins_the_text_and_offers_to_answer_it(
    client: InspectingClient, world: World, asked: int
) -> None:
    sign_in_as(client, world.carol)
    line = client.page("/fil").find(id=f"evenement-{last_event()}")
    assert line is not None
    assert ASKED in line.get_text()
    initials = line.select_one(".vigie-timeline__initials")
    assert initials is not None
    assert initials.get_text() == "AF"
    (link,) = line.select(f'a[href="/commentaires/{asked}/reponse"]')
    form = client.get(str(link["hx-get"]), headers=HTMX)
    assert "<html" not in form.text
    assert "<textarea" in form.text
    answered = client.submit(str(link["href"]), {"body": ANSWERED}, headers=HTMX)
    assert "Réponse envoyée" in answered.text
    assert ANSWERED in answered.text


def test_an_answer_has_the_audience_of_what_it_answers_and_is_told_to_its_author(
    client: InspectingClient, world: World, asked: int
) -> None:
    sign_in_as(client, world.carol)
    assert answer(client, asked).startswith(f"/entreprises/{world.siren_21}/echanges")
    with system() as session:
        said, question = session.scalars(select(Comment).order_by(Comment.id.desc())).all()
        assert (said.network_id, said.departments) == (question.network_id, question.departments)
        assert (said.answers_id, said.answered_agent_id) == (asked, world.alice)
    jobs.notify(event_id=last_event())
    with system() as session:
        told = session.execute(select(Notification.agent_id, Notification.reason)).all()
        assert (world.alice, Reason.CONCERNED.value) in [tuple(row) for row in told]
        assert world.bob not in [row.agent_id for row in told]
    sign_in_as(client, world.alice)
    page = client.page(f"/entreprises/{world.siren_21}/commentaires").get_text()
    assert "En réponse à Alice Fictif" in " ".join(page.split())


def test_an_answer_waits_for_whoever_it_answers_until_they_write(
    client: InspectingClient, world: World, asked: int
) -> None:
    sign_in_as(client, world.carol)
    answer(client, asked)
    assert to_do(client) == {}
    sign_in_as(client, world.alice)
    ((label, address),) = to_do(client).items()
    assert label.startswith("Carol Fictif vous a répondu sur Forges fictives de Dijon")
    assert ANSWERED in client.page(address).get_text()
    answer(client, int(address.split("/")[2]), "Merci.")
    assert to_do(client) == {}
    # Now it is for Carol to answer, or not.
    sign_in_as(client, world.carol)
    assert len(to_do(client)) == 1


def test_an_answer_that_was_deleted_waits_for_nobody(
    client: InspectingClient, world: World, asked: int
) -> None:
    sign_in_as(client, world.carol)
    answer(client, asked)
    with working_as(world.carol) as (session, who):
        said = session.scalars(select(Comment).where(Comment.answers_id == asked)).one()
        comments.delete(session, who, said)
    sign_in_as(client, world.alice)
    assert to_do(client) == {}


@pytest.mark.parametrize("person", ["bob", "stranger", "admin"])
def test_whoever_does_not_read_a_comment_does_not_answer_it(
    client: InspectingClient, world: World, asked: int, person: str
) -> None:
    sign_in_as(client, getattr(world, person))
    path = f"/commentaires/{asked}/reponse"
    assert client.get(path).status_code in {403, 404}
    sent = client.submit(path, {"body": ANSWERED}, page="/compte")
    assert sent.status_code in {403, 404}
    assert ASKED not in sent.text
    with system() as session:
        assert session.scalars(select(Comment.id)).all() == [asked]


def test_what_is_refused_stays_typed(client: InspectingClient, world: World, asked: int) -> None:
    sign_in_as(client, world.carol)
    path = f"/commentaires/{asked}/reponse"
    empty = client.submit(path, {"body": "  "}, headers=HTMX)
    assert empty.status_code == 422
    assert "Écrivez votre réponse" in empty.text
    long = client.submit(path, {"body": "x" * 10_001})
    assert long.status_code == 422
    assert "x" * 10_001 in long.text


def test_a_draft_of_an_answer_is_found_again_in_place_and_sent_once(
    client: InspectingClient, world: World, asked: int
) -> None:
    path = f"/commentaires/{asked}/reponse"
    with working_as(world.carol) as (session, who):
        drafts.save(session, who, form_path=path, fields={"body": ["pas encore dit"]})
    sign_in_as(client, world.carol)
    assert list(to_do(client).values()) == [path]
    assert "pas encore dit" in client.get(path, headers=HTMX).text
    answer(client, asked)
    assert to_do(client) == {}


def test_the_feed_marks_what_came_since_the_last_visit(
    client: InspectingClient, world: World, asked: int
) -> None:
    sign_in_as(client, world.carol)
    assert "Nouveau" not in client.page("/").get_text()
    with system() as session:
        session.execute(update(FeedSeen).values(seen_at=utcnow() - timedelta(hours=2)))
    move_events(timedelta(hours=3))
    write_comment(world.alice, world.siren_21, to="crp", body="Encore une chose")
    # Reading it again within the same visit still says what was new.
    for _ in range(2):
        feed = client.page("/").select_one("#fil")
        assert feed is not None
        news = [line.get_text() for line in feed.select("li") if "Nouveau" in line.get_text()]
        assert len(news) == 1
        assert "Encore une chose" in news[0]
        mark = feed.select_one(".vigie-timeline__mark")
        assert mark is not None
        assert "Déjà là à votre dernière visite" in mark.get_text()


def move_events(ago: timedelta) -> None:
    with system() as session:
        session.execute(update(FeedEvent).values(occurred_at=utcnow() - ago))
