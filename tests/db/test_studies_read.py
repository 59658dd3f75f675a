"""A study of the firms of an instance: its lists, its supports, its lake."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from app.companies.models import Company, ProcedureStatus
from app.evidence.studies import computing
from app.evidence.studies.models import ImpactResult
from app.imports.models import Batch, BatchState
from app.labels.models import Label, LabelKind
from scoring.data.lake import Lake
from scoring.vocabulary import StudyOutcome
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.studies import register

pytest_plugins = ["tests.factories.region"]

DAYS = (date(2024, 12, 1), date(2025, 3, 1))


@pytest.fixture
def lived(world: World, home: Path) -> list[str]:
    """Firms of the region, each on two lists, a third of them supported after the first; their sirens."""
    lake = Lake(home / "lake")
    people = pd.concat(pd.read_parquet(path) for path in lake.published("effectif_ent"))
    sirens = sorted(people.loc[people["month"] == date(2024, 11, 1), "siren"])[:90]
    with system() as session:
        session.add(Batch(id="first", state=BatchState.PUBLISHED, origin="test"))
        session.add_all(
            Company(
                siren=siren,
                name="Firme",
                name_sort="FIRME",
                is_active=True,
                departments=["21"],
                procedure_status=ProcedureStatus.IN_BONIS,
                in_perimeter=True,
            )
            for siren in sirens
        )
        session.flush()
        session.add_all(
            Label(
                siren=siren, kind=LabelKind.SUPPORT_OPENED, occurred_on=DAYS[0] + timedelta(days=50),
                known_at=datetime(2025, 2, 1, tzinfo=UTC), subject_kind="case", subject_id=rank,
            )
            for rank, siren in enumerate(sirens[::3])
        )  # fmt: skip
        for day in DAYS:
            listed = [
                Alerted(siren=siren, department="21" if rank % 2 else "25", p18=0.1 + 0.005 * rank)
                for rank, siren in enumerate(sirens)
            ]
            publish_list(session, *listed, as_of=day)
    return sirens


def found(study_id: int) -> ImpactResult:
    with system() as session:
        result = session.scalars(
            select(ImpactResult).where(ImpactResult.study_id == study_id)
        ).one()
        session.expunge_all()
        return result


def test_each_firm_is_supported_or_not_from_its_first_list(
    world: World, home: Path, lived: list[str]
) -> None:
    study_id = register(
        world.scientist, outcome=StudyOutcome.JOBS, cohort_from=DAYS[0], cohort_to=DAYS[1], horizons=(12,)
    )  # fmt: skip
    computing.run(study_id, home=home)
    result = found(study_id)
    assert result.refusal == ""
    # the supported of the first list are in no later trial; the others are in both, but for those that have left
    assert 20 <= result.details["told_treated"] <= len(lived) // 3
    assert 100 < result.details["told_control"] <= 2 * (len(lived) - len(lived) // 3)
    assert "effectif insuffisant" in result.sentence
    assert "estimate" not in result.details
    assert len(result.data_version) == computing.DIGITS


def test_a_study_of_a_departement_is_of_its_firms(
    world: World, home: Path, lived: list[str]
) -> None:
    study_id = register(
        world.scientist, outcome=StudyOutcome.JOBS, cohort_from=DAYS[0], cohort_to=DAYS[0], horizons=(12,), departments=("25",)
    )  # fmt: skip
    computing.run(study_id, home=home)
    result = found(study_id)
    assert result.refusal == ""
    assert result.details["told_treated"] <= len(lived[::2][::3])
    assert result.details["told_control"] <= len(lived) // 2
