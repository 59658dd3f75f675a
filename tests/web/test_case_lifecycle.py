"""An accompagnement is opened again, duplicated, deleted and restored, each with what it tells below and what it refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.cases.lifecycle import services
from app.cases.models import Case, CaseMember, CaseState
from app.cases.queries import get_case
from app.companies.models import Establishment
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today, utcnow
from app.labels.models import Label
from app.labels.queries import list_labels
from app.unlocks.models import Unlock
from tests.factories.cases import add_member, close_case, mobilise, open_case, qualify
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World, reading_as
from tests.factories.summaries import plant_summary
from tests.factories.values import value_id
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out


@pytest.fixture
def closed(world: World) -> int:
    """An accompagnement of alice in which bob takes part, that she closed."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    qualify(
        world.alice,
        case_id,
        chosen={value_id("filiere", "automobile"), value_id("etiquette", "crp_ar_pb")},
    )
    mobilise(world.alice, case_id)
    close_case(world.alice, case_id)
    return case_id


def state(case_id: int) -> tuple[CaseState, bool]:
    """Its state, and whether it is deleted."""
    with system() as session:
        case = session.get_one(Case, case_id)
        return case.state, case.deleted_at is not None


def kinds() -> list[str]:
    """The labels, as training reads them."""
    with system() as session:
        return [label.kind.value for label in list_labels(session, known_before=today())]


def close_place(siret: str) -> None:
    with system() as session:
        place = update(Establishment).where(Establishment.siret == siret)
        session.execute(place.values(is_active=False))


def restore(agent_id: int, case_id: int) -> None:
    with working_as(agent_id) as (session, who):
        services.restore(session, who, get_case(session, who, case_id))


def test_a_closed_one_starts_again_with_a_reason_and_training_is_told(
    client: InspectingClient, world: World, closed: int
) -> None:
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{closed}/reouverture"
    assert "Rouvrir" in client.page(f"/accompagnements/{closed}").get_text()
    empty = client.submit(path, {"reason": " "})
    assert (empty.status_code, "Dites pourquoi" in empty.text) == (422, True)
    assert client.submit(path, {"reason": "La dette revient"}).status_code == 303
    assert state(closed) == (CaseState.EN_COURS, False)
    said = client.page(f"/accompagnements/{closed}").get_text(" ")
    for words in ("La dette revient", "Issue précédente", "Bob Fictif", "Automobile"):
        assert words in said
    assert len(journaled(Event.CASE_REOPENED)) == 1
    assert kinds() == ["support_opened", "support_closed", "outcome", "support_opened"]
    # What bob may do is what he could.
    sign_in_as(client, world.bob)
    assert client.get(f"/accompagnements/{closed}/qualification").status_code == 200
    # It ends anew, without its former outcome being proposed.
    sign_in_as(client, world.alice)
    assert not client.page(f"/accompagnements/{closed}/cloture").select(
        "input[name=outcome][checked]"
    )
    close_case(world.alice, closed)
    assert state(closed) == (CaseState.TERMINE, False)


def test_it_does_not_start_again_beside_another_nor_where_the_place_is_closed(
    client: InspectingClient, world: World, closed: int
) -> None:
    sign_in_as(client, world.alice)
    other = open_case(world.bob, world.siret_21)
    for tail in ("reouverture", "duplication"):
        path = f"/accompagnements/{closed}/{tail}"
        refused = client.submit(path, {"reason": "La dette revient"})
        assert (refused.status_code, "déjà ouvert sur cet établissement" in refused.text) == (
            422,
            True,
        )
    close_case(world.bob, other)
    close_place(world.siret_21)
    for tail, said in (("reouverture", "ne peut pas reprendre"), ("duplication", "est fermé")):
        path = f"/accompagnements/{closed}/{tail}"
        refused = client.submit(path, {"reason": "La dette revient"})
        assert (refused.status_code, said in refused.text) == (422, True)
    assert state(closed)[0] is CaseState.TERMINE
    assert "support_opened" not in kinds()[-1]


