"""The pages of reports, and the public ones: who reads, what is said, what is refused."""

import pytest

from app.core.journal import Event
from app.evidence.reports.queries import find_same
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled


def number_of(period: str, region: str | None) -> int:
    with system() as session:
        report = find_same(session, period, region)
        assert report is not None
        return report.id


def test_a_manager_asks_for_a_report_of_their_zone_and_is_told_when_they_cannot(
    client: InspectingClient, confidences: Confidences
) -> None:
    client.sign_in(confidences.world.manager)
    page = client.get("/bilans/nouveau")
    assert "Bourgogne-Franche-Comté" in page.text
    assert "Bretagne" not in page.text
    assert "France</option>" not in page.text
    early = client.submit("/bilans/nouveau", {"period": "2026", "region": "27"})
    assert early.status_code == 422
    assert "à partir du 1er février 2027" in early.text
    assert 'value="2026" selected' in early.text or 'selected value="2026"' in early.text
    again = client.submit("/bilans/nouveau", {"period": "2025", "region": "27"})
    assert "existe déjà" in again.text
    asked = client.submit("/bilans/nouveau", {"period": "2025-S2", "region": "27"})
    assert asked.status_code == 303
    progress = client.get(asked.location)
    assert "hx-trigger" in progress.text
    assert "Chiffres comptés et arrêtés" in progress.text


def test_a_report_says_its_audit_and_gives_its_files_which_are_journaled(
    client: InspectingClient, confidences: Confidences
) -> None:
    report_id = confidences.arguments["convention_report_id"]
    client.sign_in(confidences.world.manager)
    page = client.get(f"/bilans/{report_id}")
    figures = [each.text.strip() for each in parsed(page.text).select(".vigie-stat__value")]
    assert figures == ["7", "1", "0"]
    assert "Publier" not in page.text
    answer = client.get(f"/bilans/{report_id}/fichiers/xlsx")
    assert answer.data == b"Fichier xlsx de 2025"
    assert answer.headers["Content-Disposition"] == "attachment; filename=vigie-bilan-2025-27.xlsx"
    (line,) = journaled(Event.REPORT_DOWNLOADED)
    assert line.details["kind"] == "xlsx"
    assert client.get(f"/bilans/{report_id}/fichiers/exe").status_code == 404


def test_a_report_of_elsewhere_is_not_there(
    client: InspectingClient, confidences: Confidences
) -> None:
    country = number_of("2025", None)
    client.sign_in(confidences.world.manager)
    assert client.get(f"/bilans/{country}").status_code == 404
    assert client.get(f"/bilans/{country}/fichiers/pdf").status_code == 404
    client.sign_in(confidences.world.alice)
    assert client.get("/bilans").status_code == 403


def test_an_administrator_publishes_the_figures_of_the_country_once(
    client: InspectingClient, confidences: Confidences
) -> None:
    country, address = number_of("2024", None), "/stats?periode=2024"
    assert client.get(address).status_code == 404
    client.sign_in(confidences.world.admin)
    page = f"/bilans/{country}"
    assert "Publier les chiffres" in client.get(page).text
    for _ in range(2):
        assert client.submit(f"{page}/publication", {}, page=page).status_code == 303
    assert len(journaled(Event.FIGURES_PUBLISHED)) == 1
    assert "Ces chiffres sont déjà publics" in client.get(page).text


def test_a_report_that_failed_is_resumed_and_one_that_is_done_is_not(
    client: InspectingClient, confidences: Confidences
) -> None:
    failed, done = number_of("2024", "27"), number_of("2025", "27")
    client.sign_in(confidences.world.manager)
    assert "Reprendre le bilan" in client.get(f"/bilans/{failed}").text
    for report_id in (failed, done):
        page = f"/bilans/{report_id}"
        assert client.submit(f"{page}/reprise", {}, page=page).status_code == 303
    assert len(journaled(Event.REPORT_ASKED)) == 1
    assert "Seul un bilan en échec" in client.get(f"/bilans/{done}").text


def test_the_public_page_shows_what_is_published_and_nothing_else_without_an_account(
    client: InspectingClient, confidences: Confidences
) -> None:
    page = client.get("/stats")
    assert page.status_code == 200
    figures = [each.text.strip() for each in parsed(page.text).select(".vigie-stat__value")]
    assert figures[:4] == ["30", "0", "0", "8"]
    assert "Entreprises pour lesquelles un accompagnement a été ouvert" in page.text
    cells = [each.text.strip() for each in parsed(page.text).select("td")]
    assert "Année 2024" not in page.text, "2024 is not published"
    assert "30" in cells
    of_one = client.get("/stats?periode=2025&partenaire=urssaf")
    figures = [each.text.strip() for each in parsed(of_one.text).select(".vigie-stat__value")]
    assert figures == ["9", "0", "0", "0", "5"]
    data = client.get("/stats/2025/donnees.csv")
    assert data.data == b"Fichier csv de 2025"
    assert client.get("/stats/2025/dictionnaire.csv").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/stats?periode=2024", "/stats?periode=2025-S1", "/stats?periode=n%27importe", "/stats?partenaire=dgfip",
        "/stats/2024/donnees.csv", "/stats/2025/pdf.csv", "/stats/x/donnees.csv",
    ],
)  # fmt: skip
def test_what_is_not_published_is_not_there(
    client: InspectingClient, confidences: Confidences, address: str
) -> None:
    assert client.get(address).status_code == 404


def test_before_anything_is_published_the_page_says_so(
    client: InspectingClient, fresh_database: None
) -> None:
    assert "Rien n’est encore publié" in client.get("/stats").text
