"""Standard letters: looked at on an invented firm, their words from a closed list, their versions kept, where campaigns begin."""

from sqlalchemy import select

from app.campaigns.letters import FIRST
from app.campaigns.standard.models import LetterVersion, StandardLetter
from app.core.journal import Event
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

LETTERS = "/administration/lettres"
BODY = "Madame, Monsieur, {entreprise} de {commune} peut m’écrire : {courriel}."


def letters() -> dict[str, int]:
    with system() as session:
        return {each.label: each.id for each in session.scalars(select(StandardLetter))}


def bodies(letter_id: int) -> list[str]:
    with system() as session:
        said = select(LetterVersion.body).where(LetterVersion.letter_id == letter_id)
        return list(session.scalars(said.order_by(LetterVersion.id)))


def test_a_letter_is_looked_at_then_kept_with_what_it_said_before(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.admin)
    path = f"{LETTERS}/{letters()['Premier contact']}"
    number = letters()["Premier contact"]
    page = client.page(path)
    assert "Ateliers imaginaires" not in page.select_one("#apercu").get_text()
    shown = page.select_one("input[name=shown]")["value"]
    said = {"label": "Premier contact", "body": BODY, "shown": shown}
    looked = client.submit(path, said | {"preview": "1"}, page=path).get_data(as_text=True)
    assert "Ateliers imaginaires de Ville-Exemple peut m’écrire : camille.exemple@exemple.invalid." in looked  # fmt: skip
    assert bodies(number) == [FIRST], "nothing is kept yet"
    unknown = client.submit(path, said | {"body": "Bonjour {patron}"}, page=path)
    assert unknown.status_code == 422
    assert "{patron} n’est pas un mot que Vigie remplace" in unknown.get_data(as_text=True)
    assert "Bonjour {patron}" in unknown.get_data(as_text=True), "nothing typed is lost"
    assert client.submit(path, said, page=path).status_code == 303
    assert bodies(number) == [FIRST, BODY]
    assert "Les services de l’État" in client.page(path).select_one("#versions").get_text()
    # Another tab that showed the former version overwrites nothing.
    late = client.submit(path, said | {"body": "Autre"}, page=path)
    assert late.status_code == 422
    assert bodies(number) == [FIRST, BODY]
    same = client.submit(f"{LETTERS}/nouvelle", {"label": "premier CONTACT", "body": "A"}, page=path)  # fmt: skip
    assert "porte déjà ce nom" in same.get_data(as_text=True)
    lines = journaled(Event.LETTER_CHANGED)
    assert [(line.details["change"], line.details["changes"]) for line in lines] == [("modifiée", ["body"])]  # fmt: skip


def test_a_campaign_begins_with_a_letter_that_is_offered(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.admin)
    said = {"label": "Seconde lettre", "body": BODY}
    assert client.submit(f"{LETTERS}/nouvelle", said, page=LETTERS).status_code == 303
    number, first = letters()["Seconde lettre"], letters()["Premier contact"]
    sign_in_as(client, world.alice)
    create = "/campagnes/nouvelle"
    assert client.page(create).select_one("textarea[name=letter]").get_text().strip() == FIRST
    page = client.page(f"{create}?lettre={number}")
    assert page.select_one("textarea[name=letter]").get_text().strip() == BODY
    assert "Seconde lettre" in page.select_one("#lettres").get_text()
    sign_in_as(client, world.admin)
    for each in (number, first):
        client.submit(f"{LETTERS}/{each}/archivage", {}, page=LETTERS)
    sign_in_as(client, world.alice)
    page = client.page(f"{create}?lettre={number}")
    assert page.select_one("textarea[name=letter]").get_text().strip() == ""
    assert page.select_one("#lettres") is None


def test_administrators_alone_edit_letters(world: World, client: InspectingClient) -> None:
    number = letters()["Premier contact"]
    for reader in (world.alice, world.manager, world.stranger):
        sign_in_as(client, reader)
        for path in (LETTERS, f"{LETTERS}/{number}", f"{LETTERS}/nouvelle"):
            assert client.get(path).status_code == 403
        sent = client.submit(f"{LETTERS}/{number}", {"label": "A", "body": "B"}, page="/compte")
        assert sent.status_code == 403
    sign_out(client)
    assert client.get(LETTERS).status_code == 401
    assert bodies(number) == [FIRST]
