"""The link of follow-up: where each need stands, who calls, taking back, five questions; nobody else opens it."""

import re

import pytest
from sqlalchemy import select

from app.core.journal import Event
from app.referrals.guichet import jobs as nightly
from app.referrals.guichet.following import erasing, jobs, services
from app.referrals.guichet.following.models import FollowUpLink, Satisfaction
from app.referrals.needs import queries as needs
from app.referrals.needs.answering import ExpertAnswer, answer
from app.referrals.needs.models import (
    DeclineReason,
    FirmNeed,
    NeedState,
    ReferralState,
    Solicitation,
    SolicitationContact,
)
from tests.factories.guichet import ask, later, links_sent
from tests.factories.needs import plant_experts
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import subject_ids
from tests.support.client import InspectingClient
from tests.support.journaled import journaled


@pytest.fixture
def link(client: InspectingClient, world: World) -> str:
    """The link of a request of two needs, the first put to Bob and to an expert without an account."""
    plant_experts(world)
    ask(client, first={"subjects": [str(number) for number in subject_ids()[:2]]})
    return f"/guichet/suivi/{links_sent()[-1]}"


def need_ids() -> list[int]:
    with system() as session:
        return list(session.scalars(select(FirmNeed.id).order_by(FirmNeed.id)))


def say(world: World, *states: ReferralState, reason: DeclineReason | None = None) -> None:
    """Bob answers the first need."""
    first, *_ = need_ids()
    for state in states:
        with working_as(world.bob) as (session, who):
            need = needs.get_need(session, who, first)
            mine = next(each for each in need.referrals if each.expert.name == "Bob Fictif")
            held = needs.get_referral(session, who, mine.id)
            said = ExpertAnswer(state=state, shown=held.version, reason=reason, note="Non-dit")
            answer(session, who, held, said)


def test_the_firm_reads_who_calls_and_never_what_experts_write(
    client: InspectingClient, world: World, link: str
) -> None:
    shown = client.get(link)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Bob Fictif" not in shown.text
    assert "Nous cherchons le conseiller" in shown.text
    say(world, ReferralState.TAKEN)
    assert "Bob Fictif (Réseau imaginaire) s’en occupe et vous appelle." in client.get(link).text
    say(world, ReferralState.HELPED)
    page = client.get(link).text
    assert "Bob Fictif (Réseau imaginaire) vous a proposé une aide." in page
    assert "Non-dit" not in page


def test_a_need_is_taken_back_with_a_reason_then_all(
    client: InspectingClient, world: World, link: str
) -> None:
    first, second = need_ids()
    without = client.post(f"{link}/retrait", data={"need": first, "reason": ""})
    assert without.status_code == 422
    assert "Dites pourquoi" in without.text
    odd = client.post(f"{link}/retrait", data={"need": "lune", "reason": "C’est réglé."})
    assert services.NONE_LEFT in odd.text
    done = client.post(f"{link}/retrait", data={"need": first, "reason": "C’est réglé."})
    assert done.status_code == 303
    with system() as session:
        states = [need.state for need in session.scalars(select(FirmNeed).order_by(FirmNeed.id))]
    assert states == [NeedState.WITHDRAWN, NeedState.NOBODY]
    client.post(f"{link}/retrait", data={"need": "", "reason": "Tout est réglé."})
    again = client.post(f"{link}/retrait", data={"need": second, "reason": "Encore"})
    assert services.NONE_LEFT in again.text
    assert len(journaled(Event.NEED_WITHDRAWN)) == 2


