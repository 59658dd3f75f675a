"""A small known region, a model that reads it, and lists: made once a session, copied for each test."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.models import Company, ProcedureStatus
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import utcnow
from app.detections.lists.services import store_places, store_themes
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    DetectionRun,
    RunState,
    RunStep,
    StepName,
)
from app.models_registry.models import ModelState, ModelVersion
from scoring import features
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.lab.simulate.simulation import simulate
from scoring.learning import artifacts, follow_up, hazard, manifest, predict
from scoring.learning.artifacts import TrainedModel
from scoring.learning.calibrate import Calibration
from scoring.learning.hazard import Params
from scoring.learning.thresholds import Thresholds
from scoring.measuring import gate
from scoring.vocabulary import Level, Novelty, Unit
from tests.factories.companies import store_figures
from tests.support.client import InspectingClient

FIRMS, MONTHS, SEED = 150, 36, 3
LAST_MONTH = date(2026, 10, 1)
AS_OF = date(2026, 11, 1)
EARLIER = date(2026, 8, 1)
#: snapshots the small model learns from
SNAPSHOTS = (date(2025, 4, 1), date(2025, 10, 1))
MODEL = "models/small"


def build_region(home: Path) -> None:
    """A lake with one published batch and a small model, under ``home``: about five seconds."""
    files = home / "files"
    simulate(files, firms=FIRMS, months=MONTHS, seed=SEED, end=LAST_MONTH)
    lake = Lake(home / "lake")
    import_directory(files, lake, batch_id="first", today=AS_OF)
    lake.restate(["first"])
    artifacts.save(small_model(lake), home / MODEL)


def small_model(lake: Lake) -> TrainedModel:
    """A true hazard model, learnt on two snapshots; a tenth of the firms of `AS_OF` are in alert."""
    panel = features.panel(lake, [pd.Timestamp(day) for day in SNAPSHOTS])
    history = follow_up.follow_up(features.openings(lake, AS_OF), known_by=AS_OF)
    rows = follow_up.hazard_rows(panel, history)
    # numbers cut finely, so that the scores of a hundred firms differ
    params = Params(iterations=15, depth=3, border_count=128, thread_count=1)
    design = hazard.design(
        panel.iloc[rows["row"].to_numpy()], features.REGISTRY, intervals=rows["interval"]
    )
    booster = hazard.fit(
        hazard.pool(design, features.REGISTRY, rows=rows), features.REGISTRY, params=params
    )
    model = TrainedModel(
        booster=booster,
        calibration=Calibration(),
        thresholds=Thresholds(elevee=0.5, moderee=0.5),
        metadata={
            "features": [feature.name for feature in features.REGISTRY],
            "params": params.recorded(),
            "calibration": vars(Calibration()),
            "as_of": AS_OF.isoformat(),
            "recipe": asdict(gate.recipe_in_force()),
            "data_fingerprint": "0" * 64,
            "counts": {"interval_rows": len(rows), "interval_events": int(rows["y"].sum())},
            "blocks": {
                "train": [SNAPSHOTS[0].isoformat()],
                "test": [SNAPSHOTS[-1].isoformat()],
                "frozen_on": AS_OF.isoformat(),
            },
            "trees": int(booster.tree_count_),
            "metrics": {},
        },
    )
    risk = predict.score(model, features.build(lake, AS_OF))["p18"]
    cuts = Thresholds(elevee=float(np.quantile(risk, 0.97)), moderee=float(np.quantile(risk, 0.9)))
    return TrainedModel(
        booster=booster,
        calibration=Calibration(),
        thresholds=cuts,
        metadata={**model.metadata, "thresholds": vars(cuts)},
    )


def register_small_model(
    session: Session, home: Path, *, metrics: dict[str, Any] | None = None
) -> ModelVersion:
    """The small model as the champion."""
    version = ModelVersion(
        directory=MODEL,
        sha256=manifest.digest(home / MODEL),
        trained_as_of=EARLIER,
        state=ModelState.CHAMPION,
        metrics=metrics or {},
    )
    session.add(version)
    session.flush()
    return version


def register_again(session: Session, home: Path) -> None:
    """Have the small model as it now is on disk be the champion; nobody rewrites the digest of a version."""
    manifest.write(home / MODEL)
    champion = session.scalar(select(ModelVersion).where(ModelVersion.state == ModelState.CHAMPION))
    if champion is not None:
        champion.state = ModelState.RETIRED
        session.flush()
    register_small_model(session, home)


def register_firms(session: Session, home: Path) -> list[str]:
    """The firms of the region as the portal knows them; their sirens."""
    (units,) = Lake(home / "lake").published("sirene_ul")
    (places,) = Lake(home / "lake").published("sirene_etab")
    seats = {
        row["siren"]: row for row in pq.read_table(places).to_pylist() if row["is_head_office"]
    }
    firms = pq.read_table(units).to_pylist()
    for firm in firms:
        department = seats[firm["siren"]]["department"]
        session.add(
            Company(
                siren=firm["siren"],
                name=firm["name"],
                name_sort=firm["name"].upper(),
                legal_category=firm["legal_category"],
                naf=firm["naf"],
                created_on=firm["created_on"],
                is_active=firm["is_active"],
                department=department,
                departments=[department],
                commune=seats[firm["siren"]]["commune"],
                workforce=20.0,
                workforce_month=LAST_MONTH,
                procedure_status=ProcedureStatus.IN_BONIS,
                in_perimeter=True,
            )
        )
    session.flush()
    return [firm["siren"] for firm in firms]


@dataclass(frozen=True, kw_only=True)
class Alerted:
    """A firm to put on a handmade list."""

    siren: str
    department: str
    level: Level = Level.MODEREE
    novelty: Novelty = Novelty.FIRST_ALERT
    p18: float = 0.2
    rank: int = 1
    arm: str = "algorithm"
    p_select: float = 1.0


def publish_list(
    session: Session, *firms: Alerted, as_of: date = AS_OF, is_published: bool = True
) -> DetectionList:
    """A handmade list, with for each firm a theme and a variable of nature urssaf and a public one."""
    run = DetectionRun(
        as_of=as_of,
        state=RunState.DONE if is_published else RunState.RUNNING,
        trigger="test",
        steps=[
            RunStep(position=position, name=name, state=RunState.DONE, counts={})
            for position, name in enumerate(StepName)
        ],
    )
    session.add(run)
    session.flush()
    made = DetectionList(
        run_id=run.id,
        as_of=as_of,
        label=f"Liste {as_of:%m/%Y}",
        parameters={"freshness": {"cotisation": "2026-09-01"}},
        published_at=utcnow() if is_published else None,
    )
    session.add(made)
    session.flush()
    for firm in firms:
        _enter(session, made, firm)
    session.flush()
    store_places(session, made)
    store_themes(session, made)
    store_figures(session)
    return made


def _enter(session: Session, made: DetectionList, firm: Alerted) -> None:
    entry = DetectionEntry(
        list_id=made.id,
        siren=firm.siren,
        department=firm.department,
        departments=[firm.department],
        p12=firm.p18 * 0.8,
        p18=firm.p18,
        p24=firm.p18 * 1.2,
        level=firm.level,
        novelty=firm.novelty,
        arm=firm.arm,
        p_select=firm.p_select,
        rank=firm.rank,
    )
    session.add(entry)
    session.flush()
    lines = (
        ("urssaf", "dettes_sociales", None, 0.8, (None, None), ""),
        (None, "effectif", None, -0.2, (None, None), ""),
        (
            "urssaf", "dettes_sociales", "debt", 0.8, (3.2, Unit.CONTRIBUTION_MONTHS),
            "Dette Urssaf : 3,2 mois de cotisations",
        ),
        (None, "effectif", "workforce", -0.2, (42, Unit.EMPLOYEES), "Effectif : 42 salariés"),
        (
            None, "effectif", "trend", None, (None, Unit.SHARE),
            "Évolution de l’effectif : donnée absente",
        ),
    )  # fmt: skip
    for position, (nature, theme, variable, contribution, (value, unit), sentence) in enumerate(
        lines
    ):
        session.add(
            DetectionReason(
                entry_id=entry.id,
                siren=firm.siren,
                departments=[firm.department],
                nature=nature,
                theme=theme,
                variable=variable,
                contribution=contribution,
                value=value,
                unit=unit,
                sentence=sentence,
                position=position,
            )
        )


def entry_of(siren: str) -> int:
    """The number of the only entry of a firm."""
    with unit_of_work(system_identity("tests")) as session:
        return session.scalars(select(DetectionEntry.id).where(DetectionEntry.siren == siren)).one()


def names_on(client: InspectingClient, path: str) -> list[str]:
    """The firms that a page of a list names, in order."""
    return [link.get_text() for link in client.page(path).select("#resultats tbody tr th a")]