def test_where_it_opens_a_firm_it_takes_a_motive_and_invitations_ended(
    client: InspectingClient, world: World, session: Session
) -> None:
    case_id = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, case_id, world.stranger)
    close_case(world.alice, case_id)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/reouverture"
    assert client.submit(path, {"reason": "Une rechute"}).status_code == 422
    sent = {"reason": "Une rechute", "source": "interne", "motive": "Un retard dont on nous parle"}
    assert client.submit(path, sent).status_code == 303
    with system() as reading:
        case = reading.get_one(Case, case_id)
        unlock = reading.get_one(Unlock, case.unlock_id)
        assert (unlock.ended_at, unlock.agent_id) == (None, world.alice)
        number = unlock.id
        member = select(CaseMember.natures).where(CaseMember.agent_id == world.stranger)
        assert reading.scalar(member) == []
    # The database opens nothing again on the unlock of another, nor for whoever is no référent.
    close_case(world.alice, case_id)
    for person in (world.bob, world.carol, world.stranger):
        with (
            reading_as(session, person),
            pytest.raises(ProgrammingError, match="opened again by its référents"),
        ):
            session.execute(text("select case_reopen(:case, null)"), {"case": case_id})
    with (
        reading_as(session, world.alice),
        pytest.raises(ProgrammingError, match="opened again by its référents"),
    ):
        session.execute(
            text("select case_reopen(:case, :unlock)"), {"case": case_id, "unlock": number}
        )


def test_a_duplicate_has_the_people_and_the_values_and_neither_texts_nor_measures(
    client: InspectingClient, world: World, closed: int
) -> None:
    sign_in_as(client, world.carol)
    made = client.submit(f"/accompagnements/{closed}/duplication", {})
    assert made.status_code == 303
    number = int(made.location.rsplit("/", 1)[1])
    with system() as reading:
        case = reading.get_one(Case, number)
        assert case.is_open
        people = select(CaseMember.agent_id, CaseMember.role).where(CaseMember.case_id == number)
        assert set(reading.execute(people)) == {
            (world.carol, "referent"), (world.alice, "referent"), (world.bob, "participant"),
        }  # fmt: skip
    page = client.page(made.location)
    said = page.get_text(" ")
    assert "Automobile" in said
    assert "AR-PB" in said
    assert "Délai Urssaf" not in said
    assert page.select_one(f'a[href="/accompagnements/{closed}"]')
    # Bob reads the values, not the tag of a network that is not his.
    sign_in_as(client, world.bob)
    assert "AR-PB" not in client.page(made.location).get_text()


