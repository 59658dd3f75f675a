"""A file of accompagnements comes back: compared field by field, nothing overwritten silently, applied through the same services."""

import csv
import io

import pytest
from sqlalchemy import select, update

from app.cases.models import Case, CaseState, Criticality
from app.cases.qualification.services import qualify
from app.cases.queries import get_case
from app.cases.services import update_case
from app.core.journal import Event
from app.core.now import today
from app.deadlines.models import Deadline
from app.exchanges.references import number_of, reference_of
from app.exchanges.returns import services
from app.exchanges.returns.models import CaseImport
from app.values.models import ListValue
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.unlocks import unlock
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_case_acts import rows_of, table, tagged
from tests.web.test_qualification import tag_of

FILES, EXPORT = "/accompagnements/fichiers", "/accompagnements/export.csv"


@pytest.fixture
def cases(world: World) -> tuple[int, int]:
    """Two accompagnements of alice; carol takes part in the first."""
    unlock(world.alice, world.siren_21_quiet)
    first, second = open_case(world.alice, world.siret_21), open_case(world.alice, world.siret_21_quiet)  # fmt: skip
    add_member(world.alice, first, world.carol)
    return first, second


def rows(client: InspectingClient, case_id: int) -> dict[str, str]:
    """The row of an accompagnement, as somebody takes it out."""
    found = rows_of(table(client, EXPORT))
    return next(row for row in found if row["Accompagnement"] == reference_of(case_id))


