"""The partners' real files load whole, to the line."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.companies.models import Company, Establishment, PaymentPlan, ProcedureEvent
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from scoring.data.perimeter_rule import REASONS

SYSTEM = system_identity("tests")

VALID = {
    "sirene_ul": 400,
    "sirene_etab": 3_551,
    "effectif_ent": 400,
    "effectif": 1_653,
    "cotisation": 37_620,
    "debit": 8_443,
    "delai": 366,
    "procol": 49,
    "ap_conso": 6_927,
    "ap_demande": 2_143,
    "bdf": 2_638,
    "paydex": 22_569,
}
#: lines about eight firms outside the perimeter: three without workforce, four of an activity left out, a sole trader
OUTSIDE = {
    "effectif": 220,
    "cotisation": 5_099,
    "debit": 151,
    "delai": 9,
    "ap_conso": 25,
    "ap_demande": 132,
}
REASONS_TOLD = {REASONS["no_workforce"], REASONS["activity"], REASONS["natural_person"]}


@pytest.mark.samples
def test_the_real_files_load_whole(
    app: TransactionalFlask, fresh_database: None, samples: Path, tmp_path: Path
) -> None:
    outcome = pipeline.load(SYSTEM, directory=samples / "partner_files_real", home=tmp_path)

    assert outcome.error is None
    reports = {a.received.source: a.report for a in outcome.accounts}
    assert {source: report.valid + report.outside for source, report in reports.items()} == VALID
    assert {report.rejected for report in reports.values()} == {0}
    outside = {source: report.outside for source, report in reports.items() if report.outside}
    assert outside == OUTSIDE
    assert {why for report in reports.values() for why in report.left_out} == REASONS_TOLD
    with unit_of_work(SYSTEM) as session:
        counts = {
            model: session.scalar(select(func.count()).select_from(model))
            for model in (Company, Establishment, PaymentPlan, ProcedureEvent)
        }
        freshest = session.scalar(select(func.max(Company.workforce_month)))
    # One siret is written twice in Sirene; court events are written once an account.
    # Nine plans are of firms outside the perimeter.
    assert counts == {Company: 400, Establishment: 3_551, PaymentPlan: 357, ProcedureEvent: 33}
    assert freshest == date(2021, 2, 1)
