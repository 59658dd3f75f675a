"""Reports and figures: a few that stand there, and two years of firms in two régions from which others are made."""

import hashlib
import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseState
from app.companies.models import Company, Establishment, ProcedureStatus
from app.core.database.tables import Base
from app.core.now import utcnow
from app.detections.models import HumanSignal, SignalSource
from app.evidence.publications.models import PeriodTally, PublishedPeriod
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports.models import (
    ConventionReport,
    ReportFile,
    ReportFormat,
    ReportState,
    ReportStep,
)
from app.habilitations.reference.geography import REGIONS
from app.visits.models import Channel, ContactResult, Verdict, Visit
from tests.factories.network import system
from tests.factories.people import World

EVERYWHERE = "total|total|total|total"
FIGURES = {
    "counts": {
        "detected": {EVERYWHERE: 30, "27|total|total|total": 30},
        "first_supported": {EVERYWHERE: 8, "27|BE|total|total": None, "total|total|total|urssaf": 5},
        "agents": {EVERYWHERE: 9, "total|total|total|urssaf": 9},
    },
    "delays": {"total": {"days_to_contact": 4.5}},
}  # fmt: skip
#: départements, of two régions
PLACES = ("21", "71", "25", "75", "92")
NAFS = ("2511Z", "4120A", "4711F", None)


def plant_reports(world: World) -> int:
    """2025, published, and 2024, of the country; 2025 of Bourgogne-Franche-Comté, whose number is returned; 2024, which failed."""
    with system() as session:
        for year, moment in ((2024, None), (2025, utcnow())):
            period = ReportPeriod(year)
            session.add(
                PeriodTally(period=period.code, counts=FIGURES["counts"], delays=FIGURES["delays"])
            )
            session.flush()
            session.add(
                PublishedPeriod(
                    period=period.code, since=period.since, until=period.until, figures=FIGURES, cells=7, masked=1, recoverable=0,
                    published_at=moment, published_by=world.admin if moment else None,
                )
            )  # fmt: skip
        _report(session, world, ReportPeriod(2024), None)
        _report(session, world, ReportPeriod(2025), None)
        _report(session, world, ReportPeriod(2024), "27", state=ReportState.FAILED)
        return _report(session, world, ReportPeriod(2025), "27")


def _report(
    session: Session, world: World, period: ReportPeriod, region: str | None, *, state: ReportState = ReportState.DONE
) -> int:  # fmt: skip
    report = ConventionReport(
        period=period.code, region=region, departments=list(REGIONS[region][1]) if region else [], state=state,
        step=ReportStep.WRITE, asked_by=world.admin, error=None if state is ReportState.DONE else "Erreur de test.",
    )  # fmt: skip
    session.add(report)
    session.flush()
    for kind in ReportFormat if state is ReportState.DONE else ():
        content = f"Fichier {kind} de {period.code}".encode()
        session.add(
            ReportFile(
                report_id=report.id, format=kind, content=content, size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )  # fmt: skip
    session.flush()
    return report.id


def two_years(session: Session, world: World, *, firms: int = 90, seed: int = 7) -> None:
    """Firms of two régions flagged in 2025, a few in 2024, and what became of each, drawn at random."""
    luck = random.Random(seed)  # noqa: S311 - a history of tests
    drawn = [_drawn(f"8{number:08d}", luck, world) for number in range(firms)]
    tables: dict[str, type[Base]] = {
        "company": Company, "establishment": Establishment, "signal": HumanSignal, "visit": Visit, "case": Case,
    }  # fmt: skip
    for name, table in tables.items():
        session.execute(insert(table), [one[name] for one in drawn if name in one])


def _drawn(siren: str, luck: random.Random, world: World) -> dict[str, dict[str, object]]:
    department, siret = luck.choice(PLACES), f"{siren}00001"
    start = date(2025, 1, 8) + timedelta(days=luck.randrange(-40, 340))
    place = {"siren": siren, "department": department}
    rows: dict[str, dict[str, object]] = {
        "company": {
            **place, "name": siren, "name_sort": siren, "is_active": True, "departments": [department], "naf": luck.choice(NAFS),
            "workforce": luck.choice((None, 4.0, 15.0, 30.0, 120.0)), "procedure_status": ProcedureStatus.IN_BONIS, "in_perimeter": True,
        },
        "establishment": {**place, "siret": siret, "is_head_office": True, "address": "", "is_active": True},
        "signal": {
            "siren": siren, "departments": [department], "author_id": world.alice, "source": SignalSource.INTERNE, "comment": "x",
            "created_at": datetime(start.year, start.month, start.day, 12, tzinfo=UTC),
        },
    }  # fmt: skip
    agent = luck.choice((world.alice, world.bob))
    if luck.random() < 0.8:
        verdict = luck.choice((None, Verdict.CONFIRMEE))
        rows["visit"] = {
            **place, "siret": siret, "departments": [department], "author_id": agent, "channel": Channel.VISIO, "verdict": verdict,
            "visited_on": start + timedelta(days=luck.choice((1, 2, 6, 30))),
            "contact_result": ContactResult.REPONDU if verdict else ContactResult.INJOIGNABLE,
        }  # fmt: skip
    if luck.random() < 0.5:
        rows["case"] = {
            **place, "siret": siret, "opened_by": agent, "opened_on": start + timedelta(days=luck.randrange(50)),
            "state": CaseState.EN_COURS,
        }  # fmt: skip
    return rows
