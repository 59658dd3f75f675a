"""All that one follows on one page, changed in place; the accompagnements of a colleague, who knows it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.core.journal import Event
from app.messages.models import Announcement
from app.network.models import ColleagueFollow, Follow, FollowLevel, Notification
from app.network.notifications import jobs
from app.watching.subscriptions import jobs as watching
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import follow, last_event, system, write_comment
from tests.factories.people import World, reading_as
from tests.factories.unlocks import flag
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_subscriptions import rung, subscribe


def said(client: InspectingClient, path: str = "/suivis") -> str:
    return " ".join(client.page(path).get_text().split())


def follow_colleague(client: InspectingClient, agent_id: int, level: str = "all") -> int:
    return client.submit(f"/agents/{agent_id}/suivre", {"level": level}).status_code


def told_of(world: World) -> dict[int, str]:
    """Who is told of what was just said, and why."""
    number = last_event()
    jobs.notify(event_id=number)
    with system() as session:
        rows = session.scalars(select(Notification).where(Notification.event_id == number))
        return {row.agent_id: row.reason.value for row in rows}


def test_the_level_of_a_firm_is_changed_where_all_follows_are(
    client: InspectingClient, world: World
) -> None:
    follow(world.carol, world.siren_21)
    follow(world.bob, world.siren_21)
    sign_in_as(client, world.carol)
    for level in ("nothing", "mentions", "all"):
        answer = client.submit("/suivis", {"siren": world.siren_21, "level": level})
        assert (answer.status_code, answer.location) == (303, "/suivis")
        chosen = client.page("/suivis").select_one("#suivis select option[selected]")
        assert chosen["value"] == level  # type: ignore[index]
    assert client.submit("/suivis", {"siren": world.siren_21, "level": "tout"}).status_code == 422
    # What one does not follow has no level; nobody changes that of another.
    other = {"siren": world.siren_21_quiet, "level": "all"}
    refused = client.submit("/suivis", other)
    assert refused.status_code == 422
    assert "Vous ne suivez pas, ou plus, cette entreprise" in refused.text
    client.submit("/suivis", {"siren": world.siren_21, "level": "stop"})
    assert "Aucun suivi" in said(client)
    with system() as session:
        rows = session.execute(select(Follow.agent_id, Follow.level)).all()
    assert [tuple(row) for row in rows] == [(world.bob, FollowLevel.ALL)]


def test_a_territory_is_silenced_and_taken_up_again_in_place(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    subscribe(client, "departement=21", pace="aussitot")
    page = client.page("/suivis")
    (form,) = page.select("form[action$='/niveau']")
    assert "Département 21" in page.get_text()
    path = str(form["action"])
    sign_in_as(client, world.carol)
    assert client.submit(path, {"level": "nothing"}, page="/suivis").status_code == 404
    sign_in_as(client, world.alice)
    client.submit(path, {"level": "nothing"}, page="/suivis")
    flag(world.bob, world.siren_21)
    watching.tell_now()
    assert rung() == []
    client.submit(path, {"level": "all"}, page="/suivis")
    watching.tell_now()
    assert rung() == [], "what came meanwhile is not news"
    flag(world.bob, world.siren_21_quiet)
    watching.tell_now()
    assert len(rung()) == 1


def test_what_happens_where_a_colleague_works_is_told_as_one_may_read_it(
    client: InspectingClient, world: World
) -> None:
    open_case(world.carol, world.siret_21)
    sign_in_as(client, world.bob)
    page = said(client, f"/agents/{world.carol}/suivre")
    assert "1 accompagnement en cours que vous lisez" in page
    assert "Carol Fictif en sera averti" in page
    assert follow_colleague(client, world.carol) == 303
    sign_in_as(client, world.manager)
    assert follow_colleague(client, world.carol) == 303
    write_comment(world.carol, world.siren_21, to="crp")
    assert told_of(world) == {world.manager: "colleague"}, "bob is not of that network"
    write_comment(world.alice, world.siren_21, to="codefi")
    told = told_of(world)
    assert (told[world.bob], told[world.manager], told[world.carol]) == (
        "colleague",
        "colleague",
        "member",
    )
    # Elsewhere, what she does is nobody's concern.
    write_comment(world.carol, world.siren_21_quiet, to="codefi")
    assert told_of(world) == {}
    notified = said(sign_in_as(client, world.manager), "/notifications")
    assert "vous suivez les accompagnements d’une personne qui y participe" in notified


def test_where_a_colleague_works_is_told_to_nobody_who_may_not_read_it(
    client: InspectingClient, world: World
) -> None:
    """An event that one reads does not say that somebody accompanies the firm in another département."""
    with system() as session:
        several = "update company set departments = '{21,75}' where siren = :siren"
        session.execute(text(several), {"siren": world.siren_21})
    open_case(world.carol, world.siret_21)
    elsewhere = open_case(world.stranger, world.siret_75)
    add_member(world.stranger, elsewhere, world.carol)
    sign_in_as(client, world.stranger)
    assert follow_colleague(client, world.carol) == 303
    write_comment(world.alice, world.siren_21, to="codefi")
    assert world.stranger not in told_of(world)
    write_comment(world.carol, world.siren_75, to="codefi")
    assert told_of(world)[world.stranger] in {"followed", "member"}


def test_nothing_means_nothing_and_a_firm_has_the_last_word(
    client: InspectingClient, world: World
) -> None:
    open_case(world.carol, world.siret_21)
    for agent_id, level in ((world.bob, "nothing"), (world.manager, "all")):
        sign_in_as(client, agent_id)
        assert follow_colleague(client, world.carol, level) == 303
    follow(world.manager, world.siren_21, FollowLevel.MENTIONS)
    write_comment(world.carol, world.siren_21, to="codefi")
    assert told_of(world) == {}


def test_whoever_is_followed_is_told_once_and_sees_by_whom(
    client: InspectingClient, world: World
) -> None:
    open_case(world.carol, world.siret_21)
    for level in ("all", "stop", "all", "nothing", "all"):
        sign_in_as(client, world.bob)
        assert follow_colleague(client, world.carol, level) == 303
    sign_in_as(client, world.carol)
    assert "Bob Fictif suit vos accompagnements" in said(client, "/notifications")
    assert "Qui suit mes accompagnements" in said(client)
    assert "Bob Fictif, Urssaf" in said(client)
    with system() as session:
        told = session.scalars(select(Announcement.agent_id)).all()
    assert told == [world.carol]
    lines = [line for line in journaled(Event.FOLLOW_CHANGED) if "agent_id" in line.details]
    assert [(line.actor_id, line.details["agent_id"]) for line in lines] == [
        (world.bob, world.carol)
    ] * 5
    for other in (world.alice, world.manager):
        assert "Bob Fictif" not in said(sign_in_as(client, other))


def test_nobody_is_followed_beyond_what_one_may_read(
    client: InspectingClient, world: World
) -> None:
    """Neither a stranger, nor a colleague without accompagnement, nor oneself: all answer as an unknown agent."""
    case_id = open_case(world.carol, world.siret_21)
    add_member(world.carol, case_id, world.bob)
    path = f"/agents/{world.carol}/suivre"
    unknown = ((world.stranger, world.carol), (world.bob, world.alice), (world.carol, world.carol))
    for who, whom in unknown:
        sign_in_as(client, who)
        assert client.get(f"/agents/{whom}/suivre").status_code == 404
        sent = client.submit(f"/agents/{whom}/suivre", {"level": "all"}, page="/suivis")
        assert sent.status_code == 404
    sign_in_as(client, world.admin)
    assert client.get(path).status_code == 403
    sign_out(client)
    assert client.get(path).status_code == 401
    with system() as session:
        assert session.scalars(select(ColleagueFollow)).all() == []
    # Once the accompagnement is over, whoever follows may still stop.
    sign_in_as(client, world.bob)
    assert follow_colleague(client, world.carol) == 303
    close_case(world.carol, case_id)
    assert follow_colleague(client, world.carol, "stop") == 303
    assert client.get(path).status_code == 404


def test_a_follow_is_written_in_nobody_else_s_name(world: World, session: Session) -> None:
    written = (
        "insert into colleague_follow (agent_id, followed_id, level) values (:who, :whom, :level)"
    )
    with reading_as(session, world.bob):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text(written), {"who": world.alice, "whom": world.carol, "level": "all"}
            )
        session.rollback()
        for whom, level in ((world.bob, "all"), (world.carol, "mentions")):
            with pytest.raises(IntegrityError, match="ck_colleague_follow"):
                session.execute(text(written), {"who": world.bob, "whom": whom, "level": level})
            session.rollback()
