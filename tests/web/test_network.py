"""Following and writing, as each kind of reader sees it."""

import re
from urllib.parse import quote

import pytest

from app.network.comments.forms import NOT_CHOSEN
from app.network.comments.services import NOT_MY_NETWORK
from app.visits import services as visits
from app.visits.queries import get_visit
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id, working_as, write_comment
from tests.factories.people import World
from tests.factories.visits import a_report, log_visit
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.readers import sign_in_as, sign_out

HTMX = {"HX-Request": "true"}


def soup(html: str) -> Tag:
    return parsed(html)


def region(html: str, identifier: str) -> str:
    """What a part of a page says, tokens apart."""
    found = soup(html).find(id=identifier)
    assert found is not None, f"no #{identifier}"
    return re.sub(r'value="[^"]{60,}"|name="sending"[^>]*', "", str(found))


def correct(world: World, number: int, *, body: str) -> None:
    """Alice corrects what she wrote of a contact, and what came of it."""
    report = a_report(network_id=network_id("crp"), body=body, severity=3)
    with working_as(world.alice) as (session, who):
        visits.correct_visit(session, who, get_visit(session, who, number), report)


def comments_of(siren: str) -> str:
    return f"/entreprises/{siren}/commentaires"


def test_the_follow_button_equals_the_page_s(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/suivre"
    assert "Suivre" in client.page(path).get_text()
    fragment = client.submit(path, {"level": "all"}, headers=HTMX)
    assert fragment.status_code == 200
    page = client.get(path).get_data(as_text=True)
    assert region(fragment.get_data(as_text=True), "suivi") == region(page, "suivi")
    assert "Ne plus suivre" in page


def test_following_without_javascript_returns_to_the_firm(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(f"/entreprises/{world.siren_21}/suivre", {"level": "mentions"})
    assert (answer.status_code, answer.location) == (303, f"/entreprises/{world.siren_21}")
    page = client.page(f"/entreprises/{world.siren_21}/suivre")
    chosen = page.find("option", selected=True)
    assert chosen is not None
    assert chosen["value"] == "mentions"
    client.submit(
        f"/entreprises/{world.siren_21}/ne-plus-suivre",
        {},
        page=f"/entreprises/{world.siren_21}/suivre",
    )
    page = client.page(f"/entreprises/{world.siren_21}/suivre")
    assert "Ne plus suivre" not in page.get_text()


def test_an_unknown_level_is_refused(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(f"/entreprises/{world.siren_21}/suivre", {"level": "tout"})
    assert answer.status_code == 422


@pytest.mark.parametrize("tail", ["suivre", "commentaires", "fil"])
def test_an_unknown_firm_is_not_found(client: InspectingClient, world: World, tail: str) -> None:
    sign_in_as(client, world.alice)
    client.page(f"/entreprises/999999999/{tail}", status=404)
    client.page(f"/entreprises/12345/{tail}", status=404)


def test_a_comment_is_shown_with_who_reads_it(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.bob)
    path = comments_of(world.siren_21)
    sent = {"body": "Un **point**", "network_id": network_id("urssaf")}
    answer = client.submit(path, sent)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/entreprises/{world.siren_21}/echanges#commentaire-")
    page = client.page(path)
    assert "Visible par : Urssaf" in page.get_text()
    assert "<strong>point</strong>" in str(page)
    client.submit(path, {"body": "À tous", "network_id": network_id("codefi")})
    assert "Visible par : CODEFI 21" in client.page(path).get_text()


def test_the_comments_by_htmx_equal_the_page_s(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = comments_of(world.siren_21)
    sent = {"body": "Bonjour", "network_id": network_id("crp")}
    fragment = client.submit(path, sent, headers=HTMX).get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert region(fragment, "commentaires") == region(page, "commentaires")


def test_two_hundred_thousand_characters_are_refused_and_kept(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    sent = {"body": "a" * 200_000, "network_id": network_id("crp")}
    answer = client.submit(comments_of(world.siren_21), sent)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    message = soup(html).get_text().replace("\u202f", " ").replace("\xa0", " ")
    assert "200 000 caractères" in message
    assert "10 000 au plus" in message
    assert "a" * 200_000 in html


def test_an_empty_comment_is_refused(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    sent = {"body": "  ", "network_id": network_id("crp")}
    answer = client.submit(comments_of(world.siren_21), sent)
    assert answer.status_code == 422
    assert "Écrivez votre commentaire" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("forged", "told"),
    [("urssaf", NOT_MY_NETWORK), ("999999", NOT_MY_NETWORK), ("abc", NOT_MY_NETWORK), ("", NOT_CHOSEN), (None, NOT_CHOSEN)],
)  # fmt: skip
def test_a_forged_audience_is_refused_and_the_text_kept(
    client: InspectingClient, world: World, forged: str | None, told: str
) -> None:
    sign_in_as(client, world.alice)
    sent: dict[str, object] = {"body": "mon texte"}
    if forged is not None:
        sent["network_id"] = network_id("urssaf") if forged == "urssaf" else forged
    answer = client.submit(comments_of(world.siren_21), sent)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert told in html
    assert "mon texte" in html


def test_writing_out_of_zone_is_refused(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.stranger)
    page = client.page(comments_of(world.siren_21), status=403)
    assert "pas dans votre zone" in page.get_text()


def test_each_reader_reads_their_networks(client: InspectingClient, world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="entre nous")
    path = comments_of(world.siren_21)
    expected = {world.alice: True, world.carol: True, world.bob: False}
    for reader, reads in expected.items():
        sign_in_as(client, reader)
        text = client.page(path).get_text()
        assert ("entre nous" in text) is reads
        thread = client.page(f"/entreprises/{world.siren_21}/fil").get_text()
        assert ("Commentaire écrit" in thread) is reads
    sign_in_as(client, world.stranger)
    thread = client.page(f"/entreprises/{world.siren_21}/fil").get_text()
    assert "Commentaire écrit" not in thread
    assert number


@pytest.mark.parametrize("tail", ["", "/suppression"])
def test_each_reader_before_a_comment(client: InspectingClient, world: World, tail: str) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp")
    to_codefi = write_comment(world.alice, world.siren_21, to="codefi")
    sign_out(client)
    assert client.get(f"/commentaires/{number}{tail}").status_code == 401
    for reader, status in ((world.alice, 200), (world.carol, 403), (world.bob, 404)):
        sign_in_as(client, reader)
        assert client.get(f"/commentaires/{number}{tail}").status_code == status
    sign_in_as(client, world.stranger)
    assert client.get(f"/commentaires/{to_codefi}{tail}").status_code == 404


def test_the_author_edits_then_deletes(client: InspectingClient, world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="première version")
    sign_in_as(client, world.alice)
    answer = client.submit(f"/commentaires/{number}", {"body": "seconde version"})
    assert answer.status_code == 303
    text = client.page(comments_of(world.siren_21)).get_text()
    assert "seconde version" in text
    assert "Modifié le" in text
    assert "première version" not in text
    assert client.submit(f"/commentaires/{number}/suppression", {}).status_code == 303
    text = client.page(comments_of(world.siren_21)).get_text()
    assert "supprimé par son auteur" in text
    assert "seconde version" not in text
    assert client.get(f"/commentaires/{number}").status_code == 403


def test_the_feed_shows_what_others_do_on_what_i_follow(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.carol)
    client.submit(f"/entreprises/{world.siren_21}/suivre", {"level": "all"})
    write_comment(world.alice, world.siren_21, to="crp")
    write_comment(world.alice, world.siren_21_quiet, to="crp")
    text = client.page("/fil").get_text()
    assert "Forges fictives de Dijon" in text
    assert "Tissages" not in text
    sign_in_as(client, world.alice)
    assert "Forges" not in client.page("/fil").get_text()


def test_the_feed_begins_a_text_for_those_who_may_read_it(
    client: InspectingClient, world: World
) -> None:
    body = "**Trésorerie** tendue : " + "le dirigeant attend un règlement. " * 20
    number = write_comment(world.alice, world.siren_21, to="crp", body=body)
    for reader, reads in ((world.carol, True), (world.bob, False)):
        sign_in_as(client, reader)
        client.submit(f"/entreprises/{world.siren_21}/suivre", {"level": "all"})
        for page in ("/", "/fil"):
            told = client.page(page).select_one("#fil")
            assert told is not None
            assert ("Trésorerie tendue" in told.get_text()) is reads
            assert "**" not in told.get_text()
            assert told.get_text().count("règlement") <= 6
    sign_in_as(client, world.alice)
    client.submit(f"/commentaires/{number}/suppression", {})
    sign_in_as(client, world.carol)
    assert "Trésorerie" not in client.page("/").get_text()


def test_the_feed_begins_a_note_for_those_who_read_it_on_its_page(
    client: InspectingClient, world: World
) -> None:
    """Whoever follows the firm sees that it was contacted; the note, who may open it: the network, in its zone or invited."""
    add_member(world.alice, open_case(world.alice, world.siret_21), world.stranger)
    note = "Le **moratoire** est demandé. " * 20
    number = log_visit(world.alice, world.siret_21, to="crp", body=note)
    log_visit(world.alice, world.siret_21, to="crp", body="")
    correct(world, number, body=note + "Signé.")
    for reader in (world.carol, world.bob, world.manager, world.stranger):
        sign_in_as(client, reader)
        client.submit(f"/entreprises/{world.siren_21}/suivre", {"level": "all"})
        opens = "moratoire" in client.page(f"/visites/{number}").get_text()
        assert opens is (reader != world.bob)
        for page in ("/", "/fil"):
            told = client.page(page).select_one("#fil")
            assert told is not None
            assert "consignée" in told.get_text()
            extracts = [text.get_text() for text in told.select(".vigie-excerpt")]
            assert len(extracts) == int(opens), "once, and nothing of a note that says nothing"
            assert "**" not in told.get_text()
            assert told.get_text().count("moratoire") <= 8
            lines = told.select(f'li:has(a[href="/visites/{number}"])')
            assert any("Visible par : Direccte" in line.get_text() for line in lines) is opens
            assert not told.select('a[href*="/reponse"]'), "a note is not answered"


def test_a_damaged_cursor_means_the_first_page(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    for cursor in ("x", "WzEsMiwzXQ", quote("é")):
        assert client.get(f"/entreprises/{world.siren_21}/fil?suite={cursor}").status_code == 200
        assert client.get(f"/fil?suite={cursor}").status_code == 200
        assert client.get(f"/notifications?suite={cursor}").status_code == 200
        assert client.get(f"/accompagnements?suite={cursor}").status_code == 200


def test_an_attack_in_a_comment_stays_a_text(client: InspectingClient, world: World) -> None:
    write_comment(
        world.alice,
        world.siren_21,
        to="crp",
        body='<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="y">',
    )
    sign_in_as(client, world.carol)
    html = str(client.page(comments_of(world.siren_21)))
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
