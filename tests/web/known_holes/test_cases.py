"""Holes 5 to 8: accompagnements opened anywhere, moved by a forged field, deleted, left without référent."""

import pytest
from sqlalchemy import func, select, text

from app.cases.models import Case, CaseMember, CaseState, MemberRole
from app.core.access.guard import GuardedFlask
from tests.factories.cases import add_member, open_case
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

HERE = "/compte"
OPENING = {"criticality": "none", "context": ""}
#: fields that the former portal believed
FORGED = {
    "state": "sous_surveillance", "opened_by": "1", "department": "75", "siret": "30000000700006",
    "closed_on": "2020-01-01", "opened_on": "2020-01-01", "referent_ids": "5", "participant_ids": "5",
}  # fmt: skip
UNTOUCHED = ("state", "opened_by", "department", "siret", "siren", "closed_on", "opened_on")


def facts(case_id: int) -> tuple[dict[str, object], set[tuple[int, MemberRole]]]:
    """What no form of an accompagnement may change, and who takes part."""
    with system() as session:
        case = session.get_one(Case, case_id)
        active = select(CaseMember).where(
            CaseMember.case_id == case_id, CaseMember.left_at.is_(None)
        )
        people = {(member.agent_id, member.role) for member in session.scalars(active)}
        return {name: getattr(case, name) for name in UNTOUCHED}, people


def member_id(case_id: int, agent_id: int) -> int:
    with system() as session:
        of_agent = (CaseMember.case_id == case_id, CaseMember.agent_id == agent_id)
        return session.scalars(select(CaseMember.id).where(*of_agent)).one()


@pytest.mark.parametrize("forged", [{}, {"referent_ids": "5", "agent_id": "5", "role": "referent"}])
def test_hole_05_naming_oneself_referent_does_not_open_a_case_out_of_zone(
    client: InspectingClient, world: World, forged: dict[str, str]
) -> None:
    """The creator was preselected référent, and a référent was allowed anywhere; the form itself was not checked."""
    sign_in_as(client, world.stranger)
    path = f"/etablissements/{world.siret_21}/accompagnement"
    assert client.get(path).status_code == 403
    assert client.submit(path, {**OPENING, **forged}, page=HERE).status_code == 403
    with system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_hole_05_who_opens_a_case_is_its_only_first_referent(
    client: InspectingClient, world: World
) -> None:
    """Référents came with the creation form."""
    sign_in_as(client, world.alice)
    path = f"/etablissements/{world.siret_21}/accompagnement"
    answer = client.submit(path, {**OPENING, **FORGED})
    case_id = int(answer.location.rsplit("/", 1)[1])
    kept, people = facts(case_id)
    assert (kept["state"], kept["siret"], kept["closed_on"]) == ("en_cours", world.siret_21, None)
    assert people == {(world.alice, MemberRole.REFERENT)}


@pytest.mark.parametrize("person", ["alice", "carol"])
def test_hole_06_the_edit_form_changes_neither_state_nor_people(
    client: InspectingClient, world: World, person: str
) -> None:
    """`state`, `referent_ids` and `participant_ids` were permitted attributes of the ordinary edit form."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    before = facts(case_id)
    sign_in_as(client, getattr(world, person))
    form = {"criticality": "elevee", "context": "vu", **FORGED}
    assert client.submit(f"/accompagnements/{case_id}/modification", form).status_code == 303
    assert facts(case_id) == before


def test_hole_06_a_participant_moves_nothing_and_does_not_make_himself_referent(
    client: InspectingClient, world: World
) -> None:
    """A participant could add himself as référent first, then close the case."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    before = facts(case_id)
    sign_in_as(client, world.carol)
    for act, form in (
        ("etat", {"state": "sous_surveillance"}),
        ("membres", {"agent_id": str(world.carol), "role": "referent"}),
        ("cloture", {"outcome": "sans_objet", "occurred_on": "2026-01-01"}),
        (f"membres/{member_id(case_id, world.alice)}/depart", {}),
    ):
        path = f"/accompagnements/{case_id}/{act}"
        assert client.submit(path, form, page=HERE).status_code == 403, act
    assert facts(case_id) == before


def test_hole_06_only_the_crp_puts_under_surveillance_even_among_referents(
    client: InspectingClient, world: World
) -> None:
    """Nothing restricted *sous surveillance* to the CRP although the page said so."""
    case_id = open_case(world.bob, world.siret_21)
    add_member(world.bob, case_id, world.alice, MemberRole.REFERENT)
    path = f"/accompagnements/{case_id}/etat"
    for person, status, state in (
        (world.bob, 422, CaseState.EN_COURS),
        (world.alice, 303, CaseState.SOUS_SURVEILLANCE),
    ):
        sign_in_as(client, person)
        assert client.submit(path, {"state": "sous_surveillance"}).status_code == status
        assert facts(case_id)[0]["state"] == state


