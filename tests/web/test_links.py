"""An expert without an account answers by a link: what it opens, each step once, each in the journal; what it never says."""

import pytest
from sqlalchemy import select, text

from app.core.journal import Event
from app.messages.models import Email
from app.referrals.needs import queries, services, telling
from app.referrals.needs.models import Actor, ContactReading, NeedMessage, ReferralState
from app.referrals.needs.putting import SYSTEM
from tests.factories.links import ADDRESS, last_token, referral_of
from tests.factories.needs import SAID, PutNeed, put_need
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.web.linking import lines, number_on, path, post, state_of, taken


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


@pytest.fixture
def token(put: PutNeed) -> str:
    return last_token()


def test_it_says_the_need_and_neither_the_firm_nor_whom_to_call(
    client: InspectingClient, token: str
) -> None:
    answer = client.get(path(token))
    assert answer.status_code == 200
    for said in (SAID, "Dijon", "L’entreprise elle-même", "Je m’en occupe"):
        assert said in answer.text
    for kept in ("Forges", "100000009", "Sacha", "03 80", "sacha@"):
        assert kept not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_opening_it_changes_nothing_however_often(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    with system() as session:
        before = session.scalar(text("select count(*) from journal"))
    for _ in range(3):
        assert client.get(path(token)).status_code == 200
        assert client.head(path(token)).status_code == 200
    for act in ("/acceptation", "/refus", "/suite", "/message", "/coordonnees", "/nouveau-lien"):
        assert client.get(path(token, act)).status_code == 405
    assert state_of(put) is ReferralState.TO_TREAT
    with system() as session:
        assert session.scalar(text("select count(*) from journal")) == before


def test_it_is_taken_then_closed_and_each_step_has_its_link(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    following = taken(client, token)
    assert last_token() == following != token
    assert state_of(put) is ReferralState.TAKEN
    page = client.get(path(following)).text
    assert "Sacha" not in page
    assert "Votre réponse est enregistrée" in client.get(path(token)).text
    answer = post(client, following, "/suite", state="aide_proposee", note="Délai accordé")
    assert answer.status_code == 303
    assert "Aide proposée" in client.get(answer.location).text
    assert state_of(put) is ReferralState.HELPED
    said = [line.details for line in lines(Event.NEED_ANSWERED)]
    assert [each["actor"] for each in said] == ["lien", "lien"]
    assert {each["referral"] for each in said} == {referral_of(put)}
    assert {line.actor_name for line in lines(Event.NEED_ANSWERED)} == {"Lien d’un expert"}


def test_a_refusal_says_why_in_three_clicks_and_nothing_is_left_to_do(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    without = post(client, token, "/refus", note="Mon agenda")
    assert without.status_code == 422
    assert "Choisissez pourquoi" in without.text
    assert "Mon agenda" in without.text
    other = post(client, token, "/refus", reason="autre")
    assert other.status_code == 422
    assert "Dites en une phrase pourquoi" in other.text
    assert post(client, token, "/refus", reason="charge").status_code == 303
    assert state_of(put) is ReferralState.NOT_MINE
    page = client.get(path(token)).text
    assert "n’est pas pour vous : il n’y a plus rien à y faire" in page
    assert "nouveau lien" not in page


def test_whom_to_call_is_shown_once_it_is_taken_and_each_display_is_counted(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    early = post(client, token, "/coordonnees")
    assert (early.status_code, "Sacha" in early.text) == (422, False)
    following = taken(client, token)
    for _ in range(2):
        shown = post(client, following, "/coordonnees")
        assert shown.status_code == 200
        assert "Sacha Fictif" in shown.text
        assert "Forges fictives" in shown.text
    with system() as session:
        read = session.scalars(select(ContactReading)).all()
        by = [(each.agent_id, each.referral_id) for each in read]
    assert by == [(None, referral_of(put))] * 2
    assert len(lines(Event.NEED_CONTACT_READ)) == 2


def test_a_message_is_written_once_and_the_page_may_write_another(
    client: InspectingClient, put: PutNeed, token: str, world: World
) -> None:
    assert post(client, token, "/message", body="Trop tôt").status_code == 422
    following = taken(client, token)
    number = number_on(client, following)
    said = {"body": "Je les appelle demain", "number": number}
    assert client.post(path(following, "/message"), data=said).status_code == 303
    replayed = client.post(path(following, "/message"), data=said)
    assert replayed.status_code == 422
    assert "Cette page a déjà servi" in replayed.text
    assert "Je les appelle demain" in replayed.text
    assert post(client, following, "/message", body="").status_code == 422
    assert post(client, following, "/message", body="Fait").status_code == 303
    with system() as session:
        wrote = session.scalars(select(NeedMessage).order_by(NeedMessage.id)).all()
        assert [each.body for each in wrote] == ["Je les appelle demain", "Fait"]
    assert {line.details["referral"] for line in lines(Event.NEED_MESSAGE_WRITTEN)} == {
        referral_of(put)
    }
    with working_as(world.bob) as (session, who):
        services.write_message(
            session, who, queries.get_need(session, who, put.need_id), "Bien reçu"
        )
    assert "Bien reçu" in client.get(path(last_token())).text


def test_whoever_had_taken_it_is_told_that_it_is_taken_back_and_reminded_by_a_new_link(
    client: InspectingClient, put: PutNeed, token: str, world: World
) -> None:
    taken(client, token)
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        referral = next(each for each in need.referrals if each.expert.agent_id is None)
        (remind,) = telling.remind_outside
        remind(session, referral)
    assert "Voir qui appeler" in client.get(path(last_token())).text
    with working_as(world.team) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.withdraw(session, who, [need], reason="Forges fictives", actor=Actor.AGENT)
    with system() as session:
        wrote = select(Email).where(Email.address == ADDRESS, Email.body_text != "")
        (letter,) = session.scalars(wrote).all()
        assert letter.subject == telling.WITHDRAWN
        assert "Forges" not in letter.body_text
        assert "/reponse/" not in letter.body_html
