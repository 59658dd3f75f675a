"""Activité partielle: requests and consumption."""

from datetime import date

import pytest

from tests.scoring.sources.conftest import Load

ASKED = (
    "ID_DA,ETAB_SIRET,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,"
    "PERIMETRE_AP\n"
)
CONSUMED = "ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS\n"


def asked(
    *, status: str = "2024-06-01", start: str = "2024-06-10", end: str = "2024-12-31", **cells: str
) -> str:
    hours, reason = cells.get("hours", "42078.52"), cells.get("reason", "1")
    return (
        f'{ASKED}D1,15756082097503,"{status}",{start},{end},{hours},666113.56,99.0,"{reason}",2\n'
    )


def test_an_authorisation_may_run_into_the_future(load: Load) -> None:
    row = load("demande_ap.csv", asked()).row
    assert (row["start_on"], row["end_on"]) == (date(2024, 6, 10), date(2024, 12, 31))
    assert (row["hours_authorised"], row["amount"]) == (42078.52, 666113.56)
    assert (row["workforce_authorised"], row["reason_code"], row["scope_code"]) == (99.0, "1", "2")
    assert row["known_at"] == date(2024, 6, 16)


def test_the_status_of_an_authorisation_cannot(load: Load) -> None:
    assert load("demande_ap.csv", asked(status="2024-06-16")).faults == [
        (2, "DATE_STATUT", "date dans le futur")
    ]


def test_an_authorisation_does_not_end_before_it_begins(load: Load) -> None:
    assert load("demande_ap.csv", asked(end="2024-06-09")).report.reasons == {
        "fin avant le début": 1
    }


def test_an_authorisation_without_hours_is_rejected(load: Load) -> None:
    assert load("demande_ap.csv", asked(hours="")).report.reasons == {"nombre d’heures vide": 1}


def test_dates_of_older_files_are_read(load: Load) -> None:
    row = load("demande_ap.csv", asked(status="11/02/12", start="01/03/2012", end="31/03/12")).row
    assert (row["status_on"], row["start_on"]) == (date(2012, 2, 11), date(2012, 3, 1))


def test_an_unknown_reason_is_kept_and_remarked(load: Load) -> None:
    loaded = load("demande_ap.csv", asked(reason="8"))
    assert loaded.row["reason_code"] == "8"
    assert loaded.report.warnings["motif de recours inconnu"] == 1


@pytest.mark.parametrize("day", ["2024-01-01", "2024-01-30", "2024-01-30T00:00:00"])
def test_consumption_belongs_to_a_month(load: Load, day: str) -> None:
    row = load("consommation_ap.csv", f"{CONSUMED}D1,65272073959845,44.11,659.0,2.0,{day}\n").row
    assert (row["month"], row["known_at"]) == (date(2024, 1, 1), date(2024, 3, 31))
    assert (row["hours"], row["amount"], row["workforce"]) == (44.11, 659.0, 2.0)


def test_consumption_of_a_month_to_come_is_rejected(load: Load) -> None:
    content = f"{CONSUMED}D1,65272073959845,44.11,659.0,2.0,2024-07-01\n"
    assert load("consommation_ap.csv", content).faults == [(2, "MOIS", "date dans le futur")]