def test_a_link_is_opened_by_nobody_else_and_says_nothing_of_why(
    client: InspectingClient, world: World, link: str
) -> None:
    secret = link.rsplit("/", 1)[1]
    with system() as session:
        assert secret.encode() not in session.scalars(select(FollowUpLink.digest)).one()
    renewed = client.post(f"{link}/nouveau")
    assert "Un nouveau lien part" in renewed.text
    guessed = [
        f"/guichet/suivi/{secret[:-1]}",
        f"/guichet/suivi/{'x' * 43}",
        "/guichet/suivi/1",
        link,
    ]
    answers = [client.get(path) for path in guessed]
    assert {each.status_code for each in answers} == {404}
    drawn = re.compile(r'content="[^"]*"|<code>\w+</code>')
    assert len({drawn.sub("", each.text) for each in answers}) == 1
    for path in ("retrait", "nouveau", f"avis/{need_ids()[0]}"):
        assert client.post(f"{link}/{path}", data={"reason": "Rejoué"}).status_code == 404
    new = links_sent()[-1]
    assert new != secret
    assert client.get(f"/guichet/suivi/{new}").status_code == 200
    # Of another request, it opens nothing.
    assert client.get(f"/guichet/suivi/{new}/avis/{need_ids()[0]}").status_code == 404


def test_a_link_that_is_too_old_gives_another_one(
    client: InspectingClient, world: World, link: str
) -> None:
    with later(days=200):
        over = client.get(link)
        assert over.status_code == 410
        assert "Recevoir un nouveau lien" in over.text
        assert "Forges" not in over.text
        assert client.post(f"{link}/retrait", data={"reason": "Trop tard"}).status_code == 404
        client.post(f"{link}/nouveau")
        assert client.get(f"/guichet/suivi/{links_sent()[-1]}").status_code == 200


def test_five_questions_are_asked_once_two_weeks_after(
    client: InspectingClient, world: World, link: str
) -> None:
    say(world, ReferralState.TAKEN, ReferralState.HELPED)
    jobs.ask()
    assert len(links_sent()) == 1
    said = {"was_called": "non", "was_quick": "non", "helped": "non", "recommends": "oui"}
    question = f"avis/{need_ids()[0]}"
    assert client.post(f"{link}/{question}", data=said).status_code == 404
    with later(days=15):
        jobs.ask()
        jobs.ask()
        # One e-mail for both needs: somebody helped for one, nobody could answer the other.
        assert len(links_sent()) == 2
        partial = client.post(f"{link}/{question}", data={**said, "helped": ""})
        assert partial.status_code == 422
        assert services.UNANSWERED in partial.text
        assert (
            client.post(f"{link}/{question}", data={**said, "comment": "Rappelez."}).status_code
            == 303
        )
    with later(days=20):
        assert "Corriger mon avis" in client.get(link).text
        client.post(f"{link}/{question}", data={**said, "helped": "en_partie"})
    with later(days=23):
        late = client.post(f"{link}/{question}", data=said)
        assert services.TOO_LATE in late.text
    with system() as session:
        opinions = session.scalars(select(Satisfaction).order_by(Satisfaction.need_id)).all()
        assert [each.helped and each.helped.value for each in opinions] == ["en_partie", None]
    assert len(journaled(Event.SATISFACTION_SAID)) == 2


def test_what_a_request_says_of_people_is_erased_and_figures_stay(
    client: InspectingClient, world: World, link: str
) -> None:
    say(world, ReferralState.TAKEN, ReferralState.HELPED)
    for moment, erased in ((690, False), (740, False)):
        with later(days=moment), system() as session:
            # The second need is still open: nothing is erased before all are over.
            assert bool(erasing.erase_due(session)) is erased
    client.post(f"{link}/retrait", data={"need": need_ids()[1], "reason": "C’est réglé."})
    with later(days=725), system() as session:
        assert erasing.erase_due(session) == 0
    with later(days=740):
        nightly.forget()
        assert client.get(link).status_code == 404
    with system() as session:
        made = session.scalars(select(Solicitation)).one()
        assert (made.firm_name, made.message, made.consent_by) == ("", "", erasing.ERASED)
        assert made.erased_at is not None
        assert made.siren == world.siren_21
        assert session.scalars(select(SolicitationContact)).all() == []
        states = session.scalars(select(FirmNeed.state).order_by(FirmNeed.id)).all()
        assert states == [NeedState.HELPED, NeedState.WITHDRAWN]
    assert links_sent() == []
    assert len(journaled(Event.SOLICITATION_ERASED)) == 1
