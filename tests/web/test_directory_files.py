"""The directory in a file: what goes out comes back unchanged; what changes is shown first; one mistake, and nothing is written."""

import io
from collections.abc import Callable

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.journal import Event, JournalEntry
from app.core.now import today, utcnow
from app.core.text.exports import csv_files
from app.referrals.directory import queries
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.experts import services as experts
from app.referrals.directory.models import Expert
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import LABEL, plant_directory
from tests.support.client import InspectingClient
from tests.support.documents import parsed

Rows = list[dict[str, str]]


@pytest.fixture
def planted(world: World) -> dict[str, int]:
    """An antenne of Côte-d’Or that Alice keeps, and two experts."""
    return plant_directory(world)


def taken_out(client: InspectingClient) -> Rows:
    """The lines of the export."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/annuaire/export.xlsx").data))
    rows = [[str(each) for each in row] for row in book.get_sheet_by_index(0).to_python()]
    head = next(place for place, row in enumerate(rows) if "Adresse électronique" in row)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :] if any(row)]


def sent(client: InspectingClient, rows: Rows, **said: str) -> str:
    """Send lines back as a file; the address of what it would do."""
    content = csv_files.write(list(rows[0]), [list(row.values()) for row in rows])
    form = {"file": (io.BytesIO(content), "annuaire.csv"), **said}
    answer = client.submit("/annuaire/fichiers", form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def applied(client: InspectingClient, address: str, **ticked: str) -> str:
    """Confirm what a page shows; what is said of it."""
    page = parsed(client.get(address).text)
    hidden = {str(each["name"]): str(each["value"]) for each in page.select(f'form[action="{address}"] [type=hidden]')}  # fmt: skip
    return client.post(address, data={**hidden, **ticked}, follow_redirects=True).text


def names(world: World) -> set[str]:
    with working_as(world.admin) as (session, who):
        known = queries.list_entries(session, who, None)
        return {each.name for each in known if not each.is_archived}


def test_what_goes_out_comes_back_unchanged(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    rows = taken_out(client)
    assert {row["Nom"] for row in rows} == {"Camille Fictif", "Boîte fictive"}
    assert "ne change rien" in client.get(sent(client, rows)).text
    client.sign_in(world.carol)
    assert taken_out(client) == []


def test_what_comes_back_is_shown_then_applied_and_the_journal_keeps_it(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    camille, box = taken_out(client)
    new = {**camille, "Nom": "Lou Fictif", "Adresse électronique": "lou@exemple.invalid", "Expert n°": "", "Repère": ""}  # fmt: skip
    changed = {**camille, "Effectif minimum": "10", "Territoire": "Dijon ; Saint-Bois (01340)"}
    address = sent(client, [changed, {**box, "État": "Archivé"}, new])
    page = client.get(address).text
    assert "rien devient Dijon (21231) ; Arboys en Bugey (01015)" in page
    assert "trouveraient enfin quelqu’un" in page
    assert names(world) == {"Camille Fictif", "Boîte fictive"}, "nothing is written before"
    assert "Le fichier est appliqué : 3 fiches" in applied(client, address)
    assert names(world) == {"Camille Fictif", "Lou Fictif"}
    assert "déjà appliqué" in client.post(address, data={"csrf_token": token(client), "lu": ""}, follow_redirects=True).text  # fmt: skip
    with system() as session:
        of_files = JournalEntry.event == Event.DIRECTORY_IMPORTED.value
        assert len(session.scalars(select(JournalEntry).where(of_files)).all()) == 3


def token(client: InspectingClient) -> str:
    found = parsed(client.get("/compte").text).select('meta[name="csrf-token"]')
    return str(found[0]["content"])


def twice(rows: Rows) -> Rows:
    return [*rows, {**rows[0], "Nom": "Autre nom"}]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (twice, "Même expert que la ligne 2"),
        (lambda rows: [{**rows[0], "Services rendus": "Sujet inconnu : rien"}], "pas un sujet de l’annuaire"),
        (lambda rows: [{**rows[0], "Effectif minimum": "50", "Effectif maximum": "10"}], "dépasse le maximum"),
        (lambda rows: [{**rows[0], "Antenne": "Ailleurs"}], "Vous ne tenez pas l’antenne"),
        (lambda rows: [{**rows[0], "Territoire": "Ville-imaginaire"}], "pas un territoire connu"),
        (lambda rows: [{**rows[0], "Vérifié le": "hier"}], "n’est pas une date"),
        (lambda rows: [{**rows[0], "Effectif minimum": "dix"}], "pas un nombre entier"),
        (lambda rows: [{**rows[0], "Nom": "x" * 161}], "160 caractères au plus"),
        (lambda rows: [{**rows[0], "Besoins ouverts au plus": "0"}], "un nombre d’au moins 1"),
        (lambda rows: [{**rows[0], "Vérifié le": "01/01/2126"}], "pas encore venue"),
        (lambda rows: [{**rows[0], "État": "Archivée"}], "n’est pas un état"),
        (lambda rows: [{**rows[0], "Adresse électronique": "inconnu@exemple.invalid", "État": "Archivé"}], "rien à archiver"),
    ],
)  # fmt: skip
def test_one_mistake_and_nothing_of_the_file_is_written(
    client: InspectingClient, world: World, planted: dict[str, int], broken: Callable[[Rows], Rows], reason: str
) -> None:  # fmt: skip
    client.sign_in(world.alice)
    rows = taken_out(client)
    address = sent(client, [*broken(rows), {**rows[1], "Nom": "Nom changé"}] if broken is not twice else broken(rows))  # fmt: skip
    page = client.get(address).text
    assert reason in page
    assert not parsed(page).select(f'form[action="{address}"]')
    refused = client.post(address, data={"csrf_token": token(client), "lu": ""}, follow_redirects=True).text  # fmt: skip
    assert "Rien n’a été changé" in refused
    assert names(world) == {"Camille Fictif", "Boîte fictive"}


def test_what_somebody_changed_since_the_export_is_overwritten_only_when_it_is_ticked(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    rows = taken_out(client)
    with system() as session:
        session.get_one(Expert, planted["expert_id"]).telephone = "01 99 00 00 01"
    rows[0]["Nom"] = "Nom du fichier"
    address = sent(client, rows)
    assert "changé dans Vigie depuis l’export" in client.get(address).text
    assert "rien à appliquer" in applied(client, address)
    assert "Nom du fichier" not in names(world)
    applied(client, address, ecraser="2")
    assert "Nom du fichier" in names(world)


def test_a_complete_file_archives_those_it_does_not_name_and_an_administrator_opens_antennes(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.admin)
    rows = taken_out(client)
    new = {
        "Institution": "Institut neuf", "Antenne": "Antenne du Jura", "Territoire de l’antenne": "39", "Nom": "Yael Fictif",
        "Adresse électronique": "yael@exemple.invalid", "Services rendus": f"{LABEL} : Un conseil",
    }  # fmt: skip
    address = sent(client, [{name: rows[0].get(name, "") for name in new}, new], is_complete="y")
    page = client.get(address).text
    assert "Boîte fictive" in parsed(page).select("table")[-1].text
    assert "Nouvelle" in page
    assert "archiverait 1 expert" in applied(client, address)
    assert names(world) == {"Camille Fictif", "Boîte fictive"}, "not before it is confirmed"
    applied(client, address, archiver="1")
    assert names(world) == {"Camille Fictif", "Yael Fictif"}
    assert "Yael Fictif" in client.get("/annuaire?territoire=39").text


def test_a_file_without_a_state_brings_nobody_back(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    with system() as session:
        session.get_one(Expert, planted["expert_id"]).archived_at = utcnow()
    client.sign_in(world.alice)
    rows = [
        {k: v for k, v in row.items() if k not in {"État", "Repère"}} for row in taken_out(client)
    ]
    assert "ne change rien" in client.get(sent(client, rows)).text
    assert "De nouveau en service" in client.get(sent(client, [{**row, "État": "En service"} for row in rows])).text  # fmt: skip


def test_what_a_file_does_not_say_of_an_expert_moves_no_need(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    """An absence in particular: the one who is away receives nothing, before as after."""
    with working_as(world.alice) as (session, who):
        expert = queries.get_expert(session, who, planted["expert_id"])
        experts.say_away(session, who, expert, starts_on=today(), ends_on=today(), delegate=None)
    client.sign_in(world.alice)
    camille, box = taken_out(client)
    assert camille["Nom"] == "Camille Fictif"
    page = client.get(sent(client, [{**camille, "Besoins ouverts au plus": "9"}, box])).text
    assert "0 n’auraient plus personne, 0 iraient à d’autres, 0 trouveraient" in page


def test_a_new_antenne_of_an_archived_institution_is_refused_with_its_line(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    with working_as(world.admin) as (session, who):
        institution = queries.get_institution(session, who, planted["institution_id"])
        antennes.change_institution(
            session, who, institution, name=institution.name, description="", archived=True
        )
    client.sign_in(world.admin)
    new = {
        "Institution": "Institut imaginaire", "Antenne": "Antenne neuve", "Territoire de l’antenne": "39", "Nom": "Yael Fictif",
        "Adresse électronique": "yael@exemple.invalid", "Services rendus": f"{LABEL} : Un conseil",
    }  # fmt: skip
    page = client.get(sent(client, [new])).text
    assert "L’institution « Institut imaginaire » est archivée" in page
    assert "Rien ne sera écrit" in page


def test_criteria_of_some_subjects_go_out_and_come_back(
    client: InspectingClient, world: World, planted: dict[str, int]
) -> None:
    client.sign_in(world.alice)
    camille, box = taken_out(client)
    limited = {**camille, "Effectif minimum": "10", "Sujets des critères": LABEL}
    address = sent(client, [limited, box])
    assert f"Sujets des critères : rien devient {LABEL}" in client.get(address).text
    applied(client, address)
    assert taken_out(client)[0]["Sujets des critères"] == LABEL
    with working_as(world.alice) as (session, who):
        expert = queries.get_expert(session, who, planted["expert_id"])
        assert expert.criteria_subjects == [planted["subject_id"]]
    wrong = sent(client, [{**limited, "Repère": "", "Sujets des critères": "Un sujet inconnu"}])
    assert "n’est pas un sujet de l’annuaire" in client.get(wrong).text
