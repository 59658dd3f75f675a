"""Monthly series that partners declare without code, from their file to the portal's table."""

from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.companies.models import CompanySeries, SourceFreshness
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from tests.factories.partner_files import SEAT, SECOND, SIREN, write_files

SYSTEM = system_identity("tests")
LOANS = f"siren;mois;valeur\n{SIREN};2026-02;125000\n{SIREN};2026-04;90000,50\n"
HIRINGS = f"siret;mois;valeur\n{SEAT};2026-03;3\n{SEAT};2026-03;1\n{SECOND};2026-03;1\n{SECOND};2026-04;2\n"


def test_a_declared_series_is_drawn_under_its_nature_and_its_unit(
    app: TransactionalFlask, fresh_database: None, tmp_path: Path
) -> None:
    files = write_files(tmp_path / "files")
    (files / "serie_encours_bancaires_202604.csv").write_text(LOANS)
    (files / "dpae.csv").write_text(HIRINGS)

    outcome = pipeline.load(SYSTEM, directory=files, home=tmp_path / "home")

    assert outcome.error is None
    with unit_of_work(SYSTEM) as session:
        rows = {(row.siret, row.code): row for row in session.scalars(select(CompanySeries))}
        # What is said of the whole firm is drawn once, at its head office.
        loans = rows[SEAT, "encours_bancaires"]
        assert (SECOND, "encours_bancaires") not in rows
        assert loans.values[-4:] == [None, 125_000.0, None, 90_000.5]
        assert (loans.nature, loans.siren, loans.department) == ("banque_de_france", SIREN, "21")
        # One value a month: of two lines, the largest counts, and the report says that there was another.
        assert rows[SEAT, "dpae"].values[-2:] == [3.0, None]
        assert rows[SECOND, "dpae"].values[-2:] == [1.0, 2.0]
        assert {rows[siret, "dpae"].nature for siret in (SEAT, SECOND)} == {"urssaf"}
        fresh = session.get_one(SourceFreshness, "encours_bancaires")
        assert (fresh.label, fresh.month) == ("Encours bancaires", date(2026, 4, 1))
        assert fresh.unit == "euros"
        assert session.get_one(SourceFreshness, "debit").unit is None