def test_one_opened_by_mistake_is_deleted_and_counts_nowhere(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/suppression"
    assert client.submit(path, {"reason": ""}).status_code == 422
    assert client.submit(path, {"reason": "Mauvais établissement"}).status_code == 303
    assert state(case_id) == (CaseState.TERMINE, True)
    assert kinds() == []
    said = client.page(f"/accompagnements/{case_id}").get_text(" ")
    assert "Mauvais établissement" in said
    assert "Accompagnement supprimé" in said
    here = f'a[href="/accompagnements/{case_id}"]'
    assert not client.page("/accompagnements").select(here)
    assert not client.page("/accompagnements?etat=termine").select(here)
    assert client.page("/accompagnements?etat=supprime").select(here)
    assert not client.page(f"/entreprises/{world.siren_21}/echanges").select(
        f"#accompagnements {here}"
    )
    assert client.get(f"/accompagnements/{case_id}/cloture").status_code == 403
    assert client.get(f"/accompagnements/{case_id}/duplication").status_code == 403
    refused = client.submit(f"/accompagnements/{case_id}/reouverture", {"reason": "Si"})
    assert "a été supprimé" in refused.text
    # Another may be opened at once.
    open_case(world.bob, world.siret_21)


@pytest.mark.parametrize("stands", ["visit", "comment", "synthèse", "outcome"])
def test_one_on_which_something_stands_is_not_deleted(
    client: InspectingClient, world: World, stands: str
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    sign_in_as(client, world.alice)
    client.submit(
        f"/accompagnements/{case_id}/commentaires",
        {"body": "Un mot", "network_id": str(network_id("crp"))},
    )
    if stands == "visit":
        log_visit(world.alice, world.siret_21, to="crp")
    elif stands == "comment":
        # In a network that alice does not read.
        sign_in_as(client, world.bob)
        theirs = {"body": "Le mien", "network_id": str(network_id("urssaf"))}
        assert client.submit(f"/accompagnements/{case_id}/commentaires", theirs).status_code == 303
        sign_in_as(client, world.alice)
    elif stands == "synthèse":
        plant_summary(world.bob, case_id, to="urssaf", actions="Un délai")
    else:
        close_case(world.alice, case_id)
        assert (
            client.submit(
                f"/accompagnements/{case_id}/reouverture", {"reason": "Encore"}
            ).status_code
            == 303
        )
    refused = client.submit(f"/accompagnements/{case_id}/suppression", {"reason": "Par erreur"})
    assert (refused.status_code, "ne se supprime plus" in refused.text) == (422, True)
    assert state(case_id) == (CaseState.EN_COURS, False)


def test_a_deletion_is_undone_for_thirty_minutes_as_it_was(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, case_id, world.stranger)
    sign_in_as(client, world.alice)
    here = f"/accompagnements/{case_id}"
    watched = {"state": "sous_surveillance", "reason": "Fragile"}
    assert client.submit(f"{here}/etat", watched).status_code == 303
    with system() as session:
        former = session.scalar(
            select(CaseMember.natures).where(CaseMember.agent_id == world.stranger)
        )
    client.submit(f"{here}/suppression", {"reason": "Par erreur"})
    assert "Annuler la suppression" in client.page(here).get_text()
    assert client.submit(f"{here}/retablissement", {}, page=here).status_code == 303
    assert state(case_id) == (CaseState.SOUS_SURVEILLANCE, False)
    with system() as session:
        natures = select(CaseMember.natures).where(CaseMember.agent_id == world.stranger)
        assert session.scalar(natures) == former
        case = session.get_one(Case, case_id)
        assert session.get_one(Unlock, case.unlock_id).ended_at is None
    assert kinds() == ["support_opened"]
    assert [len(journaled(event)) for event in (Event.CASE_DELETED, Event.CASE_RESTORED)] == [1, 1]
    client.submit(f"{here}/suppression", {"reason": "Par erreur, vraiment"})
    with system() as session:
        late = utcnow() - timedelta(minutes=31)
        session.execute(update(Case).where(Case.id == case_id).values(deleted_at=late))
    assert "Annuler la suppression" not in client.page(here).get_text()
    with pytest.raises(DomainError, match="trente minutes"):
        restore(world.alice, case_id)
    assert kinds() == []


def test_a_deletion_is_not_undone_over_another(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with working_as(world.alice) as (session, who):
        services.delete(session, who, get_case(session, who, case_id), reason="Par erreur")
    open_case(world.bob, world.siret_21)
    with pytest.raises(DomainError, match="déjà ouvert"):
        restore(world.alice, case_id)


def test_labels_known_before_a_deletion_stay_what_training_knew(world: World) -> None:
    """A list of labels as of a former day says what was known then."""
    case_id = open_case(world.alice, world.siret_21)
    with working_as(world.alice) as (session, who):
        services.delete(session, who, get_case(session, who, case_id), reason="Par erreur")
    with system() as session:
        opened = update(Label).where(Label.kind == "support_opened")
        session.execute(opened.values(known_at=utcnow() - timedelta(days=3)))
        then = list_labels(session, known_before=today() - timedelta(days=2))
        assert [label.kind.value for label in then] == ["support_opened"]
        assert list(list_labels(session, known_before=today())) == []


@pytest.mark.parametrize(
    ("tail", "is_closed", "statuses"),
    [
        ("/reouverture", True, (200, 403, 403, 404, 401)),
        ("/duplication", True, (200, 200, 200, 404, 401)),
        ("/suppression", False, (200, 403, 403, 404, 401)),
        ("/reouverture", False, (403, 403, 403, 404, 401)),
        ("/duplication", False, (403, 403, 403, 404, 401)),
        ("/suppression", True, (403, 403, 403, 404, 401)),
    ],
)
def test_each_reader_before_each_page(
    client: InspectingClient, world: World, tail: str, is_closed: bool, statuses: tuple[int, ...]
) -> None:
    """Référent, participant, colleague who takes no part, stranger, nobody."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    if is_closed:
        close_case(world.alice, case_id)
    path = f"/accompagnements/{case_id}{tail}"
    readers = (world.alice, world.bob, world.carol, world.stranger)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert (*seen, client.get(path).status_code) == statuses