def send(client: InspectingClient, *lines: dict[str, str]) -> str:
    """Send rows back; the address of their page."""
    output = io.StringIO()
    writer = csv.DictWriter(output, list(lines[0]), delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    content = (io.BytesIO(output.getvalue().encode("utf-8-sig")), "retour.csv")
    answer = client.submit(FILES, {"file": content}, page=FILES)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def apply(client: InspectingClient, path: str, *overwritten: str) -> str:
    """Confirm what the page of a file shows; what is said then."""
    read = client.page(path).select_one("input[name=lu]")["value"]
    client.submit(path, {"lu": read, "ecraser": list(overwritten)}, page=path)
    return client.page(path).get_text(" ", strip=True)


def case_of(case_id: int) -> Case:
    """An accompagnement as it is now, apart from any session."""
    with system() as session:
        known = session.get_one(Case, case_id)
        session.expunge(known)
        return known


def prioritise(agent_id: int, case_id: int, criticality: Criticality) -> None:
    with working_as(agent_id) as (session, who):
        update_case(session, who, get_case(session, who, case_id), criticality=criticality)


def test_what_an_own_tool_changed_is_shown_then_applied_with_its_history(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, _ = cases
    tag = tag_of(world, "crp", "=Sensible")
    number = plan(world.alice, world.siren_21, to="crp", what="Rappeler le dirigeant", case_id=first)  # fmt: skip
    sign_in_as(client, world.alice)
    row = rows(client, first)
    assert number_of(row["Accompagnement"]) == first
    soon = today().replace(year=today().year + 1)
    changed = {
        "État": "sous surveillance", "Criticité": "CRITICITE ELEVEE", "Étiquettes": "=Sensible",
        "Échéance pour le": f"{soon:%d/%m/%Y}",
    }  # fmt: skip
    path = send(client, row | changed)
    page = client.page(path)
    shown = page.select_one("#changements").get_text(" ", strip=True)
    for said in ("Pas de criticité Criticité élevée", "En cours Sous surveillance", "rien =Sensible", f"{today()} Rappeler"):  # fmt: skip
        assert said in shown
    assert case_of(first).criticality is Criticality.NONE, "nothing is done yet"
    assert "4 champs changés" in apply(client, path)
    known = case_of(first)
    assert (known.state, known.criticality) == (CaseState.SOUS_SURVEILLANCE, Criticality.ELEVEE)
    assert tagged() == [(first, tag)]
    with system() as session:
        assert session.get_one(Deadline, number).due_on == soon
    assert len(journaled(Event.CASE_UPDATED, Event.CASE_QUALIFIED, Event.DEADLINE_CHANGED)) == 4
    lines = journaled(Event.PORTFOLIO_COMPARED, Event.PORTFOLIO_IMPORTED)
    assert [line.details.get("sirens") for line in lines[-1:]] == [[world.siren_21]]
    # Applied once; sent again, it changes nothing.
    client.submit(path, {"lu": ""}, page=FILES)
    assert "déjà appliqué" in client.page(path).get_text()
    again = client.page(send(client, row | changed)).get_text()
    assert "Ce fichier ne change rien." in again


def test_what_somebody_changed_since_is_overwritten_by_nobody_unawares(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, second = cases
    sign_in_as(client, world.alice)
    sent = [rows(client, first) | {"Criticité": "Criticité élevée"}, rows(client, second)]
    for case_id in cases:
        prioritise(world.alice if case_id == second else world.carol, case_id, Criticality.MODEREE)
    path = send(client, *sent)
    page = client.page(path)
    assert page.select_one("#changements") is None, "a row that nobody touched asks nothing"
    told = page.select_one("#conflits").get_text(" ", strip=True)
    assert "Criticité modérée Carol Fictif" in told
    assert "Criticité élevée" in told
    apply(client, path)
    assert case_of(first).criticality is Criticality.MODEREE
    # What was read is what is applied: another change meanwhile is read first.
    read = client.page(path).select_one("input[name=lu]")["value"]
    prioritise(world.carol, first, Criticality.NONE)
    key = page.select_one("input[name=ecraser]")["value"]
    client.submit(path, {"lu": read, "ecraser": [key]}, page=path)
    assert case_of(first).criticality is Criticality.NONE
    assert "1 champ changé" in apply(client, path, key)
    assert [case_of(each).criticality for each in cases] == [Criticality.ELEVEE, Criticality.MODEREE]  # fmt: skip


def test_two_networks_name_a_tag_alike_and_neither_passes_for_the_other(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, second = cases
    of_crp, _, more = tag_of(world, "crp", "Sensible"), tag_of(world, "codefi", "Sensible"), tag_of(world, "crp", "Aval")  # fmt: skip
    with working_as(world.alice) as (session, who):
        qualify(session, who, get_case(session, who, first), shown=(), chosen=[of_crp])
    sign_in_as(client, world.alice)
    here, there = rows(client, first), rows(client, second)
    path = send(client, here | {"Étiquettes": "Sensible ; Aval"}, there | {"Étiquettes": "Sensible"})  # fmt: skip
    said = client.page(path).select_one("#refuses").get_text(" ", strip=True)
    assert "Plusieurs de vos réseaux ont « Sensible »" in said
    assert "1 champ changé" in apply(client, path)
    assert sorted(tagged()) == sorted([(first, of_crp), (first, more)])


def test_each_line_or_field_that_may_not_is_refused_with_its_reason(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, second = cases
    elsewhere = open_case(world.stranger, world.siret_75)
    sign_in_as(client, world.carol)
    here, quiet = rows(client, first), rows(client, second)
    close_case(world.alice, second)
    path = send(
        client,
        here | {"État": "Terminé", "Criticité": "Urgent", "Étiquettes": "Inconnue", "Prochaine échéance": "Rappeler"},
        quiet | {"Criticité": "Criticité élevée"},
        here | {"Accompagnement": reference_of(elsewhere)},
        here | {"Accompagnement": "ACC-1-2"},
        here,
    )  # fmt: skip
    said = client.page(path).select_one("#refuses").get_text(" ", strip=True)
    for reason in (
        "Pour terminer un accompagnement", "« Urgent » n’est pas une réponse connue", "« Inconnue » n’est pas une valeur",
        "Une échéance a besoin d’une date", "Seuls les référents et participants d’un accompagnement en cours",
        "n’est pas parmi ceux que vous lisez", "« ACC-1-2 » n’est pas un identifiant", "déjà sur une ligne précédente",
    ):  # fmt: skip
        assert reason in said
    assert client.page(path).select_one("input[name=lu]") is None
    # A firm that is named to refuse it is read as well; one out of reach is not named.
    (line, *_) = journaled(Event.PORTFOLIO_COMPARED)
    assert line.details["sirens"] == sorted([world.siren_21, world.siren_21_quiet])
    # A participant does not change the state; a stamp of another line, or none, is refused.
    other = open_case(world.carol, world.siret_21_quiet)
    path = send(
        client,
        here
        | {"État": "Sous surveillance", "Criticité": "Criticité élevée"}
        | {"Prochaine échéance": "x" * 10_001, "Échéance pour le": "01/01/2099"},
        rows(client, other) | {"Repère": here["Repère"], "Criticité": "Criticité élevée"},
        quiet | {"Repère": ""},
    )
    said = client.page(path).select_one("#refuses").get_text(" ", strip=True)
    for reason in ("Seul un référent", "raccourcissez", "celui d’un autre accompagnement", "Le repère de la ligne manque"):  # fmt: skip
        assert reason in said
    apply(client, path)
    known = case_of(first)
    assert (known.state, known.criticality) == (CaseState.EN_COURS, Criticality.ELEVEE)
    # A file that is none of Vigie is refused whole.
    answer = client.submit(FILES, {"file": (io.BytesIO(b"nom;ville\nA;B\n"), "a.csv")}, page=FILES)
    assert answer.status_code == 422
    assert "Aucune colonne « Accompagnement »" in answer.get_data(as_text=True)


@pytest.mark.parametrize("act", ["", "/original"])
def test_a_file_is_its_agents(
    world: World, cases: tuple[int, int], client: InspectingClient, act: str
) -> None:
    sign_in_as(client, world.alice)
    path = send(client, rows(client, cases[0]))
    assert client.get(path + act).status_code == 200
    for reader, status in ((world.carol, 404), (world.stranger, 404), (world.admin, 403)):
        sign_in_as(client, reader)
        assert client.get(path + act).status_code == status
        assert client.submit(path, {"lu": ""}, page="/compte").status_code == status
    sign_out(client)
    assert client.get(path + act).status_code == 401
    with working_as(world.carol) as (session, _):
        assert session.scalars(select(CaseImport.id)).all() == []
        session.execute(update(CaseImport).values(outcome={"applied": 1}))
    with system() as session:
        assert session.scalars(select(CaseImport.outcome)).all() == [{}]


def test_a_file_is_kept_under_a_name_that_can_be_shown(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    content = f"Accompagnement;Repère\n{reference_of(cases[0])};\n".encode()
    sent = {"file": (io.BytesIO(content), "suivi\x00 d’avril.csv")}
    answer = client.submit(FILES, sent, page=FILES)
    assert answer.status_code == 303
    title = client.page(str(answer.location)).select_one("h1")
    assert title is not None
    assert title.get_text(strip=True) == "suivi d’avril.csv"


def test_an_agent_sends_so_many_files_in_a_day(
    world: World, client: InspectingClient, cases: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is kept: without a bound, one account fills the disk."""
    monkeypatch.setattr(services, "MOST", 1)
    sign_in_as(client, world.alice)
    send(client, rows(client, cases[0]))
    content = (io.BytesIO(b"Accompagnement;Repere\nACC-1-8;x"), "encore.csv")
    refused = client.submit(FILES, {"file": content}, page=FILES)
    assert (refused.status_code, "revenez demain" in refused.text) == (422, True)


def test_a_value_that_was_renamed_since_asks_nothing_of_whoever_did_not_touch_it(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    tag = tag_of(world, "crp", "Sensible")
    with working_as(world.alice) as (session, who):
        qualify(session, who, get_case(session, who, cases[0]), shown=(), chosen=[tag])
    sign_in_as(client, world.alice)
    row = rows(client, cases[0])
    with system() as session:
        session.get_one(ListValue, tag).label = "Très sensible"
    said = client.page(send(client, row)).select_one("main").get_text(" ", strip=True)
    assert "n’est pas une valeur" not in said
    row["Étiquettes"] = "Sensible ; Inconnue"
    said = client.page(send(client, row)).select_one("main").get_text(" ", strip=True)
    assert "« Sensible » n’est pas une valeur que vous pouvez choisir" in said
