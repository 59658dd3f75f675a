"""Acts on many accompagnements of the list: what is valid for each, said with its reason; their file, XLSX or CSV."""

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from app.cases.models import CaseMember, CaseValue, MemberRole
from app.core.journal import Event
from app.exchanges.references import reference_of
from app.network.models import Follow
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.unlocks import unlock
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out
from tests.web.test_bulk import referents
from tests.web.test_qualification import tag_of

DIJON, BEAUNE, PARIS = "Forges fictives de Dijon", "Tissages paisibles de Beaune", "30000000700006"


@pytest.fixture
def cases(world: World) -> tuple[int, int]:
    """Two accompagnements of alice; carol takes part in the first."""
    unlock(world.alice, world.siren_21_quiet)
    first, second = open_case(world.alice, world.siret_21), open_case(world.alice, world.siret_21_quiet)  # fmt: skip
    add_member(world.alice, first, world.carol)
    return first, second


def prepare(
    client: InspectingClient, kind: str, *chosen: int, choice: str = "", **said: str
) -> str:
    """Choose accompagnements for an act and what it asks; the address of its page."""
    sent = {"case_id": list(map(str, chosen)), "kind": kind, "scope": "cochees", **said}
    answer = client.submit("/accompagnements/lot", sent, page="/accompagnements")
    assert answer.status_code == 303
    path = str(answer.location)
    if choice:
        chosen_one = client.submit(f"{path}/reglage", {"choice": choice}, page=path)
        assert chosen_one.status_code == 303, chosen_one.get_data(as_text=True)
    return path


def left_out(client: InspectingClient, path: str) -> str:
    return client.page(path).select_one("#ecartees").get_text(" ", strip=True)


def test_a_colleague_becomes_referent_of_those_of_which_i_am_one(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, second = cases
    elsewhere = open_case(world.stranger, PARIS)
    close_case(world.alice, second)
    sign_in_as(client, world.alice)
    path = prepare(client, "referent", first, second, elsewhere, choice=str(world.carol))
    page = client.page(path)
    assert "Ajouter un référent : 1 accompagnement ; 2 autres de côté" in page.select_one("#compte").get_text()  # fmt: skip
    # Of one that is not read, the number that was sent and nothing else.
    assert f"{BEAUNE} (21) : terminé {elsewhere} : hors de ce que vous lisez" in left_out(client, path)  # fmt: skip
    assert referents(first) == {world.alice}, "nothing is done yet"
    client.submit(path, {})
    assert referents(first) == {world.alice, world.carol}
    client.submit(f"{path}/annulation", {}, page=path)
    assert referents(first) == {world.alice}
    with system() as session:
        role = select(CaseMember.role).where(CaseMember.agent_id == world.carol, CaseMember.left_at.is_(None))  # fmt: skip
        assert session.scalars(role).all() == [MemberRole.PARTICIPANT], "as before"
    lines = journaled(Event.BULK_ACT)
    assert [line.details["change"] for line in lines] == ["préparé", "réglé", "fait", "annulé"]
    assert lines[2].details["sirens"] == [world.siren_21]
    # Whoever only takes part gives it to nobody.
    sign_in_as(client, world.carol)
    path = prepare(client, "referent", first, choice=str(world.carol))
    assert "vous n’en êtes pas référent" in left_out(client, path)
    client.submit(path, {})
    assert referents(first) == {world.alice}


def test_a_tag_of_my_network_is_put_where_i_take_part(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, second = cases
    mine, theirs = tag_of(world, "crp", "Sensible"), tag_of(world, "urssaf", "Échéancier")
    sign_in_as(client, world.carol)
    path = prepare(client, "tag", first, second, choice=str(mine))
    assert f"{BEAUNE} (21) : vous n’y participez pas" in left_out(client, path)
    refused = client.submit(f"{path}/reglage", {"choice": str(theirs)}, page=path)
    assert refused.status_code == 422
    client.submit(path, {})
    assert tagged() == [(first, mine)]
    assert "porte déjà l’étiquette « Sensible »" in left_out(client, prepare(client, "tag", first, choice=str(mine)))  # fmt: skip
    client.submit(f"{path}/annulation", {}, page=path)
    assert tagged() == []


def test_the_firms_of_all_that_the_filters_keep_are_followed(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    close_case(world.alice, cases[1])
    sign_in_as(client, world.bob)
    path = prepare(client, "follow", choice="mentions", scope="toutes", query="etat=en_cours")
    client.submit(path, {})
    with system() as session:
        mine = select(Follow.siren).where(Follow.agent_id == world.bob)
        assert session.scalars(mine).all() == [world.siren_21]
    assert "vous suivez déjà l’entreprise" in left_out(client, prepare(client, "follow", cases[0], choice="all"))  # fmt: skip
    client.submit(f"{path}/annulation", {}, page=path)
    with system() as session:
        assert session.scalars(mine).all() == []


def test_the_file_holds_what_its_reader_reads_and_is_journaled_firm_by_firm(
    world: World, cases: tuple[int, int], client: InspectingClient
) -> None:
    first, _ = cases
    open_case(world.stranger, PARIS)
    plan(world.alice, world.siren_21, to="crp", what="Relire le prévisionnel", case_id=first)
    sign_in_as(client, world.bob)
    lines = table(client, "/accompagnements/export.csv?etat=en_cours&vue=tableau")
    assert lines[0][0].startswith("Document confidentiel, extrait de Vigie par Bob Fictif")
    assert lines[1][0] == "Filtres : État : En cours"
    rows = rows_of(lines)
    assert {row["Raison sociale"] for row in rows} == {DIJON, BEAUNE}
    assert {row["Accompagnement"] for row in rows} == {reference_of(number) for number in cases}
    # What another network has to do is not said.
    assert {row["Prochaine échéance"] for row in rows} == {""}
    (line,) = journaled(Event.PORTFOLIO_EXPORTED)
    assert line.details["sirens"] == [world.siren_21, world.siren_21_quiet]
    sign_in_as(client, world.alice)
    path = prepare(client, "export", first)
    link = client.page(path).select_one("a[href*='export.xlsx']")["href"]
    with zipfile.ZipFile(io.BytesIO(client.get(link).get_data())) as book:
        sheet = "".join(book.read(name).decode() for name in book.namelist() if "xl/" in name)
    assert DIJON in sheet
    assert "Relire le prévisionnel" in sheet
    assert BEAUNE not in sheet
    # A lot is its agent's; whoever works on no firm takes nothing out.
    for reader, status in ((world.carol, 404), (world.admin, 403)):
        sign_in_as(client, reader)
        assert client.get(link).status_code == status
    sign_out(client)
    assert client.get("/accompagnements/export.csv").status_code == 401


def table(client: InspectingClient, path: str) -> list[list[str]]:
    """The lines of a CSV."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def rows_of(lines: list[list[str]]) -> list[dict[str, str]]:
    """Its rows by the names of its columns."""
    names = next(line for line in lines if "Accompagnement" in line)
    return [dict(zip(names, line, strict=True)) for line in lines[lines.index(names) + 1 :]]


def tagged() -> list[tuple[int, int]]:
    with system() as session:
        held = select(CaseValue.case_id, CaseValue.value_id).where(CaseValue.removed_at.is_(None))
        return [(row.case_id, row.value_id) for row in session.execute(held)]
