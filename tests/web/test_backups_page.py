"""« Sauvegardes »: whether the service could be restored, as administrators and controllers read it."""

import pytest
from sqlalchemy import update

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import utcnow
from app.operations.models import Backup, BackupState, Drill, DrillState
from tests.factories.operations import PLACE, plant_drill
from tests.factories.people import World
from tests.support.client import InspectingClient

SYSTEM = system_identity("tests")
PAGE = "/sauvegardes"


def test_an_instance_without_backup_says_what_to_do(world: World, client: InspectingClient) -> None:
    text = client.sign_in(world.admin).get(PAGE).get_data(as_text=True)
    assert "Aucune sauvegarde n’a encore été faite" in text
    assert "VIGIE_BACKUP_TO" in text


def test_a_recent_backup_that_was_restored_is_told_in_one_line(
    world: World, client: InspectingClient
) -> None:
    number = plant_drill()
    text = client.sign_in(world.admin).get(PAGE).get_data(as_text=True)
    assert "Le service peut être rétabli" in text
    assert "La sauvegarde est en retard" not in text
    drill = client.page(f"{PAGE}/verifications/{number}")
    assert "Lignes de chaque table" in drill.get_text()
    assert not drill.select("main [hx-get]")


@pytest.mark.parametrize("hours", [27, 400])
def test_a_late_backup_is_told_with_what_to_do(
    world: World, client: InspectingClient, hours: int
) -> None:
    plant_drill(hours=hours)
    text = client.sign_in(world.admin).get(PAGE).get_data(as_text=True)
    assert "La sauvegarde est en retard" in text
    assert "Le service peut être rétabli" not in text


def test_a_drill_that_failed_is_told(world: World, client: InspectingClient) -> None:
    number = plant_drill()
    with unit_of_work(SYSTEM) as session:
        trials = [{"name": "Lignes", "passed": False, "told": "2 tables diffèrent", "seconds": 1}]
        session.execute(update(Drill).values(state=DrillState.FAILED, trials=trials))
        session.add(
            Backup(place=PLACE, state=BackupState.FAILED, started_at=utcnow(), seconds=1, trouble="Disque plein")
        )  # fmt: skip
    text = client.sign_in(world.admin).get(PAGE).get_data(as_text=True)
    assert "La dernière vérification a échoué" in text
    assert "Disque plein" in text
    assert "2 tables diffèrent" in client.get(f"{PAGE}/verifications/{number}").get_data(
        as_text=True
    )


def test_an_administrator_asks_for_a_drill_and_follows_it(
    world: World, client: InspectingClient
) -> None:
    client.sign_in(world.admin)
    answer = client.submit(f"{PAGE}/verifications", {}, page=PAGE)
    assert answer.status_code == 303
    shown = client.page(answer.headers["Location"])
    assert "En attente" in shown.get_text()
    assert shown.select("main [hx-get]")
    again = client.submit(f"{PAGE}/verifications", {}, page=PAGE)
    assert again.headers["Location"] == PAGE
    assert "déjà en cours" in client.get(PAGE).get_data(as_text=True)


def test_who_is_neither_administrator_nor_controller_sees_nothing(
    world: World, client: InspectingClient
) -> None:
    number = plant_drill()
    client.sign_in(world.alice)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}/verifications/{number}").status_code in {403, 404}
    assert client.submit(f"{PAGE}/verifications", {}, page="/compte").status_code == 403
