"""What became of an establishment: shown where it closed; an accompagnement and a follow go on there in one click, journaled."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app.cases.models import Case, CaseMember, MemberRole
from app.companies.models import CompanyAlert
from app.companies.successions.models import EstablishmentSuccession
from app.core.access.identity import Nature
from app.core.journal import Event, JournalEntry
from app.network.models import Follow
from tests.factories import companies
from tests.factories.cases import open_case
from tests.factories.network import follow, system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


@pytest.fixture
def moved(world: World) -> str:
    """The establishment that took over the one of the Côte-d’Or, which closed; both of one firm."""
    place = f"{world.siren_21}20001"
    with system() as session:
        companies.establishment(session, place)
    link(world.siret_21, place)
    return place


def link(before: str, after: str) -> None:
    with system() as session:
        session.add(
            EstablishmentSuccession(
                predecessor=before, successor=after, linked_on=date(2026, 5, 1), is_head_office_transfer=True, is_continuous=True
            )
        )  # fmt: skip


def close(siret: str) -> None:
    with system() as session:
        session.execute(
            text("update establishment set is_active = false where siret = :siret"),
            {"siret": siret},
        )


def act(client: InspectingClient, path: str) -> int:
    """Click on a button that posts to ``path``, shown or not; return the status."""
    return client.submit(path, {}, page="/compte/telephone").status_code


def where(case_id: int) -> str:
    with system() as session:
        return session.get_one(Case, case_id).siret


def test_an_establishment_says_what_it_became_and_what_it_was(
    client: InspectingClient, world: World, moved: str
) -> None:
    close(world.siret_21)
    sign_in_as(client, world.stranger)
    assert "transfert du siège" in client.page(f"/etablissements/{world.siret_21}").get_text()
    assert "A succédé le 1er mai 2026" in client.page(f"/etablissements/{moved}").get_text()
    table = client.page(f"/entreprises/{world.siren_21}/identite").select_one("#etablissements")
    assert table is not None
    assert "devenu" in table.get_text()


def test_an_accompagnement_moves_in_one_click_and_the_journal_keeps_it(
    client: InspectingClient, world: World, moved: str
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    close(world.siret_21)
    sign_in_as(client, world.alice)
    page = client.page(f"/accompagnements/{case_id}")
    form = page.find("form", action=f"/accompagnements/{case_id}/deplacement/{moved}")
    assert form is not None
    act(client, str(form["action"]))
    assert where(case_id) == moved
    assert "celui qui lui a succédé" in client.page(f"/accompagnements/{case_id}").get_text()
    with system() as session:
        line = session.scalars(
            select(JournalEntry).where(JournalEntry.event == Event.CASE_MOVED.value)
        ).one()
        told = (line.actor_id, line.details["before"], line.details["after"])
    assert told == (world.alice, world.siret_21, moved)


def test_only_a_referent_moves_it_and_only_to_what_took_over(
    client: InspectingClient, world: World, moved: str
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.carol)
    # Whoever is neither there nor a référent sees no button, and is refused.
    assert "Déplacer l’accompagnement" not in client.page(f"/accompagnements/{case_id}").get_text()
    path = f"/accompagnements/{case_id}/deplacement"
    assert act(client, f"{path}/{moved}") == 403
    sign_in_as(client, world.stranger)
    assert act(client, f"{path}/{moved}") == 404
    sign_in_as(client, world.alice)
    assert act(client, f"{path}/{world.siret_21_quiet}") == 303
    assert where(case_id) == world.siret_21
    close(moved)
    assert act(client, f"{path}/{moved}") == 303
    assert where(case_id) == world.siret_21


def test_another_firm_opens_nothing_and_what_invitations_gave_stays_behind(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    link(world.siret_21, world.siret_21_quiet)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/deplacement/{world.siret_21_quiet}"
    # Nothing opened the other firm: it takes a motive.
    assert act(client, path) == 303
    assert where(case_id) == world.siret_21
    with system() as session:
        session.add(CompanyAlert(siren=world.siren_21_quiet, first_on=date(2026, 6, 1)))
        session.add(
            CaseMember(
                case_id=case_id, agent_id=world.stranger, role=MemberRole.PARTICIPANT, natures=[Nature.URSSAF.value]
            )
        )  # fmt: skip
    assert act(client, path) == 303
    assert where(case_id) == world.siret_21_quiet
    with system() as session:
        given = session.scalars(select(CaseMember.natures).where(CaseMember.case_id == case_id))
        assert [list(natures) for natures in given] == [[], []]


def test_the_database_moves_nothing_else(world: World, moved: str) -> None:
    case_id = open_case(world.alice, world.siret_21)
    for agent_id, target in ((world.stranger, moved), (world.alice, world.siret_21_quiet)):
        with pytest.raises(ProgrammingError), working_as(agent_id) as (session, _who):
            session.execute(
                text("select case_move(:case, :target)"), {"case": case_id, "target": target}
            )
    assert where(case_id) == world.siret_21


def test_a_follow_goes_to_the_firm_that_took_over(client: InspectingClient, world: World) -> None:
    follow(world.carol, world.siren_21)
    sign_in_as(client, world.carol)
    path = f"/entreprises/{world.siren_21}/suivi/deplacement/{world.siret_21_quiet}"
    assert act(client, path) == 303
    assert followed(world) == {world.siren_21}
    link(world.siret_21, world.siret_21_quiet)
    assert "Suivre plutôt" in client.page(f"/etablissements/{world.siret_21}").get_text()
    assert act(client, path) == 303
    assert followed(world) == {world.siren_21_quiet}
    with system() as session:
        told = session.scalars(
            select(JournalEntry.siren)
            .where(
                JournalEntry.event == Event.FOLLOW_CHANGED.value,
                JournalEntry.actor_id == world.carol,
            )
            .order_by(JournalEntry.id)
        ).all()
    assert told[-2:] == [world.siren_21, world.siren_21_quiet]


def followed(world: World) -> set[str]:
    with system() as session:
        return set(session.scalars(select(Follow.siren).where(Follow.agent_id == world.carol)))
