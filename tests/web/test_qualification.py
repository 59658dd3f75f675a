"""An accompagnement is described with values and measures: tags by network, two people at once, a history before and after."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.cases.models import CaseValue
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.values import services as values
from app.values.models import ListValue, ValueList
from tests.factories.cases import add_member, close_case, open_case, qualify
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World, reading_as
from tests.factories.summaries import plant_summary
from tests.factories.values import value_id
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

DAY = today().isoformat()


@pytest.fixture
def case_id(world: World) -> int:
    """An accompagnement of alice, in which bob and carol take part."""
    number = open_case(world.alice, world.siret_21)
    add_member(world.alice, number, world.bob)
    add_member(world.alice, number, world.carol)
    return number


def tag_of(world: World, network: str, label: str) -> int:
    """A new tag of a network."""
    number = network_id(network)
    with working_as(world.admin) as (session, who):
        said = {"label": label, "definition": f"Ce que veut dire {label}."}
        return values.add(session, who, ValueList.TAG, network_id=number, **said).id


def panel(client: InspectingClient, case_id: int, name: str = "qualification") -> str:
    found = client.page(f"/accompagnements/{case_id}").select_one(f"#{name}")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def history(client: InspectingClient, case_id: int) -> list[list[str]]:
    """The lines of the history: what, before, after, by whom."""
    page = client.page(f"/accompagnements/{case_id}/historique")
    cells = [row.find_all("td") for row in page.select("tbody tr")]
    return [[cell.get_text(" ", strip=True) for cell in row[:4]] for row in cells]


def form_of(page: Tag) -> dict[str, object]:
    """What the form of the page would send as it stands."""
    boxes: dict[str, list[str]] = {}
    for box in page.select("main form input[type=checkbox][checked]"):
        boxes.setdefault(str(box["name"]), []).append(str(box["value"]))
    shown = page.select_one("main form input[name=shown]")
    assert shown is not None
    return {**boxes, "shown": str(shown.get("value", ""))}


def test_values_are_chosen_with_their_definitions_and_shown_with_them(
    client: InspectingClient, world: World, case_id: int
) -> None:
    sign_in_as(client, world.bob)
    path = f"/accompagnements/{case_id}/qualification"
    page = client.page(path)
    assert "Constructeurs, équipementiers" in page.get_text()
    cars, debt = value_id("filiere", "automobile"), value_id("difficulte", "dette_sociale")
    sent = {"filiere": [str(cars)], "difficulte": [str(debt)], "shown": ""}
    assert client.submit(path, sent).status_code == 303
    said = panel(client, case_id)
    assert "Filières Automobile" in said
    assert "Dette sociale" in said
    assert "Constructeurs, équipementiers" in said
    again = form_of(client.page(path))
    assert (again["filiere"], again["shown"]) == ([str(cars)], f"{cars},{debt}")
    again["filiere"] = [str(value_id("filiere", "naval"))]
    assert client.submit(path, again).status_code == 303
    lines = history(client, case_id)
    assert ["Filières", "Retiré : Automobile", "Ajouté : Naval", "Bob Fictif"] in lines
    last = journaled(Event.CASE_QUALIFIED)[-1].details
    assert (last["added"], last["removed"]) == (["filiere : naval"], ["filiere : automobile"])


def test_two_people_at_once_lose_nothing(world: World, case_id: int) -> None:
    """Both were shown the same; each adds one, and the second takes off what the first had left."""
    cars, ships, debt = (value_id("filiere", code) for code in ("automobile", "naval", "bois"))
    qualify(world.alice, case_id, shown=set(), chosen={cars})
    qualify(world.alice, case_id, shown={cars}, chosen={cars, ships})
    qualify(world.bob, case_id, shown={cars}, chosen={debt})
    qualify(world.carol, case_id, shown={cars}, chosen=set())
    with system() as session:
        held = select(CaseValue.value_id).where(CaseValue.removed_at.is_(None))
        assert set(session.scalars(held)) == {ships, debt}
        # Taken off once, by the first who did.
        gone = session.execute(
            select(CaseValue.value_id, CaseValue.removed_by).where(CaseValue.removed_at.is_not(None))
        ).all()  # fmt: skip
        assert gone == [(cars, world.bob)]


def test_an_archived_value_stays_where_it_was_chosen_and_is_offered_nowhere_else(
    client: InspectingClient, world: World, case_id: int
) -> None:
    cars = value_id("filiere", "automobile")
    qualify(world.alice, case_id, shown=set(), chosen={cars})
    with working_as(world.admin) as (session, who):
        values.archive(session, who, session.get_one(ListValue, cars))
    sign_in_as(client, world.alice)
    assert "Automobile (archivée)" in panel(client, case_id)
    assert (
        "Automobile (archivée)"
        in client.page(f"/accompagnements/{case_id}/qualification").get_text()
    )
    other = open_case(world.alice, world.siret_21_quiet)
    path = f"/accompagnements/{other}/qualification"
    assert "Automobile" not in client.page(path).get_text()
    refused = client.submit(path, {"filiere": [str(cars)], "shown": ""})
    assert (refused.status_code, "n’est plus proposée" in refused.text) == (422, True)
    # What was kept may still be taken off.
    qualify(world.alice, case_id, shown={cars}, chosen=set())
    assert "Automobile" not in panel(client, case_id)


def test_a_tag_is_read_by_the_members_of_its_network_and_by_nobody_else(
    client: InspectingClient, world: World, case_id: int
) -> None:
    """Three networks: the accompagnement has a tag of each, and each reads its own, everywhere."""
    tags = {
        network: tag_of(world, network, f"Étiquette-{network}") for network in ("crp", "urssaf")
    }
    dgfip = tag_of(world, "dgfip", "Étiquette-dgfip")
    qualify(world.alice, case_id, shown=set(), chosen={tags["crp"]})
    qualify(world.bob, case_id, shown=set(), chosen={tags["urssaf"]})
    theirs = {"value_id": dgfip, "network_id": network_id("dgfip"), "added_by": world.bob}
    with system() as session:
        session.add(CaseValue(case_id=case_id, **theirs))
    for person, read in ((world.alice, "crp"), (world.carol, "crp"), (world.bob, "urssaf")):
        sign_in_as(client, person)
        paths = ("", "/qualification", "/historique")
        pages = [client.get(f"/accompagnements/{case_id}{path}").text for path in paths]
        pages.append(client.get("/accompagnements").text)
        for network in ("crp", "urssaf", "dgfip"):
            seen = {f"Étiquette-{network}" in page for page in pages}
            assert seen == {network == read}, (person, network)
    # The tag of another filters nothing, and nobody puts it on.
    found = client.page("/accompagnements?etiquette=crp_etiquette_crp").get_text()
    assert "1 accompagnement" in found
    for tag in (tags["crp"], dgfip):
        with pytest.raises(DomainError, match="n’est plus proposée"):
            qualify(world.bob, case_id, shown=set(), chosen={tag})
    # Nor takes it off, by saying that it was shown.
    qualify(world.bob, case_id, shown={tags["crp"], dgfip}, chosen=set())
    with system() as session:
        kept = select(func.count()).select_from(CaseValue).where(CaseValue.removed_at.is_(None))
        assert session.scalar(kept) == 3


def test_the_database_lets_nobody_tag_for_another_network_nor_rewrite(
    world: World, case_id: int, session: Session
) -> None:
    tag, scheme = tag_of(world, "crp", "Sensible"), value_id("dispositif", "plan_ccsf")
    here = {
        "case": case_id,
        "tag": tag,
        "scheme": scheme,
        "crp": network_id("crp"),
        "bob": world.bob,
    }
    insert = "insert into case_value (case_id, value_id, network_id, added_by) values (:case, {}, {}, :bob)"
    refused = (
        insert.format(":tag", ":crp"),
        insert.format(":tag", "null"),
        insert.format(":scheme", "null"),
        "insert into case_measure (case_id, value_id, starts_on, added_by) values (:case, :tag, now(), :bob)",
        "update case_value set value_id = value_id",
        "update case_measure set amount = 1",
    )
    for statement in refused:
        with (
            reading_as(session, world.bob),
            pytest.raises(ProgrammingError, match=r"row-level security|permission denied"),
        ):
            session.execute(text(statement), here)
    allowed = "insert into case_measure (case_id, value_id, starts_on, added_by) values (:case, :scheme, now(), :bob)"
    with reading_as(session, world.bob):
        session.execute(text(allowed), here)
    with (
        reading_as(session, world.manager),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        session.execute(text(allowed), {**here, "bob": world.manager})


@pytest.mark.parametrize(
    ("tail", "statuses"),
    [
        ("/qualification", (200, 200, 403, 404, 401)),
        ("/dispositifs/nouveau", (200, 200, 403, 404, 401)),
        ("/historique", (200, 200, 200, 404, 401)),
    ],
)
def test_each_reader_before_each_page(
    client: InspectingClient, world: World, tail: str, statuses: tuple[int, ...]
) -> None:
    """Référent, participant, colleague who takes no part, stranger, nobody; once closed, nobody writes."""
    number = open_case(world.alice, world.siret_21)
    add_member(world.alice, number, world.bob)
    path = f"/accompagnements/{number}{tail}"
    readers = (world.alice, world.bob, world.carol, world.stranger)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert (*seen, client.get(path).status_code) == statuses
    close_case(world.alice, number)
    sign_in_as(client, world.alice)
    assert client.get(path).status_code == (200 if tail == "/historique" else 403)


def test_a_measure_is_added_corrected_and_taken_off_and_the_history_says_it(
    client: InspectingClient, world: World, case_id: int
) -> None:
    sign_in_as(client, world.bob)
    here = f"/accompagnements/{case_id}/dispositifs"
    sent = {
        "value_id": str(value_id("dispositif", "delai_urssaf")), "amount": "12000", "starts_on": DAY,
        "ends_on": "", "note": "Sur six mois",
    }  # fmt: skip
    assert client.submit(f"{here}/nouveau", sent).status_code == 303
    assert "Délai Urssaf 12 000 €" in panel(client, case_id)
    first = client.page(f"/accompagnements/{case_id}").select_one('a[href$="/retrait"]')
    assert first is not None
    number = str(first["href"]).split("/")[-2]
    page = client.page(f"{here}/{number}")
    assert page.select_one("input[name=amount][value='12000']"), "nothing is typed twice"
    assert client.submit(f"{here}/{number}", {**sent, "amount": "15000"}).status_code == 303
    gone = client.submit(f"{here}/{number}", {**sent, "amount": "16000"})
    assert (gone.status_code, "vient de changer" in gone.text) == (422, True)
    (line,) = [line for line in history(client, case_id) if line[1].startswith("Délai")]
    assert ("12\u202f000" in line[1], "15\u202f000" in line[2]) == (True, True)
    last = client.page(f"/accompagnements/{case_id}").select_one('a[href$="/retrait"]')
    assert last is not None
    assert client.submit(str(last["href"]), {}).status_code == 303
    assert "Délai Urssaf" not in panel(client, case_id)
    after = [line[2] for line in history(client, case_id) if line[0] == "Dispositif mobilisé"]
    assert after[0] == "Retiré"
    assert len(after) == 3
    changes = [line.details["change"] for line in journaled(Event.CASE_MEASURE_CHANGED)]
    assert changes == ["added", "changed", "taken_off"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value_id": ""}, "Choisissez un dispositif"),
        ({"value_id": "999999"}, "Choisissez un dispositif"),
        ({"amount": "beaucoup"}, "Saisissez un nombre entier"),
        ({"amount": "-5"}, "Saisissez un montant"),
        ({"starts_on": ""}, "Saisissez une date"),
        ({"ends_on": "2001-01-01"}, "ne peut pas précéder"),
        ({"note": "x" * 301}, "300 caractères"),
    ],
)
def test_what_is_wrong_of_a_measure_is_said_and_stays_typed(
    client: InspectingClient, world: World, case_id: int, wrong: dict[str, str], said: str
) -> None:
    sign_in_as(client, world.bob)
    sent = {
        "value_id": str(value_id("dispositif", "plan_ccsf")), "amount": "", "starts_on": DAY, "ends_on": "",
        "note": "Gardée", **wrong,
    }  # fmt: skip
    answer = client.submit(f"/accompagnements/{case_id}/dispositifs/nouveau", sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert sent["note"] in answer.text


def test_the_list_is_filtered_by_what_describes(
    client: InspectingClient, world: World, case_id: int
) -> None:
    cars, ciri = value_id("filiere", "automobile"), value_id("instance", "ciri")
    qualify(world.alice, case_id, shown=set(), chosen={cars, ciri})
    other = open_case(world.alice, world.siret_21_quiet)
    qualify(world.alice, other, shown=set(), chosen={cars})
    sign_in_as(client, world.carol)
    for query, count in (
        ("filiere=automobile", 2),
        ("filiere=automobile&instance=ciri", 1),
        ("filiere=naval", 0),
        ("filiere=inconnue", 2),
        ("difficulte=dette_sociale", 0),
    ):
        rows = client.page(f"/accompagnements?{query}").select("#resultats tbody tr")
        assert len(rows) == count, query


def test_the_history_says_criticality_people_and_syntheses_before_and_after(
    client: InspectingClient, world: World, case_id: int
) -> None:
    plant_summary(world.bob, case_id, to="urssaf", actions="Un délai")
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/modification"
    client.submit(path, {"criticality": "elevee"})
    lines = history(client, case_id)
    assert ["Criticité", "Pas de criticité", "Criticité élevée", "Alice Fictif"] in lines
    assert [line[2:] for line in lines if line[0] == "Bob Fictif"] == [
        ["Participant", "Alice Fictif"]
    ]
    assert (lines[-1][0], lines[-1][2]) == ("État", "En cours")
    assert "Criticité élevée" in panel(client, case_id, "historique")
    # The synthèse of a network is in the history of its members.
    assert not [line for line in lines if line[0].startswith("Synthèse")]
    sign_in_as(client, world.bob)
    written = [line for line in history(client, case_id) if line[0].startswith("Synthèse")]
    assert [(line[0], line[2], line[3]) for line in written] == [
        ("Synthèse Urssaf", "Version 1", "Bob Fictif")
    ]
