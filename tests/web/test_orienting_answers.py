"""What experts answer to a need sent from an accompagnement comes back into it: its thread, its history, what ends or deletes it."""

import pytest
from sqlalchemy import select

from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.referrals.needs import queries
from app.referrals.needs.answering import ExpertAnswer, answer
from app.referrals.needs.models import Actor, DeclineReason, FirmNeed, ReferralState
from app.referrals.needs.services import withdraw
from tests.factories.cases import open_case
from tests.factories.needs import plant_experts
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.sending import orient
from tests.support.client import InspectingClient


@pytest.fixture
def case_id(world: World) -> int:
    """The firm of Côte-d’Or, accompanied by alice; Bob and a mailbox are experts of its need."""
    number = open_case(world.alice, world.siret_21)
    plant_experts(world)
    return number


def test_answers_come_back_into_the_accompagnement(
    client: InspectingClient, world: World, case_id: int
) -> None:
    orient(world.alice, case_id)
    with working_as(world.bob) as (session, who):
        need = session.scalars(select(FirmNeed)).one()
        number = next(
            each.id
            for each in queries.get_need(session, who, need.id).referrals
            if each.expert.agent_id == world.bob
        )
        referral = queries.get_referral(session, who, number)
        answer(session, who, referral, ExpertAnswer(state=ReferralState.TAKEN, shown=0))
    client.sign_in(world.alice)
    thread = client.page(f"/entreprises/{world.siren_21}/fil").get_text(" ", strip=True)
    assert "Réponse à une orientation : prise en charge" in thread
    assert "Orientation transmise : 1 besoin" in thread
    page = client.page(f"/accompagnements/{case_id}")
    history = page.select_one("#historique")
    assert history
    assert "Prise en charge" in history.get_text()
    with system() as session:
        told = session.scalars(select(FeedEvent.kind).order_by(FeedEvent.id)).all()
    assert told.count(EventKind.REFERRAL_ANSWERED) == 1
    assert (
        "1 besoin encore sans réponse définitive"
        in client.get(f"/accompagnements/{case_id}/cloture").text
    )


def test_a_refusal_and_a_withdrawal_are_told_once_each(world: World, case_id: int) -> None:
    orient(world.alice, case_id)
    with working_as(world.bob) as (session, who):
        need = session.scalars(select(FirmNeed)).one()
        number = next(
            each.id
            for each in queries.get_need(session, who, need.id).referrals
            if each.expert.agent_id == world.bob
        )
        said = ExpertAnswer(state=ReferralState.NOT_MINE, shown=0, reason=DeclineReason.BUSY)
        answer(session, who, queries.get_referral(session, who, number), said)
    with working_as(world.alice) as (session, who):
        need = queries.get_need(session, who, session.scalars(select(FirmNeed.id)).one())
        withdraw(session, who, [need], reason="L’entreprise a trouvé seule.", actor=Actor.AGENT)
    with system() as session:
        told = session.scalars(select(FeedEvent.kind).order_by(FeedEvent.id)).all()
    assert [told.count(k) for k in (EventKind.REFERRAL_ANSWERED, EventKind.REFERRAL_WITHDRAWN)] == [
        1,
        1,
    ]


def test_nothing_is_deleted_once_a_need_was_sent(
    client: InspectingClient, world: World, case_id: int
) -> None:
    orient(world.alice, case_id)
    client.sign_in(world.alice)
    refused = client.submit(
        f"/accompagnements/{case_id}/suppression",
        {"reason": "Ouvert par erreur, sur la mauvaise entreprise."},
    )
    assert "Un besoin a été transmis depuis cet accompagnement" in refused.text
