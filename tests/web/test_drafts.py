"""What was being typed is never lost."""

import pytest
from sqlalchemy import select

from app.core.web import drafts
from tests.factories import accounts
from tests.factories.network import network_id, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.readers import sign_in_as, sign_out
from tests.web.crawling import token
from tests.web.test_gates import unsign


def save(client: InspectingClient, path: str, form: dict[str, object]) -> int:
    token = client.page(path).find("meta", {"name": "csrf-token"})
    assert isinstance(token, Tag)
    headers = {"X-CSRFToken": str(token["content"])}
    url = f"/brouillons?formulaire={path}"
    return client.post(url, data=form, headers=headers).status_code


def typed(page: Tag, name: str) -> str:
    area = page.find("textarea", {"name": name})
    assert area is not None
    return area.get_text().strip()


@pytest.fixture
def forms(world: World) -> dict[str, str]:
    """The pages of forms, and the field of their text."""
    return {
        f"/entreprises/{world.siren_21}/commentaires": "body",
        f"/etablissements/{world.siret_21}/visite": "body",
        f"/etablissements/{world.siret_21}/accompagnement": "context",
    }


def test_a_draft_comes_back_says_so_and_can_be_erased(
    client: InspectingClient, world: World, forms: dict[str, str]
) -> None:
    sign_in_as(client, world.alice)
    for path, name in forms.items():
        assert save(client, path, {name: "en cours de frappe"}) == 204
        page = client.page(path)
        assert typed(page, name) == "en cours de frappe"
        assert "Votre brouillon du" in page.get_text()
        erase = f"/brouillons/effacement?formulaire={path}"
        answer = client.submit(erase, {}, page=path)
        assert (answer.status_code, answer.location) == (303, path)
        page = client.page(path)
        assert typed(page, name) == ""
        assert "Votre brouillon du" not in page.get_text()


def test_a_draft_is_its_author_s_alone(client: InspectingClient, world: World) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.alice)
    save(client, path, {"body": "confidence"})
    sign_in_as(client, world.carol)
    assert "confidence" not in client.page(path).get_text()


def test_a_draft_is_forgotten_once_sent(client: InspectingClient, world: World) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.alice)
    save(client, path, {"body": "brouillon"})
    client.submit(path, {"body": "envoyé", "network_id": network_id("crp")})
    assert typed(client.page(path), "body") == ""


def test_a_refused_form_keeps_its_draft(client: InspectingClient, world: World) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    sign_in_as(client, world.alice)
    save(client, path, {"body": "brouillon"})
    assert client.submit(path, {"body": "x", "network_id": "0"}).status_code == 422
    assert typed(client.page(path), "body") == "brouillon"


@pytest.mark.parametrize(
    "path", ["//exemple.invalid", "https://exemple.invalid", "x", "/a?b=c", ""]
)
def test_a_draft_leads_nowhere_else(client: InspectingClient, world: World, path: str) -> None:
    sign_in_as(client, world.alice)
    token = client.page("/compte").find("meta", {"name": "csrf-token"})
    assert isinstance(token, Tag)
    headers = {"X-CSRFToken": str(token["content"])}
    answer = client.post(
        "/brouillons", query_string={"formulaire": path}, data={"a": "b"}, headers=headers
    )
    assert answer.status_code == 422
    erased = client.post(
        "/brouillons/effacement", query_string={"formulaire": path}, data={}, headers=headers
    )
    assert erased.location == "/"


def test_a_draft_has_a_size(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/commentaires"
    assert save(client, path, {"body": "a" * 200_000}) == 204
    assert save(client, path, {"body": "a" * 200_001}) == 422


def test_an_agent_keeps_a_bounded_number_of_drafts_the_latest(world: World) -> None:
    count = drafts.MOST + 5
    with working_as(world.alice) as (session, who):
        for number in range(count):
            drafts.save(session, who, form_path=f"/formulaire/{number}", fields={"body": ["x"]})
        kept = session.scalars(select(drafts.Draft.form_path)).all()
    assert len(kept) == drafts.MOST
    assert f"/formulaire/{count - 1}" in kept
    assert "/formulaire/0" not in kept


def test_a_form_turned_away_at_a_gate_fills_no_database(
    client: InspectingClient, world: World
) -> None:
    unsign(world.alice)
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/commentaires"
    client.post(path, data={"body": "a" * (drafts.LONGEST + 1), "csrf_token": token(client)})
    with working_as(world.alice) as (session, _):
        assert session.scalars(select(drafts.Draft)).all() == []


def test_a_lost_session_gives_back_what_was_typed(
    client: InspectingClient, world: World, forms: dict[str, str]
) -> None:
    held = accounts.local_account(world.alice)
    for (path, name), code in zip(forms.items(), held.codes, strict=False):
        answer = client.post(path, data={name: "presque perdu", "csrf_token": "périmé"})
        assert answer.status_code == 401
        fields = accounts.hidden(answer, "/connexion")
        assert "presque perdu" in fields["resume"]
        sent = {**fields, "email": "alice@exemple.invalid", "password": accounts.PASSPHRASE}
        back = accounts.show_code(client, client.post("/connexion", data=sent), code)
        assert (back.status_code, back.location) == (303, path)
        assert typed(client.page(path), name) == "presque perdu"
        sign_out(client)


def test_what_comes_back_from_a_page_cannot_break_a_form(
    client: InspectingClient, world: World
) -> None:
    path = f"/etablissements/{world.siret_21}/visite"
    with working_as(world.alice) as (session, who):
        forged = {
            "body": {"a": 1},
            "severity": [{"x": 1}, "9"],
            "visited_on": ["hier"],
            "channel": 3,
        }
        drafts.save(session, who, form_path=path, fields=forged)  # type: ignore[arg-type]
    sign_in_as(client, world.alice)
    assert client.get(path).status_code == 200


def test_a_draft_needs_somebody(client: InspectingClient, world: World) -> None:
    assert client.post("/brouillons?formulaire=/x", data={"a": "b"}).status_code == 401
