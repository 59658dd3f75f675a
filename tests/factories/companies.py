"""Published figures of a firm, written as an import would have left them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.companies.models import (
    CompanySeries,
    Establishment,
    PaymentPlan,
    ProcedureEvent,
    SourceFreshness,
)

FIRST_MONTH = date(2026, 1, 1)
LABELS = {
    "sirene_ul": "Sirene, unités légales",
    "sirene_etab": "Sirene, établissements",
    "effectif": "Effectifs des établissements",
    "effectif_ent": "Effectifs des entreprises",
    "cotisation": "Cotisations Urssaf",
    "debit": "Débits Urssaf",
    "delai": "Délais de paiement Urssaf",
    "procol": "Procédures collectives",
    "ap_demande": "Activité partielle demandée",
    "ap_conso": "Activité partielle consommée",
}
NATURES = {
    "effectif": None,
    "ap_consommee": "activite_partielle",
    "ap_autorisee": "activite_partielle",
}


def freshness(session: Session, month: date | None = date(2026, 6, 1), **months: date) -> None:
    """Every source covers up to ``month``, but those named."""
    session.add_all(
        SourceFreshness(source=source, label=label, month=months.get(source, month), batch_id="lot")
        for source, label in LABELS.items()
    )
    session.flush()


def series(session: Session, siret: str, code: str, values: Sequence[float | None]) -> None:
    """A series of an establishment of the Côte-d’Or, from `FIRST_MONTH`."""
    session.add(
        CompanySeries(
            siret=siret, code=code, siren=siret[:9], department="21",
            nature=NATURES.get(code, "urssaf"), first_month=FIRST_MONTH, values=list(values),
        )
    )  # fmt: skip
    session.flush()


def establishment(
    session: Session, siret: str, *, is_head_office: bool = False, is_active: bool = True
) -> None:
    """One more establishment of a firm that exists."""
    session.add(
        Establishment(
            siret=siret, siren=siret[:9], is_head_office=is_head_office, address="2 rue du Test",
            postal_code="21000", commune="Dijon", commune_code="21231", department="21",
            naf="25.50A", created_on=date(2010, 1, 1), is_active=is_active,
        )
    )  # fmt: skip
    session.flush()


def payment_plan(
    session: Session, siret: str, *, stage: str = "APPROB", due_on: date = date(2126, 12, 1)
) -> None:
    """A délai de paiement of 12 000 €, which runs for as long as tests will."""
    session.add(
        PaymentPlan(
            siret=siret, siren=siret[:9], department="21", created_on=date(2026, 3, 1),
            due_on=due_on, amount=12_000.0, stage=stage, action="SUR PO",
        )
    )  # fmt: skip
    session.flush()


def store_figures(session: Session) -> None:
    """Store what lists show of every firm, as a publication does of what it brings."""
    session.flush()
    session.execute(text("set constraints all immediate"))
    session.execute(text("select figures_stage('company_series_part_')"))
    session.execute(text("select figures_swap()"))
    session.execute(text("select totals_store('company_series_part_')"))
    session.execute(text("set constraints all deferred"))


def procedure_event(session: Session, siren: str, *, effective_on: date, label: str) -> None:
    """A court event in the words of the file, as ``Ouverture_redressement``."""
    stage, _, kind = label.lower().rpartition("_")
    session.add(
        ProcedureEvent(siren=siren, effective_on=effective_on, kind=kind, stage=stage, label=label)
    )
    session.flush()