@pytest.mark.parametrize("state", ["termine", "ouvert", "", "EN_COURS"])
def test_hole_06_a_case_does_not_end_by_a_forged_state(
    client: InspectingClient, world: World, state: str
) -> None:
    """The state machine was bypassed by one parameter: ending needs an outcome."""
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    answer = client.submit(f"/accompagnements/{case_id}/etat", {"state": state})
    assert answer.status_code == 422
    assert facts(case_id)[0]["state"] == CaseState.EN_COURS


def test_hole_07_nothing_of_an_accompagnement_is_ever_deleted(
    app: GuardedFlask, world: World, confidences: Confidences
) -> None:
    """Anyone in the zone could become référent, then delete the case with its comments, events and history."""
    deleting = {rule.rule for rule in app.url_map.iter_rules() if "DELETE" in (rule.methods or ())}
    assert deleting == set()
    tables = ("support_case", "case_member", "case_state_change", "case_outcome", "visit", "visit_note",
              "comment", "comment_version", "feed_event", "human_signal", "label")  # fmt: skip
    for table in tables:
        with working_as(world.alice) as (session, _):
            assert session.execute(text(f"delete from {table}")).rowcount == 0, table


def test_hole_07_a_comment_taken_back_is_kept_as_a_version(
    client: InspectingClient, world: World, confidences: Confidences
) -> None:
    """Soft delete existed and was not used."""
    sign_in_as(client, world.alice)
    with system() as session:
        query = text("select id from comment where body = 'Confidence-Direccte'")
        number = session.execute(query).scalar_one()
    assert client.submit(f"/commentaires/{number}/suppression", {}).status_code == 303
    with system() as session:
        kept = session.scalars(text("select body from comment_version")).all()
    assert kept == ["Confidence-Direccte"]


def test_hole_07_a_colleague_of_the_zone_does_not_invite_himself(
    client: InspectingClient, world: World
) -> None:
    """Being in the zone was enough to become référent."""
    case_id = open_case(world.alice, world.siret_21)
    before = facts(case_id)
    for person in (world.bob, world.carol, world.manager):
        sign_in_as(client, person)
        form = {"agent_id": str(person), "role": "referent"}
        path = f"/accompagnements/{case_id}/membres"
        assert client.submit(path, form, page=HERE).status_code == 403
    assert facts(case_id) == before


def test_hole_08_the_last_referent_neither_leaves_nor_becomes_a_participant(
    client: InspectingClient, world: World
) -> None:
    """« At least one référent » was a validation that never ran."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    before = facts(case_id)
    sign_in_as(client, world.alice)
    for path, form in (
        (f"membres/{member_id(case_id, world.alice)}/depart", {}),
        ("membres", {"agent_id": str(world.alice), "role": "participant"}),
    ):
        answer = client.submit(f"/accompagnements/{case_id}/{path}", form, page=HERE)
        assert answer.status_code == 422
        assert "Le dernier référent ne peut pas partir" in answer.text
    assert facts(case_id) == before


def test_hole_08_a_referent_who_left_no_longer_counts_as_one(
    client: InspectingClient, world: World
) -> None:
    """The check for an *active* référent existed and was never called."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol, MemberRole.REFERENT)
    sign_in_as(client, world.alice)
    leaving = f"/accompagnements/{case_id}/membres/{member_id(case_id, world.alice)}/depart"
    assert client.submit(leaving, {}).status_code == 303
    sign_in_as(client, world.carol)
    leaving = f"/accompagnements/{case_id}/membres/{member_id(case_id, world.carol)}/depart"
    assert client.submit(leaving, {}).status_code == 422
    assert facts(case_id)[1] == {(world.carol, MemberRole.REFERENT)}


def test_hole_08_an_accompagnement_of_a_colleague_is_not_opened_to_his_network_by_a_forged_filter(
    client: InspectingClient, world: World
) -> None:
    """What one may not see, no filter shows."""
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.stranger)
    for query in ("reseau=network", f"reseau={network_id('crp')}", "departement=21", "etat=en_cours&departement=21"):  # fmt: skip
        page = client.get(f"/accompagnements?{query}")
        assert f"/accompagnements/{case_id}" not in page.text
