"""A second click sends nothing twice, and what was written appears at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.core.database.unit_of_work import TransactionalFlask
from app.network.models import Comment
from tests.factories.cases import open_case
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.support.client import TOKEN, InspectingClient, QuietClient
from tests.support.documents import parsed
from tests.support.readers import open_session, sign_in_as

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/accompagnements/1"}


def comments() -> int:
    with system() as session:
        return session.scalar(select(func.count()).select_from(Comment)) or 0


def shown(client: InspectingClient, page: str, action: str) -> dict[str, object]:
    """What the form of a page that goes to ``action`` holds besides what is typed, and a text for one of alice's networks."""
    (form,) = parsed(client.get(page).text).select(f'form[action="{action}"]')
    hidden = form.select('input[type="hidden"]')
    typed = {"body": "Une fois", "network_id": network_id("crp")}
    return {**{str(field["name"]): str(field["value"]) for field in hidden}, **typed}


@pytest.fixture
def case(world: World, client: InspectingClient) -> str:
    """The page of an accompagnement of alice, who is signed in."""
    sign_in_as(client, world.alice)
    return f"/accompagnements/{open_case(world.alice, world.siret_21)}"


def test_a_comment_on_an_accompagnement_appears_where_it_was_written(
    client: InspectingClient, case: str
) -> None:
    path = f"{case}/commentaires"
    form = shown(client, case, path)
    answer = client.post(path, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer.headers
    page = parsed(answer.text)
    assert "Une fois" in page.select_one("#liste-commentaires").get_text()  # type: ignore[union-attr]
    assert page.select_one("textarea").get_text() == "", "the form is blank again"  # type: ignore[union-attr]
    again = client.post(path, data=form, headers=HTMX)
    assert again.headers["HX-Refresh"] == "true"
    assert comments() == 1


def test_the_same_words_written_again_and_other_words_sent_from_a_page_gone_back_to_are_followed(
    client: InspectingClient, case: str
) -> None:
    path = f"{case}/commentaires"
    form = shown(client, case, path)
    assert client.post(path, data=form).location == f"{case}#commentaire-1"
    assert client.post(path, data={**form, "body": "Deux fois"}).status_code == 303
    assert client.post(path, data=shown(client, case, path)).status_code == 303
    assert client.post(path, data=form).location == f"{case}#commentaire-1"
    assert comments() == 3


def test_what_was_refused_may_be_sent_again(client: InspectingClient, case: str) -> None:
    path = f"{case}/commentaires"
    form = shown(client, case, path)
    refused = {**form, "network_id": "9999"}
    assert [client.post(path, data=refused).status_code for _ in range(2)] == [422, 422]
    assert client.post(path, data=form).status_code == 303


def test_two_clicks_at_the_same_moment_are_followed_once(
    app: TransactionalFlask, world: World
) -> None:
    firm = f"/entreprises/{world.siren_21}"
    cookie = open_session(world.alice)
    first = QuietClient(app, app.response_class)
    first.set_cookie("vigie", cookie)
    form = shown(first, f"{firm}/echanges", f"{firm}/commentaires")

    def send(_: int) -> str | None:
        with app.app_context():
            mine = QuietClient(app, app.response_class)
            mine.set_cookie("vigie", cookie)
            return mine.post(f"{firm}/commentaires", data=form).location

    with ThreadPoolExecutor(4) as clicks:
        led = set(clicks.map(send, range(4)))
    assert led == {f"{firm}/echanges#commentaire-1"}
    assert comments() == 1


def test_somebody_else_is_not_answered_what_one_was(
    client: InspectingClient, world: World, case: str
) -> None:
    path = f"{case}/commentaires"
    form = shown(client, case, path)
    assert client.post(path, data=form).status_code == 303
    sign_in_as(client, world.carol)
    token = TOKEN.search(client.get("/compte").text)
    assert token
    assert client.post(path, data={**form, "csrf_token": token[1]}).location == (
        f"{case}#commentaire-2"
    )
    assert comments() == 2
