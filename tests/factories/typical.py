"""The firm of `confidences` as the demonstration’s typical listed firm is: every source, many facts, an eventful follow-up."""

from datetime import date, timedelta

from sqlalchemy import Update, delete, select, update

from app.campaigns.models import FirmContact
from app.companies.models import AnnualAccounts, Company, CompanySeries, SourceFreshness
from app.companies.sectors.models import SectorMedian, SectorRatio
from app.companies.sectors.presenters import RATIOS
from app.core.now import today, utcnow
from app.core.web.drafts import Draft
from app.detections.models import DetectionEntry, DetectionList, DetectionReason
from scoring.vocabulary import Theme, Unit
from tests.factories.confidences import Confidences
from tests.factories.network import system, write_comment
from tests.factories.visits import log_visit

FIRST_MONTH, MONTHS = date(2023, 11, 1), 36
DECLARED = {
    "dpae": ("Déclarations d’embauche", "count"),
    "encours_bancaires": ("Encours bancaires", "euros"),
    "entrees_effectif": ("Entrées de salariés", "count"),
    "interim": ("Intérim", "employees"),
    "sorties_effectif": ("Sorties de salariés", "count"),
}
NATURES = {
    "effectif": None,
    "ap_consommee": "activite_partielle",
    "ap_autorisee": "activite_partielle",
}
CODES = ("effectif", "cotisation", "dette_patronale", "dette_salariale", *NATURES, *DECLARED)
FACTS, MISSING = 12, 26


def enrich(known: Confidences) -> None:
    """Give the firm its months, its accounts, the reasons of its alert, and people who tell of it."""
    world = known.world
    with system() as session:
        naf = session.get_one(Company, world.siren_21).naf or ""
        # A draft opens its form.
        session.execute(delete(Draft))
        # What a contact gave was said.
        said = {"ended_at": utcnow(), "ending": "besoin", "visit_id": known.arguments["visit_id"]}
        session.execute(update(FirmContact).values(said))
        session.execute(delete(CompanySeries).where(CompanySeries.siren == world.siren_21))
        for name, (label, unit) in DECLARED.items():
            session.add(
                SourceFreshness(
                    source=name, label=label, unit=unit, month=date(2026, 6, 1), batch_id="lot"
                )
            )
        for rank, code in enumerate(dict.fromkeys(CODES)):
            nature = NATURES.get(
                code, "banque_de_france" if code == "encours_bancaires" else "urssaf"
            )
            values = [float((rank + 1) * (40 + month % 7)) for month in range(MONTHS)]
            session.add(
                CompanySeries(
                    siret=world.siret_21, code=code, siren=world.siren_21, department="21",
                    nature=nature, first_month=FIRST_MONTH, values=values,
                )
            )  # fmt: skip
            of_sector = [1.0 + month / 100 for month in range(MONTHS)]
            session.add(
                SectorMedian(
                    sector=naf[:2],
                    code=code,
                    nature=nature,
                    first_month=FIRST_MONTH,
                    values=of_sector,
                )
            )
        for year in range(2021, 2026):
            figures = {ratio.name: float(year % 10) for ratio in RATIOS}
            amounts = {"revenue": 1e6 * year, "ebitda": 1e5, "ebit": 5e4, "net_income": -1e4}
            day = date(year, 12, 31)
            session.add(AnnualAccounts(siren=world.siren_21, closed_on=day, **(figures | amounts)))
        for ratio in RATIOS:
            session.add(
                SectorRatio(
                    sector=naf[:2], year=2025, ratio=ratio.name, firms=12, quantiles=[6.0, 7.0, 8.0, 9.0, 10.0]
                )
            )  # fmt: skip
        entry = session.scalars(
            select(DetectionEntry).where(DetectionEntry.siren == world.siren_21)
        ).first()
        assert entry is not None
        session.add_all(_reasons(entry))
    for days in range(8):
        day = today() - timedelta(days=20 * days)
        log_visit(
            world.alice,
            world.siret_21,
            to="crp",
            visited_on=day,
            body="Rencontre du dirigeant. " * 12,
        )
        write_comment(
            world.alice, world.siren_21, to="crp", body=f"Point n° {days} sur la trésorerie. " * 8
        )


def _reasons(entry: DetectionEntry) -> list[DetectionReason]:
    """Facts that raise, facts that lower, data that are missing; a line for each theme at two horizons."""
    known = {"entry_id": entry.id, "siren": entry.siren, "departments": entry.departments}
    themes = [
        DetectionReason(
            **known, nature=theme.nature, theme=theme.value, variable=None, horizon=horizon,
            contribution=0.5 - 0.2 * rank, sentence="", position=rank,
        )
        for horizon in (12, 24)
        for rank, theme in enumerate(Theme)
    ]  # fmt: skip
    facts = [
        DetectionReason(
            **known, nature=None, theme=Theme.WORKFORCE.value, variable=f"fact_{rank}",
            contribution=None if rank >= 2 * FACTS else (1 if rank < FACTS else -1) * 0.3,
            value=float(rank), unit=Unit.EMPLOYEES, position=50 + rank,
            sentence=f"Effectif n° {rank} : 42 salariés, 7 % de moins qu’il y a un an, 2 % de moins dans le secteur",
        )
        for rank in range(2 * FACTS + MISSING)
    ]  # fmt: skip
    return [*themes, *facts]


def shift_list_into_the_window() -> Update:
    """Date the lists in the months of the charts."""
    return update(DetectionList).values(as_of=FIRST_MONTH.replace(year=2025))


def make_accounts_confidential() -> Update:
    """As if the firm had declared all of them confidential."""
    return update(AnnualAccounts).values(nature="comptes_confidentiels")
